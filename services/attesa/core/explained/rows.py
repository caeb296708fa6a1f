"""One session explained from its rows in ClickHouse, where its events are known no more. No I/O."""

from collections.abc import Iterator, Sequence

from attesa.core.definitions import Definitions
from attesa.core.explained import Explanation, summary
from attesa.core.explained.lines import Given, Line, Times, duration, money, times_of
from attesa.core.explained.verdicts import WITHOUT, Wait, why
from attesa.core.rows import OrderOutcome, SessionOutcome
from attesa.core.rows.session import SessionRow
from attesa.core.sessions.verdicts import Verdict

CANNOT_TELL = (
    "the single events, and what each did: their state was let go or could not be read",
    "the instants of next turns' verdicts and of survey answers: only their counts and values",
    "what was added to which cell when: panes and totals are sums",
    "orders that were not credited, and why",
)


def explain_row(row: SessionRow, definitions: Definitions, zone: str) -> Explanation:
    """What a session's facts tell; `definitions` are the present ones, for opening hours alone."""
    times = times_of(zone, row.started_at)
    none = [Line(None, "no verdict", WITHOUT[row.outcome])] if row.outcome in WITHOUT else []
    return Explanation(
        tenant=row.tenant,
        session=row.session,
        customer=row.customer,
        summary=summary(row.outcome, row.service_class, row.channel, row.queue, row.country),
        times=times,
        clocks=list(_clocks(row, times)),
        verdicts=list(_verdicts(row, definitions, times)),
        remarks=none or list(_next_replies(row)),
        legs=list(_legs(row)),
        surveys=list(_surveys(row)),
        read_from=[f"ClickHouse: the row of sessions, epoch {row.epoch}, partition {row.partition}"],
        cannot_tell=CANNOT_TELL,
    )


def _clocks(row: SessionRow, times: Times) -> Iterator[Line]:
    yield Line(row.started_at, "started", "the session's first event")
    requested_at = row.requested_at
    if requested_at is None:
        yield Line(None, "requested", "never: nobody asked for a person")
    else:
        yield Line(requested_at, "requested", "the customer asked for a person")
    if row.bot_ms is not None:
        yield Line(requested_at, "with the bot", f"{duration(row.bot_ms)} since the start")
    if row.promised_wait_ms is not None and requested_at is not None:
        until = times.clock(requested_at + row.promised_wait_ms)
        yield Line(requested_at, "promised", f"{duration(row.promised_wait_ms)}, so until {until}")
    if row.accepted_at is not None:
        told = "" if row.pickup_ms is None else f": pick-up after {duration(row.pickup_ms)}"
        yield Line(row.accepted_at, "accepted", f"the first agent joined{told}")
    if row.first_reply_at is not None:
        told = "" if row.wait_ms is None else f"the wait is {duration(row.wait_ms)}"
        yield Line(row.first_reply_at, "first reply", told)
    if row.business_wait_ms is not None:
        told = f"{duration(row.business_wait_ms)} of it in opening hours"
        yield Line(row.first_reply_at, "business wait", told)
    if row.first_useful_reply_at is not None:
        yield Line(row.first_useful_reply_at, "first useful reply", "the first without the flag holding")
    yield from _end(row)


def _end(row: SessionRow) -> Iterator[Line]:
    if row.ended_at is None:
        yield Line(None, "ended", "not yet")
        return
    yield Line(row.ended_at, "ended", ", ".join(filter(None, (f"by {row.ended_by}", row.ended_reason))))
    if row.left_at is not None and row.time_to_abandon_ms is not None:
        yield Line(row.left_at, "left", f"the customer gave up after {duration(row.time_to_abandon_ms)}")
    if row.total_ms is not None:
        spent = "not known" if row.effective_ms is None else duration(row.effective_ms)
        yield Line(row.ended_at, "total", f"{duration(row.total_ms)} since the request, effective {spent}")
    if row.left_unanswered:
        text = "a turn was open at the end" + (": hung up" if row.hung_up else "")
        yield Line(row.ended_at, "left unanswered", text)


def _verdicts(row: SessionRow, definitions: Definitions, times: Times) -> Iterator[Given]:
    if row.outcome in WITHOUT or row.requested_at is None:
        return
    hours = definitions.hours_of(row.queue) if row.measured_in == "business" else None
    wait = Wait(
        row.requested_at, row.first_reply_at, row.ended_at, row.ended_by, row.left_at, hours is not None
    )
    for size, threshold_ms, word, at in (
        ("good", row.good_ms, row.verdict_good, row.verdict_good_at),
        ("bad", row.bad_ms, row.verdict_bad, row.verdict_bad_at),
    ):
        plain = row.requested_at + threshold_ms
        deadline = plain if hours is None else hours.deadline(row.requested_at, threshold_ms)
        verdict = None if word is None or at is None else Verdict(word, at)
        text = why(wait, threshold_ms, deadline, verdict, times)
        yield Given(f"first reply, {size}", threshold_ms, deadline, word or "undecided", at, text)


