"""Reads what a partition's last owner kept: its rows of `attesa.state` and its committed offset."""

import asyncio
import logging
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
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
        start = (await consumer.beginning_offsets([tp]))[tp]
        end = (await consumer.end_offsets([tp]))[tp]
        consumer.seek(tp, start)
        rows: dict[bytes, bytes] = {}
        while await consumer.position(tp) < end:
            if not is_current():
                raise Fenced(f"{place.topic}/{place.partition} was given away during its restore")
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    if record.value is None:
                        rows.pop(record.key, None)
                    else:
                        rows[record.key] = record.value
        return rows, committed
    finally:
        await consumer.stop()


async def committed_offset(settings: Settings, place: TopicPartition) -> int:
    """The group's offset of a partition; 0 where it has none. Raises KafkaError."""
    async with AIOKafkaConsumer(
        **settings.kafka_client(), group_id=settings.group, enable_auto_commit=False
    ) as consumer:
        return await consumer.committed(place) or 0
