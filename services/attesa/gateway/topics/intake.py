"""Reads the topics of one source, passes its records on, and commits what Kafka has confirmed.

At least once: what is read again after a crash or a rebalance makes the same events with the same ids.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import datetime

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from attesa.core.errors import Rejected, Unreachable
from attesa.gateway.configured import TopicSource
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.topics.consumer import Turn, consuming, expired
from attesa.gateway.topics.meters import TopicMeters
from attesa.gateway.topics.records import EXPIRED, Passed, pass_on
from attesa.sealing import sealer
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

BATCH = 500  # records passed on and committed together
BREATH = 20  # records between two breaths of the event loop
POLL_MS = 500
RETRY_SECONDS = 0.5
LOOK_SECONDS = 5.0  # between two looks at which of the topics are there

Slices = dict[TopicPartition, list[ConsumerRecord]]


class TopicIntake:
    """The way in for one source."""

    def __init__(
        self,
        settings: Settings,
        source: TopicSource,
        publisher: Publisher,
        meters: TopicMeters,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._source = source
        self._publisher = publisher
        self._meters = meters
        self._now = now
        self._seal = sealer(settings)
        self._told: str | None = None

    async def run(self) -> None:
        """Read until cancelled. Whatever fails is said once and tried again: other doors stay open."""
        while True:
            pause = RETRY_SECONDS
            try:
                async with consuming(self._settings, self._source.name) as consumer:
                    await self._read(consumer)
            except (KafkaError, OSError) as error:
                self._lost(f"cannot be read ({type(error).__name__}), trying again")
                if not getattr(error, "retriable", True):  # rights, which nobody gives in a second
                    pause = LOOK_SECONDS
            except Exception:
                log.exception("source %s cannot be read, trying again", self._source.name)
                self._lost("stands still")
                pause = LOOK_SECONDS
            await asyncio.sleep(pause)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        """Until other topics than before are there. Raises KafkaError."""
        there = await self._look(consumer)
        while not there:
            self._found(there)
            await asyncio.sleep(LOOK_SECONDS)
            there = await self._look(consumer)
        turn = Turn()
        consumer.subscribe(there, listener=turn)
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            if loop.time() - looked > LOOK_SECONDS:
                if await self._look(consumer) != there:
                    return
                self._found(there)
                looked = loop.time()
            slices = await consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)
            number = turn.number
            if turn.began:
                turn.began = False
                await self._tell_expired(consumer)
            await self._show(consumer, sum(map(len, slices.values())))
            if slices:
                self._found(there)
                await self._forward(consumer, slices, turn, number)

    async def _look(self, consumer: AIOKafkaConsumer) -> list[str]:
        """Those of the source's topics that are there. To ask for one by its name might make it."""
        known = await consumer.topics()
        return [topic for topic in self._source.topics if topic in known]

    async def _tell_expired(self, consumer: AIOKafkaConsumer) -> None:
        for place, count in (await expired(consumer)).items():
            self._meters.records.labels(self._source.name, EXPIRED).inc(count)
            message = "source %s: %d records of %s:%d were deleted before they were read: keep them longer"
            log.error(message, self._source.name, count, *place)

    async def _forward(self, consumer: AIOKafkaConsumer, slices: Slices, turn: Turn, number: int) -> None:
        """Send and commit; while Kafka does not take it, try the same again, and read nothing more."""
        passed = await self._passed(slices)
        records = [record for one in passed for record in one.records]
        offsets = {place: found[-1].offset + 1 for place, found in slices.items()}
        send, pause = self._publisher.publish, RETRY_SECONDS
        while True:
            async with turn.lock:
                if turn.number != number:
                    return  # whoever has the partitions now reads them again
                try:
                    if records:
                        await send(records)
                    await self._commit(consumer, offsets)
                except Rejected as error:  # by a producer of its own from now on, for the sake of the others
                    self._tell(f"stands still, nothing is lost: {error}")
                    send, pause = self._publisher.publish_apart, LOOK_SECONDS
                except Unreachable:
                    pass  # the publisher says so itself
                else:
                    self._count(passed)
                    return
            await asyncio.sleep(pause)

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
        try:
            await consumer.commit(offsets)
        except CommitFailedError:
            log.info("source %s: partitions went to another gateway, which reads again", self._source.name)

    async def _passed(self, slices: Slices) -> list[Passed]:
        """In the order of each partition."""
        passed: list[Passed] = []
        for found in slices.values():
            for record in found:
                passed.append(
                    pass_on(self._source, record, self._now(), self._settings.max_body_bytes, self._seal)
                )
                if len(passed) % BREATH == 0:
                    await asyncio.sleep(0)
        return passed

    def _count(self, passed: Sequence[Passed]) -> None:
        for one in passed:
            self._meters.records.labels(self._source.name, one.outcome).inc()
            if one.reason:
                self._meters.dead_letters.labels(self._source.tenant, self._source.name, one.reason).inc()

    async def _show(self, consumer: AIOKafkaConsumer, waiting: int) -> None:
        """Set the gauge of what waits: what is in hand, and what lies behind it."""
        for place in consumer.assignment():
            with contextlib.suppress(IllegalStateError):  # given away meanwhile
                end = consumer.highwater(place)
                if end is not None:
                    waiting += max(0, end - await consumer.position(place))
        self._meters.lag.labels(self._source.name).set(waiting)

    def _found(self, there: Collection[str]) -> None:
        """These topics have been read, or could have been; the others are not there."""
        for topic in self._source.topics:
            self._meters.readable.labels(self._source.name, topic).set(topic in there)
        absent = [topic for topic in self._source.topics if topic not in there]
        self._tell(f"lacks topic {', '.join(absent)}, or may not see it: waiting for it" if absent else "")

    def _lost(self, trouble: str) -> None:
        for topic in self._source.topics:
            self._meters.readable.labels(self._source.name, topic).set(0)
        self._tell(trouble)

    def _tell(self, trouble: str) -> None:
        """One log line per change."""
        if trouble == self._told:
            return
        self._told = trouble
        if trouble:
            log.warning("source %s %s", self._source.name, trouble)
        else:
            log.info("source %s: reading %s", self._source.name, ", ".join(self._source.topics))


class Intakes:
    """The ways in for all sources that name topics; none of them holds up another."""

    def __init__(
        self,
        settings: Settings,
        sources: Iterable[TopicSource],
        publisher: Publisher,
        meters: TopicMeters,
        now: Callable[[], datetime],
    ) -> None:
        self._intakes = [TopicIntake(settings, source, publisher, meters, now) for source in sources]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Read for the length of the block; without a topic there is nothing to do."""
        tasks = [asyncio.create_task(intake.run(), name="gateway-topics") for intake in self._intakes]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
