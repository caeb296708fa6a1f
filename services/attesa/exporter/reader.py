"""Reads attesa.totals and attesa.panes into the state: every partition, no group, committed rows only."""

import asyncio
import contextlib
import logging

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from attesa.core.errors import ConfigurationError, Unreachable
from attesa.core.rows import pane_decoder, totals_decoder
from attesa.core.topics import HOUR_MS, PANES, TOTALS
from attesa.exporter.state import Clock, Reading, State
from attesa.settings import Settings

PANES_BACK_MS = 25 * HOUR_MS  # rows written before cannot be of a live window
FETCH_WAIT_MS = 100
CHUNK_ROWS = 500  # between two of them, requests are served
PRUNE_EVERY_MS = 10_000
RETRY_SECONDS = 1.0

log = logging.getLogger("attesa.exporter")


class Reader:
    """One pass after another over the topics; `run` ends only by cancellation or a ConfigurationError."""

    def __init__(self, settings: Settings, state: State, reading: Reading, clock: Clock) -> None:
        self._settings, self._state, self._reading, self._clock = settings, state, reading, clock
        self._pruned_at = 0
        self._undecodable = 0
        self._next: dict[TopicPartition, int] = {}  # where to go on after Kafka was away

    async def run(self) -> None:
        """Read for ever; while Kafka is away, try again every second and say so once.

        Raises ConfigurationError where the topics have different partition counts.
        """
        while True:
            try:
                await self._session()
            except (KafkaError, OSError) as error:
                self._say(f"Kafka at {self._settings.kafka} (ATTESA_KAFKA) cannot be read: {_named(error)}")
            except Unreachable as error:
                self._say(str(error))
            await asyncio.sleep(RETRY_SECONDS)

    def _say(self, problem: str) -> None:
        if problem != self._reading.problem:
            log.warning("%s; trying again", problem)
        self._reading.problem = problem

    async def _session(self) -> None:
        consumer = AIOKafkaConsumer(
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            **self._settings.kafka_client(),
        )
        try:
            await consumer.start()
            goal = await self._assign(consumer)
            await self._follow(consumer, goal)
        finally:
            await asyncio.shield(_stop(consumer))

    async def _assign(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        """Take all partitions, the panes' from 25 h back; returns the end offsets of now."""
        number = await self._partition_count()
        partitions = [TopicPartition(topic, at) for topic in (TOTALS, PANES) for at in range(number)]
        consumer.assign(partitions)
        goal: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        since = self._clock() - PANES_BACK_MS
        panes = {at: since for at in partitions if at.topic == PANES}
        found = await consumer.offsets_for_times(panes)
        first = {at: one.offset if one else goal[at] for at, one in found.items()} | self._next
        for at, offset in first.items():
            consumer.seek(at, offset)
        self._reading.partitions = number
        return goal

    async def _partition_count(self) -> int:
        admin = AIOKafkaAdminClient(**self._settings.kafka_client())
        await admin.start()
        try:
            topics = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
        finally:
            await admin.close()
        missing = [topic for topic in (TOTALS, PANES) if not topics.get(topic)]
        if missing:
            raise Unreachable(
                f"no topic {' and '.join(missing)} yet at {self._settings.kafka} (ATTESA_KAFKA)"
            )
        if topics[TOTALS] != topics[PANES]:
            raise ConfigurationError(
                f"{TOTALS} has {topics[TOTALS]} partitions and {PANES} {topics[PANES]}: "
                "all topics need the same number; make them anew and raise ATTESA_EPOCH"
            )
        return topics[TOTALS]

    async def _follow(self, consumer: AIOKafkaConsumer, goal: dict[TopicPartition, int]) -> None:
        self._reading.problem = None
        while True:
            slices = await consumer.getmany(timeout_ms=FETCH_WAIT_MS)
            for at, records in slices.items():
                await self._take(at, records)
            if not self._reading.ready:
                await self._see_whether_ready(consumer, goal)
            if self._clock() - self._pruned_at > PRUNE_EVERY_MS:
                self._pruned_at = self._clock()
                self._state.prune(self._pruned_at)

    async def _see_whether_ready(self, consumer: AIOKafkaConsumer, goal: dict[TopicPartition, int]) -> None:
        """Compare positions, not records: a transaction's marker takes an offset too."""
        for at, end in list(goal.items()):
            if await consumer.position(at) >= end:
                del goal[at]
        if not goal:
            self._reading.ready = True
            log.info("read to the end offsets of the start: numbers are served")

    async def _take(self, at: TopicPartition, records: list[ConsumerRecord]) -> None:
        for first in range(0, len(records), CHUNK_ROWS):
            now_ms = self._clock()
            for record in records[first : first + CHUNK_ROWS]:
                try:
                    take(self._state, at.topic, record.key, record.value, now_ms)
                except (msgspec.MsgspecError, ValueError) as error:
                    self._count_undecodable(record, error)
            await asyncio.sleep(0)
        self._next[at] = records[-1].offset + 1

    def _count_undecodable(self, record: ConsumerRecord, error: Exception) -> None:
        if not self._undecodable:
            log.warning(
                "%s/%d at %d is not a row of this version (further ones are skipped silently): %s",
                record.topic, record.partition, record.offset, error,
            )  # fmt: skip
        self._undecodable += 1


def take(state: State, topic: str, key: bytes, value: bytes | None, now_ms: int) -> None:
    """Bring one record into the state. Raises msgspec.MsgspecError or ValueError for what is no row."""
    if topic == PANES:
        _take_pane(state, key, value, now_ms)
    elif value is not None:
        state.put_totals(totals_decoder.decode(value), key)
    else:
        state.forget(key)


def _take_pane(state: State, key: bytes, value: bytes | None, now_ms: int) -> None:
    """The key tells the pane's age: replayed history is let go without reading the row."""
    width_seconds, start, _partition = (part for part in msgspec.json.decode(key) if isinstance(part, int))
    if value is not None and state.panes.needs(width_seconds, start, now_ms):
        state.put_pane(pane_decoder.decode(value), now_ms)


def _named(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


async def _stop(consumer: AIOKafkaConsumer) -> None:
    with contextlib.suppress(KafkaError, OSError):
        await consumer.stop()
