"""The gateway while its Kafka is killed, comes back, refuses a batch, or has no topic yet."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.gateway.topic import (
    PARTITIONS,
    PATIENCE_SECONDS,
    administering,
    make_topic,
    queued,
    reading,
    until,
)

from attesa.core.topics import EVENTS
from attesa.gateway.app import build_app
from attesa.gateway.producing.publisher import Publisher
from attesa.settings import Settings

BATCH = "application/cloudevents-batch+json"


async def limit_messages(bootstrap: str, max_bytes: int) -> None:
    """The broker refuses larger batches of this topic from now on."""
    async with administering(bootstrap) as admin:
        limit = {"max.message.bytes": str(max_bytes)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, EVENTS, limit)])


async def ids_on_topic(bootstrap: str) -> list[str]:
    async with reading(bootstrap, from_the_end=False) as reader:
        return [json.loads(record.value)["id"] for record in await reader.records()]


class Client:
    """Posts to the application and reads whether it is ready."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def post(self, *events: dict[str, Any]) -> httpx.Response:
        headers = {"content-type": BATCH, "authorization": "Bearer secret"}
        return await self._http.post("/v1/events", content=json.dumps(events).encode(), headers=headers)

    async def ready(self) -> bool:
        return (await self._http.get("/readyz")).status_code == 200

    async def not_ready(self) -> bool:
        return not await self.ready()


@asynccontextmanager
async def opened(bootstrap: str) -> AsyncIterator[Client]:
    settings = Settings(kafka=bootstrap, partitions=PARTITIONS, gateway_tokens="default=secret")
    publisher = Publisher(settings, ack_seconds=2, probe_seconds=0.1)
    transport = httpx.ASGITransport(build_app(settings, publisher))
    async with (
        publisher.kept(),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as http,
    ):
        yield Client(http)


def test_a_killed_broker_means_503_and_its_return_means_202_with_nothing_lost(fresh_kafka):
    async def scenario():
        await make_topic(fresh_kafka.bootstrap)
        async with opened(fresh_kafka.bootstrap) as client:
            await until(client.ready)
            before = await client.post(queued("before"))
            await asyncio.to_thread(fresh_kafka.kill)
            at_once = await client.post(queued("during"), queued("during, too"))
            await until(client.not_ready)
            away = await client.post(queued("away"))
            await asyncio.to_thread(fresh_kafka.start)
            await until(client.ready)
            again = await client.post(queued("during"), queued("during, too"))
        return before, at_once, away, again, await ids_on_topic(fresh_kafka.bootstrap)

    before, at_once, away, again, ids = asyncio.run(scenario())
    assert (before.status_code, again.status_code) == (202, 202)
    for refused in (at_once, away):
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:attesa:problem:unavailable"
        assert int(refused.headers["retry-after"]) > 0
    assert {"before/queued", "during/queued", "during, too/queued"} <= set(ids)
    assert "away/queued" not in ids  # known to be away: not even tried


def test_it_ends_although_kafka_never_comes_back_for_what_is_waiting(fresh_kafka):
    async def scenario():
        await make_topic(fresh_kafka.bootstrap)
        async with opened(fresh_kafka.bootstrap) as client:
            await until(client.ready)
            await asyncio.to_thread(fresh_kafka.kill)
            return await client.post(queued("during"))

    answer = asyncio.run(asyncio.wait_for(scenario(), PATIENCE_SECONDS))
    assert answer.status_code == 503


def test_after_a_batch_that_the_broker_refuses_the_next_ones_are_taken(fresh_kafka):
    """The idempotent producer's sequence has a hole then, and would be refused for ever."""

    async def scenario():
        await make_topic(fresh_kafka.bootstrap)
        async with opened(fresh_kafka.bootstrap) as client:
            await until(client.ready)
            await client.post(queued("first"))
            await limit_messages(fresh_kafka.bootstrap, 100)
            statuses = set()

            async def refused() -> bool:
                statuses.add((await client.post(queued("second"))).status_code)
                return 503 in statuses

            await until(refused)
            await limit_messages(fresh_kafka.bootstrap, 1_000_000)

            async def taken() -> bool:
                return (await client.post(queued("second"))).status_code == 202

            await until(taken)
            third = await client.post(queued("second", id="third"))
        return third, await ids_on_topic(fresh_kafka.bootstrap)

    third, ids = asyncio.run(scenario())
    assert third.status_code == 202
    assert {"first/queued", "second/queued", "third"} == set(ids)


def test_without_its_topic_it_waits_and_makes_none(fresh_kafka):
    async def scenario():
        async with opened(fresh_kafka.bootstrap) as client:

            async def told() -> bool:
                return "lacks topic attesa.events" in (await client.post(queued("early"))).text

            await until(told)
            await make_topic(fresh_kafka.bootstrap)
            await until(client.ready)
            return (await client.post(queued("late"))).status_code

    assert asyncio.run(scenario()) == 202
