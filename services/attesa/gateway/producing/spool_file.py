"""The spool's file, SQLite: a table of records that wait for Kafka, one of those that it refuses for good.

For one thread of one process. What lies in it is what Kafka would hold: no text, no customer in clear.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from attesa.core.errors import ConfigurationError, NoRoom
from attesa.gateway.judging import Record

FILE = "gateway.sqlite"
PAGE_BYTES = 4096
_SIZE = "length(topic) + coalesce(length(key), 0) + length(value)"


class Table:
    """The statements of one table."""

    def __init__(self, name: str) -> None:
        self.create = (
            f"CREATE TABLE IF NOT EXISTS {name} (place INTEGER PRIMARY KEY AUTOINCREMENT, "
            "topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL, at REAL NOT NULL, why TEXT NOT NULL)"
        )
        self.insert = f"INSERT INTO {name} (topic, key, value, at, why) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
        self.oldest = (
            f"SELECT place, topic, key, value, at FROM {name} WHERE place > ? ORDER BY place LIMIT ?"  # noqa: S608
        )
        self.delete = f"DELETE FROM {name} WHERE place BETWEEN ? AND ?"  # noqa: S608
        self.sum = f"SELECT count(*), coalesce(sum({_SIZE}), 0), min(at) FROM {name}"  # noqa: S608


WAITING, ASIDE = Table("records"), Table("aside")
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Kept(NamedTuple):
    """A record in the spool, its place in the order of its table, and when it came (Unix seconds)."""

    place: int
    record: Record
    at: float


class Lying(NamedTuple):
    """How much lies in one table: records, their bytes, and when the oldest came (Unix seconds)."""

    records: int = 0
    bytes: int = 0
    oldest_at: float | None = None


class SpoolFile:
    """`waiting` and `aside` say how much lies in it; together at most `max_bytes`."""

    def __init__(self, folder: Path, max_bytes: int, now: Callable[[], float]) -> None:
        self.path = folder / FILE
        self._max_bytes = max_bytes
        self._now = now
        self._database: sqlite3.Connection
        self._inode: int
        self.waiting = self.aside = Lying()

    def open(self) -> None:
        """Raises ConfigurationError where it cannot be used, and says what to do."""
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(f"ATTESA_SPOOL_DIR={self.path.parent}: {_advice(error)}") from None

    def _open(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        database = sqlite3.connect(self.path, timeout=1, isolation_level=None, check_same_thread=False)
        pages = 2 * self._max_bytes // PAGE_BYTES + 64
        settings = ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL")
        try:
            for setting in (*settings, f"max_page_count={pages}"):
                database.execute(f"PRAGMA {setting}")
            (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(" ".join(state.split()))
            for table in (WAITING, ASIDE):
                database.execute(table.create)
            self._database, self._inode = database, self.path.stat().st_ino
            self.waiting, self.aside = _lying(database, WAITING), _lying(database, ASIDE)
        except sqlite3.Error:
            database.close()
            raise

    def close(self) -> None:
        self._database.close()

    def store(self, group: Sequence[Sequence[Record]]) -> list[NoRoom | None]:
        """Deliveries, each whole or not at all, in one transaction; with synchronous=FULL its end is on disk.

        Raises sqlite3.Error or OSError, and then has none of them.
        """
        if self.path.stat().st_ino != self._inode:
            raise OSError(f"{self.path.name} is another file than it was")
        outcomes: list[NoRoom | None] = []
        size, at = self.waiting.bytes + self.aside.bytes, self._now()
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for records in group:
                size += (more := sum(map(size_of, records)))
                if size > self._max_bytes:
                    size -= more
                    outcomes.append(NoRoom(f"the spool is full ({self._max_bytes} bytes)"))
                    continue
                rows = [(record.topic, record.key, record.value, at, "") for record in records]
                self._database.executemany(WAITING.insert, rows)
                outcomes.append(None)
        stored = [records for records, refused in zip(group, outcomes, strict=True) if refused is None]
        count, size = sum(map(len, stored)), size - self.aside.bytes
        oldest_at = self.waiting.oldest_at or (at if count else None)
        self.waiting = Lying(self.waiting.records + count, size, oldest_at)
        return outcomes

    def oldest(self, most: int, table: Table = WAITING, after: int = 0) -> list[Kept]:
        """What has lain longest in a table, of the places after `after`."""
        rows = self._database.execute(table.oldest, (after, most)).fetchall()
        return [Kept(place, Record(topic, key, value), at) for place, topic, key, value, at in rows]

    def forget(self, kept: Sequence[Kept], table: Table = WAITING) -> None:
        """Take out what `oldest` gave, once Kafka has it."""
        places = (kept[0].place, kept[-1].place)  # nothing comes in between: places only rise
        self._database.execute(table.delete, places)
        self._lessen(table, [one.record for one in kept])

    def set_aside(self, one: Kept, why: str) -> None:
        """Out of the way of the others, and kept."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            record = one.record
            self._database.execute(ASIDE.insert, (record.topic, record.key, record.value, one.at, why))
            self._database.execute(WAITING.delete, (one.place, one.place))
        self._lessen(WAITING, [one.record])
        size = self.aside.bytes + size_of(one.record)
        self.aside = Lying(self.aside.records + 1, size, self._oldest_at(ASIDE))

    def _lessen(self, table: Table, records: Sequence[Record]) -> None:
        """Counted along, for a sum over the whole file takes long."""
        before = self.waiting if table is WAITING else self.aside
        size = before.bytes - sum(map(size_of, records))
        now = Lying(before.records - len(records), size, self._oldest_at(table))
        if table is WAITING:
            self.waiting = now
        else:
            self.aside = now

    def _oldest_at(self, table: Table) -> float | None:
        oldest = self.oldest(1, table)
        return oldest[0].at if oldest else None


def look(folder: Path) -> tuple[Lying, Lying] | None:
    """What waits and what lies aside, in a spool that no gateway has open; None where there is none.

    Changes nothing. Raises sqlite3.Error, also where a gateway has it open.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=1, uri=True)
    try:
        return _lying(database, WAITING), _lying(database, ASIDE)
    finally:
        database.close()


def size_of(record: Record) -> int:
    return len(record.topic) + len(record.key or b"") + len(record.value)


def _lying(database: sqlite3.Connection, table: Table) -> Lying:
    return Lying(*database.execute(table.sum).fetchone())


def _advice(error: sqlite3.Error | OSError) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if type(error) is sqlite3.DatabaseError and code in (None, *_DAMAGED):
        return (
            f"{FILE} is damaged ({error}). It may hold deliveries that were answered: move it away with its "
            "-wal file and start again; `sqlite3 … .recover` saves what can be read of it"
        )
    return f"{error}; each gateway needs a folder of its own"
