"""Gateways that read a team's topic are killed, joined, left, and lose their Kafka: nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.gateway.delivering import ENVIRONMENT
from tests.gateway.publishing import (
    SOURCE,
    Sent,
    conversation,
    make_team_topic,
    publish,
    publishing,
    structured,
)
from tests.gateway.sources.both_processors import folded
from tests.gateway.topic import administering, make_topic, until
from tests.integration import running
from tests.integration.gating import Gateway
from tests.integration.running import read_all

from attesa.cli.lag import committed_offsets
from attesa.core.topics import EVENTS
from attesa.gateway.app import build_app, topics_of
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.sources import Adapted
from attesa.gateway.topics.consumer import group_of
from attesa.gateway.topics.records import pass_on
from attesa.settings import Settings

TOPIC = "shop.chat.raw"
CONVERSATIONS = 500
Record = tuple[bytes | None, bytes]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def settings(fresh_kafka, tmp_path) -> Settings:
    """Of a gateway before a Kafka with all topics."""
    asyncio.run(make_topic(fresh_kafka.bootstrap))
    asyncio.run(make_team_topic(fresh_kafka.bootstrap, TOPIC))
    return publishing(tmp_path, TOPIC, kafka=fresh_kafka.bootstrap)


def told(count: int, first: int = 0) -> list[Sent]:
    """Conversations beside each other, each under a key of the team's."""
    stories = [conversation(f"chat-{number}") for number in range(first, first + count)]
    return [
        structured(event, b"key of %d" % number)
        for step in zip(*stories, strict=True)
        for number, event in enumerate(step)
    ]


def expected(settings: Settings, sent: Sequence[Sent]) -> list[Record]:
    """What has to arrive of them, once each."""
    (source,) = topics_of(settings)
    records = []
    for _, value, headers in sent:
        lying = SimpleNamespace(topic=TOPIC, partition=0, offset=0, value=value, headers=headers)
        (record,) = pass_on(source, lying, datetime.now(UTC), 1_000_000, None).records
        records.append((record.key, record.value))
    return records


def arrived(settings: Settings) -> list[Record]:
    return [(key, value) for key, value, _ in read_all(settings, EVENTS)]


async def committed(settings: Settings) -> int:
    async with administering(settings.kafka) as admin:
        offsets = await committed_offsets(admin, group_of(settings, SOURCE))
    return sum(offset for place, offset in offsets.items() if place.topic == TOPIC)


def sessions(records: Sequence[Record]) -> list[dict[str, Any]]:
    """What the processors make of them, without what depends on how often each was read."""
    now = datetime.now(UTC)
    rows = folded([Adapted(tuple(json.loads(value) for _, value in records))], now).sessions
    facts = [{name: getattr(row, name) for name in row.__struct_fields__} for row in rows]
    left_out = {"epoch", "version", "ignored_events", "updated_at"}
    return sorted(
        ({name: value for name, value in one.items() if name not in left_out} for one in facts),
        key=lambda one: one["session"],
    )


def check(settings: Settings, sent: Sequence[Sent]) -> None:
    """All has arrived, nothing else, each conversation in its order, and it comes to the same."""
    found, wanted = arrived(settings), expected(settings, sent)
    once = list(dict.fromkeys(found))
    assert sorted(once) == sorted(wanted)
    for key in {key for key, _ in wanted}:
        assert [one for one in once if one[0] == key] == [one for one in wanted if one[0] == key]
    assert sessions(found) == sessions(wanted)


@pytest.fixture
def process(settings, tmp_path) -> Iterator[Gateway]:
    """A gateway process, not started yet."""
    found = Gateway(settings, tmp_path)
    yield found
    found.client.close()
    found.server.stop()


def test_killed_again_and_again_in_the_middle_nothing_is_lost_and_it_comes_to_the_same(settings, process):
    sent, seen = told(CONVERSATIONS), 0
    asyncio.run(publish(settings.kafka, TOPIC, *sent))
    for _ in range(3):
        process.start()
        running.until("more to arrive", lambda seen=seen: len(arrived(settings)) > seen)
        process.server.kill()
        seen = len(arrived(settings))
    assert asyncio.run(committed(settings)) < len(sent), "killed too late to mean anything"
    process.start()
    running.until("all to be read", lambda: asyncio.run(committed(settings)) == len(sent))
    check(settings, sent)


