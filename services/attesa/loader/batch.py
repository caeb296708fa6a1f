"""What is to be written at once: the newest row of each key, dead letters, the offsets after them. No I/O."""

import hashlib
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from attesa.core import topics
from attesa.core.rows import DeadLetter
from attesa.loader.tables import TABLES, TableRow, read

UNDECODABLE = "undecodable_row"
REFUSED = "refused_by_clickhouse"


class Record(Protocol):
    """What the batch needs of a Kafka record."""

    topic: str
    partition: int
    offset: int
    value: bytes | None


Rows = dict[tuple[Any, ...], tuple[TableRow, Record]]


class Batch:
    """Rows by table and key. `since` is when the first record came, on the caller's clock; None while empty.

    `offsets` are the next offsets to read of every partition that was read on here; they may be committed
    once all rows and dead letters are stored.
    """

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self.rows: dict[str, dict[tuple[Any, ...], tuple[TableRow, Record]]] = {
            table.name: {} for table in TABLES
        }
        self.dead: list[DeadLetter] = []
        self.lost = 0  # broken dead letters: counted, for a dead letter of a dead letter would never end
        self.offsets: dict[tuple[str, int], int] = {}
        self.since: float | None = None

    def __len__(self) -> int:
        return sum(map(len, self.rows.values())) + len(self.dead)

    def add(self, records: Iterable[Record], now: float, now_ms: int) -> None:
        """Take records in the order of their offsets; `now`: monotonic clock in s, `now_ms`: wall clock."""
        for record in records:
            if self.since is None:
                self.since = now
            self.offsets[record.topic, record.partition] = record.offset + 1
            self._take(record, now_ms)

    def reach(self, topic: str, partition: int, position: int, now: float) -> None:
        """The partition has been read up to `position`, over what makes no record: transaction markers."""
        if self.since is None:
            self.since = now
        self.offsets[topic, partition] = position

    def due(self, now: float, age_seconds: float, size: int) -> bool:
        """Whether it is time to write: the first record is that old, or that many rows are here."""
        return len(self) >= size or (self.since is not None and now - self.since >= age_seconds)

    def forget(self, partitions: Iterable[tuple[str, int]]) -> None:
        """Commit nothing for partitions that others have now; their rows stay, they are upserts."""
        for place in partitions:
            self.offsets.pop(place, None)

    def refuse(self, table: str, row: TableRow, detail: str, now_ms: int) -> None:
        """Make a dead letter of a row that ClickHouse will never take."""
        _, record = self.rows[table].pop(row.key)
        self._bury(record, REFUSED, detail, now_ms, row.tenant or None)

    def _take(self, record: Record, now_ms: int) -> None:
        if record.value is None:
            self._bury(record, UNDECODABLE, "a record without a value", now_ms)
            return
        try:
            row = read(record.topic, record.value, record.offset, self._epoch)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            self._bury(record, UNDECODABLE, str(error), now_ms)
            return
        if row is None:
            return
        rows = self.rows[row.table]
        before = rows.get(row.key)
        if before is None or before[0].version <= row.version:
            rows[row.key] = (row, record)

    def _bury(self, record: Record, reason: str, detail: str, now_ms: int, tenant: str | None = None) -> None:
        if record.topic == topics.DEAD_LETTERS:
            self.lost += 1
            return
        value = record.value or b""
        path = detail.rpartition(" - at `")[2].rstrip("`").removeprefix("$.") if " - at `" in detail else ""
        self.dead.append(
            DeadLetter(
                tenant=tenant,
                reason=reason,
                path=path,
                detail=detail,
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                size_bytes=len(value),
                sha256=hashlib.sha256(value).hexdigest(),
                at=now_ms,
            )
        )
