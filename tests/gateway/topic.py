"""The topics behind the gateway, and events for it: what the tests on a real Kafka share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from attesa.core.topics import CUSTOMERS, DEAD_LETTERS, EVENTS

TOPICS = (EVENTS, CUSTOMERS, DEAD_LETTERS)

PARTITIONS = 4
PATIENCE_SECONDS = 90


def queued(name: str, **more: Any) -> dict[str, Any]:
    """An event of now about the conversation `name`."""
    return {
        "specversion": "1.0",
        "id": f"{name}/queued",
        "source": "test",
        "type": "attesa.session.queued",
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "subject": name,
        "data": {"queue": "orders"},
    } | more


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again until it holds; the test fails where it does not in PATIENCE_SECONDS."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def administering(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def make_topic(bootstrap: str) -> None:
    async with administering(bootstrap) as admin:
        try:
            await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in TOPICS])
        except TopicAlreadyExistsError:
            return


class Reader:
    """Reads the topics from where they stand, up to their ends of the moment."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def records(self, key_prefix: str = "") -> list[ConsumerRecord]:
        found: list[ConsumerRecord] = []
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        for partition, end in ends.items():
            while await self._consumer.position(partition) < end:
                fetched = await self._consumer.getmany(partition, timeout_ms=200)
                found += fetched.get(partition, [])
        return [record for record in found if (record.key or b"").startswith(key_prefix.encode())]


@asynccontextmanager
async def reading(bootstrap: str, *, from_the_end: bool) -> AsyncIterator[Reader]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
    await consumer.start()
    try:
        numbers = range(PARTITIONS)
        partitions = [TopicPartition(name, number) for name in TOPICS for number in numbers]
        consumer.assign(partitions)
        for partition, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, end if from_the_end else 0)
        yield Reader(consumer)
    finally:
        await consumer.stop()
