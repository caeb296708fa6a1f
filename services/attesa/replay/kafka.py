"""Kafka as a replay needs it: connecting with patience, and the layout of the topics.

Knows nothing of what the messages say.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from attesa.core import topics
from attesa.core.errors import ConfigurationError, Unreachable
from attesa.settings import Settings

log = logging.getLogger("attesa.replay")

PATIENCE_SECONDS = 60.0
RETRY_SECONDS = 1.0
NEW_TOPIC_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.2
BATCH_BYTES = 262_144


class Client(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


AnyClient = TypeVar("AnyClient", bound=Client)


async def connected(make: Callable[[], AnyClient], settings: Settings, patience_seconds: float) -> AnyClient:
    """A started client. Says where it knocks while nobody answers; raises Unreachable in the end."""
    give_up_at = time.monotonic() + patience_seconds
    while True:
        client = make()
        try:
            await client.start()
        except (KafkaConnectionError, TimeoutError, OSError):
            await client.stop()
        except BaseException:
            await client.stop()
            raise
        else:
            return client
        left_seconds = give_up_at - time.monotonic()
        if left_seconds <= 0:
            raise Unreachable(
                f"Kafka at {settings.kafka} has not answered for {patience_seconds:.0f} s: "
                "start it, or set ATTESA_KAFKA to its address"
            )
        log.warning("Kafka at %s does not answer; trying for another %.0f s", settings.kafka, left_seconds)
        await asyncio.sleep(min(RETRY_SECONDS, left_seconds))


@asynccontextmanager
async def producing(
    settings: Settings, patience_seconds: float = PATIENCE_SECONDS
) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer with `acks=all`, stopped at the end. Raises Unreachable."""

    def make() -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **settings.kafka_client(),
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_batch_size=BATCH_BYTES,
            max_request_size=16 * BATCH_BYTES,
        )

    client = await connected(make, settings, patience_seconds)
    try:
        yield client
    finally:
        await client.stop()


async def partition_count(client: AIOKafkaProducer, settings: Settings) -> int:
    """How many partitions attesa's topics have.

    A broker does not tell of a new topic at once, so that an absent one is looked for again for 5 s.
    Raises ConfigurationError unless all are there and have as many.
    """
    give_up_at = time.monotonic() + NEW_TOPIC_SECONDS
    counts = await _partition_counts(client)
    while not all(counts.values()) and time.monotonic() < give_up_at:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        counts = await _partition_counts(client)
    absent = sorted(name for name, count in counts.items() if not count)
    if absent:
        raise ConfigurationError(
            f"Kafka at {settings.kafka} has no topic {', '.join(absent)}: run `attesa topics` once"
        )
    expected = counts[topics.EVENTS]
    for name, count in counts.items():
        if count != expected:
            raise ConfigurationError(
                f"{name} has {count} partitions and {topics.EVENTS} has {expected}: "
                "all topics need the same number; make them anew with one, and raise ATTESA_EPOCH"
            )
    return expected


async def _partition_counts(client: AIOKafkaProducer) -> dict[str, int]:
    cluster = await client.client.fetch_all_metadata()
    return {topic.name: len(cluster.partitions_for_topic(topic.name) or ()) for topic in topics.TOPICS}