def _next_replies(row: SessionRow) -> Iterator[Line]:
    if row.next_replies:
        yield Line(None, "next replies", f"{row.next_replies}, {duration(row.next_reply_ms)} in all")
    for name, met, missed in (
        ("next, good", row.next_met_good, row.next_missed_good),
        ("next, bad", row.next_met_bad, row.next_missed_bad),
        ("synchronous, good", row.synchronous_met_good, row.synchronous_missed_good),
        ("synchronous, bad", row.synchronous_met_bad, row.synchronous_missed_bad),
    ):
        if met or missed:
            yield Line(None, name, f"{met} met, {missed} missed")


def _legs(row: SessionRow) -> Iterator[Line]:
    legs = zip(row.leg_queues, row.leg_started_at, row.leg_wait_ms, strict=True)
    for number, (queue, started_at, wait_ms) in enumerate(legs, 1):
        reply = "no reply in it" if wait_ms is None else f"first reply after {duration(wait_ms)}"
        yield Line(started_at, f"leg {number}", f"in {queue}; {reply}")


def _surveys(row: SessionRow) -> Iterator[Line]:
    if row.survey_asked_at is not None:
        early = "too early" if row.survey_too_early else "not too early"
        yield Line(row.survey_asked_at, "asked for a rating", early)
    if row.nps is not None:
        yield Line(None, "nps", f"{row.nps:g} on 0-10")
    if row.csat is not None:
        yield Line(None, "csat", f"{row.csat:g} on {row.csat_scale}")
    if row.influence is not None:
        yield Line(None, "influence", f"{row.influence} on 1-5")
    if row.would_have_bought is not None:
        yield Line(None, "would have bought", "anyway" if row.would_have_bought else "not without the chat")


def with_outcome(
    found: Explanation, outcome: SessionOutcome | None, orders: Sequence[OrderOutcome]
) -> Explanation:
    """What became of the session, from the rows of outcomes and orders."""
    if outcome is None and not orders:
        text = "nothing is known: no row of outcomes (yet), or the customer is not named"
        return found._replace(afterwards=[Line(None, "afterwards", text)])
    lines = [*([] if outcome is None else _outcome(outcome)), *_orders(orders, found.session)]
    return found._replace(
        afterwards=lines, read_from=[*found.read_from, "ClickHouse: the rows of outcomes and orders"]
    )


def _outcome(outcome: SessionOutcome) -> Iterator[Line]:
    if outcome.recontact_of is not None:
        yield Line(None, "recontact of", f"the customer came back after {outcome.recontact_of}")
    if outcome.recontacted_at is None:
        yield Line(None, "recontact", "none")
    else:
        at = outcome.recontacted_at
        yield Line(at, "recontact", f"{outcome.recontacted_by} began within 24 h after the end")
        dropped = "yes: back within 5 min of an end that the customer did not choose"
        yield Line(at, "dropped", dropped if outcome.dropped else "no")
    if outcome.spill_over is not None:
        yield Line(None, "spill-over", f"a {outcome.spill_over} social session within 7 days")
    if outcome.first_contact_resolution is not None:
        solved = "yes: resolved, and no recontact" if outcome.first_contact_resolution else "no: a recontact"
        yield Line(None, "resolved at first contact", solved)
    if outcome.self_service is not None:
        yield Line(None, "self-service", outcome.self_service)


def _orders(orders: Sequence[OrderOutcome], session: str) -> Iterator[Line]:
    for order in orders:
        touches = {"last": order.last_touch, "first": order.first_touch}
        touch = " and ".join(name for name, to in touches.items() if to == session)
        joined = {"conversation": "the shop named its conversation", "customer": "the same customer"}
        how = joined.get(order.joined_by or "", "not known how")
        price = money(order.value_minor, order.currency)
        yield Line(order.made_at, f"order {order.order_id}", f"{price}: {touch} touch: {how}")
        if order.refunded_at is not None:
            given = f"{money(order.refunded_minor, order.currency)} given back in all"
            yield Line(order.refunded_at, f"refund of {order.order_id}", given)
