"""Dead letters on a real broker: listed, shown, and sent again without being counted twice."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from cryptography.fernet import Fernet
from pydantic import SecretStr
from tests.gateway.delivering import CUSTOMER, ENVIRONMENT, SHOP, TEXT, configured, message, signed, written
from tests.gateway.publishing import SOURCE as TEAM
from tests.gateway.publishing import event, publishing, structured
from tests.gateway.topic import make_topic, queued
from tests.integration.running import read_all

from attesa.core.events.intake import Refused
from attesa.core.partition.dead_letters import dead_letter
from attesa.core.rows import encode
from attesa.core.topics import DEAD_LETTERS, EVENTS
from attesa.embedded.kafka import KafkaBroker
from attesa.gateway.app import build_app
from attesa.gateway.dead_letters.burying import Place as Lying
from attesa.gateway.dead_letters.burying import bury
from attesa.gateway.judging import Record
from attesa.gateway.producing.answering import answering
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.sources import Delivery
from attesa.sealing import sealer
from attesa.settings import Settings

KEY = Fernet.generate_key().decode()
NATIVE = "conversation_of_tomorrow"


class Place:
    """A broker with dead letters, and the command line before it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def deliver(self, *bodies: Any, keeping: bool = True) -> None:
        """Through the gateway's door; its key may be missing."""
        key = self.settings.dead_letter_key if keeping else SecretStr("")
        settings = self.settings.model_copy(update={"dead_letter_key": key})

        async def scenario() -> None:
            publisher = Publisher(settings, probe_seconds=0.1)
            transport = httpx.ASGITransport(build_app(settings, publisher))
            async with (
                publisher.kept() as line,
                httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
            ):
                await answering(publisher, line)
                for body in bodies:
                    raw = written(body)
                    answer = await client.post(SHOP, content=raw, headers=signed(raw))
                    assert answer.status_code == 200

        asyncio.run(scenario())

    def bury(self, raw: bytes, reason: str, tenant: str) -> None:
        """As a worker does with an event that it cannot use."""

        class Message:
            value, offset = raw, 7

        refused, seal = Refused(reason, "", ""), sealer(self.settings)
        letter = dead_letter(Message(), EVENTS, 0, tenant, refused, int(time.time() * 1000), seal)
        self.put([Record(DEAD_LETTERS, b"", encode(letter))])

    def put(self, records: list[Record]) -> None:
        async def send() -> None:
            async with AIOKafkaProducer(**self.settings.kafka_client()) as producer:
                for record in records:
                    await producer.send_and_wait(record.topic, record.value, record.key)

        asyncio.run(send())

    def command(self, *words: str, **others: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "ATTESA_KAFKA": self.settings.kafka,
            "ATTESA_PARTITIONS": "4",
            "ATTESA_CONFIG": str(self.settings.config),
            "ATTESA_DEAD_LETTER_KEY": KEY,
            "TEST_PSEUDONYM_KEY": ENVIRONMENT["TEST_PSEUDONYM_KEY"],
            **others,
        }
        command = [sys.executable, "-m", "attesa", "dead-letters", *words]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode == 0, ran.stderr
        return ran

    def events(self) -> list[tuple[bytes, bytes | None, int]]:
        return read_all(self.settings, EVENTS)


