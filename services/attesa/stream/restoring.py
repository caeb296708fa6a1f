"""Reads what a partition's last owner kept: its rows of `attesa.state` and its committed offset."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from attesa.core.errors import Fenced
from attesa.core.topics import STATE
from attesa.settings import Settings

log = logging.getLogger("attesa.stream")

FETCH_BYTES = 4 * 1024 * 1024
RETRY_SECONDS = 1.0


async def kept_rows(
    settings: Settings, place: TopicPartition, is_current: Callable[[], bool]
) -> tuple[dict[bytes, bytes], int]:
    """The newest state row of each key, and the group's committed offset of `place` (0 where there is none).

    Retries while the brokers are away. Raises Fenced as soon as `is_current` says that the
    assignment has moved on.
    """
    while True:
        try:
            return await _read(settings, place, is_current)
        except KafkaError as error:
            log.warning("restore of %s/%d: %s at %s; trying again", *place, error, settings.kafka)
            await asyncio.sleep(RETRY_SECONDS)
        if not is_current():
            raise Fenced(f"{place.topic}/{place.partition} was given away during its restore")


async def _read(
    settings: Settings, place: TopicPartition, is_current: Callable[[], bool]
) -> tuple[dict[bytes, bytes], int]:
    consumer = AIOKafkaConsumer(
        **settings.kafka_client(),
        group_id=settings.group,  # for the committed offset; assign() joins no group
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        tp = TopicPartition(STATE, place.partition)
        consumer.assign([tp])
        committed = await consumer.committed(place) or 0
        rows: dict[bytes, bytes] = {}
        async for records in up_to_now(consumer, tp):
            if not is_current():
                raise Fenced(f"{place.topic}/{place.partition} was given away during its restore")
            replace(rows, records)
        return rows, committed
    finally:
        await consumer.stop()


async def up_to_now(consumer: AIOKafkaConsumer, place: TopicPartition) -> AsyncIterator[list[ConsumerRecord]]:
    """The records of an assigned partition from its beginning to its present end, in slices, some empty."""
    start = (await consumer.beginning_offsets([place]))[place]
    end = (await consumer.end_offsets([place]))[place]
    consumer.seek(place, start)
    while await consumer.position(place) < end:
        slices = await consumer.getmany(timeout_ms=200)
        yield slices.get(place, [])


def replace(rows: dict[bytes, bytes], records: Iterable[ConsumerRecord]) -> None:
    """Bring records into the newest row of each key."""
    for record in records:
        if record.value is None:
            rows.pop(record.key, None)
        else:
            rows[record.key] = record.value


async def committed_offset(settings: Settings, place: TopicPartition) -> int:
    """The group's offset of a partition; 0 where it has none. Raises KafkaError."""
    async with AIOKafkaConsumer(
        **settings.kafka_client(), group_id=settings.group, enable_auto_commit=False
    ) as consumer:
        return await consumer.committed(place) or 0
