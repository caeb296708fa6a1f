"""Empties the spool into Kafka, in order; what Kafka refuses for good goes out of the way, and is kept."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

from attesa.core.errors import Rejected, Unreachable
from attesa.gateway.meters import Meters
from attesa.gateway.producing.publisher import TOPICS, Publisher
from attesa.gateway.producing.spool import Spool
from attesa.gateway.producing.spool_file import Kept

log = logging.getLogger("attesa.gateway")

DRAIN_RECORDS = 500
RETRY_SECONDS = 0.2
ASIDE_SECONDS = 600.0  # whoever set a topic's limit or rights may have changed them


class Draining:
    """From the spool to Kafka, for as long as it runs."""

    def __init__(self, spool: Spool, publisher: Publisher, meters: Meters) -> None:
        self._spool = spool
        self._publisher = publisher
        self._meters = meters
        self._trouble = ""

    async def run(self) -> None:
        """Empty the spool whenever Kafka answers, until cancelled; look at what lies aside now and then.

        Killed between Kafka's confirmation and the spool's forgetting, it sends again: the ids are the same.
        """
        async with asyncio.TaskGroup() as both:
            both.create_task(self._empty(), name="gateway-drain")
            both.create_task(self._try_aside(), name="gateway-aside")

    async def _empty(self) -> None:
        while True:
            await self._spool.filled()
            if not await self._guarded(self._once):
                await asyncio.sleep(RETRY_SECONDS)

    async def _try_aside(self) -> None:
        loop, due = asyncio.get_running_loop(), 0.0
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            if self._spool.aside.records and self._publisher.ready and loop.time() >= due:
                await self._guarded(self._aside_once)
                due = loop.time() + ASIDE_SECONDS

    async def _guarded(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """One log line per change: a disk that fails does so many times."""
        try:
            done = await step()
        except Unreachable:
            return False
        except (sqlite3.Error, OSError) as error:
            if str(error) != self._trouble:
                log.error("the spool cannot be emptied (%s); trying again", error)  # noqa: TRY400
            self._trouble = str(error)
            return False
        self._trouble = ""
        return done

    async def _once(self) -> bool:
        if not self._publisher.ready:
            return False
        kept = await self._spool.oldest(DRAIN_RECORDS)
        known = all(one.record.topic in TOPICS for one in kept)  # an older version's may be gone
        try:
            if known:
                await self._publisher.publish([one.record for one in kept])
                await self._took(kept)
        except Rejected:
            known = False
        if not known:
            await self._sift(kept, self._took, self._set_aside)
        if not self._spool.depth:
            log.info("the spool is empty again")
        return True

    async def _aside_once(self) -> bool:
        last = 0
        while kept := await self._spool.oldest_aside(DRAIN_RECORDS, last):
            await self._sift(kept, self._took_aside, _leave)
            last = kept[-1].place
        return True

    async def _sift(
        self,
        kept: Sequence[Kept],
        taken: Callable[[Sequence[Kept]], Awaitable[None]],
        refused: Callable[[Kept, Rejected], Awaitable[None]],
    ) -> None:
        """Halve until every record is either taken or refused alone: Kafka judges whole batches."""
        try:
            await self._publisher.publish_apart([one.record for one in kept])
        except Rejected as error:
            if len(kept) == 1:
                await refused(kept[0], error)
                return
            middle = len(kept) // 2
            await self._sift(kept[:middle], taken, refused)
            await self._sift(kept[middle:], taken, refused)
        else:
            await taken(kept)

    async def _took(self, kept: Sequence[Kept]) -> None:
        await self._spool.forget(kept)
        self._meters.drained.inc(len(kept))

    async def _took_aside(self, kept: Sequence[Kept]) -> None:
        await self._spool.forget_aside(kept)
        self._meters.drained.inc(len(kept))
        log.info("Kafka has taken %d records that lay aside", len(kept))

    async def _set_aside(self, one: Kept, error: Rejected) -> None:
        await self._spool.set_aside(one, str(error))
        lying = self._spool.aside.records
        log.error("%s, a record of %s: it is kept aside, where %d lie", error, one.record.topic, lying)


async def _leave(_one: Kept, _error: Rejected) -> None:
    """It stays where it lies."""
