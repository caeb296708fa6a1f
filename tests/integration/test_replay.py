"""Histories and simulated chats on a real Kafka: what is sent is there, in order, with its time."""

import asyncio
import json
import logging
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from tests.integration.servers import Kafka, KafkaBroker
from tests.replay.figures import figures
from tests.replay.rows import HEADER, row

from attesa.core import topics
from attesa.core.errors import ConfigurationError, InputError, Unreachable
from attesa.core.partition.placement import partition_of
from attesa.core.rows import ClockRow, DeadLetter, cell_key, dead_letter_decoder, encode
from attesa.embedded.process import free_port
from attesa.replay.chaos import BROKEN_MESSAGES, chaos
from attesa.replay.deliveries import History
from attesa.replay.histories import read_jsonl, read_technion
from attesa.replay.live import live
from attesa.replay.load import Load, fill
from attesa.replay.produce import replay
from attesa.replay.tenant_clock import tenant_clock
from attesa.settings import Settings

PARTITIONS = 4
PATIENCE_SECONDS = 60
EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = EXAMPLES / "technion-1999-01-13.tsv"
HOUR_MS = 3_600_000
PROGRESS = "attesa.progress"


def create_topics(bootstrap: str, partitions: dict[str, int]) -> None:
    async def create() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        try:
            for name, count in partitions.items():
                try:
                    await admin.create_topics([NewTopic(name, count, 1)])
                except TopicAlreadyExistsError:
                    continue
        finally:
            await admin.close()

    asyncio.run(create())


def all_topics(partitions: int = PARTITIONS) -> dict[str, int]:
    return {topic.name: partitions for topic in topics.TOPICS}


@pytest.fixture
def settings(kafka: Kafka) -> Settings:
    create_topics(kafka.bootstrap, all_topics())
    return Settings(kafka=kafka.bootstrap)


@pytest.fixture
def tenant() -> str:
    return f"replay-{uuid.uuid4().hex[:10]}"


async def read_topic(settings: Settings, topic: str) -> list[Any]:
    """All records of a topic by now, each partition in its order."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=settings.kafka, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Any] = []
        while [partition for partition, end in ends.items() if await consumer.position(partition) < end]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found.extend(records)
        return found
    finally:
        await consumer.stop()


def sent_for(settings: Settings, tenant: str) -> tuple[list[Any], list[Any]]:
    """The tenant's events on the topic, and its marks of time."""
    records = asyncio.run(read_topic(settings, topics.EVENTS))
    events = [one for one in records if one.key is not None and one.key.startswith(f"{tenant}:".encode())]
    marks = [one for one in records if one.key is None and json.loads(one.value)["tenant"] == tenant]
    return events, marks


def test_a_day_of_calls_is_on_the_topic_with_every_figure(settings: Settings, tenant: str) -> None:
    history = read_technion([DAY], tenant)
    seen: list[tuple[int, int]] = []

    summary = asyncio.run(replay(settings, tenant, history, on_progress=lambda *told: seen.append(told)))

    events, _ = sent_for(settings, tenant)
    assert summary.sent == history.total == len(events)
    assert summary.broken_rows == 0
    assert seen[-1] == (history.total, history.newest_ms)
    assert Counter(one.value for one in events) == Counter(one.value for one in history)
    assert figures(history)["records"] == len({one.key for one in events}) == 1_757


def test_events_lie_where_kafkas_own_partitioner_puts_them_and_in_order(
    settings: Settings, tenant: str
) -> None:
    history = read_technion([DAY], tenant)
    asyncio.run(replay(settings, tenant, history))

    events, _ = sent_for(settings, tenant)

    assert {one.partition for one in events} == set(range(PARTITIONS))
    for one in events:
        assert one.partition == partition_of(one.key, PARTITIONS)
        assert dict(one.headers)["content-type"].startswith(b"application/cloudevents+json")
    for partition in range(PARTITIONS):
        times = [json.loads(one.value)["time"] for one in events if one.partition == partition]
        assert times == sorted(times)


def test_every_partition_is_told_the_time_first_often_and_last(settings: Settings, tenant: str) -> None:
    history = read_technion([DAY], tenant)
    summary = asyncio.run(replay(settings, tenant, history))

    events, marks = sent_for(settings, tenant)

    assert len(marks) == summary.marks * PARTITIONS
    for partition in range(PARTITIONS):
        mine = [one for one in marks if one.partition == partition]
        offsets = [one.offset for one in events if one.partition == partition]
        assert mine[0].offset < min(offsets)
        assert mine[-1].offset > max(offsets)
        assert json.loads(mine[0].value)["type"] == PROGRESS


