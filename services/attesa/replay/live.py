"""Publishes simulated chats in present time, each event at its instant. Invents nothing itself."""

import asyncio
import time
from contextlib import suppress

from attesa.core import topics
from attesa.core.placement import partition_of
from attesa.core.rows import encode
from attesa.replay.deliveries import Event
from attesa.replay.kafka import PATIENCE_SECONDS, log, partition_count, producing
from attesa.replay.outbox import CLOUD_EVENT, Outbox
from attesa.replay.simulator import farewell, simulate
from attesa.settings import Settings

SOON_MS = 5  # events that are due within this are sent together
ENDED = "attesa.session.ended"


async def live(
    settings: Settings,
    tenant: str,
    seed: int = 1,
    rate: float = 0.5,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> int:
    """Publish simulated chats of `tenant` until cancelled, `rate` of them beginning per second.

    Cancelled, it lets the customers of open chats leave, so that nobody waits for ever, and returns how
    many events it sent. Raises ConfigurationError for topics that are absent or differ, and Unreachable
    when Kafka stays away for `patience_seconds`.
    """
    async with producing(settings, patience_seconds) as client:
        partitions = await partition_count(client, settings)
        outbox = Outbox(client, topics.EVENTS, settings.kafka, CLOUD_EVENT)
        traffic = _Traffic(outbox, tenant, partitions)
        log.info("simulated chats of tenant %s: %.2f a second", tenant, rate)
        with suppress(asyncio.CancelledError):
            await traffic.run(seed, rate)
        await traffic.leave()
        return traffic.sent


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class _Traffic:
    """The chats under way."""

    def __init__(self, outbox: Outbox, tenant: str, partitions: int) -> None:
        self.sent = 0
        self._outbox = outbox
        self._tenant = tenant
        self._partitions = partitions
        self._open: set[str] = set()

    async def run(self, seed: int, rate: float) -> None:
        for at_ms, body in simulate(self._tenant, seed, _now_ms(), rate):
            early_ms = at_ms - _now_ms()
            if early_ms > SOON_MS:
                await self._outbox.ship_all()
                await asyncio.sleep(early_ms / 1000)
            await self._put(body)

    async def leave(self) -> None:
        """End what is open, and wait until Kafka has all."""
        now_ms = _now_ms()
        for subject in sorted(self._open):
            await self._put(farewell(self._tenant, subject, now_ms))
        await self._outbox.flush()

    async def _put(self, body: Event) -> None:
        subject = body["subject"]
        if body["type"] == ENDED:
            self._open.discard(subject)
        else:
            self._open.add(subject)
        key = f"{self._tenant}:{subject}".encode()
        await self._outbox.put(partition_of(key, self._partitions), key, encode(body))
        self.sent += 1
