"""The worker on a real broker: exact through duplicates, disorder, rubbish and kill -9."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from tests.integration import running

from attesa.cli.offline import fold_lines
from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.partition.state import HEADER, unpack_header
from attesa.core.rows.counts import COUNT_NAMES
from attesa.core.sessions import Sessions
from attesa.embedded.kafka import KafkaBroker
from attesa.embedded.process import Server, free_port
from attesa.replay.chaos import chaos
from attesa.replay.deliveries import History
from attesa.replay.histories import read_technion
from attesa.replay.produce import replay
from attesa.settings import Settings
from attesa.stream.partition import start_producer
from attesa.stream.topics import connect, create_topics, partition_counts

DAY = sorted((Path(__file__).parents[2] / "examples").glob("technion-*.tsv"))
KILLS = 5


@pytest.fixture(scope="module")
def broker(module_kafka: KafkaBroker) -> KafkaBroker:
    running.make_topics(running.settings_for(module_kafka.bootstrap))
    return module_kafka


def expected_outcomes(history: History) -> Counter:
    """Outcomes by the same processor without Kafka, from the plain history."""
    rows = fold_lines((delivery.value for delivery in history), Settings().definitions)
    return Counter(json.loads(row)["outcome"] for kind, row in rows if kind == topics.SESSIONS)


def totals_of(settings: Settings, tenant: str) -> dict[str, int]:
    """The sums of the running totals over cells and partitions."""
    rows = [row for row in running.newest(settings, topics.TOTALS).values() if row["tenant"] == tenant]
    cells = [row["total"] for row in rows if row["kind"] == "cell"]
    return {name: sum(cell.get(name, 0) for cell in cells) for name in COUNT_NAMES}


def assert_exact(settings: Settings, tenant: str, history: History) -> None:
    expected = expected_outcomes(history)
    totals = totals_of(settings, tenant)
    assert totals["records"] == expected.total()
    for outcome in ("answered", "abandoned", "left_before_queue", "invalid", "rejected", "unanswered"):
        assert totals[outcome] == expected[outcome], outcome
    facts = running.newest(settings, topics.SESSIONS).values()
    assert Counter(row["outcome"] for row in facts if row["tenant"] == tenant) == expected


def state_stands_for_committed_offsets(settings: Settings) -> bool:
    """Whether each partition's state and the group's offset tell of the same checkpoint.

    The broker writes a transaction's markers one after the other, also when its producer is dead: a reader
    in between sees one of the two.
    """
    committed, _ = running.offsets(settings)
    headers = dict.fromkeys(committed, 0)
    topic_of = {processor.prefix + HEADER: processor.topic for processor in (Sessions, Customers)}
    for key, value, partition in running.read_all(settings, topics.STATE):
        if key in topic_of and value is not None:
            headers[topic_of[key], partition] = unpack_header(value).next_offset
    return headers == committed


def wait_for_whole_checkpoints(settings: Settings) -> None:
    running.until("state and offsets to agree", lambda: state_stands_for_committed_offsets(settings))


@contextmanager
def sending(settings: Settings, tenant: str, history: History, speed: float) -> Iterator[Future[object]]:
    """A history on its way while the block runs, and all of it sent at its end."""
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(lambda: asyncio.run(replay(settings, tenant, history, speed=speed)))
        yield sent
        sent.result(timeout=running.PATIENCE_SECONDS)


def test_a_real_day_is_folded_to_the_last_call(broker: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(broker.bootstrap)
    history = read_technion(DAY, "day")
    asyncio.run(replay(settings, "day", history))
    with running.worker(settings, tmp_path):
        running.until("the day to be folded", lambda: running.all_folded(settings))
    assert_exact(settings, "day", history)


def replay_with_kills(settings: Settings, folder: Path, plain: History, speed: float) -> None:
    """Deliver a history twice and shuffled, with rubbish, to a worker that is killed again and again."""
    running.make_topics(settings)
    server = Server("victim", folder / "victim.log")
    with sending(settings, "chaos", chaos(plain, 7, "chaos"), speed) as sent:
        for _ in range(KILLS):
            before = sum(running.offsets(settings)[0].values())
            running.start_worker(server, settings, ATTESA_INSTANCE="victim")
            try:  # on a slow machine all may be sent, and folded, before the last kill
                running.until(
                    "progress",
                    lambda before=before: sent.done() or sum(running.offsets(settings)[0].values()) > before,
                )
            finally:
                server.kill()
            wait_for_whole_checkpoints(settings)
    with running.worker(settings, folder, "survivor", ATTESA_INSTANCE="victim"):
        running.until("everything to be folded", lambda: running.all_folded(settings))


def assert_hundred_dead(settings: Settings) -> None:
    dead = running.newest(settings, topics.DEAD_LETTERS)
    assert len(dead) == 100
    assert {row["topic"] for row in dead.values()} == {topics.EVENTS}


def test_chaos_and_five_kills_change_no_number(fresh_kafka: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(fresh_kafka.bootstrap)
    plain = read_technion(DAY, "chaos")
    replay_with_kills(settings, tmp_path, plain, speed=2_500)
    assert_exact(settings, "chaos", plain)
    assert_hundred_dead(settings)


@pytest.mark.long
def test_a_month_through_chaos_and_five_kills_gives_the_reference_figures(
    fresh_kafka: KafkaBroker, tmp_path: Path, shared: Path
):
    settings = running.settings_for(fresh_kafka.bootstrap)
    plain = read_technion([shared / "data" / "technion-january-1999.tsv.gz"], "chaos")
    replay_with_kills(settings, tmp_path, plain, speed=60_000)
    totals = totals_of(settings, "chaos")
    assert (totals["records"], totals["offered"], totals["answered"]) == (31_599, 30_161, 27_060)
    assert (totals["abandoned"], totals["short_abandoned"], totals["invalid"]) == (3_101, 519, 240)
    assert_exact(settings, "chaos", plain)
    assert_hundred_dead(settings)


def test_partitions_move_between_workers_without_a_loss(broker: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(broker.bootstrap)
    history = read_technion(DAY, "moving")
    with running.worker(settings, tmp_path, "first") as first:
        running.until(
            "the first worker", lambda: any("owns partitions" in line for line in first.last_lines())
        )
        with running.worker(settings, tmp_path, "second") as second:
            asyncio.run(replay(settings, "moving", history))
            second.stop()
        running.until("the day to be folded", lambda: running.all_folded(settings))
    assert_exact(settings, "moving", history)


def test_the_stock_transport_gives_the_same_numbers(broker: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(broker.bootstrap, transport="stock")
    history = read_technion(DAY, "stock")
    asyncio.run(replay(settings, "stock", history))
    with running.worker(settings, tmp_path):
        running.until("the day to be folded", lambda: running.all_folded(settings))
    assert_exact(settings, "stock", history)


async def _abandon(settings: Settings, history: History) -> None:
    """Write a history inside a transaction that is then aborted."""
    producer = AIOKafkaProducer(**settings.kafka_client(), transactional_id="abandons")
    await producer.start()
    await producer.begin_transaction()
    for delivery in history:
        await producer.send(topics.EVENTS, delivery.value, key=delivery.key)
    await producer.flush()
    await producer.abort_transaction()
    await producer.stop()


def test_events_of_an_aborted_transaction_are_not_read(broker: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(broker.bootstrap)
    asyncio.run(_abandon(settings, read_technion(DAY, "abandoned")))
    history = read_technion(DAY, "kept")
    asyncio.run(replay(settings, "kept", history))
    with running.worker(settings, tmp_path):
        running.until("the day to be folded", lambda: running.all_folded(settings))
    assert_exact(settings, "kept", history)
    assert totals_of(settings, "abandoned")["records"] == 0


def test_a_broker_that_goes_and_comes_back_costs_no_event(fresh_kafka: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(fresh_kafka.bootstrap)
    running.make_topics(settings)
    history = read_technion(DAY, "outage")
    with running.worker(settings, tmp_path) as server:
        asyncio.run(replay(settings, "outage", history))
        running.until("a checkpoint", lambda: any(running.offsets(settings)[0].values()))
        fresh_kafka.stop()
        fresh_kafka.start()
        running.until("the day to be folded", lambda: running.all_folded(settings))
        assert server.alive
    assert_exact(settings, "outage", history)
    wait_for_whole_checkpoints(settings)


def test_a_worker_whose_broker_is_gone_ends_when_it_is_told_to(fresh_kafka: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(fresh_kafka.bootstrap)
    running.make_topics(settings)
    with running.worker(settings, tmp_path) as server:
        running.until("the start", lambda: any("owns partitions" in line for line in server.last_lines()))
        fresh_kafka.kill()
        os.kill(server.pid, signal.SIGTERM)
        running.until("the end", lambda: not server.alive)


async def _fence(settings: Settings, partition: int) -> None:
    usurper = await start_producer(settings, TopicPartition(topics.EVENTS, partition), lambda: True)
    await usurper.stop()


def test_a_worker_that_is_fenced_while_its_group_says_nothing_ends_and_says_why(
    fresh_kafka: KafkaBroker, tmp_path: Path
):
    settings = running.settings_for(fresh_kafka.bootstrap)
    running.make_topics(settings)
    with running.worker(settings, tmp_path) as server:
        running.until("the start", lambda: any("owns partitions" in line for line in server.last_lines()))
        asyncio.run(_fence(settings, 2))
        running.until("the end", lambda: not server.alive)
        assert any("attesa.events/2 was fenced" in line for line in server.last_lines())


def test_a_worker_whose_state_is_lost_ends_and_says_what_to_do(fresh_kafka: KafkaBroker, tmp_path: Path):
    settings = running.settings_for(fresh_kafka.bootstrap)
    running.make_topics(settings)
    asyncio.run(replay(settings, "lost", read_technion(DAY, "lost")))
    with running.worker(settings, tmp_path, "first"):
        running.until("the day to be folded", lambda: running.all_folded(settings))
    asyncio.run(_make_anew(settings, topics.STATE))
    with running.worker(settings, tmp_path, "second") as server:
        running.until("the end", lambda: not server.alive)
        assert any("attesa.state knows nothing of it" in line for line in server.last_lines())


async def _make_anew(settings: Settings, topic: str) -> None:
    """Delete a topic and make it again, empty."""
    admin = await connect(settings)
    try:
        await admin.delete_topics([topic])
        while (await partition_counts(admin))[topic]:
            await asyncio.sleep(0)
    finally:
        await admin.close()
    await create_topics(settings)


def test_a_worker_waits_for_kafka_and_names_its_address(tmp_path: Path):
    port = free_port()
    settings = running.settings_for(f"127.0.0.1:{port}")
    broker = KafkaBroker(tmp_path / "late", port)
    probe = f"http://127.0.0.1:{(own := free_port())}/readyz"
    with running.worker(settings, tmp_path, ATTESA_STREAM_PORT=str(own)) as server:
        running.until("the message", lambda: any(settings.kafka in line for line in server.last_lines()))
        asked = httpx.get(probe, trust_env=False)
        assert (asked.status_code, settings.kafka in asked.text) == (503, True)
        broker.start()
        try:
            running.make_topics(settings)
            running.until("the start", lambda: any("owns partitions" in line for line in server.last_lines()))
            assert httpx.get(probe, trust_env=False).status_code == 200
        finally:
            broker.stop()


def test_another_partition_count_is_refused_with_what_to_do(broker: KafkaBroker):
    environment = {"ATTESA_KAFKA": broker.bootstrap, "ATTESA_PARTITIONS": "12", "ATTESA_STREAM_PORT": "0"}
    refused = subprocess.run(
        [sys.executable, "-m", "attesa", "stream"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert refused.returncode == 2
    assert "has 4 partitions, ATTESA_PARTITIONS says 12" in refused.stderr
    assert "ATTESA_PARTITIONS=4" in refused.stderr
