"""The producers of docs/events.md, run as they stand there, and what they put into Kafka."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic
from tests.gateway.topic import administering
from tests.integration.servers import missing

from attesa.core.events.intake import Usable, read
from attesa.core.topics import EVENTS
from attesa.embedded.distribution import default_cache_dir, prepare

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
PARTITIONS = 12  # those of the page's table of keys
PLACE = 11  # of default:chat-8841 in it
PATIENCE_SECONDS = 120


def program(language, bootstrap):
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert text.count("127.0.0.1:9092") == 1
    return text.replace("127.0.0.1:9092", bootstrap)


def run(*command, folder, **more):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False, **more
    )
    assert done.returncode == 0, done.stderr[-2000:]


def found(name):
    """The path of a program; skips where there is none."""
    return shutil.which(name) or missing(f"{name} is not installed")


@pytest.fixture(scope="module")
def kafkajs(request):
    """A folder with kafkajs in it, fetched once; skips where it cannot be."""
    folder = request.config.cache.mkdir("kafkajs")
    if not (folder / "node_modules" / "kafkajs").is_dir():
        command = [found("npm"), "install", "--no-audit", "--no-fund", "--prefix", str(folder), "kafkajs@2"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        if done.returncode:
            missing(f"kafkajs cannot be fetched: {done.stderr.strip()[-200:]}")
    return folder


@pytest.fixture(scope="module")
def topic(module_kafka):
    """`attesa.events` with as many partitions as the page's table of keys; the broker's address."""

    async def make():
        async with administering(module_kafka.bootstrap) as admin:
            await admin.create_topics([NewTopic(EVENTS, PARTITIONS, 1)])

    asyncio.run(make())
    return module_kafka.bootstrap


def newest(bootstrap, kind):
    """The records of a type; each in its partition."""

    async def records():
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        try:
            places = [TopicPartition(EVENTS, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            told = []
            for place, end in (await consumer.end_offsets(places)).items():
                consumer.seek(place, 0)
                while await consumer.position(place) < end:
                    told += (await consumer.getmany(place, timeout_ms=200)).get(place, [])
            return told
        finally:
            await consumer.stop()

    return [record for record in asyncio.run(records()) if json.loads(record.value)["type"] == kind]


def is_taken(records):
    """One event, where a worker expects it, under the key of its body."""
    (record,) = records
    seen = read(record.value)
    assert isinstance(seen, Usable), seen
    assert not seen.dropped_fields
    assert (record.key, record.partition) == (b"default:chat-8841", PLACE)
    assert dict(record.headers)["content-type"] == b"application/cloudevents+json"
    return True


def test_the_python_on_the_page_puts_an_event_where_a_worker_takes_it(topic, tmp_path):
    run(sys.executable, "-c", program("python", topic), folder=tmp_path)
    assert is_taken(newest(topic, "attesa.session.queued"))


def test_the_javascript_on_the_page_puts_an_event_where_a_worker_takes_it(topic, kafkajs):
    run(found("node"), "-e", program("javascript", topic), folder=kafkajs)
    assert is_taken(newest(topic, "attesa.message.sent"))


def test_the_java_on_the_page_puts_an_event_where_a_worker_takes_it(topic, tmp_path):
    kafka = prepare(default_cache_dir(), lambda _line: None)
    if "jdk.compiler" not in subprocess.check_output([kafka.java.command, "--list-modules"], text=True):
        missing("this Java runs programs and compiles none")
    source = tmp_path / "SendEvent.java"
    source.write_text(program("java", topic), encoding="utf-8")
    run(str(kafka.java.command), "-cp", kafka.class_path, str(source), folder=tmp_path)
    assert is_taken(newest(topic, "attesa.session.ended"))
