"""Records to Kafka, or to the spool where a platform would not send them again."""

import logging
import time
from collections.abc import Sequence

from attesa.core.errors import NoRoom, Unreachable
from attesa.gateway.http.admission import RETRY
from attesa.gateway.http.problems import Problem
from attesa.gateway.judging import Record
from attesa.gateway.meters import Meters
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.producing.spool import Spool

log = logging.getLogger("attesa.gateway")

SPOOL_AFTER_SECONDS = 2.0  # platforms that give up after one try wait 5 s


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
        if self._spool is not None:
            self._meters.spool_records.set(self._spool.depth)
            self._meters.spool_bytes.set(self._spool.bytes)
            self._meters.spool_limit_bytes.set(self._spool.max_bytes)
            self._meters.spool_aside.set(self._spool.aside.records)
            self._meters.spool_oldest_seconds.set(self._spool.oldest_seconds)
