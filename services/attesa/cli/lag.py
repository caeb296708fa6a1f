"""How far the consumer groups are behind: committed offsets against the ends of the topics."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError

from attesa.core import topics
from attesa.settings import Settings

# Which group reads what.
FOLDED = (topics.EVENTS, topics.CUSTOMERS)
LOADED = (topics.SESSIONS, topics.OUTCOMES, topics.PANES, topics.DEAD_LETTERS)


async def committed_offsets(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """A group's offsets; none where the brokers keep no group yet."""
    try:
        found = await admin.list_consumer_group_offsets(group)
    except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
        return {}
    return {place: kept.offset for place, kept in found.items()}


async def ends_of(settings: Settings, topic: str) -> dict[TopicPartition, int]:
    """The end offset of each partition of a topic."""
    async with AIOKafkaConsumer(**settings.kafka_client()) as consumer:
        places = [TopicPartition(topic, number) for number in range(settings.partitions)]
        found: dict[TopicPartition, int] = await consumer.end_offsets(places)
        return found


async def lags(settings: Settings, admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Offsets that the worker still has to read, and the loader, by topic."""
    found = {}
    for group, names in ((settings.group, FOLDED), (f"{settings.group}-loader", LOADED)):
        committed = await committed_offsets(admin, group)
        for name in names:
            ends = await ends_of(settings, name)
            found[name] = sum(end - min(end, committed.get(place, 0)) for place, end in ends.items())
    return found
