"""Holds what readers of a log see against the oracle's answer to what has been read, to the last number."""

from typing import Any

import msgspec
from tests.core.running import Log, Message, Read, not_zero, read
from tests.oracle import sums
from tests.oracle.answers import Answer, answer
from tests.oracle.counting import Added
from tests.oracle.customers import Outcomes, outcomes, stub_of
from tests.oracle.returning import Stub

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.rows import (
    LinkOutcome,
    OrderOutcome,
    SessionOutcome,
    dead_letter_decoder,
    outcome_decoder,
    session_decoder,
)
from attesa.core.sessions.stubs import StubMessage, internal_decoder

OF_THE_PIPELINE = ("partition", "epoch", "definition_version", "deleted")


def assert_sessions(log: Log, definitions: Definitions, late: frozenset[int] = frozenset()) -> Answer:
    """Facts, panes, totals, stubs and dead letters of the sessions processor.

    `late` holds the offsets of events that came after what they belong to had been let go.
    """
    seen = read(log, "sessions")
    messages = log.read(topics.EVENTS)
    events = [m.told for m in messages if isinstance(m.told, dict) and m.offset not in late]
    wanted = answer(events, definitions, {tenant: row.clock for tenant, row in seen.clocks.items()})
    assert facts(log) == wanted.facts
    assert_sums(seen, wanted.added)
    facts_by_cell = {(f["tenant"], f["channel"], f["queue"], f["country"]) for f in wanted.facts.values()}
    oldest = {cell: sums.oldest_requested_at(wanted.facts.values(), cell) for cell in facts_by_cell}
    assert seen.oldest_requested_at == {cell: at for cell, at in oldest.items() if at is not None}
    told = [stub for each in wanted.sessions.values() if (stub := stub_of(each)) is not None]
    assert in_order(stubs(log.inputs[topics.CUSTOMERS])) == in_order(told)
    rubbish = {m.offset for m in messages if isinstance(m.told, bytes)}
    letters = dead(log, topics.EVENTS)
    assert {offset for offset, reason in letters.items() if reason != "late"} == rubbish
    assert {offset for offset, reason in letters.items() if reason == "late"} == {
        offset for offset in late if offset < len(messages)
    }
    return wanted


def facts(log: Log) -> dict[tuple[str, str], dict[str, Any]]:
    """By tenant and session; those that were taken away are left out."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key, value in log.rows[topics.SESSIONS].items():
        row = session_decoder.decode(value)
        assert key == f"{row.tenant}:{row.session}".encode()
        if not row.deleted:
            found[row.tenant, row.session] = fields(row, OF_THE_PIPELINE)
    return found


def fields(row: msgspec.Struct, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """A row as a dict, also what its JSON leaves out."""
    told = {name: getattr(row, name) for name in row.__struct_fields__ if name not in but}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in told.items()}


def assert_sums(seen: Read, added: list[Added]) -> None:
    wanted = sums.sums(added)
    assert not_zero(seen.totals) == not_zero(wanted.totals)
    assert not_zero(seen.panes) == not_zero(wanted.panes)
    for cell, counts in seen.totals.items():
        published = seen.published[cell]
        assert all(published.get(column, 0) >= amount for column, amount in counts.items())


def stubs(messages: list[Message]) -> list[Stub]:
    """What the customers processor knows of sessions once it has read these messages."""
    newest: dict[tuple[str, str, str], Any] = {}
    for message in messages:
        if message.told is not None:
            continue
        told = internal_decoder.decode(message.value or b"")
        if isinstance(told, StubMessage):
            stub = told.stub
            assert message.key == f"{stub.tenant}:{stub.customer}".encode()
            known = newest.get((stub.tenant, stub.customer, stub.session))
            if known is None or stub.version >= known.version:
                newest[stub.tenant, stub.customer, stub.session] = stub
    return [fields(stub, ("version", "deleted")) for stub in newest.values() if not stub.deleted]


def dead(log: Log, topic: str) -> dict[int, str]:
    """By offset why a message of a topic is a dead letter."""
    letters = map(dead_letter_decoder.decode, log.rows[topics.DEAD_LETTERS].values())
    return {letter.offset: letter.reason for letter in letters if letter.topic == topic}


def in_order(found: list[Stub]) -> list[Stub]:
    return sorted(found, key=lambda stub: (stub["tenant"], stub["session"], stub["customer"]))


def assert_customers(log: Log, definitions: Definitions) -> Outcomes:
    """Outcomes, panes, totals and dead letters of the customers processor."""
    messages = log.read(topics.CUSTOMERS)
    events = [message.told for message in messages if isinstance(message.told, dict)]
    wanted = outcomes(stubs(messages), events, definitions)
    assert_outcomes(log, wanted)
    assert_sums(read(log, "customers"), wanted.added)
    rubbish = {message.offset for message in messages if isinstance(message.told, bytes)}
    assert set(dead(log, topics.CUSTOMERS)) == rubbish
    return wanted


def assert_outcomes(log: Log, wanted: Outcomes) -> None:
    """Where nothing has become of a session afterwards, there may be no row of it."""
    sessions: dict[tuple[str, str], dict[str, Any]] = {}
    orders: dict[tuple[str, str], dict[str, Any]] = {}
    links: dict[tuple[str, str, str], int] = {}
    for value in log.rows[topics.OUTCOMES].values():
        row = outcome_decoder.decode(value)
        if isinstance(row, LinkOutcome):
            links[row.tenant, row.customer, row.same_as] = row.at
        elif isinstance(row, OrderOutcome) and not row.deleted:
            orders[row.tenant, row.order_id] = fields(row, OF_THE_PIPELINE)
        elif isinstance(row, SessionOutcome) and not row.deleted:
            sessions[row.tenant, row.session] = fields(row, OF_THE_PIPELINE)
    assert orders == wanted.orders
    assert links == wanted.links
    untold = {key: each for key, each in wanted.sessions.items() if key not in sessions and is_blank(each)}
    assert sessions | untold == wanted.sessions


def is_blank(outcome: dict[str, Any]) -> bool:
    return not any(each for name, each in outcome.items() if name not in ("tenant", "session", "customer"))