@pytest.fixture
def place(fresh_kafka: KafkaBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    asyncio.run(make_topic(fresh_kafka.bootstrap))
    return Place(configured(tmp_path, kafka=fresh_kafka.bootstrap, dead_letter_key=KEY))


def test_they_are_listed_by_reason_source_and_tenant_and_shown_to_whoever_holds_the_key(place: Place):
    place.deliver({"event": NATIVE, "content": TEXT}, message(1, message_type="sideways"))
    place.bury(encode(queued("chat-1", tenant="acme", source="kiosk")), "wrong_partition", "acme")

    everything = place.command("list").stdout
    assert "3 dead letters" in everything
    for word in (NATIVE, "unmapped", "invalid", "message_type", "chatwoot/shop", "kiosk", "acme"):
        assert word in everything
    assert TEXT not in everything
    assert CUSTOMER not in everything
    assert "1 dead letters: 1 invalid" in place.command("list", "--reason", "invalid").stdout
    assert "2 dead letters" in place.command("list", "--source", "chatwoot/shop").stdout
    assert "1 dead letters: 1 wrong_partition" in place.command("list", "--source", "kiosk").stdout
    assert "1 dead letters: 1 wrong_partition" in place.command("list", "--tenant", "acme").stdout

    row = next(line for line in everything.splitlines() if "unmapped" in line)
    where = row.split()[0]
    shown = place.command("show", where).stdout
    assert TEXT in shown
    assert "reason: unmapped" in shown
    other = place.command("show", where, ATTESA_DEAD_LETTER_KEY=Fernet.generate_key().decode()).stdout
    assert "does not open" in other
    assert TEXT not in other


def test_what_the_adapter_can_read_by_now_is_sent_and_sending_it_twice_changes_nothing(place: Place):
    """A delivery of which one event was good: the good one is there already, with the same id."""
    place.deliver(message(5))
    place.bury(place.events()[0][1] or b"", "wrong_partition", "default")

    first = place.command("replay", "--reason", "wrong_partition").stdout
    assert "1 events sent" in first
    place.command("replay")
    records = place.events()
    assert len(records) == 3
    assert len(set(records)) == 1  # the same key, bytes and partition each time


def test_a_delivery_goes_through_the_adapter_again_and_says_why_it_is_still_dead(place: Place):
    place.deliver({"event": NATIVE}, {"event": NATIVE}, message(1, message_type="sideways"))
    said = place.command("replay").stdout
    assert f"unmapped: not mapped: {NATIVE}" in said
    assert "invalid: message_type: " in said
    assert "2 still dead" in said  # the delivery that came twice is one
    assert place.events() == []


def test_what_an_earlier_adapter_could_not_read_is_the_same_event_as_its_next_delivery(place: Place):
    raw = written(message(9))
    delivery = Delivery(raw, datetime.now(UTC), signed(raw))
    place.put(
        bury("chatwoot/shop", "default", delivery, [Refused("invalid", "", "")], sealer(place.settings))
    )
    assert "1 events sent" in place.command("replay", "--since", "2026-01-31").stdout
    place.deliver(raw)
    replayed, delivered_again = place.events()
    assert replayed == delivered_again


def test_without_bytes_it_says_so(place: Place):
    place.deliver({"event": NATIVE}, keeping=False)
    said = place.command("replay").stdout
    assert "its bytes were not kept" in said
    assert "1 without bytes" in said
    assert "its bytes were not kept" in place.command("show", _only_place(place)).stdout


def test_what_died_before_is_left_alone(place: Place):
    place.deliver({"event": NATIVE})
    assert "no dead letters of this kind" in place.command("replay", "--since", "2099-01-01").stdout


def _only_place(place: Place) -> str:
    row = next(line for line in place.command("list").stdout.splitlines() if "unmapped" in line)
    return row.split()[0]


def test_a_record_of_a_teams_topic_is_listed_by_its_source_and_sent_as_the_event_that_it_is(place: Place):
    settings = publishing(
        Path(str(place.settings.config)).parent, "shop.chat.raw", kafka=place.settings.kafka
    )
    _, value, headers = structured(event("session.started", "chat-1", "started", customer=CUSTOMER))
    delivery = Delivery(value, datetime.now(UTC), {name: one.decode() for name, one in headers})
    where, refused = Lying("shop.chat.raw", 1, 7), [Refused("unmapped", "", "")]
    place.put(bury(TEAM, "default", delivery, refused, sealer(place.settings), where))
    place.settings = settings.model_copy(update={"dead_letter_key": place.settings.dead_letter_key})

    assert "1 dead letters: 1 unmapped" in place.command("list", "--source", TEAM).stdout
    assert "origin: sources/shop-chat/shop.chat.raw:1:7/0" in place.command("show", _only_place(place)).stdout
    for _ in range(2):
        assert "1 events sent" in place.command("replay", "--source", TEAM).stdout
    one, again = place.events()
    assert one == again
    assert one[0] == b"default:chat-1"
    assert CUSTOMER.encode() not in (one[1] or b"")