def test_record_timestamps_are_of_the_producing_not_of_the_event(settings: Settings, tenant: str) -> None:
    before_ms = int(time.time() * 1000)
    asyncio.run(replay(settings, tenant, read_jsonl([EXAMPLES / "chat.jsonl"], tenant)))

    events, _ = sent_for(settings, tenant)

    assert min(one.timestamp for one in events) >= before_ms - 1_000


def test_chaos_puts_every_event_there_twice_and_a_hundred_broken_messages(
    settings: Settings, tenant: str
) -> None:
    calm = read_technion([DAY], tenant)

    asyncio.run(replay(settings, tenant, chaos(calm, 11, tenant)))

    events, _ = sent_for(settings, tenant)
    broken = [one for one in events if one.key.startswith(f"{tenant}:broken-".encode())]
    assert len(broken) == BROKEN_MESSAGES
    assert len(events) == 2 * calm.total + BROKEN_MESSAGES


def test_a_broken_row_is_a_dead_letter_and_the_rest_goes_on(
    settings: Settings, tenant: str, tmp_path: Path
) -> None:
    path = tmp_path / "month.tsv"
    path.write_bytes(HEADER + b"\r\n".join([row(), row(vru_entry="99:00:00", call_id="2")]))

    summary = asyncio.run(replay(settings, tenant, read_technion([path], tenant)))

    letters = [
        dead_letter_decoder.decode(one.value)
        for one in asyncio.run(read_topic(settings, topics.DEAD_LETTERS))
    ]
    mine: list[DeadLetter] = [one for one in letters if one.tenant == tenant]
    assert (summary.sent, summary.broken_rows) == (4, 1)
    assert [(one.reason, one.path, one.origin) for one in mine] == [("broken_row", "vru_entry", f"{path}:3")]


def write_clock(settings: Settings, tenant: str, clocks_ms: list[int | None]) -> None:
    async def write() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
        await producer.start()
        try:
            for partition, clock in enumerate(clocks_ms):
                clock_row = ClockRow(
                    tenant=tenant,
                    processor="sessions",
                    partition=partition,
                    epoch=1,
                    mode="data",
                    clock=clock,
                    newest_event_at=clock,
                    position=1,
                    end_offset=1,
                    held=False,
                    written_at=0,
                    reasons={},
                )
                key = cell_key("clock", tenant, partition)
                await producer.send_and_wait(topics.TOTALS, encode(clock_row), key, partition)
        finally:
            await producer.stop()

    asyncio.run(write())


def test_a_tenants_clock_is_the_newest_of_its_partitions(settings: Settings, tenant: str) -> None:
    assert asyncio.run(tenant_clock(settings, tenant)) is None

    write_clock(settings, tenant, [5_000, 7_000, None])

    assert asyncio.run(tenant_clock(settings, tenant)) == 7_000
    assert asyncio.run(tenant_clock(settings, tenant + "x")) is None


def test_a_replay_older_than_its_tenants_clock_by_over_48_hours_is_refused(
    settings: Settings, tenant: str
) -> None:
    history = read_technion([DAY], tenant)
    write_clock(settings, tenant, [history.first_ms + 48 * HOUR_MS + 1])

    with pytest.raises(InputError, match="would be late: replay under another --tenant"):
        asyncio.run(replay(settings, tenant, history))

    assert sent_for(settings, tenant) == ([], [])


@pytest.mark.parametrize("name", ["", "Acme", "two words", "x" * 64])
def test_a_name_that_no_tenant_can_have_is_refused(settings: Settings, name: str) -> None:
    history = read_jsonl([EXAMPLES / "chat.jsonl"], name)

    with pytest.raises(InputError, match=r"--tenant .*: a name of at most 63"):
        asyncio.run(replay(settings, name, history))

    assert sent_for(settings, name) == ([], [])


def test_a_replay_within_48_hours_of_its_tenants_clock_is_taken(settings: Settings, tenant: str) -> None:
    history = read_jsonl([EXAMPLES / "chat.jsonl"], tenant)
    write_clock(settings, tenant, [history.first_ms + 48 * HOUR_MS])

    assert asyncio.run(replay(settings, tenant, history)).sent == history.total


def test_a_multiple_of_its_own_time_keeps_the_order_and_tells_how_far_it_is(
    settings: Settings, tenant: str
) -> None:
    history = read_jsonl([EXAMPLES / "chat.jsonl"], tenant)
    seen: list[int] = []

    asyncio.run(
        replay(settings, tenant, history, speed=200, on_progress=lambda sent, _position_ms: seen.append(sent))
    )

    events, _ = sent_for(settings, tenant)
    assert len(events) == history.total
    assert seen == sorted(seen)
    assert len(seen) > 2


