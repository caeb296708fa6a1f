"""Sends a history into Kafka, as fast as it goes or at a multiple of its own time. Computes no number."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from attesa.core import topics
from attesa.core.errors import InputError
from attesa.core.events.fields import TENANT_PATTERN
from attesa.core.partition.placement import partition_of
from attesa.core.rows import encode
from attesa.core.topics import HOUR_MS
from attesa.replay.deliveries import History, written
from attesa.replay.kafka import PATIENCE_SECONDS, log, partition_count, producing
from attesa.replay.outbox import EventOutboxes, Outbox
from attesa.replay.steps import Mark, progress, steps
from attesa.replay.tenant_clock import tenant_clock
from attesa.settings import Settings

KEPT_MS = 48 * HOUR_MS  # an event older than its tenant's clock by more is late (DESIGN.md, "State")
REPORT_EVERY = 2_000  # deliveries
PACE_SECONDS = 0.05  # sooner than this is now

# Called with the number of deliveries so far and the data time that they have come to, in ms.
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a replay did: `sent` deliveries on `attesa.events` (broken ones of chaos included) without the
    `marks` of time, and `broken_rows` on `attesa.dead-letters`; `seconds` is how long sending took.
    """

    sent: int
    marks: int
    broken_rows: int
    passed_over: int
    partitions: int
    first_ms: int
    newest_ms: int
    seconds: float


async def replay(
    settings: Settings,
    tenant: str,
    history: History,
    *,
    speed: float | None = None,
    on_progress: OnProgress | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Summary:
    """Send `history` as events of `tenant`; with `speed`, that many times as fast as it happened.

    Raises InputError, before anything is sent, for a name that no tenant can have and where the tenant's
    clock is already more than 48 h beyond the first event; ConfigurationError for topics that are absent
    or differ, Unreachable when Kafka stays away for `patience_seconds`.
    Cancelled, it delivers what it has taken and ends.
    """
    if not re.fullmatch(TENANT_PATTERN, tenant):  # each event would be a dead letter
        raise InputError(
            f"--tenant {tenant}: a name of at most 63 lower-case letters, digits and . _ -, such as history"
        )
    async with producing(settings, patience_seconds) as client:
        partitions = await partition_count(client, settings)
        _refuse_the_past(history, tenant, await tenant_clock(settings, tenant, patience_seconds))
        began = time.monotonic()
        await _send_broken_rows(client, settings, tenant, history, partitions)
        outboxes = EventOutboxes(client, settings.kafka)
        shipment = _Shipment(outboxes, tenant, partitions, on_progress, _Pace(history.first_ms, speed))
        try:
            await shipment.send(history, settings.definitions.settled_ms(history.channels))
        finally:
            await asyncio.shield(outboxes.flush())
        log.debug("replayed %d events of tenant %s", shipment.sent, tenant)
        return Summary(
            sent=shipment.sent,
            marks=shipment.marks,
            broken_rows=len(history.broken_rows),
            passed_over=history.passed_over,
            partitions=partitions,
            first_ms=history.first_ms,
            newest_ms=history.newest_ms,
            seconds=time.monotonic() - began,
        )


def _refuse_the_past(history: History, tenant: str, clock_ms: int | None) -> None:
    if clock_ms is not None and history.first_ms < clock_ms - KEPT_MS:
        raise InputError(
            f"the first event is of {written(history.first_ms)}, but the time of tenant {tenant!r} has "
            f"come to {written(clock_ms)}, and what is over 48 h older would be late: "
            "replay under another --tenant"
        )


async def _send_broken_rows(
    client: AIOKafkaProducer, settings: Settings, tenant: str, history: History, partitions: int
) -> None:
    outbox = Outbox(client, topics.DEAD_LETTERS, settings.kafka)
    now_ms = time.time_ns() // 1_000_000
    for broken in history.broken_rows:
        key, row = broken.dead_letter(tenant, now_ms)
        await outbox.put(partition_of(key, partitions), key, encode(row))
    await outbox.flush()


class _Pace:
    """When a place in data time is due by the wall clock; at once without a speed."""

    def __init__(self, first_ms: int, speed: float | None) -> None:
        self._first_ms = first_ms
        self._speed = speed
        self._began = time.monotonic()

    def seconds_until(self, position_ms: int) -> float:
        if self._speed is None:
            return 0.0
        due = self._began + (position_ms - self._first_ms) / 1000 / self._speed
        return due - time.monotonic()


class _Shipment:
    """One replay under way."""

    def __init__(
        self,
        outboxes: EventOutboxes,
        tenant: str,
        partitions: int,
        on_progress: OnProgress | None,
        pace: _Pace,
    ) -> None:
        self.sent = 0
        self.marks = 0
        self._outboxes = outboxes
        self._tenant = tenant
        self._partitions = partitions
        self._on_progress = on_progress or (lambda _sent, _position_ms: None)
        self._pace = pace

    async def send(self, history: History, settled_ms: int) -> None:
        for step in steps(history, settled_ms):
            if (wait_seconds := self._pace.seconds_until(step.position_ms)) > PACE_SECONDS:
                await self._rest(wait_seconds, step.position_ms)
            if isinstance(step, Mark):
                await self._mark(step)
                continue
            outbox, partition = self._outboxes[step.topic], partition_of(step.key, self._partitions)
            if not outbox.add(partition, step.key, step.value):
                await outbox.ship(partition)
                await outbox.put(partition, step.key, step.value)
            self.sent += 1
            if self.sent % REPORT_EVERY == 0:
                self._on_progress(self.sent, step.position_ms)
                await asyncio.sleep(0)
        await self._outboxes.flush()
        self._on_progress(self.sent, history.newest_ms)

    async def _mark(self, mark: Mark) -> None:
        self.marks += 1
        for partition in range(self._partitions):
            await self._outboxes[topics.EVENTS].put(partition, None, progress(mark, self._tenant, partition))

    async def _rest(self, seconds: float, position_ms: int) -> None:
        await self._outboxes.ship_all()
        self._on_progress(self.sent, position_ms)
        await asyncio.sleep(seconds)
