"""How far the consumer groups are behind: committed offsets against the ends of the topics."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from attesa.core import topics
from attesa.settings import Settings

# Which group reads what.
LOADED = (topics.SESSIONS, topics.PANES, topics.DEAD_LETTERS)


async def lags(settings: Settings, admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Offsets that the worker still has to read, and the loader, by topic."""
    consumer = AIOKafkaConsumer(**settings.kafka_client())
    await consumer.start()
    try:
        found = {}
        for group, names in ((settings.group, (topics.EVENTS,)), (f"{settings.group}-loader", LOADED)):
            committed = await admin.list_consumer_group_offsets(group)
            for name in names:
                places = [TopicPartition(name, number) for number in range(settings.partitions)]
                ends = await consumer.end_offsets(places)
                starts = await consumer.beginning_offsets(places)
                found[name] = sum(
                    ends[place] - max(committed[place].offset if place in committed else 0, starts[place])
                    for place in places
                )
        return found
    finally:
        await consumer.stop()
