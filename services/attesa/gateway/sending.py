"""Records to Kafka, or to the spool where a platform would not send them again; from there to Kafka."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence

from attesa.core.errors import NoRoom, Unreachable
from attesa.gateway.admission import RETRY
from attesa.gateway.judging import Record
from attesa.gateway.meters import Meters
from attesa.gateway.problems import Problem
from attesa.gateway.publisher import Publisher
from attesa.gateway.spool import Spool

log = logging.getLogger("attesa.gateway")

SPOOL_AFTER_SECONDS = 2.0  # platforms that give up after one try wait 5 s
DRAIN_RECORDS = 500
DRAIN_RETRY_SECONDS = 0.2


class Sending:
    """The way out of the gateway; without a spool everything waits for Kafka."""

    def __init__(self, publisher: Publisher, meters: Meters, spool: Spool | None = None) -> None:
        self._publisher = publisher
        self._meters = meters
        self._spool = spool

    async def send(self, records: Sequence[Record]) -> None:
        """Return when Kafka has every record. Raises Problem."""
        try:
            await self._publish(records)
        except Unreachable as error:
            detail = f"{error}; send the same events again, none will be counted twice"
            raise Problem("unavailable", detail, headers=RETRY) from None

    async def send_or_keep(self, records: Sequence[Record]) -> bool:
        """Return when Kafka has every record, or the spool: True where it was the spool. Raises Problem."""
        if self._spool is None:
            await self.send(records)
            return False
        try:
            await self._publish(records, SPOOL_AFTER_SECONDS)
        except Unreachable:
            await self._keep(self._spool, records)
            return True
        return False

    async def drain(self) -> None:
        """Empty the spool in the order in which it was filled, whenever Kafka answers; until cancelled.

        Killed between Kafka's confirmation and the spool's forgetting, it sends again: the ids are the same.
        """
        while self._spool is not None:
            await self._spool.filled()
            try:
                sent = await self._drain_once(self._spool)
            except (sqlite3.Error, OSError) as error:
                log.error("the spool cannot be emptied (%s); trying again", error)  # noqa: TRY400
                sent = False
            if not sent:
                await asyncio.sleep(DRAIN_RETRY_SECONDS)

    async def _drain_once(self, spool: Spool) -> bool:
        if not self._publisher.ready:
            return False
        kept = await spool.oldest(DRAIN_RECORDS)
        try:
            await self._publish([one.record for one in kept])
        except Unreachable:
            return False
        await spool.forget(kept)
        self._meters.drained.inc(len(kept))
        if not spool.depth:
            log.info("the spool is empty again")
        return True

    async def _keep(self, spool: Spool, records: Sequence[Record]) -> None:
        if not spool.depth:
            log.warning("Kafka does not take deliveries: they go to the spool until it does")
        try:
            await spool.put(records)
        except NoRoom as error:
            self._meters.spool_refused.inc()
            raise Problem("spool-full", str(error), headers=RETRY) from None
        self._meters.spooled.inc(len(records))

    async def _publish(self, records: Sequence[Record], within_seconds: float | None = None) -> None:
        started = time.perf_counter()
        await self._publisher.publish(records, within_seconds)
        self._meters.produce_seconds.observe(time.perf_counter() - started)

    def show(self) -> None:
        """Set the gauges."""
        self._meters.connected.set(self._publisher.ready)
        self._meters.spool_records.set(self._spool.depth if self._spool else 0)
        self._meters.spool_bytes.set(self._spool.bytes if self._spool else 0)
