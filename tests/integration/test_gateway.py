"""The gateway's application in front of a real Kafka: what is answered 202 is on the topic, rightly keyed."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from aiokafka.partitioner import murmur2
from tests.gateway.topic import PARTITIONS, Reader, make_topic, queued, reading, until

from attesa.core.errors import ConfigurationError
from attesa.core.events.intake import Usable, read
from attesa.core.topics import CUSTOMERS, EVENTS
from attesa.gateway.app import build_app
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.service import run
from attesa.settings import Settings

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


@dataclass
class Door:
    """The application as a client sees it, and the topic behind it."""

    client: httpx.AsyncClient
    tenant: str
    reader: Reader

    async def post(self, body: Any, media_type: str = STRUCTURED, **headers: str) -> httpx.Response:
        headers = {"content-type": media_type, **headers}
        return await self.client.post("/v1/events", content=json.dumps(body).encode(), headers=headers)

    async def records(self) -> list[Any]:
        """This test's records, all that are on the topic by now."""
        return await self.reader.records(f"{self.tenant}:")


def purchase(customer: str) -> dict[str, Any]:
    data = {"order_id": "o-1", "value": "10.00", "currency": "EUR"}
    return queued(customer) | {"id": "o-1/made", "type": "attesa.purchase.made", "data": data}


def heartbeat() -> dict[str, Any]:
    data = {"every_seconds": 30}
    return queued("desk") | {"type": "attesa.source.heartbeat", "data": data}


@asynccontextmanager
async def opened(bootstrap: str) -> AsyncIterator[Door]:
    tenant = f"gateway-{uuid.uuid4().hex[:12]}"
    settings = Settings(kafka=bootstrap, partitions=PARTITIONS, gateway_tokens=f"{tenant}=secret")
    publisher = Publisher(settings, probe_seconds=0.1)
    await make_topic(bootstrap)
    transport = httpx.ASGITransport(build_app(settings, publisher))
    headers = {"authorization": "Bearer secret"}
    async with (
        publisher.kept(),
        reading(bootstrap, from_the_end=True) as reader,
        httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client,
    ):

        async def ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await until(ready)
        yield Door(client, tenant, reader)


