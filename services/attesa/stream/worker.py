"""The worker: a Faust app whose two agents feed slices to the partitions that it owns."""

import asyncio
import gc
import logging
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition
from faust.types import TP

from attesa.core.customers import Customers
from attesa.core.errors import AttesaError, Fenced
from attesa.core.partition.clocks import Progress
from attesa.core.partition.placement import partition_of
from attesa.core.partition.processor import Processor
from attesa.core.partition.restore import restore
from attesa.core.sessions import Sessions
from attesa.core.topics import CUSTOMERS, EVENTS
from attesa.sealing import sealer
from attesa.serving import probes, served
from attesa.settings import Settings
from attesa.stream.app import build_app
from attesa.stream.meters import registry_of
from attesa.stream.partition import Partition, start_producer
from attesa.stream.restoring import kept_rows

log = logging.getLogger("attesa.stream")

LOOK_SECONDS = 0.05
COLLECT_SECONDS = 30.0
LOST_SECONDS = 20.0  # longer than the group needs to notice that a worker is gone
FRESH_MS = 2_000  # a fetch older than this says nothing about now
INPUTS = {EVENTS: "attesa.sessions", CUSTOMERS: "attesa.customers"}  # topic: name of its agent


def now_ms() -> int:
    return int(time.time() * 1000)


