"""The loader: reads the public topics, has rows stored, commits offsets after them. Makes no row itself."""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from attesa.core.errors import AttesaError
from attesa.loader.batch import Batch
from attesa.loader.health import Metrics
from attesa.loader.retry import Retry
from attesa.loader.store import KAFKA, Store, kafka_away
from attesa.loader.tables import LOADED_TOPICS
from attesa.serving import address, listen, probes, served
from attesa.settings import Settings

log = logging.getLogger("attesa.loader")

FLUSH_SECONDS = 0.5  # the oldest row read waits no longer than this for the next insert to begin
BATCH_ROWS = 50_000
FETCH_RECORDS = 2_000  # decoded in one go, so that heartbeats are sent in between
POLL_MS = 100
GC_ALLOCATIONS = 50_000  # rows in flight are no garbage: a look at every 700 of them took 40 % of decoding
LAST_FLUSH_SECONDS = 5.0  # when partitions or the service go; what is not written then is read again


async def run(settings: Settings) -> None:
    """Load until cancelled; then write and commit what has been read, and close.

    Waits for Kafka and ClickHouse, however long they are away. Raises ConfigurationError for a port in use
    and for credentials that are refused.
    """
    loader = Loader(settings)
    before = gc.get_threshold()
    gc.set_threshold(GC_ALLOCATIONS)
    try:
        await loader.start()
        await loader.load()
    finally:
        await loader.close()
        gc.set_threshold(*before)


class Loader(ConsumerRebalanceListener):
    """One consumer, one batch that fills while at most one other is being stored."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._metrics = Metrics()
        self._retry = Retry(lambda server: self._metrics.errors.labels(server.lower()).inc())
        self._store = Store(settings, self._metrics, self._retry)
        self._batch = Batch(settings.epoch)
        self._storing = asyncio.Lock()
        self._flush: asyncio.Task[None] | None = None
        self._reached: dict[TopicPartition, int] = {}  # positions, as far as a batch knows them
        self._stored: dict[TopicPartition, int] = {}  # offsets that may be committed
        self._consumer: AIOKafkaConsumer | None = None
        self._cleanup = contextlib.AsyncExitStack()

    async def start(self) -> None:
        """Serve health, then wait for the servers and join the group."""
        settings = self._settings
        listener = self._cleanup.enter_context(listen(settings, "loader_port"))
        app = probes(self._metrics.registry, self._not_ready)
        await self._cleanup.enter_async_context(served(app, listener))
        log.info("health and metrics on %s", address(listener))
        self._cleanup.push_async_callback(self._store.close)
        await self._store.open()
        self._consumer = await self._retry.until_done(KAFKA, self._start_consumer)
        self._cleanup.push_async_callback(self._consumer.stop)
        log.info(
            "loading from Kafka at %s into ClickHouse at %s, database %s",
            settings.kafka, settings.clickhouse_url, settings.clickhouse_database,
        )  # fmt: skip

    async def load(self) -> None:
        """Read and store until cancelled."""
        assert self._consumer is not None
        while True:
            self._throttle(self._consumer)
            fetched = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=FETCH_RECORDS)
            now, now_ms = time.monotonic(), time.time_ns() // 1_000_000
            for records in fetched.values():
                self._batch.add(records, now, now_ms)
            await self._note_positions(self._consumer, now)
            if self._flush is not None and self._flush.done():
                self._flush.result()
                self._flush = None
            if self._flush is None and self._batch.due(now, FLUSH_SECONDS, BATCH_ROWS):
                self._flush = asyncio.create_task(self._settle())

    async def close(self) -> None:
        """Store and commit what has been read, as far as that goes within LAST_FLUSH_SECONDS."""
        with contextlib.suppress(TimeoutError, AttesaError):
            async with asyncio.timeout(LAST_FLUSH_SECONDS):
                await self._settle()
        if self._flush is not None:
            self._flush.cancel()
            await asyncio.gather(self._flush, return_exceptions=True)
        await self._cleanup.aclose()

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Before others take them: store and commit what was read of them, if that is soon."""
        with contextlib.suppress(TimeoutError, AttesaError):
            async with asyncio.timeout(LAST_FLUSH_SECONDS):
                await self._settle()
        self._batch.forget((place.topic, place.partition) for place in revoked)
        for place in revoked:
            self._stored.pop(place, None)
            self._reached.pop(place, None)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        log.info("has %d partitions now", len(assigned))

    async def _settle(self) -> None:
        """Store the batch, then commit its offsets: a stop in between only repeats upserts."""
        async with self._storing:
            batch, self._batch = self._batch, Batch(self._settings.epoch)
            if batch.offsets:
                await self._store.put(batch)
                self._stored.update(
                    {TopicPartition(*place): offset for place, offset in batch.offsets.items()}
                )
            await self._commit()

    async def _commit(self) -> None:
        if self._consumer is None:
            return
        mine = self._consumer.assignment()
        offsets = {place: offset for place, offset in self._stored.items() if place in mine}
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:  # the next commit covers these offsets
            self._metrics.errors.labels("kafka").inc()
            log.warning("could not commit offsets, the next commit will: %s", error)
        else:
            self._stored.clear()

    def _throttle(self, consumer: AIOKafkaConsumer) -> None:
        """Read no further than a full batch; polling goes on, or the group would take the partitions away."""
        size = len(self._batch)
        self._metrics.pending.set(size)
        if size >= BATCH_ROWS:
            consumer.pause(*consumer.assignment())
        elif paused := consumer.paused():
            consumer.resume(*paused)

    async def _note_positions(self, consumer: AIOKafkaConsumer, now: float) -> None:
        """Positions, not record offsets: they are past the transaction markers, so that lag comes to 0.

        Also where a fetch brought nothing but a marker: a loader that was killed before it goes on there.
        """
        lags = dict.fromkeys(LOADED_TOPICS, 0)
        for place in consumer.assignment():
            end = consumer.last_stable_offset(place)
            if end is None or end < 0:  # not fetched yet
                continue
            try:
                position = await consumer.position(place)
            except KafkaError:  # taken away in between
                self._batch.forget([(place.topic, place.partition)])
                continue
            if position != self._reached.get(place):
                self._reached[place] = position
                self._batch.reach(place.topic, place.partition, position, now)
            lags[place.topic] += max(0, end - position)
        for topic, lag in lags.items():
            self._metrics.lag.labels(topic).set(lag)

    def _not_ready(self) -> str:
        if self._retry.away:
            return "; ".join(self._retry.away.values())
        return "" if self._consumer is not None else "starting"

    async def _start_consumer(self) -> AIOKafkaConsumer:
        settings = self._settings
        consumer = AIOKafkaConsumer(
            **settings.kafka_client(),
            group_id=f"{settings.group}-loader",
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=POLL_MS,
            metadata_max_age_ms=10_000,  # a topic that is made later is seen soon
            session_timeout_ms=10_000,
            heartbeat_interval_ms=3_000,
        )
        consumer.subscribe(LOADED_TOPICS, listener=self)
        try:
            await consumer.start()
        except KafkaError as error:
            await consumer.stop()
            raise kafka_away(settings, error) from None
        return consumer