def test_a_purchase_goes_to_the_topic_of_customers_keyed_by_the_customer(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            answer = await door.post(purchase("c-1"))
            (record,) = await door.records()
            return door.tenant, answer, record

    tenant, answer, record = asyncio.run(scenario())
    assert answer.status_code == 202
    assert (record.topic, record.key) == (CUSTOMERS, f"{tenant}:c-1".encode())


def test_a_heartbeat_goes_to_every_partition_without_a_key(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            answer = await door.post(heartbeat())
            records = await door.reader.records()
            return answer, [record for record in records if door.tenant.encode() in record.value]

    answer, records = asyncio.run(scenario())
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    assert {(record.topic, record.key) for record in records} == {(EVENTS, None)}
    assert sorted(record.partition for record in records) == list(range(PARTITIONS))


def test_an_accepted_event_is_on_the_topic_with_its_key_its_partition_and_its_tenant(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            event = queued("chat-1")
            answer = await door.post(event)
            (record,) = await door.records()
            return door.tenant, event, answer, record

    tenant, event, answer, record = asyncio.run(scenario())
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    assert record.key == f"{tenant}:chat-1".encode()
    assert record.headers == (("content-type", b"application/cloudevents+json"),)
    assert record.partition == (murmur2(record.key) & 0x7FFFFFFF) % PARTITIONS
    seen = read(record.value)
    assert isinstance(seen, Usable)
    assert seen.event["tenant"] == tenant
    assert seen.event["partitionkey"] == f"{tenant}:chat-1"
    assert seen.event["time"] == datetime.fromisoformat(event["time"])


@pytest.mark.parametrize(("key", "expected"), [(b"21", -973932308), (b"foobar", -790332482)])
def test_murmur2_is_the_hash_of_the_java_clients(key, expected):
    assert (murmur2(key) ^ 0x80000000) - 0x80000000 == expected


def test_a_batch_is_taken_whole_and_keeps_the_order_of_a_conversation(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            batch = [queued(f"chat-{n % 50}", id=f"e{n}") for n in range(1000)]
            return await door.post(batch, BATCH), await door.records()

    answer, records = asyncio.run(scenario())
    assert answer.json() == {"accepted": 1000}
    assert {record.partition for record in records} == set(range(PARTITIONS))
    ids = [(record.key, int(json.loads(record.value)["id"][1:])) for record in records]
    assert len(set(ids)) == 1000
    for key in {key for key, _ in ids}:
        numbers = [number for other, number in ids if other == key]
        assert numbers == sorted(numbers)


def test_of_a_batch_with_a_refused_event_nothing_is_sent(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            batch = [queued("good"), queued("bad", type="shop.order")]
            return await door.post(batch, BATCH), await door.records()

    answer, records = asyncio.run(scenario())
    assert answer.status_code == 422
    assert records == []


def test_unknown_fields_are_answered_and_not_sent(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            answer = await door.post(queued("chat-1", mood="good"))
            return answer, await door.records()

    answer, (record,) = asyncio.run(scenario())
    assert answer.json() == {"accepted": 1, "dropped_fields": ["mood"]}
    assert b"mood" not in record.value


def test_the_modes_of_cloudevents_make_the_same_record(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            event = queued("caffè")
            headers = {f"ce-{name}": quote(value) for name, value in event.items() if name != "data"}
            await door.post(event)
            await door.post([event], BATCH)
            await door.post(event, "application/json")
            await door.post({**event, "datacontenttype": "application/json"})
            await door.post(event["data"], "application/json", **headers)
            return await door.records()

    structured, batch, plain, typed, binary = asyncio.run(scenario())
    assert structured.value == batch.value == plain.value
    assert typed.value == binary.value
    assert len({record.key for record in (structured, binary)}) == 1


def test_presence_is_keyed_by_tenant_and_agent(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            event = queued("anna", type="attesa.agent.presence", data={"status": "available"})
            return door.tenant, await door.post(event), await door.records()

    tenant, answer, (record,) = asyncio.run(scenario())
    assert answer.status_code == 202
    assert record.key == f"{tenant}:anna".encode()


def test_what_was_accepted_is_counted_by_tenant_with_the_time_it_took(kafka):
    async def scenario():
        async with opened(kafka.bootstrap) as door:
            await door.post([queued("a"), queued("b")], BATCH)
            return door.tenant, (await door.client.get("/metrics")).text

    tenant, page = asyncio.run(scenario())
    assert f'attesa_gateway_events_accepted_total{{tenant="{tenant}"}} 2.0' in page
    assert "attesa_gateway_produce_seconds_count 1.0" in page
    assert "attesa_gateway_kafka_connected 1.0" in page


def test_another_partition_count_than_configured_is_refused_with_what_to_do(kafka):
    async def scenario():
        await make_topic(kafka.bootstrap)
        tokens = "default=secret"
        await run(Settings(kafka=kafka.bootstrap, partitions=3, gateway_port=0, gateway_tokens=tokens))

    with pytest.raises(ConfigurationError, match="has 4 partitions, not 3: set ATTESA_PARTITIONS=4"):
        asyncio.run(scenario())


def test_when_stopped_a_running_request_is_finished_first(kafka):
    answer = asyncio.run(_answer_to_a_request_that_was_running_at_the_stop(kafka.bootstrap))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})


async def _answer_to_a_request_that_was_running_at_the_stop(bootstrap: str) -> httpx.Response:
    await make_topic(bootstrap)
    settings = Settings(
        kafka=bootstrap, partitions=PARTITIONS, gateway_port=0, gateway_tokens="stopped=secret"
    )
    address = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(run(settings, listening=address.set_result))
    begun, stopping = asyncio.Event(), asyncio.Event()
    event = json.dumps(queued("chat-1")).encode()

    async def slow_body() -> AsyncIterator[bytes]:
        yield event[:10]
        begun.set()
        await stopping.wait()
        yield event[10:]

    async with httpx.AsyncClient(
        base_url=await address, headers={"authorization": "Bearer secret"}
    ) as client:

        async def ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        async def refuses_newcomers() -> bool:
            try:
                async with httpx.AsyncClient(base_url=str(client.base_url)) as other:
                    await other.get("/healthz")
            except httpx.HTTPError:
                return True
            return False

        await until(ready)
        headers = {"content-type": STRUCTURED}
        request = asyncio.create_task(client.post("/v1/events", content=slow_body(), headers=headers))
        await begun.wait()
        service.cancel()
        await until(refuses_newcomers)
        stopping.set()
        answer = await request
    with pytest.raises(asyncio.CancelledError):
        await service
    return answer