def test_a_cancelled_replay_leaves_what_it_took_and_closes(settings: Settings, tenant: str) -> None:
    history = read_jsonl([EXAMPLES / "chat.jsonl"], tenant)

    async def run() -> None:
        started = asyncio.Event()
        task = asyncio.create_task(
            replay(settings, tenant, history, speed=0.01, on_progress=lambda *_: started.set())
        )
        await asyncio.wait_for(started.wait(), PATIENCE_SECONDS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())

    events, marks = sent_for(settings, tenant)
    assert 0 < len(events) < history.total
    assert len(marks) == PARTITIONS


def test_a_broker_that_dies_and_comes_back_meanwhile_has_every_event_once(
    fresh_kafka: KafkaBroker, tenant: str
) -> None:
    create_topics(fresh_kafka.bootstrap, all_topics())
    settings = Settings(kafka=fresh_kafka.bootstrap)
    history = read_technion([DAY], tenant)

    async def run() -> None:
        half_way = asyncio.Event()

        def told(sent: int, _position_ms: int) -> None:
            if sent > history.total // 2:
                half_way.set()

        task = asyncio.create_task(replay(settings, tenant, history, speed=20_000, on_progress=told))
        await asyncio.wait_for(half_way.wait(), PATIENCE_SECONDS)
        fresh_kafka.kill()
        await asyncio.to_thread(fresh_kafka.start)
        await task

    asyncio.run(run())

    events, _ = sent_for(settings, tenant)
    assert Counter(one.value for one in events) == Counter(one.value for one in history)


async def until(there: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await there():
            await asyncio.sleep(0.05)


def test_live_chats_are_dated_now_and_nobody_is_left_waiting(settings: Settings, tenant: str) -> None:
    before_ms = int(time.time() * 1000)

    async def mine() -> list[Any]:
        records = await read_topic(settings, topics.EVENTS) + await read_topic(settings, topics.CUSTOMERS)
        return [
            json.loads(one.value) for one in records if one.key and one.key.startswith(f"{tenant}:".encode())
        ]

    async def run() -> tuple[int, list[Any]]:
        task = asyncio.create_task(live(settings, tenant, seed=3, rate=50))

        async def some_have_come() -> bool:
            return len(await mine()) > 20

        await until(some_have_come)
        task.cancel()
        return await task, await mine()

    sent, events = asyncio.run(run())

    assert len(events) == sent
    begun = {one["subject"] for one in events if one["type"] == "attesa.session.started"}
    assert begun == {one["subject"] for one in events if one["type"] == "attesa.session.ended"}
    shown = [one for one in events if one["type"] == "attesa.agent.presence"]
    assert Counter(one["subject"] for one in shown if one["data"]["status"] == "offline") == Counter(
        one["subject"] for one in shown if one["data"]["status"] == "available"
    )
    now_ms = int(time.time() * 1000)
    for one in events:
        at_ms = datetime.fromisoformat(one["time"]).timestamp() * 1000
        assert before_ms - 1_000 <= at_ms <= now_ms + 1_000


def test_a_load_is_written_wholly(settings: Settings, tenant: str) -> None:
    load = Load(chats=500, tenant=tenant, start_ms=1_700_000_000_000)

    asyncio.run(fill(settings, load))

    events, marks = sent_for(settings, tenant)
    assert len(events) == load.events
    assert marks == []


def tiny() -> History:
    return read_jsonl([EXAMPLES / "chat.jsonl"], "default")


def test_nobody_at_the_address_is_said_while_trying_and_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    address = f"127.0.0.1:{free_port()}"

    with (
        caplog.at_level(logging.WARNING, "attesa.replay"),
        pytest.raises(Unreachable, match=f"Kafka at {address} has not answered"),
    ):
        asyncio.run(replay(Settings(kafka=address), "default", tiny(), patience_seconds=1.5))

    assert any(f"Kafka at {address} does not answer; trying" in one.message for one in caplog.records)


def test_topics_that_are_absent_are_named(fresh_kafka: KafkaBroker) -> None:
    with pytest.raises(ConfigurationError, match=r"has no topic attesa\.customers, attesa\.dead-letters"):
        asyncio.run(replay(Settings(kafka=fresh_kafka.bootstrap), "default", tiny()))


def test_a_topic_with_another_partition_count_is_refused(fresh_kafka: KafkaBroker) -> None:
    create_topics(fresh_kafka.bootstrap, all_topics() | {topics.PANES: 3})

    with pytest.raises(ConfigurationError, match=r"attesa\.panes has 3 partitions and attesa\.events has 4"):
        asyncio.run(replay(Settings(kafka=fresh_kafka.bootstrap), "default", tiny()))
