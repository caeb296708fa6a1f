"""Records on disk that Kafka could not take: a file that survives `kill -9`, emptied in order.

Knows nothing of Kafka.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from attesa.core.errors import ConfigurationError, NoRoom
from attesa.gateway.judging import Record
from attesa.gateway.producing.spool_file import ASIDE, Kept, Lying, SpoolFile

T = TypeVar("T")


class Spool:
    """A spool of at most `max_bytes` of records in `folder`; of one process at a time.

    Everything that touches the file runs in one thread of its own. Requests that come in while a
    transaction is written share the next one.
    """

    def __init__(self, folder: Path, max_bytes: int, now: Callable[[], float] = time.time) -> None:
        self.max_bytes = max_bytes
        self._now = now
        self._file = SpoolFile(folder, max_bytes, now)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gateway-spool")
        self._pending: list[tuple[Sequence[Record], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._filled = asyncio.Event()

    @property
    def depth(self) -> int:
        """Records that wait for Kafka."""
        return self._file.waiting.records

    @property
    def aside(self) -> Lying:
        """What Kafka refuses for good."""
        return self._file.aside

    @property
    def bytes(self) -> int:
        """Of all that lies in it."""
        return self._file.waiting.bytes + self._file.aside.bytes

    @property
    def oldest_seconds(self) -> float:
        """How long the oldest record has waited for Kafka; 0 where none waits."""
        since = self._file.waiting.oldest_at
        return 0.0 if since is None else max(0.0, self._now() - since)

    async def open(self) -> None:
        """Raises ConfigurationError where the folder cannot be written, or another process has it."""
        try:
            await self._run(self._file.open)
        except ConfigurationError:
            self._thread.shutdown()
            raise
        self._note()

    async def close(self) -> None:
        """After the last `put` has been answered."""
        if self._writer is not None:
            await self._writer
        await self._run(self._file.close)
        self._thread.shutdown()

    async def put(self, records: Sequence[Record]) -> None:
        """Return when the disk has every record. Raises NoRoom, and then has none of them."""
        stored = asyncio.get_running_loop().create_future()
        self._pending.append((records, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="gateway-spool")
        await stored

    async def filled(self) -> None:
        """Return when there is something to take out."""
        await self._filled.wait()

    async def oldest(self, most: int) -> list[Kept]:
        """The records that have waited longest, in the order in which they came."""
        return await self._run(lambda: self._file.oldest(most))

    async def forget(self, kept: Sequence[Kept]) -> None:
        """Take out what `oldest` gave, once Kafka has it."""
        await self._run(lambda: self._file.forget(kept))
        self._note()

    async def set_aside(self, one: Kept, why: str) -> None:
        """Keep what Kafka refuses for good where nothing waits behind it."""
        await self._run(lambda: self._file.set_aside(one, why))
        self._note()

    async def oldest_aside(self, most: int, after: int) -> list[Kept]:
        """What lies aside, of the places after `after`."""
        return await self._run(lambda: self._file.oldest(most, ASIDE, after))

    async def forget_aside(self, kept: Sequence[Kept]) -> None:
        """Take out what `oldest_aside` gave, once Kafka has it after all."""
        await self._run(lambda: self._file.forget(kept, ASIDE))

    async def _write(self) -> None:
        while self._pending:
            group, self._pending = self._pending, []
            deliveries = [records for records, _ in group]
            refused: Sequence[NoRoom | None]
            try:
                refused = await self._run(lambda deliveries=deliveries: self._file.store(deliveries))
            except (sqlite3.Error, OSError) as error:
                refused = [NoRoom(f"the spool cannot be written ({error})")] * len(group)
            for (_, stored), why in zip(group, refused, strict=True):
                _settle(stored, why)
            self._note()

    def _note(self) -> None:
        if self.depth:
            self._filled.set()
        else:
            self._filled.clear()

    async def _run(self, step: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step)


def _settle(stored: "asyncio.Future[None]", why: NoRoom | None) -> None:
    if stored.done():  # nobody waits any more
        return
    if why is None:
        stored.set_result(None)
    else:
        stored.set_exception(why)
