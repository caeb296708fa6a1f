"""The exporter in front of a real Kafka: rows produced there are numbers here, once all are read."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from prometheus_client.parser import text_string_to_metric_families
from tests.exporter.made import CELL, clock_row, pane_row, total_row

from attesa.core.errors import ConfigurationError
from attesa.core.rows import ClockRow, PaneRow, TotalRow, cell_key, encode
from attesa.core.rows.counts import Counts
from attesa.core.topics import PANES, TOPICS, TOTALS
from attesa.exporter import run
from attesa.settings import Settings

PARTITIONS = 2
PATIENCE_SECONDS = 60


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def make_topics(bootstrap: str, **counts: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        topics = [
            NewTopic(
                t.name, counts.get(t.name.removeprefix("attesa."), PARTITIONS), 1, topic_configs=t.settings
            )
            for t in TOPICS
            if t.name in (TOTALS, PANES)
        ]
        await admin.create_topics(topics)
    finally:
        await admin.close()


async def produce(bootstrap: str, *rows: TotalRow | ClockRow | PaneRow, commit: bool = True) -> None:
    """Write rows as the worker does: in one transaction, which takes offsets for its markers too."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="test")
    await producer.start()
    try:
        await producer.begin_transaction()
        for row in rows:
            topic, key = address_of(row)
            await producer.send(topic, encode(row), key, partition=row.partition)
        await (producer.commit_transaction() if commit else producer.abort_transaction())
    finally:
        await producer.stop()


def address_of(row: TotalRow | ClockRow | PaneRow) -> tuple[str, bytes]:
    if isinstance(row, ClockRow):
        return TOTALS, cell_key("clock", row.tenant, row.processor, row.partition)
    cell = (row.tenant, row.channel, row.queue, row.country)
    if isinstance(row, TotalRow):
        return TOTALS, cell_key("cell", *cell, row.processor, row.partition)
    return PANES, cell_key(*cell, row.width_seconds, row.start, row.processor, row.partition)


@asynccontextmanager
async def exporting(bootstrap: str) -> AsyncIterator[tuple[httpx.AsyncClient, "asyncio.Task[None]"]]:
    """The whole service on a free port, until the block ends."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run(Settings(kafka=bootstrap, exporter_port=0), address.set_result))
    try:
        async with httpx.AsyncClient(base_url=await address) as client:
            yield client, task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ConfigurationError):
            await task


async def scrape(client: httpx.AsyncClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = (await client.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def value(client: httpx.AsyncClient, name: str, **labels: str) -> float | None:
    return (await scrape(client)).get((name, frozenset((CELL | labels).items())))


async def until(question: Callable[[], Any], wanted: Any) -> None:
    """Ask until the answer is the wanted one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := await question()) != wanted:
        assert time.monotonic() < deadline, f"{answer} instead of {wanted}"
        await asyncio.sleep(0.01)


async def ready(client: httpx.AsyncClient) -> int:
    return (await client.get("/readyz")).status_code


@pytest.fixture(scope="module")
def bootstrap(module_kafka: Any) -> str:
    address: str = module_kafka.bootstrap
    asyncio.run(make_topics(address))
    return address


