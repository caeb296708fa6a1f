"""How far a tenant's time has come, read from `attesa.totals`. Writes nothing."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from attesa.core import topics
from attesa.core.rows import ClockRow, totals_decoder
from attesa.replay.kafka import PATIENCE_SECONDS, connected
from attesa.settings import Settings

CLOCK_KEY = b'["clock"'
FETCH_MS = 500


async def tenant_clock(
    settings: Settings, tenant: str, patience_seconds: float = PATIENCE_SECONDS
) -> int | None:
    """The newest clock of a tenant over all partitions, in ms; None where its time has not begun.

    Raises Unreachable.
    """

    def make() -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            topics.TOTALS,
            **settings.kafka_client(),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )

    consumer = await connected(make, settings, patience_seconds)
    try:
        return await _read_to_the_end(consumer, tenant)
    finally:
        await consumer.stop()


async def _read_to_the_end(consumer: AIOKafkaConsumer, tenant: str) -> int | None:
    ends = await consumer.end_offsets(consumer.assignment())
    clocks: dict[int, int] = {}
    while await _behind(consumer, ends):
        fetched = await consumer.getmany(timeout_ms=FETCH_MS)
        for partition, records in fetched.items():
            for record in records:
                row = _clock_row(record.key, record.value)
                if row is not None and row.tenant == tenant and row.clock is not None:
                    clocks[partition.partition] = row.clock
        await asyncio.sleep(0)
    return max(clocks.values(), default=None)


async def _behind(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return True
    return False


def _clock_row(key: bytes | None, value: bytes | None) -> ClockRow | None:
    if key is None or value is None or not key.startswith(CLOCK_KEY):
        return None
    row = totals_decoder.decode(value)
    return row if isinstance(row, ClockRow) and row.processor == "sessions" else None
