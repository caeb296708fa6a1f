"""The topics of teams that the gateway reads: whether they are there, and what waits on them."""

from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from attesa.cli.finding import Finding
from attesa.cli.lag import committed_offsets
from attesa.gateway.topics.consumer import group_of
from attesa.settings import Settings

MOST_WAITING = 10_000  # records
FETCH_MS = 300


async def topic_findings(settings: Settings, admin: AIOKafkaAdminClient) -> AsyncIterator[Finding]:
    """One for each topic that a source names. Raises KafkaError."""
    sources = {name: policy.topics for name, policy in settings.definitions.sources.items() if policy.topics}
    if not sources:
        return
    # Of all topics: to ask for one by its name might make it.
    partitions = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics()}
    async with AIOKafkaConsumer(**settings.kafka_client()) as consumer:
        for source, topics in sources.items():
            committed = await committed_offsets(admin, group_of(settings, source))
            for topic in topics:
                places = [TopicPartition(topic, number) for number in range(partitions.get(topic, 0))]
                yield await _finding(source, topic, places, committed, consumer)


async def _finding(
    source: str,
    topic: str,
    places: list[TopicPartition],
    committed: dict[TopicPartition, int],
    consumer: AIOKafkaConsumer,
) -> Finding:
    about = f"{topic} of {source}"
    if not places:
        return Finding(
            "topic", False, f"{about} is not there, or attesa may not see it: make it, or allow it"
        )
    try:
        starts = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        await consumer.getmany(timeout_ms=FETCH_MS, max_records=1)  # who may see a topic may not yet read it
    except KafkaError as error:
        return Finding("topic", False, f"{about} cannot be read ({type(error).__name__}): allow attesa to")
    waiting = sum(ends[place] - max(starts[place], committed.get(place, 0)) for place in places)
    text = f"{about}: {len(places)} partitions, {waiting:,} records wait"
    if waiting > MOST_WAITING:
        return Finding("topic", False, f"{text}: is a gateway up? its log says what holds it up")
    return Finding("topic", True, text)