def test_rows_on_kafka_are_numbers_on_metrics_and_new_ones_follow(bootstrap: str) -> None:
    async def scenario() -> None:
        at = now_ms()
        await produce(
            bootstrap,
            total_row(Counts(offered=5, answered=3), oldest=at - 9_000),
            total_row(Counts(offered=2, answered=2), partition=1),
            clock_row(at, partition=0), clock_row(at, partition=1),
            pane_row(at // 10_000 * 10_000, 10, Counts(met_good=3, missed_good=1)),
            pane_row(917_827_200_000, 10, Counts(met_good=50)),
        )  # fmt: skip
        async with exporting(bootstrap) as (client, _):
            await until(lambda: ready(client), 200)
            assert await value(client, "attesa_offered_total") == 7
            assert await value(client, "attesa_waiting") == 2
            assert await value(client, "attesa_service_level_ratio", window="5m", slo="good") == 0.75
            await produce(bootstrap, total_row(Counts(offered=6, answered=6)))
            await until(lambda: value(client, "attesa_waiting"), 0)
            assert await value(client, "attesa_offered_total") == 8
            board = (await client.get("/board.json")).json()
            assert (board["tenant"], board["live"]["waiting"]) == ("default", 0)

    asyncio.run(scenario())


def test_rows_of_an_aborted_transaction_are_never_shown_and_do_not_block(bootstrap: str) -> None:
    async def scenario() -> None:
        await produce(bootstrap, total_row(Counts(offered=3), tenant="aborted"))
        await produce(bootstrap, total_row(Counts(offered=99), tenant="aborted"), commit=False)
        async with exporting(bootstrap) as (client, _):
            await until(lambda: ready(client), 200)
            assert await value(client, "attesa_offered_total", tenant="aborted") == 3

    asyncio.run(scenario())


def test_a_record_that_is_no_row_is_named_and_the_others_count(
    bootstrap: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
        await producer.start()
        await producer.send_and_wait(TOTALS, b"{", b"odd", partition=0)
        await producer.send_and_wait(PANES, b"{}", b"odd", partition=0)
        await producer.stop()
        await produce(bootstrap, total_row(Counts(offered=4), tenant="after"))
        async with exporting(bootstrap) as (client, _):
            await until(lambda: ready(client), 200)
            assert await value(client, "attesa_offered_total", tenant="after") == 4

    with caplog.at_level(logging.WARNING, "attesa.exporter"):
        asyncio.run(scenario())
    assert "is not a row of this version" in caplog.text


def test_without_a_broker_it_says_which_and_shows_nothing_until_it_comes_back(fresh_kafka: Any) -> None:
    bootstrap = fresh_kafka.bootstrap

    async def problem(client: httpx.AsyncClient) -> bool:
        return bootstrap in (await client.get("/readyz")).text

    async def scenario() -> None:
        await make_topics(bootstrap)
        await produce(bootstrap, total_row(Counts(offered=5)), clock_row(now_ms()))
        await asyncio.to_thread(fresh_kafka.stop)
        async with exporting(bootstrap) as (client, _):
            await until(lambda: problem(client), True)
            assert {name for name, _ in await scrape(client)} == {"attesa_build_info"}
            await asyncio.to_thread(fresh_kafka.start)
            await until(lambda: ready(client), 200)
            assert await value(client, "attesa_offered_total") == 5

    asyncio.run(scenario())


def test_it_goes_on_where_it_was_when_a_broker_comes_back(fresh_kafka: Any) -> None:
    bootstrap = fresh_kafka.bootstrap

    async def scenario() -> None:
        await make_topics(bootstrap)
        await produce(bootstrap, total_row(Counts(offered=5)))
        async with exporting(bootstrap) as (client, _):
            await until(lambda: ready(client), 200)
            await asyncio.to_thread(fresh_kafka.stop)
            assert await value(client, "attesa_offered_total") == 5
            await asyncio.to_thread(fresh_kafka.start)
            await produce(bootstrap, total_row(Counts(offered=6)))
            await until(lambda: value(client, "attesa_offered_total"), 6)

    asyncio.run(scenario())


def test_it_waits_for_topics_that_are_not_there_and_makes_none(fresh_kafka: Any) -> None:
    bootstrap = fresh_kafka.bootstrap

    async def said(client: httpx.AsyncClient) -> bool:
        return f"no topic {TOTALS} and {PANES} yet" in (await client.get("/readyz")).text

    async def scenario() -> None:
        async with exporting(bootstrap) as (client, _):
            await until(lambda: said(client), True)
            await make_topics(bootstrap)
            await until(lambda: ready(client), 200)

    asyncio.run(scenario())


def test_topics_with_different_partition_counts_are_refused(fresh_kafka: Any) -> None:
    async def scenario() -> None:
        await make_topics(fresh_kafka.bootstrap, panes=3)
        async with exporting(fresh_kafka.bootstrap) as (_, task):
            await asyncio.wait([task], timeout=PATIENCE_SECONDS)
            with pytest.raises(ConfigurationError, match=r"totals has 2 partitions and attesa\.panes 3"):
                task.result()

    asyncio.run(scenario())