class Worker:
    """Owns partitions as Faust's consumer group assigns them; one Faust app around it."""

    def __init__(self, settings: Settings, scratch: Path, listener: socket.socket) -> None:
        self.settings = settings
        self.listener = listener
        self.joined = False  # the group's last rebalance is over, and what it gave is restored
        self.partitions: dict[TopicPartition, Partition] = {}
        self.failure: BaseException | None = None
        self._seal = sealer(settings)
        self._stopping = asyncio.Event()
        self._lost_since: dict[TopicPartition, float] = {}
        self.app = build_app(settings, scratch)
        for name, agent in INPUTS.items():
            topic = self.app.topic(name, key_serializer="raw", value_serializer="raw", acks=False)
            self.app.agent(topic, name=agent)(self._consume)
        self.app.task(self._keep_time)
        self.app.task(self._serve)
        self.app.on_partitions_revoked.connect(self._revoked)
        self.app.on_rebalance_complete.connect(self._assigned)
        self.app.on_before_shutdown.connect(self._finish)

    # -- slices ------------------------------------------------------------------------------------

    async def _consume(self, stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            records = message.value if isinstance(message.value, list) else [message]
            partition = self.partitions.get(TopicPartition(message.topic, message.partition))
            if partition is None or message.generation_id != self.app.consumer_generation_id:
                continue  # a slice of an earlier generation: its next owner reads it again
            try:
                await partition.apply(records, now_ms)
            except Exception as error:  # noqa: BLE001  Faust would acknowledge it and go on
                partition.lost = True
                self.crash(error)
                return

    # -- ownership ---------------------------------------------------------------------------------

    async def _revoked(self, *_: Any, **__: Any) -> None:
        """Not ours from now on; the next owner starts from our last checkpoint."""
        self.joined = False
        self._lost_since.clear()
        partitions, self.partitions = self.partitions, {}
        for partition in partitions.values():
            partition.lost = True
        await asyncio.gather(*(partition.give_up() for partition in partitions.values()))
        if partitions:
            log.info("gave up partitions %s", _names(partitions))

    async def _assigned(self, *_: Any, **__: Any) -> None:
        """Awaited before the partitions resume: fence the owner before, then restore."""
        generation = self.app.consumer_generation_id
        assigned = self.app.consumer.assignment()
        wanted = sorted(TopicPartition(tp.topic, tp.partition) for tp in assigned if tp.topic in INPUTS)
        try:
            for place in wanted:
                kept = self.partitions.pop(place, None)
                if kept is not None:
                    await kept.give_up()
                self.partitions[place] = await self._own(place, generation)
        except Fenced as moved:
            log.info("%s", moved)
        except AttesaError as error:
            self.crash(error)
        else:
            self.joined = True
            gc.collect()
            gc.freeze()  # what was restored stays: no collection has to walk it
            log.info("owns partitions %s", _names(wanted))

    async def _own(self, place: TopicPartition, generation: int) -> Partition:
        def is_ours() -> bool:
            return bool(self.app.consumer_generation_id == generation)

        producer = await start_producer(self.settings, place, is_ours)
        try:
            rows, committed = await kept_rows(self.settings, place, is_ours)
            processor = self._processor(place)
            restore(processor, rows, committed)
        except BaseException:
            await producer.stop()
            raise
        log.info("%s/%d: restored %d units", *place, len(processor.units))
        return Partition(self.settings, processor, producer, self.crash)

    def _processor(self, place: TopicPartition) -> Processor:
        settings, partitions = self.settings, self.settings.partitions

        def owns(key: bytes) -> bool:
            return partition_of(key, partitions) == place.partition

        if place.topic == EVENTS:
            return Sessions(place.partition, settings.definitions, settings.epoch, owns, self._seal)
        return Customers(place.partition, settings.definitions, settings.epoch, owns, self._seal, partitions)

    # -- time --------------------------------------------------------------------------------------

    async def _keep_time(self) -> None:
        """Tick and checkpoint; a task of ours, because Faust's timers complain when they are late."""
        collected = time.monotonic()
        while not self._stopping.is_set():
            monotonic = time.monotonic()
            self._look(monotonic)
            if monotonic - collected > COLLECT_SECONDS and not self._is_behind():
                gc.collect()  # automatic collection is off
                collected = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    def _is_behind(self) -> bool:
        return any(partition.is_behind for partition in self.partitions.values())

    def _look(self, monotonic: float) -> None:
        for place, partition in self.partitions.items():
            if partition.lost:
                self._wait_for_the_group(place, monotonic)
            writes = partition.checkpoint_is_due(monotonic)
            if writes or partition.tick_is_due(monotonic):
                partition.tick(now_ms(), self._progress(place, partition))
            if writes:
                partition.checkpoint(now_ms())

    def _wait_for_the_group(self, place: TopicPartition, monotonic: float) -> None:
        """A partition that another worker fenced is soon revoked; one that is not would be nobody's."""
        since = self._lost_since.setdefault(place, monotonic)
        if monotonic - since > LOST_SECONDS and self.failure is None:
            name = f"{place.topic}/{place.partition}"
            self.crash(Fenced(f"{name} was fenced, and the group still says that it is ours"))

    def _progress(self, place: TopicPartition, partition: Partition) -> Progress:
        """Caught up: everything up to the log's end, as a fetch of the last 2 s knew it, was applied."""
        tp = TP(*place)
        reading = self.app.consumer.reading(tp)
        position = self.app.consumer.position_after(tp, partition.processor.next_offset)
        if position is not None:
            partition.pass_over(position)
        applied = partition.processor.next_offset
        if reading is None:
            return Progress(applied, applied, caught_up=False)
        fresh = now_ms() - reading.fetched_at < FRESH_MS
        caught_up = position is not None and fresh and applied >= reading.end_offset
        return Progress(applied, reading.end_offset, caught_up)

    # -- life --------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        """Health and metrics, until the app stops."""
        registry = registry_of(lambda: self.partitions)
        async with served(probes(registry, self._not_ready), self.listener):
            await self._stopping.wait()

    def _not_ready(self) -> str:
        if not self.joined:
            return "joining the group, or restoring"
        lost = [place for place, partition in self.partitions.items() if partition.lost]
        return f"partitions {_names(lost)} belong to another worker" if lost else ""

    async def _finish(self, *_: Any, **__: Any) -> None:
        """Write what was applied, and give the partitions back."""
        self._stopping.set()
        partitions, self.partitions = self.partitions, {}
        await asyncio.gather(*(partition.finish(now_ms()) for partition in partitions.values()))

    def crash(self, error: BaseException) -> None:
        """End the process: a restart reads again whatever was not committed."""
        log.critical("the worker stops: %s", error, exc_info=not isinstance(error, AttesaError))
        self.failure = self.failure or error
        signal.raise_signal(signal.SIGTERM)  # stopping the app alone would leave Faust's shell waiting


def _names(places: Iterable[TopicPartition]) -> str:
    return ", ".join(f"{place.topic}/{place.partition}" for place in sorted(places))
