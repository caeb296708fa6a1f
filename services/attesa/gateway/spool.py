"""Records on disk that Kafka could not take: a file that survives `kill -9`, emptied in order.

Knows nothing of Kafka. What lies in it is what Kafka would hold: no text, no customer in clear.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from attesa.core.errors import ConfigurationError, NoRoom
from attesa.gateway.judging import Record

FILE = "gateway.sqlite"
PAGE_BYTES = 4096
_TABLE = """
CREATE TABLE IF NOT EXISTS records (
    place INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL
)"""
_INSERT = "INSERT INTO records (topic, key, value) VALUES (?, ?, ?)"
_OLDEST = "SELECT place, topic, key, value FROM records ORDER BY place LIMIT ?"
_SUM = (
    "SELECT count(*), coalesce(sum(length(topic) + coalesce(length(key), 0) + length(value)), 0) FROM records"
)

T = TypeVar("T")


class Kept(NamedTuple):
    """A record in the spool, and its place in the order."""

    place: int
    record: Record


class Spool:
    """A spool of at most `max_bytes` of records in `folder`; of one process at a time.

    Everything that touches the file runs in one thread of its own. Requests that come in while a
    transaction is written share the next one.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._path = folder / FILE
        self._max_bytes = max_bytes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gateway-spool")
        self._waiting: list[tuple[Sequence[Record], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._filled = asyncio.Event()
        self._database: sqlite3.Connection
        self.depth = 0
        self.bytes = 0

    async def open(self) -> None:
        """Raises ConfigurationError where the folder cannot be written, or another process has it."""
        try:
            await self._run(self._open)
        except (sqlite3.Error, OSError) as error:
            self._thread.shutdown()
            message = f"ATTESA_SPOOL_DIR={self._path.parent}: {error}"
            raise ConfigurationError(f"{message}; each gateway needs a folder of its own") from None
        self._note()

    async def close(self) -> None:
        """After the last `put` has been answered."""
        if self._writer is not None:
            await self._writer
        await self._run(self._database.close)
        self._thread.shutdown()

    async def put(self, records: Sequence[Record]) -> None:
        """Return when the disk has every record. Raises NoRoom, and then has none of them."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((records, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="gateway-spool")
        await stored

    async def filled(self) -> None:
        """Return when there is something to take out."""
        await self._filled.wait()

    async def oldest(self, most: int) -> list[Kept]:
        """The records that have waited longest, in the order in which they came."""
        rows = await self._run(lambda: self._database.execute(_OLDEST, (most,)).fetchall())
        return [Kept(place, Record(topic, key, value)) for place, topic, key, value in rows]

    async def forget(self, kept: Sequence[Kept]) -> None:
        """Take out what `oldest` gave, once Kafka has it."""
        await self._run(
            lambda: self._database.execute("DELETE FROM records WHERE place <= ?", (kept[-1].place,))
        )
        self.depth -= len(kept)
        self.bytes -= sum(_size(one.record) for one in kept)
        self._note()

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                refused = await self._run(lambda group=group: self._store([records for records, _ in group]))
            except (sqlite3.Error, OSError) as error:
                refused = [NoRoom(f"the spool cannot be written ({error})")] * len(group)
            for (records, stored), error in zip(group, refused, strict=True):
                self._settle(records, stored, error)
            self._note()

    def _settle(
        self, records: Sequence[Record], stored: "asyncio.Future[None]", error: NoRoom | None
    ) -> None:
        if error is None:
            self.depth += len(records)
            self.bytes += sum(map(_size, records))
        if stored.done():  # nobody waits any more
            return
        if error is None:
            stored.set_result(None)
        else:
            stored.set_exception(error)

    def _store(self, group: list[Sequence[Record]]) -> list[NoRoom | None]:
        """One transaction; with synchronous=FULL its end is on the disk."""
        outcomes: list[NoRoom | None] = []
        size = self.bytes
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for records in group:
                size += (more := sum(map(_size, records)))
                if size > self._max_bytes:
                    size -= more
                    outcomes.append(NoRoom(f"the spool is full ({self._max_bytes} bytes)"))
                    continue
                rows = [(record.topic, record.key, record.value) for record in records]
                self._database.executemany(_INSERT, rows)
                outcomes.append(None)
        return outcomes

    def _open(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        database = sqlite3.connect(self._path, timeout=1, isolation_level=None, check_same_thread=False)
        pages = 2 * self._max_bytes // PAGE_BYTES + 64
        settings = (
            "locking_mode=EXCLUSIVE",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"max_page_count={pages}",
        )
        try:
            for setting in settings:
                database.execute(f"PRAGMA {setting}")
            database.execute(_TABLE)
            self.depth, self.bytes = database.execute(_SUM).fetchone()
        except sqlite3.Error:
            database.close()
            raise
        self._database = database

    def _note(self) -> None:
        if self.depth:
            self._filled.set()
        else:
            self._filled.clear()

    async def _run(self, step: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step)


def _size(record: Record) -> int:
    return len(record.topic) + len(record.key or b"") + len(record.value)
