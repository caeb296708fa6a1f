"""Deliveries of chat platforms in front of a real Kafka: what is answered is on its topic, or sealed."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from tests.gateway.delivering import (
    AGENT,
    CUSTOMER,
    ENVIRONMENT,
    SHOP,
    TEXT,
    configured,
    message,
    signed,
    written,
)
from tests.gateway.topic import Reader, make_topic, reading, until

from attesa.core.topics import DEAD_LETTERS, EVENTS
from attesa.gateway.app import build_app
from attesa.gateway.dead_letters.burying import opened as unsealed
from attesa.gateway.producing.publisher import Publisher

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@dataclass
class Door:
    client: httpx.AsyncClient
    tenant: str
    reader: Reader

    async def deliver(self, body: Any, path: str = SHOP) -> httpx.Response:
        raw = written(body)
        return await self.client.post(path, content=raw, headers=signed(raw))

    async def events(self) -> list[Any]:
        return await self.reader.records(f"{self.tenant}:")

    async def dead_letters(self) -> list[dict[str, Any]]:
        records = [record for record in await self.reader.records() if record.topic == DEAD_LETTERS]
        letters = [json.loads(record.value) for record in records]
        return [letter for letter in letters if letter["tenant"] == self.tenant]


@asynccontextmanager
async def opened(bootstrap: str, folder: Path, **others: Any) -> AsyncIterator[Door]:
    tenant = f"sources-{uuid.uuid4().hex[:12]}"
    settings = configured(folder, tenant, kafka=bootstrap, **others)
    publisher = Publisher(settings, probe_seconds=0.1)
    await make_topic(bootstrap)
    transport = httpx.ASGITransport(build_app(settings, publisher))
    async with (
        publisher.kept(),
        reading(bootstrap, from_the_end=True) as reader,
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):

        async def ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await until(ready)
        yield Door(client, tenant, reader)


def test_an_answered_delivery_is_an_event_with_a_pseudonym_and_without_its_text(kafka, tmp_path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path) as door:
            answer = await door.deliver(message(7))
            (record,) = await door.events()
            return door.tenant, answer, record

    tenant, answer, record = asyncio.run(scenario())
    assert (answer.status_code, answer.content) == (200, b"")
    assert (record.topic, record.key) == (EVENTS, f"{tenant}:chatwoot/shop/42".encode())
    event = json.loads(record.value)
    assert (event["type"], event["source"]) == ("attesa.message.sent", "chatwoot/shop")
    assert event["data"]["length"] == len(TEXT)
    assert TEXT.encode() not in record.value
    assert re.fullmatch("a-[0-9a-f]{32}", event["data"]["agent"])
    for person in (CUSTOMER, AGENT):
        assert person.encode() not in record.value


def test_a_delivery_that_comes_twice_is_the_same_bytes_twice(kafka, tmp_path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path) as door:
            body = message(7)
            await door.deliver(body)
            await door.deliver(body)
            return await door.events()

    one, again = asyncio.run(scenario())
    assert (one.key, one.value, one.partition) == (again.key, again.value, again.partition)


@pytest.mark.parametrize(
    ("body", "reason", "path"),
    [
        ({"event": "contact_merged", "content": TEXT}, "unmapped", ""),
        (message(1, message_type="sideways"), "invalid", "message_type"),
        (b'{"event": "message_created"', "invalid", ""),
        (b"[" * 65 + b"]" * 65, "invalid", ""),
        (message(1, created_at="1989-01-01T00:00:00Z"), "invalid", "created_at"),
    ],
)
def test_what_gives_no_event_is_answered_counted_and_kept_sealed(kafka, tmp_path, body, reason, path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path, dead_letter_key=KEY) as door:
            answer = await door.deliver(body)
            (letter,) = await door.dead_letters()
            return door.tenant, answer, letter, (await door.client.get("/metrics")).text

    tenant, answer, letter, page = asyncio.run(scenario())
    raw = written(body)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (letter["reason"], letter["path"], letter["size_bytes"]) == (reason, path, len(raw))
    assert TEXT not in json.dumps(letter)
    labels = f'reason="{reason}",source="chatwoot/shop",tenant="{tenant}"'
    assert f"attesa_gateway_dead_letters_total{{{labels}}} 1.0" in page
    delivery = unsealed(Fernet(KEY).decrypt(letter["sealed"]))
    assert delivery.raw == raw
    assert "x-chatwoot-signature" in delivery.headers


def test_without_a_key_no_bytes_are_kept(kafka, tmp_path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path) as door:
            await door.deliver({"event": "contact_merged"})
            return await door.dead_letters()

    (letter,) = asyncio.run(scenario())
    assert letter["sealed"] is None
    assert len(letter["sha256"]) == 64


def test_the_same_broken_delivery_again_is_the_same_dead_letter(kafka, tmp_path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path) as door:
            await door.deliver({"event": "contact_merged"})
            await door.deliver({"event": "contact_merged"})
            return await door.dead_letters()

    one, again = asyncio.run(scenario())
    assert one["origin"] == again["origin"]
    assert one["origin"].startswith("sources/chatwoot/shop/")


def test_what_was_taken_is_counted_by_source(kafka, tmp_path):
    async def scenario():
        async with opened(kafka.bootstrap, tmp_path) as door:
            await door.deliver(message(1))
            return (await door.client.get("/metrics")).text

    page = asyncio.run(scenario())
    assert 'attesa_gateway_source_requests_total{outcome="accepted",source="chatwoot/shop"} 1.0' in page
    assert 'attesa_gateway_source_events_total{outcome="taken",source="chatwoot/shop"} 1.0' in page
    assert "attesa_gateway_produce_seconds_count 1.0" in page
