"""What sources told, counted by a real engine; and what partitions tell of themselves, on a real broker."""

import asyncio
import time

import pytest
from aiokafka import AIOKafkaProducer
from tests.core.test_heard import clock
from tests.integration import running
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_session, an_order

from attesa.cli.doctor_sources import lag_findings, source_findings
from attesa.core import topics
from attesa.core.rows import ClockRow, cell_key, encode
from attesa.embedded.kafka import KafkaBroker
from attesa.loader.heard import told
from attesa.settings import Settings

DAY = 86_400_000
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def store(clickhouse, database) -> Stored:
    return Stored(clickhouse, database, {})


def test_what_sessions_told_is_counted_by_source(store: Stored):
    store.write(
        a_session("c1/1", source="desk", customer="k", nps=9.0),
        a_session("c2/1", source="desk", country="unknown", ended_by="timeout"),
        a_session("c3/1", source="shop", customer_messages=0, agent_messages=0),
    )
    found = told(store.settings)

    assert found["acme", "desk"] == (
        2,
        NINE + 300_000,
        {
            "requests": 2, "messages": 2, "ends": 1, "customers": 1, "countries": 1, "surveys": 1,
            "purchases": 0,
        },
    )  # fmt: skip
    assert found["acme", "shop"].told["messages"] == 0


def test_a_tenant_with_orders_tells_purchases(store: Stored):
    store.write(a_session())
    store.write(an_order())

    assert told(store.settings)["acme", "sim/1"].told["purchases"] == 1


def test_only_the_newest_days_of_a_tenant_count_also_of_one_that_lives_in_the_past(store: Stored):
    store.write(a_session(), a_session("c2/1", started_at=NINE - 8 * DAY, source="old"))

    assert set(told(store.settings)) == {("acme", "sim/1")}


async def tell(settings: Settings, *rows: ClockRow) -> None:
    async with AIOKafkaProducer(**settings.kafka_client(), acks="all") as producer:
        for row in rows:
            key = cell_key("clock", row.tenant, row.processor, row.partition)
            await producer.send_and_wait(topics.TOTALS, encode(row), key, partition=row.partition)
        await producer.send_and_wait(topics.TOTALS, b"{}", cell_key("cell", "acme"), partition=0)


def test_sources_and_partitions_are_read_from_every_partition(module_kafka: KafkaBroker):
    settings = running.settings_for(module_kafka.bootstrap, clickhouse_url=NOBODY)
    running.make_topics(settings)
    now_ms = int(time.time() * 1000)
    rows = [
        clock(partition=number, written_at=now_ms, clock=now_ms, sources={name: now_ms})
        for number, name in enumerate(("desk", "shop"))
    ]
    held = clock(partition=2, written_at=now_ms, clock=now_ms - 90_000, held=True, held_by="page", sources={})
    asyncio.run(tell(settings, *rows, held))
    found = source_findings(settings)

    assert [(one.subject, one.well) for one in found] == [
        ("partition", False), ("source", True), ("source", True),
    ]  # fmt: skip
    assert "page promised heartbeats and is silent" in found[0].text
    assert found[1].text.startswith("desk: live, last event")
    assert found[2].text.startswith("shop: live, last event")


def test_without_a_broker_it_is_one_failing_line():
    (found,) = source_findings(Settings(kafka="127.0.0.1:9"))

    assert not found.well
    assert "ATTESA_KAFKA" in found.text


def test_a_topic_whose_readers_are_far_behind_says_what_to_do():
    found = list(lag_findings({topics.EVENTS: 3, topics.CUSTOMERS: 20_000}))

    assert [one.well for one in found] == [False, False]
    assert found[0].text == "events 3, customers 20,000"
    assert found[1].text.startswith("attesa.customers: credits and recontacts come late")
