"""A source's numbers through a real broker and worker: what is missing is said, also after a kill."""

import asyncio
import json
import time
from pathlib import Path

from aiokafka import AIOKafkaProducer
from tests.core.making import Event
from tests.integration import running
from tests.oracle import stories

from attesa.cli.doctor_sources import source_findings
from attesa.core import topics
from attesa.embedded.kafka import KafkaBroker
from attesa.settings import Settings

TENANT = "numbered"
NOBODY = "http://127.0.0.1:9"


def numbered(number: int) -> Event:
    """Of as many conversations as numbers, so that they lie in all partitions."""
    at = int(time.time() * 1000) - 60_000
    told = stories.event_at("session.queued", at, queue="sales") | {"tenant": TENANT}
    return told | {"id": f"{number}", "subject": f"c-{number}", "sequence": str(number)}


async def send(settings: Settings, *numbers: int) -> None:
    async with AIOKafkaProducer(**settings.kafka_client(), acks="all") as producer:
        for number in numbers:
            told = numbered(number)
            key = f"{TENANT}:{told['subject']}".encode()
            await producer.send_and_wait(topics.EVENTS, json.dumps(told).encode(), key)


def said(settings: Settings) -> str:
    return " ".join(found.text for found in source_findings(settings) if found.subject == "source")


def test_missing_numbers_are_said_and_come_back_after_a_kill(module_kafka: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(module_kafka.bootstrap, group="numbered", clickhouse_url=NOBODY)
    running.make_topics(settings)
    asyncio.run(send(settings, *range(1, 11), *range(14, 31), *range(1, 11)))
    with running.worker(settings, tmp_path) as worker:
        running.until(
            "three gaps", lambda: "3 events are missing by their sequence numbers" in said(settings)
        )
        worker.kill()
    asyncio.run(send(settings, 12, 30))
    with running.worker(settings, tmp_path, "again"):
        running.until("two gaps", lambda: "2 events are missing by their sequence numbers" in said(settings))
        asyncio.run(send(settings, 13, 11))
        running.until("none", lambda: "no gap in its sequence numbers" in said(settings))