def test_a_kafka_that_goes_away_and_comes_back_loses_nothing_and_ends_no_gateway(
    settings, process, fresh_kafka
):
    sent, more = told(CONVERSATIONS // 5), told(10, first=CONVERSATIONS)
    process.start()
    asyncio.run(publish(settings.kafka, TOPIC, *sent))
    running.until("the first to arrive", lambda: len(arrived(settings)) > 0)
    fresh_kafka.kill()
    log = process.server.log_path
    running.until("the gateway to notice", lambda: b"does not answer" in log.read_bytes())
    assert process.answers("/healthz")
    fresh_kafka.start()
    asyncio.run(publish(settings.kafka, TOPIC, *more))
    running.until("all to be read", lambda: asyncio.run(committed(settings)) == len(sent) + len(more))
    check(settings, sent + more)


@asynccontextmanager
async def gateway(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    publisher = Publisher(settings, probe_seconds=0.1)
    app = build_app(settings, publisher)
    async with (
        publisher.kept(),
        app.state.intakes.open(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client,
    ):
        yield client


async def records(client: httpx.AsyncClient, outcome: str) -> float:
    page = (await client.get("/metrics")).text
    name = f'attesa_gateway_topic_records_total{{outcome="{outcome}",source="{SOURCE}"}}'
    return float(next(line for line in page.splitlines() if line.startswith(name)).split()[-1])


def test_gateways_that_come_and_go_share_the_partitions_and_keep_the_order(settings):
    async def scenario() -> list[Sent]:
        sent: list[Sent] = []

        async def publish_more() -> None:
            more = told(20, first=len(sent))
            await publish(settings.kafka, TOPIC, *more)
            sent.extend(more)

        async def both_take() -> bool:
            await publish_more()
            return await records(first, "taken") > before and await records(second, "taken") > 0

        async def all_read() -> bool:
            return await committed(settings) == len(sent)

        async with gateway(settings) as second_to_leave:
            await publish_more()
            await until(all_read)
            first, before = second_to_leave, await records(second_to_leave, "taken")
            async with gateway(settings) as second:
                await until(both_take)
            await publish_more()
            await until(all_read)
        return sent

    check(settings, asyncio.run(scenario()))


def test_what_kafka_refuses_is_not_committed_and_goes_on_once_it_is_taken(settings, caplog):
    async def limit(max_bytes: int) -> None:
        async with administering(settings.kafka) as admin:
            limits = {"max.message.bytes": str(max_bytes)}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, EVENTS, limits)])

    async def scenario() -> tuple[list[Sent], int]:
        sent = told(5)
        await limit(100)
        async with gateway(settings):
            await publish(settings.kafka, TOPIC, *sent)

            async def stands() -> bool:
                return "stands still" in caplog.text

            async def all_read() -> bool:
                return await committed(settings) == len(sent)

            await until(stands)
            before = await committed(settings)
            await limit(1_000_000)
            await until(all_read)
        return sent, before

    sent, before = asyncio.run(scenario())
    assert before == 0
    check(settings, sent)


def test_what_was_deleted_before_it_was_read_is_told_and_counted(settings, caplog):
    async def scenario() -> tuple[float, list[Sent]]:
        early, late, more = told(1), told(5, first=1), told(1, first=6)

        async def read(count: int) -> None:
            async def all_read() -> bool:
                return await committed(settings) == count

            await until(all_read)

        await publish(settings.kafka, TOPIC, *early, partition=0)
        async with gateway(settings):
            await read(6)
        await publish(settings.kafka, TOPIC, *late, partition=0)
        async with administering(settings.kafka) as admin:
            await admin.delete_records({TopicPartition(TOPIC, 0): RecordsToDelete(before_offset=36)})
        await publish(settings.kafka, TOPIC, *more, partition=0)
        async with gateway(settings) as client:
            await read(42)
            return await records(client, "expired"), early + more

    count, sent = asyncio.run(scenario())
    assert count == 30
    assert f"30 records of {TOPIC}:0 were deleted before they were read" in caplog.text
    check(settings, sent)
