"""The embedded broker is Apache Kafka: clients and transactions work, data outlives restarts and kills."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from attesa.core.errors import ConfigurationError
from attesa.embedded.kafka import KafkaBroker
from attesa.embedded.process import ServerDied

TOPIC = "test.topic"
PARTITION = TopicPartition(TOPIC, 0)
DEADLINE_SECONDS = 30


async def make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    finally:
        await admin.close()


async def send_in_transaction(bootstrap: str, values: list[bytes], *, commit: bool) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="test") as producer:
        await producer.begin_transaction()
        for value in values:
            await producer.send_and_wait(TOPIC, value, partition=0)
        await (producer.commit_transaction() if commit else producer.abort_transaction())


async def committed_values(bootstrap: str, count: int) -> list[bytes]:
    """The first `count` values, as soon as the transactions that brought them are complete."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
    async with consumer, asyncio.timeout(DEADLINE_SECONDS):
        consumer.assign([PARTITION])
        consumer.seek(PARTITION, 0)
        found: list[bytes] = []
        while len(found) < count:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += [record.value for record in records]
        return found


def ended(pid: int) -> bool:
    """Whether no such process runs; one that waits to be collected counts as ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_what_a_transaction_commits_is_read_and_what_it_aborts_is_not(fresh_kafka):
    async def scene() -> None:
        await make_topic(fresh_kafka.bootstrap)
        await send_in_transaction(fresh_kafka.bootstrap, [b"one", b"two"], commit=True)
        await send_in_transaction(fresh_kafka.bootstrap, [b"never"], commit=False)
        await send_in_transaction(fresh_kafka.bootstrap, [b"three"], commit=True)
        assert await committed_values(fresh_kafka.bootstrap, 3) == [b"one", b"two", b"three"]

    asyncio.run(scene())


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_data_outlive_the_broker_and_it_comes_back_on_the_same_port(fresh_kafka, end):
    bootstrap = fresh_kafka.bootstrap
    asyncio.run(make_topic(bootstrap))
    asyncio.run(send_in_transaction(bootstrap, [b"kept"], commit=True))
    # Until it is read, the broker may still be writing the markers that KafkaBroker.kill() warns of.
    assert asyncio.run(committed_values(bootstrap, 1)) == [b"kept"]
    getattr(fresh_kafka, end)()
    assert not fresh_kafka.alive
    fresh_kafka.start()
    assert fresh_kafka.bootstrap == bootstrap
    assert asyncio.run(committed_values(bootstrap, 1)) == [b"kept"]


def test_a_topic_that_nobody_made_is_not_made_by_a_message(fresh_kafka):
    async def scene() -> set[str]:
        admin = AIOKafkaAdminClient(bootstrap_servers=fresh_kafka.bootstrap)
        await admin.start()
        try:
            await admin.describe_topics(["surprise"])
            return set(await admin.list_topics())
        finally:
            await admin.close()

    assert "surprise" not in asyncio.run(scene())


def test_a_port_in_use_is_named_together_with_the_setting_that_changes_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        broker = KafkaBroker(tmp_path, port)
        with pytest.raises(ConfigurationError, match=rf"Port {port} is in use.*ATTESA_KAFKA_PORT"):
            broker.start()
    assert not broker.alive


def test_a_broker_that_dies_is_reported_with_its_last_lines(tmp_path):
    broker = KafkaBroker(tmp_path, java_options=("-XX:NoSuchOption",))
    with pytest.raises(ServerDied, match="NoSuchOption"):
        broker.start()


def test_a_second_broker_on_the_same_folder_is_refused(fresh_kafka, tmp_path):
    second = KafkaBroker(tmp_path / "kafka")
    with pytest.raises(ServerDied, match="lock"):
        second.start()
    assert fresh_kafka.alive


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its killed parent")
def test_no_broker_is_left_behind_by_a_killed_parent(tmp_path):
    program = (
        "import sys, threading, pathlib\n"
        "from attesa.embedded.kafka import KafkaBroker\n"
        "broker = KafkaBroker(pathlib.Path(sys.argv[1]))\n"
        "starter = threading.Thread(target=broker.start)\n"  # its end must not end the broker
        "starter.start(); starter.join()\n"
        "print(broker.pid, broker.alive, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        pid, alive = parent.stdout.readline().split()
        assert alive == "True"
        os.kill(parent.pid, signal.SIGKILL)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not ended(int(pid)) and time.monotonic() < deadline:
            os.sched_yield()
    assert ended(int(pid))


def test_a_ctrl_c_in_the_terminal_does_not_reach_the_broker(fresh_kafka):
    assert os.getpgid(fresh_kafka.pid) != os.getpgid(0)
