"""One session explained: events, clocks, verdicts, counts, and what became of it, as plain lines. No I/O."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attesa.core.customers import counts as customer_counts
from attesa.core.customers.afterwards import Judged
from attesa.core.customers.customer import Customer
from attesa.core.definitions import Definitions
from attesa.core.explained.afterwards import afterwards_lines, only
from attesa.core.explained.clocks import clock_lines, leg_lines, survey_lines
from attesa.core.explained.counts import added
from attesa.core.explained.events import event_lines
from attesa.core.explained.lines import (
    Added,
    Given,
    Line,
    Times,
    added_object,
    given_object,
    line_object,
)
from attesa.core.explained.verdicts import verdict_lines
from attesa.core.partition.cells import Cell
from attesa.core.rows.counts import Layout
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.session import Session
from attesa.core.sessions.verdicts import service_class


class Explanation(NamedTuple):
    """Everything that is known of one session; `remarks` stand where a section has nothing to show.

    `read_from`: where it was read; `cannot_tell`: what that source does not know.
    """

    tenant: str
    session: str
    customer: str | None
    summary: str
    times: Times
    events: Sequence[Line] = ()
    clocks: Sequence[Line] = ()
    verdicts: Sequence[Given] = ()
    remarks: Sequence[Line] = ()
    legs: Sequence[Line] = ()
    surveys: Sequence[Line] = ()
    counts: Sequence[Added] = ()
    afterwards: Sequence[Line] = ()
    read_from: Sequence[str] = ()
    cannot_tell: Sequence[str] = ()


def explain(
    conversation: Conversation, session: Session, definitions: Definitions, times: Times
) -> Explanation:
    """The session of a conversation as its processor holds it, judged at its clock."""
    clock = conversation.clock.clock
    verdicts, remarks = verdict_lines(session, clock, times)
    return Explanation(
        tenant=conversation.clock.tenant,
        session=f"{conversation.name}/{session.number}",
        customer=session.fold.customer,
        summary=_summary(session),
        times=times,
        events=event_lines(conversation, session.number, definitions, times),
        clocks=clock_lines(conversation, session, times),
        verdicts=verdicts,
        remarks=remarks,
        legs=leg_lines(session),
        surveys=survey_lines(session),
        counts=added(session.groups, Layout(definitions.borders_seconds)),
    )


def with_afterwards(
    found: Explanation, customer: Customer, definitions: Definitions, clock: int | None
) -> Explanation:
    """What became of the session, and what that adds to the counts."""
    lines = afterwards_lines(customer, found.session, definitions, clock, found.times)
    more = _counts(only(customer.judged, found.session), found.tenant, definitions)
    counts = sorted([*found.counts, *more], key=lambda one: one.at)
    return found._replace(afterwards=lines, counts=counts)


def _counts(judged: Judged, tenant: str, definitions: Definitions) -> list[Added]:
    groups = customer_counts.groups(judged, lambda place: Cell((tenant, *place)))
    return added(groups, Layout(definitions.borders_seconds))


def _summary(session: Session) -> str:
    judgement = session.judgement
    assert judgement is not None
    assert session.cell is not None
    _, channel, queue, country = session.cell.key
    return summary(judgement.outcome, service_class(judgement), channel, queue, country)


def summary(outcome: str, service: str | None, channel: str, queue: str, country: str) -> str:
    """The outcome and the place in one line."""
    told = outcome.replace("_", " ") + (f", {service}" if service else "")
    return f"{told}; {channel}, queue {queue}, country {country}"


def explanation_object(found: Explanation) -> dict[str, Any]:
    """The same for programs: instants with their offset."""
    times = found.times
    lines = {
        name: [line_object(line, times) for line in getattr(found, name)]
        for name in ("events", "clocks", "remarks", "legs", "surveys", "afterwards")
    }
    return {
        "tenant": found.tenant,
        "session": found.session,
        "customer": found.customer,
        "time_zone": times.zone.key,
        "summary": found.summary,
        "read_from": list(found.read_from),
        "cannot_tell": list(found.cannot_tell),
        **lines,
        "verdicts": [given_object(given, times) for given in found.verdicts],
        "counts": [added_object(one, times) for one in found.counts],
    }
