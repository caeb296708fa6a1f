"""Records of the topics to rows of the tables: pure functions, one per kind of row. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from attesa.core import topics
from attesa.core.rows import (
    DeadLetter,
    LinkOutcome,
    OrderOutcome,
    PaneRow,
    SessionOutcome,
    SessionRow,
    dead_letter_decoder,
    outcome_decoder,
    pane_decoder,
    session_decoder,
    version,
)
from attesa.core.rows.counts import BUCKETS, COUNT_NAMES, MONEY

WINDOW_SECONDS = 60  # the panes that ClickHouse holds; the narrow ones serve live windows only
MS = 1000

_DERIVED = "conversation"  # ClickHouse computes it from the session
_CONVERSATION_AT = SessionRow.__struct_fields__.index(_DERIVED)

Values = tuple[Any, ...]


class TableRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a table: values in the order of its columns. Of two with one key the higher version wins."""

    table: str
    tenant: str
    key: Values
    version: int
    values: Values


@dataclass(frozen=True)
class Table:
    """Where rows go, and the topic whose records they come from."""

    name: str
    topic: str
    columns: tuple[str, ...]


# value, offset, this installation's epoch -> a row, or None where no table holds such records
Read = Callable[[bytes, int, int], TableRow | None]

TABLES = (
    Table(
        "sessions",
        topics.SESSIONS,
        (*(name for name in SessionRow.__struct_fields__ if name != _DERIVED), "version"),
    ),
    Table("outcomes", topics.OUTCOMES, (*SessionOutcome.__struct_fields__, "version")),
    Table("orders", topics.OUTCOMES, (*OrderOutcome.__struct_fields__, "version")),
    Table("customer_links", topics.OUTCOMES, (*LinkOutcome.__struct_fields__, "version")),
    Table(
        "windows",
        topics.PANES,
        (
            "tenant", "channel", "queue", "country", "start", "processor", "partition", "epoch",
            "definition_version", "borders_seconds", *COUNT_NAMES, *BUCKETS, *MONEY, "version",
        ),
    ),
    Table("dead_letters", topics.DEAD_LETTERS, (*DeadLetter.__struct_fields__, "epoch", "version")),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
LOADED_TOPICS = tuple(dict.fromkeys(table.topic for table in TABLES))


def session_row(value: bytes, offset: int, _epoch: int) -> TableRow:
    """The facts of a session."""
    row = session_decoder.decode(value)
    number = version(row.epoch, offset)
    facts = msgspec.structs.astuple(row)
    values = (*facts[:_CONVERSATION_AT], *facts[_CONVERSATION_AT + 1 :], number)
    return TableRow("sessions", row.tenant, (row.tenant, row.session), number, values)


def outcome_row(value: bytes, offset: int, _epoch: int) -> TableRow:
    """What became of a session or an order, or that two customers are one: a table for each."""
    row = outcome_decoder.decode(value)
    number = version(row.epoch, offset)
    match row:
        case SessionOutcome():
            table, key = "outcomes", (row.tenant, row.session, row.customer)
        case OrderOutcome():
            table, key = "orders", (row.tenant, row.order_id, row.customer)
        case LinkOutcome():
            table, key = "customer_links", (row.tenant, row.customer, row.same_as)
    return TableRow(table, row.tenant, key, number, (*msgspec.structs.astuple(row), number))


def window_row(value: bytes, offset: int, _epoch: int) -> TableRow | None:
    """The counts of one minute; None for panes of another width."""
    row: PaneRow = pane_decoder.decode(value)
    if row.width_seconds != WINDOW_SECONDS:
        return None
    number = version(row.epoch, offset)
    key = (
        row.tenant, row.channel, row.queue, row.country, row.start // MS, row.processor, row.partition,
    )  # fmt: skip
    counts = msgspec.structs.astuple(row.counts)
    values = (*key, row.epoch, row.definition_version, row.borders_seconds, *counts, number)
    return TableRow("windows", row.tenant, key, number, values)


def dead_letter_row(value: bytes, offset: int, epoch: int) -> TableRow:
    """What could not be used. A record's place is its identity within an epoch, a file's line for ever."""
    row = dead_letter_decoder.decode(value)
    row.tenant = row.tenant or ""
    of_epoch = 0 if row.origin else epoch
    number = version(epoch, offset)
    key = (row.tenant, row.topic, row.partition, row.offset, row.origin, of_epoch)
    values = (*msgspec.structs.astuple(row), of_epoch, number)
    return TableRow("dead_letters", row.tenant, key, number, values)


_READERS: dict[str, Read] = {
    topics.SESSIONS: session_row,
    topics.OUTCOMES: outcome_row,
    topics.PANES: window_row,
    topics.DEAD_LETTERS: dead_letter_row,
}


def read(topic: str, value: bytes, offset: int, epoch: int) -> TableRow | None:
    """The row of a record; None where no table holds it. Raises msgspec.MsgspecError for what is no row."""
    return _READERS[topic](value, offset, epoch)
