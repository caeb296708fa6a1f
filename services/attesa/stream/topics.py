"""Makes the topics and checks their layout: one partition count for all, fixed when they are made."""

import asyncio
import logging

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from attesa.core.errors import ConfigurationError
from attesa.core.topics import TOPICS
from attesa.settings import Settings

log = logging.getLogger("attesa.topics")

RETRY_SECONDS = 1.0


async def connect(settings: Settings) -> AIOKafkaAdminClient:
    """An admin client; tries until the brokers answer, naming their address."""
    while True:
        admin = AIOKafkaAdminClient(**settings.kafka_client())
        try:
            await admin.start()
        except KafkaError as error:
            await admin.close()
            log.warning("Kafka at %s does not answer (%s); trying again", settings.kafka, error)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return admin


async def partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """The partition count of each of our topics; 0 where the topic is absent."""
    described = await admin.describe_topics([topic.name for topic in TOPICS])
    return {found["topic"]: len(found["partitions"]) if not found["error_code"] else 0 for found in described}


async def create_topics(settings: Settings) -> list[str]:
    """Make what is absent and check the rest; returns the names of the new ones."""
    admin = await connect(settings)
    try:
        counts = await partition_counts(admin)
        absent = absent_topics(counts)
        if absent:
            await _create(admin, settings, absent)
        check_counts(await _settled_counts(admin), settings)
        return absent
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, settings: Settings, names: list[str]) -> None:
    wanted = [
        NewTopic(
            topic.name,
            num_partitions=settings.partitions,
            replication_factor=settings.replication,
            topic_configs=topic.settings,
        )
        for topic in TOPICS
        if topic.name in names
    ]
    response = await admin.create_topics(wanted)
    for name, code, *message in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            reason = message[0] if message and message[0] else for_code(code).__name__
            raise ConfigurationError(f"topic {name} cannot be made: {reason}")


async def _settled_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Counts once the brokers know every topic; a new one takes a moment."""
    for _ in range(50):
        counts = await partition_counts(admin)
        if not absent_topics(counts):
            break
        await asyncio.sleep(0.1)
    return counts


def absent_topics(counts: dict[str, int]) -> list[str]:
    """The names of our topics that are not there."""
    return [topic.name for topic in TOPICS if not counts.get(topic.name)]


def check_counts(counts: dict[str, int], settings: Settings) -> None:
    """Raises ConfigurationError, with what to do, when a topic is absent or split otherwise."""
    if absent := absent_topics(counts):
        raise ConfigurationError(f"topic {absent[0]} is absent: run `attesa topics` once")
    other = {name: count for name, count in counts.items() if count != settings.partitions}
    if other:
        name, count = next(iter(other.items()))
        raise ConfigurationError(
            f"topic {name} has {count} partitions, ATTESA_PARTITIONS says {settings.partitions}: all topics "
            f"need the same count, fixed when they are made. Set ATTESA_PARTITIONS={count} if all have "
            "that many; else delete the topics that differ, run `attesa topics`, and raise ATTESA_EPOCH"
        )


async def check_topics(settings: Settings) -> None:
    """Wait for the brokers and for the topics; refuse topics that do not fit together."""
    admin = await connect(settings)
    try:
        said = ""
        while absent := absent_topics(counts := await partition_counts(admin)):
            if absent[0] != said:
                log.warning("topic %s is absent at %s: run `attesa topics` once", absent[0], settings.kafka)
                said = absent[0]
            await asyncio.sleep(RETRY_SECONDS)
        check_counts(counts, settings)
    finally:
        await admin.close()
