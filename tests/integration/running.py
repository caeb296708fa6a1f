"""Services as processes, for tests that start, starve and kill them."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from attesa.cli.lag import FOLDED, committed_offsets
from attesa.embedded.process import Server, free_port
from attesa.settings import Settings
from attesa.stream.topics import create_topics

PARTITIONS = 4
Offsets = dict[TopicPartition, int]
PATIENCE_SECONDS = 90


def settings_for(bootstrap: str, **others: object) -> Settings:
    """Settings of a test's own: its broker, four partitions, no port in common with others."""
    return Settings(kafka=bootstrap, partitions=PARTITIONS, **others)


def make_topics(settings: Settings) -> None:
    asyncio.run(create_topics(settings))


def until(what: str, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Poll a condition; fails, saying what was awaited, when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.05)


@contextmanager
def worker(settings: Settings, folder: Path, name: str = "worker", **others: str) -> Iterator[Server]:
    """A running `attesa stream`; stopped at the end of the block if it still runs."""
    server = Server(name, folder / f"{name}.log")
    start_worker(server, settings, **others)
    try:
        yield server
    finally:
        server.stop()


def start_worker(server: Server, settings: Settings, **others: str) -> None:
    environment = {
        "ATTESA_KAFKA": settings.kafka,
        "ATTESA_PARTITIONS": str(settings.partitions),
        "ATTESA_GROUP": settings.group,
        "ATTESA_STREAM_PORT": str(free_port()),
        "ATTESA_TRANSPORT": settings.transport,
        **others,
    }
    server.start([sys.executable, "-m", "attesa", "stream"], Path.cwd(), environment)


async def _read_all(settings: Settings, topic: str) -> list[tuple[bytes, bytes | None, int]]:
    consumer = AIOKafkaConsumer(
        **settings.kafka_client(), isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        rows = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                rows += [(record.key, record.value, record.partition) for record in records]
        return rows
    finally:
        await consumer.stop()


def read_all(settings: Settings, topic: str) -> list[tuple[bytes, bytes | None, int]]:
    """Every committed record of a topic: key, value, partition."""
    return asyncio.run(_read_all(settings, topic))


def newest(settings: Settings, topic: str) -> dict[bytes, dict]:
    """The newest row of each key."""
    return {key: json.loads(value) for key, value, _ in read_all(settings, topic) if value is not None}


async def _offsets(settings: Settings) -> tuple[Offsets, Offsets]:
    admin = AIOKafkaAdminClient(**settings.kafka_client())
    consumer = AIOKafkaConsumer(**settings.kafka_client())
    await admin.start()
    await consumer.start()
    try:
        numbers = range(settings.partitions)
        places = [TopicPartition(topic, number) for topic in FOLDED for number in numbers]
        committed = await committed_offsets(admin, settings.group)
        ends = await consumer.end_offsets(places)
        return {place: committed.get(place, 0) for place in places}, ends
    finally:
        await consumer.stop()
        await admin.close()


def offsets(settings: Settings) -> tuple[Offsets, Offsets]:
    """Committed and end offsets of what the worker reads, by topic and partition."""
    return asyncio.run(_offsets(settings))


def all_folded(settings: Settings) -> bool:
    committed, ends = offsets(settings)
    return committed == ends and any(ends.values())
