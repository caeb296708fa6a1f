"""Finds a session in rows of `attesa.state`: the processor comes back as it stood then. No I/O."""

from collections.abc import Mapping
from typing import NamedTuple

from attesa.core.customers import Customers
from attesa.core.customers.customer import Customer
from attesa.core.definitions import Definitions
from attesa.core.explained import Explanation, explain, with_afterwards
from attesa.core.explained.lines import times_of
from attesa.core.partition.processor import Processor
from attesa.core.partition.restore import restore
from attesa.core.partition.state import DEFINITIONS, HEADER, MEMORY, UNIT, unpack_header
from attesa.core.sessions import Sessions
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.session import Session

Rows = Mapping[bytes, bytes]


class Named(NamedTuple):
    """A session of a conversation, or (no number) its newest."""

    conversation: str
    number: int | None


class Found(NamedTuple):
    """A session with its conversation and the processor that holds them."""

    processor: Processor
    conversation: Conversation
    session: Session


def readings(written: str) -> list[Named]:
    """What `conversation/n` may mean: a session, or a conversation whose own name ends so."""
    conversation, _, number = written.rpartition("/")
    whole = Named(written, None)
    is_number = number.isascii() and number.isdigit() and number[0] != "0"
    return [Named(conversation, int(number)), whole] if conversation and is_number else [whole]


def needed(prefix: bytes, unit: bytes) -> frozenset[bytes]:
    """The keys of the rows that tell of one unit."""
    return frozenset(prefix + key for key in (HEADER, DEFINITIONS, UNIT + unit, MEMORY + unit))


def find_session(rows: Rows, tenant: str, named: Named, partition: int) -> Found | None:
    """The session, judged as its processor judged it last. Raises ConfigurationError for other rows."""
    processor = _restored(Sessions(partition, *_terms(rows, Sessions.prefix), lambda _key: True), rows)
    unit = processor.find(f"{tenant}:{named.conversation}".encode())
    if not isinstance(unit, Conversation) or not unit.sessions:
        return None
    for session in reversed(unit.sessions):
        if named.number in (None, session.number):
            return Found(processor, unit, session)
    return None


def find_customer(rows: Rows, tenant: str, name: str, partition: int, partitions: int) -> Customer | None:
    """The customer, judged. Raises ConfigurationError for rows of another version."""
    definitions, epoch = _terms(rows, Customers.prefix)
    empty = Customers(partition, definitions, epoch, lambda _key: True, None, partitions)
    unit = _restored(empty, rows).find(f"{tenant}:{name}".encode())
    return unit if isinstance(unit, Customer) else None


def explain_found(found: Found, zone: str) -> Explanation:
    """What the state tells of a session, its afterwards aside."""
    times = times_of(zone, found.session.fold.started_at)
    definitions = found.processor.definitions
    explained = explain(found.conversation, found.session, definitions, times)
    clock = found.conversation.clock.clock
    at = "time has not begun" if clock is None else f"clock {times.iso(clock)}"
    place = f"{found.processor.topic}/{found.processor.partition} at offset {found.processor.next_offset}"
    told = [
        "ids of events: state keeps their hashes (printed by --json); texts were never told",
        "duplicates, and events that were refused: they are counted, or lie in attesa.dead-letters",
    ]
    return explained._replace(read_from=[f"attesa.state: {place}, {at}"], cannot_tell=told)


def explain_afterwards(explained: Explanation, customer: Customer, rows: Rows) -> Explanation | None:
    """What became of it as the customers' rows tell; None where they do not know the session."""
    if explained.session not in customer.judged.sessions:
        return None
    definitions, _ = _terms(rows, Customers.prefix)
    clock = customer.clock.clock
    found = with_afterwards(explained, customer, definitions, clock)
    offset = unpack_header(rows[Customers.prefix + HEADER]).next_offset
    at = "time has not begun" if clock is None else f"clock {found.times.iso(clock)}"
    place = f"attesa.state: {Customers.topic} of customer {customer.name} at offset {offset}, {at}"
    return found._replace(read_from=[*found.read_from, place])


def _terms(rows: Rows, prefix: bytes) -> tuple[Definitions, int]:
    """By what the rows were made: their definitions, and their epoch."""
    raw = rows.get(prefix + HEADER)
    definitions = Definitions.model_validate_json(rows.get(prefix + DEFINITIONS, b"{}"))
    return definitions, 1 if raw is None else unpack_header(raw).epoch


def _restored(processor: Processor, rows: Rows) -> Processor:
    raw = rows.get(processor.prefix + HEADER)
    restore(processor, rows, 0 if raw is None else unpack_header(raw).next_offset)
    return processor
