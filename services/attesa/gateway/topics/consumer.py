"""A consumer of one source's topics: its group, its limits, and when its partitions may be given away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from attesa.gateway.producing.publisher import CLOSE_SECONDS
from attesa.settings import Settings

PARTITION_BYTES = 262_144  # fetched at once; a larger record comes alone
FETCH_BYTES = 4_194_304


def group_of(settings: Settings, source: str) -> str:
    """The consumer group of a source: its gateways share the partitions."""
    return f"{settings.group}-sources-{source}"


class Turn(ConsumerRebalanceListener):  # type: ignore[misc]
    """Whose turn it is: partitions are given away only between two batches.

    `number` grows each time that they are; `began` says that others were received.
    """

    def __init__(self) -> None:
        self.number = 0
        self.began = False
        self.lock = asyncio.Lock()

    async def on_partitions_revoked(self, _revoked: Collection[TopicPartition]) -> None:
        async with self.lock:
            self.number += 1

    def on_partitions_assigned(self, _assigned: Collection[TopicPartition]) -> None:
        self.began = True


async def expired(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """How many records Kafka deleted before they were read, by partition. From now on they are done with."""
    found: dict[TopicPartition, int] = {}
    places = list(consumer.assignment())
    starts = await consumer.beginning_offsets(places) if places else {}
    for place, start in starts.items():
        committed = await consumer.committed(place)
        if committed is not None and committed < start:
            await consumer.commit({place: start})
            found[place] = start - committed
    return found


@contextlib.asynccontextmanager
async def consuming(settings: Settings, source: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that reads nothing yet; what is committed is said by hand. Raises KafkaError."""
    consumer = AIOKafkaConsumer(
        **settings.kafka_client(),
        client_id="attesa-gateway",
        group_id=group_of(settings, source),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=PARTITION_BYTES,
        fetch_max_bytes=FETCH_BYTES,
        request_timeout_ms=10_000,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await _close(consumer)


async def _close(consumer: AIOKafkaConsumer) -> None:
    """Leave the group; where Kafka is away, give up after CLOSE_SECONDS."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await consumer.stop()
    except (KafkaError, TimeoutError):
        with contextlib.suppress(KafkaError):
            await consumer._client.close()  # noqa: SLF001
