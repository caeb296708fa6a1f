"""Publishes simulated traffic in present time, each event at its instant. Invents nothing itself."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from attesa.core.partition.placement import partition_of
from attesa.core.rows import encode
from attesa.replay.deliveries import Event, topic_of
from attesa.replay.kafka import PATIENCE_SECONDS, log, partition_count, producing
from attesa.replay.outbox import EventOutboxes
from attesa.replay.simulator import farewell, sign_off, simulate
from attesa.settings import Settings

SOON_MS = 5  # events that are due within this are sent together
ENDED = "attesa.session.ended"
PRESENCE = "attesa.agent.presence"
OPENING = frozenset({"attesa.session.started", "attesa.session.queued", "attesa.message.sent"})
ON_DUTY = frozenset({"available", "busy"})


async def live(
    settings: Settings,
    tenant: str,
    seed: int = 1,
    rate: float = 0.5,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> int:
    """Publish simulated chats of `tenant` until cancelled, `rate` of them beginning per second.

    Cancelled, it lets the customers of open chats leave and the agents go home, so that nobody waits or
    works for ever, and returns how many events it sent. Raises ConfigurationError for topics that are absent
    or differ, and Unreachable when Kafka stays away for `patience_seconds`.
    """
    async with producing(settings, patience_seconds) as client:
        partitions = await partition_count(client, settings)
        traffic = _Traffic(EventOutboxes(client, settings.kafka), tenant, partitions)
        log.info("simulated chats of tenant %s: %.2f a second", tenant, rate)
        with suppress(asyncio.CancelledError):
            await traffic.run(seed, rate)
        await traffic.leave()
        return traffic.sent


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class _Traffic:
    """The chats under way, and the agents on duty."""

    def __init__(self, outboxes: EventOutboxes, tenant: str, partitions: int) -> None:
        self.sent = 0
        self._outboxes = outboxes
        self._tenant = tenant
        self._partitions = partitions
        self._open: set[str] = set()
        self._on_duty: set[str] = set()

    async def run(self, seed: int, rate: float) -> None:
        for at_ms, body in simulate(self._tenant, seed, _now_ms(), rate):
            early_ms = at_ms - _now_ms()
            if early_ms > SOON_MS:
                await self._outboxes.ship_all()
                await asyncio.sleep(early_ms / 1000)
            await self._put(body)

    async def leave(self) -> None:
        """End what is open, and wait until Kafka has all."""
        now_ms = _now_ms()
        for subject in sorted(self._open):
            await self._put(farewell(self._tenant, subject, now_ms))
        for agent in sorted(self._on_duty):
            await self._put(sign_off(self._tenant, agent, now_ms))
        await self._outboxes.flush()

    async def _put(self, body: Event) -> None:
        subject = body["subject"]
        self._follow(body["type"], subject, body["data"])
        key = f"{self._tenant}:{subject}".encode()
        outbox = self._outboxes[topic_of(body["type"])]
        await outbox.put(partition_of(key, self._partitions), key, encode(body))
        self.sent += 1

    def _follow(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        if kind in OPENING:
            self._open.add(subject)
        elif kind == ENDED:
            self._open.discard(subject)
        elif kind == PRESENCE:
            (self._on_duty.add if data["status"] in ON_DUTY else self._on_duty.discard)(subject)
