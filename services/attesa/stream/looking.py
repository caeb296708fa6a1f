"""Looks into `attesa.state` beside its owners: joins no group, commits nothing, writes nothing."""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from attesa.core.errors import Unreachable
from attesa.core.topics import STATE
from attesa.settings import Settings
from attesa.stream.restoring import FETCH_BYTES, replace, up_to_now
from attesa.stream.topics import check_counts, partition_counts

ANSWER_MS = 10_000


async def look(settings: Settings, partition: int, keys: Collection[bytes]) -> dict[bytes, bytes]:
    """The newest rows of these keys in one partition, as committed by now.

    Raises Unreachable where Kafka does not answer, ConfigurationError where the topics are otherwise.
    """
    try:
        await _check(settings)
        return await _read(settings, TopicPartition(STATE, partition), keys)
    except (KafkaError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise Unreachable(
            f"Kafka at {settings.kafka} does not answer: start it or set ATTESA_KAFKA ({reason})"
        ) from None


async def _check(settings: Settings) -> None:
    """A key lies elsewhere where the topics have another count of partitions."""
    admin = AIOKafkaAdminClient(**settings.kafka_client(), request_timeout_ms=ANSWER_MS)
    try:
        await admin.start()
        check_counts(await partition_counts(admin), settings)
    finally:
        await admin.close()


async def _read(settings: Settings, place: TopicPartition, keys: Collection[bytes]) -> dict[bytes, bytes]:
    consumer = AIOKafkaConsumer(
        **settings.kafka_client(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
        request_timeout_ms=ANSWER_MS,
    )
    try:
        await consumer.start()
        consumer.assign([place])
        rows: dict[bytes, bytes] = {}
        async for records in up_to_now(consumer, place):
            replace(rows, (record for record in records if record.key in keys))
        return rows
    finally:
        await consumer.stop()
