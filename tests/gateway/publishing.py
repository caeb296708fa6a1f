"""A team that publishes to a topic of its own: its configuration, records with ids in clear and any key."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from tests.gateway.delivering import configured
from tests.gateway.topic import administering

from attesa.settings import Settings

SOURCE = "shop-chat"
CUSTOMER = "customer-number-778899"
AGENT = "ann.smith@shop.example"
TEXT = "do you have the blue one"
TOPIC_PARTITIONS = 2
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=utf-8")]
CONFIGURATION = """\
tenants:
  {tenant}: {{pseudonym_key: TEST_PSEUDONYM_KEY}}
sources:
  shop-chat:
    tenant: {tenant}
    topics: [%s]
"""
Sent = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]  # key, value, headers


def publishing(folder: Path, topic: str, tenant: str = "default", **others: Any) -> Settings:
    """Settings with one source that reads `topic`; whoever asks sets ENVIRONMENT."""
    return configured(folder, tenant, CONFIGURATION % topic, **others)


def event(kind: str, conversation: str, fact: str, /, **data: Any) -> dict[str, Any]:
    """One event of now, as the team has it."""
    return {
        "specversion": "1.0",
        "id": f"{CUSTOMER}/{conversation}/{fact}",
        "source": f"crm/{AGENT}",
        "type": f"attesa.{kind}",
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "subject": conversation,
        "partitionkey": CUSTOMER,
        "data": data,
    }


def conversation(name: str) -> list[dict[str, Any]]:
    """A customer asks, an agent answers, it ends."""
    return [
        event("session.started", name, "started", channel="live_chat", customer=CUSTOMER),
        event("session.queued", name, "queued", queue="orders"),
        event("message.sent", name, "m1", author="customer", text=TEXT),
        event("agent.accepted", name, "accepted", agent=AGENT),
        event("message.sent", name, "m2", author="agent", agent=AGENT, text="Hello! We do."),
        event("session.ended", name, "ended", by="customer"),
    ]


def structured(value: object, key: bytes | None = b"any key") -> Sent:
    return key, json.dumps(value).encode(), STRUCTURED


def binary(value: dict[str, Any], key: bytes | None = b"any key") -> Sent:
    headers = [(f"ce_{name}", str(one).encode()) for name, one in value.items() if name != "data"]
    return key, json.dumps(value["data"]).encode(), [*headers, ("content-type", b"application/json")]


async def make_team_topic(bootstrap: str, topic: str, partitions: int = TOPIC_PARTITIONS) -> None:
    async with administering(bootstrap) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])


async def publish(bootstrap: str, topic: str, *sent: Sent, partition: int | None = None) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        waiting = [
            await producer.send(topic, value, key, partition=partition, headers=headers)
            for key, value, headers in sent
        ]
        for one in waiting:
            await one
