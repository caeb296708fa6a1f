"""Stores a batch: its rows in ClickHouse, then its dead letters on their topic. Commits nothing."""

import asyncio
import logging
import time

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from attesa.core.errors import Unreachable
from attesa.core.rows import encode
from attesa.core.topics import DEAD_LETTERS
from attesa.loader.batch import UNDECODABLE, Batch
from attesa.loader.health import Metrics
from attesa.loader.retry import Retry
from attesa.loader.tables import TABLES
from attesa.loader.writer import Writer
from attesa.settings import Settings

log = logging.getLogger("attesa.loader")

CLICKHOUSE = "ClickHouse"
KAFKA = "Kafka"


def kafka_away(settings: Settings, error: Exception) -> Unreachable:
    """What a person can do about Kafka's absence."""
    reason = " ".join(str(error).split())[:200]
    return Unreachable(f"Kafka at {settings.kafka} does not answer: start it or set ATTESA_KAFKA ({reason})")


class Store:
    """Where batches go; one at a time. Waits while a server is away."""

    def __init__(self, settings: Settings, metrics: Metrics, retry: Retry) -> None:
        self._settings = settings
        self._metrics = metrics
        self._retry = retry
        self._writers = {table.name: Writer(settings, table) for table in TABLES}
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> None:
        """Wait until ClickHouse has the tables and Kafka answers."""
        await self._retry.until_done(CLICKHOUSE, self._check_tables)
        self._producer = await self._retry.until_done(KAFKA, self._start_producer)

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
        for writer in self._writers.values():
            writer.close()

    async def put(self, batch: Batch) -> None:
        """Return once every row and dead letter of the batch is stored: one insert per table."""
        await asyncio.gather(*(self._insert(batch, table.name) for table in TABLES))
        errors = self._metrics.errors
        errors.labels("undecodable").inc(sum(letter.reason == UNDECODABLE for letter in batch.dead))
        errors.labels("lost_dead_letter").inc(batch.lost)
        if batch.dead:
            await self._retry.until_done(KAFKA, lambda: self._bury(batch))

    async def _insert(self, batch: Batch, table: str) -> None:
        rows = [row for row, _ in batch.rows[table].values()]
        if not rows:
            return
        values = [row.values for row in rows]

        async def insert() -> list[tuple[int, str]]:
            with self._metrics.insert_seconds.labels(table).time():
                return await asyncio.to_thread(self._writers[table].insert, values)

        for index, detail in await self._retry.until_done(CLICKHOUSE, insert):
            batch.refuse(table, rows[index], detail, time.time_ns() // 1_000_000)
            self._metrics.errors.labels("refused").inc()
            log.error("ClickHouse refuses a row of %s, now a dead letter: %s", table, detail)
        self._metrics.rows.labels(table).inc(len(batch.rows[table]))
        self._metrics.last_insert.labels(table).set_to_current_time()

    async def _bury(self, batch: Batch) -> None:
        assert self._producer is not None
        try:
            sent = [
                await self._producer.send(DEAD_LETTERS, encode(letter), partition=letter.partition)
                for letter in batch.dead
            ]
            await asyncio.gather(*sent)
        except KafkaError as error:
            raise kafka_away(self._settings, error) from None

    async def _check_tables(self) -> None:
        for writer in self._writers.values():
            await asyncio.to_thread(writer.check)

    async def _start_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(**self._settings.kafka_client(), acks="all", enable_idempotence=True)
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            raise kafka_away(self._settings, error) from None
        return producer
