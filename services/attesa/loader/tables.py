"""Records of the topics to rows of the tables: pure functions, one per table. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from attesa.core import topics
from attesa.core.rows import (
    COUNT_NAMES,
    DeadLetter,
    PaneRow,
    SessionRow,
    dead_letter_decoder,
    pane_decoder,
    session_decoder,
    version,
)

WINDOW_SECONDS = 60  # the panes that ClickHouse holds; the narrow ones serve live windows only
MS = 1000

_DERIVED = "conversation"  # ClickHouse computes it from the session
_CONVERSATION_AT = SessionRow.__struct_fields__.index(_DERIVED)

SESSION_COLUMNS = (*(name for name in SessionRow.__struct_fields__ if name != _DERIVED), "version")
WINDOW_COLUMNS = (
    "tenant", "channel", "queue", "country", "partition", "epoch", "definition_version", "start",
    "borders_seconds", *COUNT_NAMES, "answered_buckets", "abandoned_buckets", "version",
)  # fmt: skip
DEAD_LETTER_COLUMNS = (*DeadLetter.__struct_fields__, "epoch", "version")


class TableRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a table: values in the order of its columns. Of two with one key the higher version wins."""

    tenant: str
    key: tuple[Any, ...]
    version: int
    values: tuple[Any, ...]


# value, offset, this installation's epoch -> a row, or None where the table does not hold such records
Read = Callable[[bytes, int, int], TableRow | None]


@dataclass(frozen=True)
class Table:
    """Where a topic's records go. `read` raises msgspec.MsgspecError for what it cannot decode."""

    name: str
    topic: str
    columns: tuple[str, ...]
    read: Read


def session_row(value: bytes, offset: int, _epoch: int = 0) -> TableRow:
    """The facts of a session."""
    row = session_decoder.decode(value)
    number = version(row.epoch, offset)
    facts = msgspec.structs.astuple(row)
    values = (*facts[:_CONVERSATION_AT], *facts[_CONVERSATION_AT + 1 :], number)
    return TableRow(row.tenant, (row.tenant, row.session), number, values)


def window_row(value: bytes, offset: int, _epoch: int = 0) -> TableRow | None:
    """The counts of one minute; None for panes of another width."""
    row: PaneRow = pane_decoder.decode(value)
    if row.width_seconds != WINDOW_SECONDS:
        return None
    number = version(row.epoch, offset)
    start = row.start // MS
    values = (
        row.tenant, row.channel, row.queue, row.country, row.partition, row.epoch, row.definition_version,
        start, row.borders_seconds, *msgspec.structs.astuple(row.counts), number,
    )  # fmt: skip
    key = (row.tenant, row.channel, row.queue, row.country, start, row.partition)
    return TableRow(row.tenant, key, number, values)


def dead_letter_row(value: bytes, offset: int, epoch: int) -> TableRow:
    """What could not be used. A record's place is its identity within an epoch, a file's line for ever."""
    row = dead_letter_decoder.decode(value)
    row.tenant = row.tenant or ""
    of_epoch = 0 if row.origin else epoch
    number = version(epoch, offset)
    key = (row.tenant, row.topic, row.partition, row.offset, row.origin, of_epoch)
    return TableRow(row.tenant, key, number, (*msgspec.structs.astuple(row), of_epoch, number))


TABLES = (
    Table("sessions", topics.SESSIONS, SESSION_COLUMNS, session_row),
    Table("windows", topics.PANES, WINDOW_COLUMNS, window_row),
    Table("dead_letters", topics.DEAD_LETTERS, DEAD_LETTER_COLUMNS, dead_letter_row),
)
BY_TOPIC = {table.topic: table for table in TABLES}
