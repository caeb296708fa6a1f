"""What the loader's tests share: settings, publishing rows, reading tables, running the loader."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from attesa.core.rows import encode
from attesa.core.topics import TOPICS
from attesa.loader.client import connect
from attesa.loader.service import run
from attesa.settings import Settings

PARTITIONS = 4
DEADLINE_SECONDS = 60
POLL_SECONDS = 0.05


def settings_for(clickhouse: Any, database: str, bootstrap: str = "127.0.0.1:9", **changes: Any) -> Settings:
    """Settings of a loader of this test's own: its group is named like its database."""
    return Settings(
        kafka=bootstrap,
        clickhouse_url=clickhouse.url,
        clickhouse_user=clickhouse.user,
        clickhouse_password=clickhouse.password,
        clickhouse_database=database,
        partitions=PARTITIONS,
        group=database,
        loader_port=0,
        **changes,
    )


def select(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connect(settings) as client:
        return [tuple(row) for row in client.query(sql).result_rows]


def scalar(settings: Settings, sql: str) -> Any:
    return select(settings, sql)[0][0]


async def make_topics(bootstrap: str) -> None:
    """The topics as attesa makes them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(topic.name, PARTITIONS, 1, topic_configs=topic.settings) for topic in TOPICS]
        )
    finally:
        await admin.close()


async def publish(bootstrap: str, topic: str, *values: Any, partition: int = 0) -> int:
    """Publish rows, or bytes as they are; the offset of the first."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        sent = [
            await producer.send(topic, value if isinstance(value, bytes) else encode(value), b"k", partition)
            for value in values
        ]
        done = await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return int(done[0].offset)


@contextlib.asynccontextmanager
async def loading(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """A loader that runs meanwhile, and is cancelled as a signal would cancel it."""
    task = asyncio.create_task(run(settings))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool], loader: asyncio.Task[None]) -> None:
    """Ask again until it holds; fails after DEADLINE_SECONDS, or when the loader ends. `holds` may block."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not await asyncio.to_thread(holds):
            if loader.done():
                loader.result()
                raise AssertionError("the loader has ended")
            await asyncio.sleep(POLL_SECONDS)


def counted(settings: Settings, tenant: str, table: str = "sessions", rows: int = 1) -> Callable[[], bool]:
    """Whether so many rows of the tenant are visible."""
    query = f"SELECT count() FROM {table} FINAL WHERE tenant = '{tenant}'"
    return lambda: bool(scalar(settings, query) == rows)


async def lag(settings: Settings, topic: str) -> int:
    """Records between the committed offsets and the ends of a topic."""
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=f"{settings.group}-loader")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(places)
        committed = [await consumer.committed(place) or 0 for place in places]
        return int(sum(ends.values()) - sum(committed))
    finally:
        await consumer.stop()
