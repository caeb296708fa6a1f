"""Topics of teams in front of a real Kafka: ids in clear and any key in, pseudonyms and the right key out."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka.partitioner import murmur2
from cryptography.fernet import Fernet
from tests.gateway.delivering import ENVIRONMENT
from tests.gateway.publishing import (
    AGENT,
    CUSTOMER,
    SOURCE,
    TEXT,
    Sent,
    binary,
    conversation,
    event,
    make_team_topic,
    publish,
    publishing,
    structured,
)
from tests.gateway.topic import PARTITIONS, Reader, administering, make_topic, reading, until

from attesa.cli.doctor_topics import topic_findings
from attesa.cli.finding import Finding
from attesa.cli.lag import committed_offsets
from attesa.core.topics import CUSTOMERS, DEAD_LETTERS, EVENTS
from attesa.gateway.app import build_app
from attesa.gateway.dead_letters.burying import opened as unsealed
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.topics.consumer import group_of
from attesa.settings import Settings

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@dataclass
class Team:
    """A team's topic, a gateway that reads it, and who reads attesa's topics."""

    settings: Settings
    topic: str
    tenant: str
    client: httpx.AsyncClient
    reader: Reader

    async def publish(self, *sent: Sent, partition: int | None = None) -> None:
        await publish(self.settings.kafka, self.topic, *sent, partition=partition)

    async def committed(self) -> int:
        """How many records of the topic the gateway is done with."""
        async with administering(self.settings.kafka) as admin:
            offsets = await committed_offsets(admin, group_of(self.settings, SOURCE))
        return sum(offset for place, offset in offsets.items() if place.topic == self.topic)

    async def done_with(self, count: int) -> None:
        async def done() -> bool:
            return await self.committed() == count

        await until(done)

    async def ready(self) -> bool:
        return (await self.client.get("/readyz")).status_code == 200

    async def findings(self) -> list[Finding]:
        """What the doctor says of it."""
        async with administering(self.settings.kafka) as admin:
            return [one async for one in topic_findings(self.settings, admin)]

    async def records(self) -> list[Any]:
        return [one for one in await self.reader.records() if self.tenant.encode() in (one.value or b"")]

    async def figure(self, name: str, **labels: str) -> float:
        page = (await self.client.get("/metrics")).text
        told = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
        return float(
            next(line for line in page.splitlines() if line.startswith(f"{name}{{{told}}}")).split()[-1]
        )


@asynccontextmanager
async def gateway(bootstrap: str, folder: Path, *, make: bool = True, **others: Any) -> AsyncIterator[Team]:
    run = uuid.uuid4().hex[:12]
    tenant, topic = f"team-{run}", f"shop.chat.{run}"
    settings = publishing(folder, topic, tenant, kafka=bootstrap, group=run, **others)
    await make_topic(bootstrap)
    if make:
        await make_team_topic(bootstrap, topic)
    publisher = Publisher(settings, probe_seconds=0.1)
    app = build_app(settings, publisher)
    async with (
        publisher.kept(),
        app.state.intakes.open(),
        reading(bootstrap, from_the_end=True) as reader,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client,
    ):
        team = Team(settings, topic, tenant, client, reader)
        await until(team.ready)
        yield team


def partition_of(key: bytes) -> int:
    return (murmur2(key) & 0x7FFFFFFF) % PARTITIONS


def test_events_with_any_key_and_ids_in_clear_arrive_with_pseudonyms_and_the_right_key(kafka, tmp_path):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path) as team:
            events = conversation("chat-1")
            order = event("purchase.made", CUSTOMER, "order-9", order_id="9", value="12.50", currency="EUR")
            presence = event("agent.presence", AGENT, "on", status="available")
            modes = [structured, binary]
            told = [*events, order, presence]
            sent = [modes[n % 2](one, b"key %d" % n) for n, one in enumerate(told)]
            await team.publish(*sent)
            await team.done_with(len(sent))
            figures = [
                await team.figure("attesa_gateway_topic_records_total", outcome=outcome, source=SOURCE)
                for outcome in ("taken", "ignored", "dead")
            ]
            return team, await team.records(), figures

    team, records, figures = asyncio.run(scenario())
    assert figures == [8, 0, 0]
    assert len(records) == 8
    for record in records:
        for raw in (CUSTOMER, AGENT, TEXT, "Hello"):
            assert raw.encode() not in record.value + record.key
        told = json.loads(record.value)
        assert record.key == f"{team.tenant}:{told['subject']}".encode()
        assert (told["tenant"], told["partitionkey"]) == (team.tenant, record.key.decode())
        assert (told["source"], record.partition) == (SOURCE, partition_of(record.key))
    by_type = {json.loads(one.value)["type"]: (one.topic, json.loads(one.value)) for one in records}
    (topic, order), (_, started) = by_type["attesa.purchase.made"], by_type["attesa.session.started"]
    assert topic == CUSTOMERS
    assert order["subject"] == started["data"]["customer"]
    assert (
        by_type["attesa.agent.presence"][1]["subject"] == by_type["attesa.agent.accepted"][1]["data"]["agent"]
    )
    assert started["subject"] == "chat-1"


def test_the_order_within_a_partition_of_the_source_is_kept(kafka, tmp_path):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path) as team:
            told = [
                event("message.sent", "chat-1", f"m{n}", author="customer", length=n) for n in range(1_200)
            ]
            await team.publish(*map(structured, told), partition=1)
            await team.done_with(len(told))
            return await team.records()

    lengths = [json.loads(record.value)["data"]["length"] for record in asyncio.run(scenario())]
    assert lengths == list(range(1_200))


def test_the_same_record_again_is_the_same_event_again(kafka, tmp_path):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path) as team:
            told = event("session.queued", "chat-1", "queued")
            await team.publish(structured(told), binary(told, None), structured(told, b"another key"))
            await team.done_with(3)
            return await team.records()

    records = asyncio.run(scenario())
    assert len({(record.key, record.value, record.partition) for record in records}) == 1
    assert len(records) == 3


def test_tombstones_and_empty_values_are_counted_and_ignored(kafka, tmp_path):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path) as team:
            await team.publish(
                (b"k", None, []), (b"k", b"", []), structured(event("session.queued", "c", "q"))
            )
            await team.done_with(3)
            ignored = await team.figure(
                "attesa_gateway_topic_records_total", outcome="ignored", source=SOURCE
            )
            return ignored, await team.records()

    ignored, records = asyncio.run(scenario())
    assert (ignored, len(records)) == (2, 1)


def test_rubbish_becomes_a_sealed_dead_letter_that_names_its_place(kafka, tmp_path):
    """What stands behind it goes on; a record that is read twice is the same dead letter."""

    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path, dead_letter_key=KEY, max_body_bytes=100_000) as team:
            told = event("session.queued", "chat-1", "queued")
            sent = [
                (b"k", b"\x00\xffno JSON", []),
                structured([told]),
                structured(told | {"type": "com.example.someevent"}),
                structured(told | {"time": "1989-01-01T00:00:00Z"}),
                structured(told | {"tenant": "another"}),
                (b"k", b"[" * 200 + b"]" * 200, []),
                structured(told | {"data": {"queue": "q" * 600_000}}),
                structured(told),
            ]
            await team.publish(*sent, partition=1)
            await team.done_with(len(sent))
            return team, sent, await team.records()

    team, sent, records = asyncio.run(scenario())
    letters = [json.loads(one.value) for one in records if one.topic == DEAD_LETTERS]
    found = sorted((letter["offset"], letter["reason"], letter["path"]) for letter in letters)
    assert found == [
        (0, "invalid", ""),
        (1, "invalid", ""),
        (2, "unmapped", ""),
        (3, "invalid", "time"),
        (4, "invalid", "tenant"),
        (5, "invalid", ""),
        (6, "too_large", ""),
    ]
    for letter in letters:
        assert letter["origin"] == f"sources/{SOURCE}/{team.topic}:1:{letter['offset']}/0"
        assert (letter["topic"], letter["partition"]) == (team.topic, 1)
        assert CUSTOMER not in json.dumps(letter)
        if letter["sealed"]:
            assert unsealed(Fernet(KEY).decrypt(letter["sealed"])).raw == sent[letter["offset"]][1]
    assert [letter["offset"] for letter in letters if not letter["sealed"]] == [6]
    assert [one.topic for one in records].count(EVENTS) == 1


def test_a_heartbeat_goes_to_every_partition_under_the_name_of_the_source(kafka, tmp_path):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path) as team:
            await team.publish(structured(event("source.heartbeat", AGENT, "1", every_seconds=60)))
            await team.done_with(1)
            return await team.records()

    records = asyncio.run(scenario())
    assert sorted(record.partition for record in records) == list(range(PARTITIONS))
    assert {record.key for record in records} == {None}
    assert {json.loads(record.value)["source"] for record in records} == {SOURCE}


def test_a_topic_that_is_not_there_is_told_by_a_metric_and_read_as_soon_as_it_is(kafka, tmp_path, caplog):
    async def scenario():
        async with gateway(kafka.bootstrap, tmp_path, make=False) as team:
            labels = {"source": SOURCE, "topic": team.topic}

            async def told() -> bool:
                return "lacks topic" in caplog.text

            await until(told)
            (finding,) = await team.findings()
            assert not finding.well
            assert f"{team.topic} of {SOURCE} is not there" in finding.text
            before = await team.figure("attesa_gateway_topic_readable", **labels)
            ready = await team.ready()
            async with administering(kafka.bootstrap) as admin:
                assert team.topic not in await admin.list_topics()  # asking for it has not made it
            await make_team_topic(kafka.bootstrap, team.topic)
            await team.publish(structured(event("session.queued", "chat-1", "queued")))
            await team.done_with(1)
            return ready, before, await team.figure("attesa_gateway_topic_readable", **labels)

    assert asyncio.run(scenario()) == (True, 0, 1)
    assert caplog.text.count("lacks topic") == 1
