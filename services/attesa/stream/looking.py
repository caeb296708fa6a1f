"""Looks at what the workers keep and tell, beside them: joins no group, commits nothing, writes nothing."""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from attesa.core.errors import Unreachable
from attesa.core.rows import ClockRow, cell_key, totals_decoder
from attesa.core.topics import STATE, TOTALS
from attesa.settings import Settings
from attesa.stream.restoring import FETCH_BYTES, replace, up_to_now
from attesa.stream.topics import check_counts, partition_counts

ANSWER_MS = 10_000
_CLOCK = cell_key("clock")[:-1]  # how the keys of clock rows begin


async def look(settings: Settings, partition: int, keys: Collection[bytes]) -> dict[bytes, bytes]:
    """The newest rows of these keys in one partition, as committed by now.

    Raises Unreachable where Kafka does not answer, ConfigurationError where the topics are otherwise.
    """
    try:
        await _check(settings)
        return await _read(settings, TopicPartition(STATE, partition), keys)
    except (KafkaError, OSError) as error:
        raise _unreachable(settings, error) from None


async def _check(settings: Settings) -> None:
    """A key lies elsewhere where the topics have another count of partitions."""
    admin = AIOKafkaAdminClient(**settings.kafka_client(), request_timeout_ms=ANSWER_MS)
    try:
        await admin.start()
        check_counts(await partition_counts(admin), settings)
    finally:
        await admin.close()


def _consumer(settings: Settings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **settings.kafka_client(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
        request_timeout_ms=ANSWER_MS,
    )


def _unreachable(settings: Settings, error: Exception) -> Unreachable:
    reason = " ".join(str(error).split())[:200]
    return Unreachable(f"Kafka at {settings.kafka} does not answer: start it or set ATTESA_KAFKA ({reason})")


async def _read(settings: Settings, place: TopicPartition, keys: Collection[bytes]) -> dict[bytes, bytes]:
    consumer = _consumer(settings)
    try:
        await consumer.start()
        consumer.assign([place])
        rows: dict[bytes, bytes] = {}
        async for records in up_to_now(consumer, place):
            replace(rows, (record for record in records if record.key in keys))
        return rows
    finally:
        await consumer.stop()


async def clock_rows(settings: Settings) -> list[ClockRow]:
    """The newest clock row of every tenant and partition. Raises Unreachable."""
    consumer = _consumer(settings)
    try:
        await consumer.start()
        rows: dict[bytes, bytes] = {}
        for number in range(settings.partitions):
            place = TopicPartition(TOTALS, number)
            consumer.assign([place])  # one after the other: `up_to_now` passes over the others' records
            async for records in up_to_now(consumer, place):
                replace(rows, (record for record in records if record.key.startswith(_CLOCK)))
    except (KafkaError, OSError) as error:
        raise _unreachable(settings, error) from None
    finally:
        await consumer.stop()
    found = map(totals_decoder.decode, rows.values())
    return [row for row in found if isinstance(row, ClockRow)]
