"""How long after an event was published its number is on /metrics, and its row in ClickHouse."""

import asyncio
import statistics
import time
import urllib.request
from pathlib import Path

from aiokafka import AIOKafkaProducer
from rich.console import Console
from tests.benchmarks.table import Line

from attesa.core import topics
from attesa.core.rows import encode
from attesa.embedded.services import Services
from attesa.embedded.stack import Stack
from attesa.loader.client import connect as connect_clickhouse
from attesa.loader.migrate import migrate
from attesa.replay.deliveries import event
from attesa.replay.load import Load, deliveries
from attesa.settings import Settings
from attesa.stream.topics import create_topics

EVENTS_PER_SECOND = 2_000
PROBE_SECONDS = 0.5
PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.02


def lines(folder: Path, seconds: int, console: Console) -> list[Line]:
    """Both figures, at 2,000 events a second."""
    stack = Stack(folder)
    stack.start(console.print)
    services = None
    try:
        asked = Settings(partitions=4, gateway_port=0, stream_port=0, loader_port=0, exporter_port=0)
        variables = {
            **stack.settings_environment(),
            "ATTESA_PARTITIONS": "4",
            "ATTESA_GATEWAY_TOKENS": "bench=x",
        }
        settings = asked.model_copy(
            update={"kafka": variables["ATTESA_KAFKA"], "clickhouse_url": variables["ATTESA_CLICKHOUSE_URL"]}
        )
        asyncio.run(create_topics(settings))
        migrate(settings)
        services = Services(asked, folder, variables)
        services.start("stream", "loader", "exporter")
        services.wait_until_ready("stream", "loader", "exporter")
        gauge, row = asyncio.run(_measure(settings, services.url("exporter"), seconds))
    finally:
        if services is not None:
            services.stop()
        stack.stop()
    return [_line("event to number on /metrics, p99", gauge), _line("event to row in ClickHouse, p99", row)]


def _line(what: str, waits: list[float]) -> Line:
    ordered = sorted(waits)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    detail = (
        f"p50 {statistics.median(ordered):.2f} s; {len(ordered)} probes at {EVENTS_PER_SECOND:,} events/s"
    )
    return Line(what, f"{p99:.2f} s", detail)


async def _measure(settings: Settings, exporter: str, seconds: int) -> tuple[list[float], list[float]]:
    async with AIOKafkaProducer(**settings.kafka_client(), acks="all", linger_ms=2) as producer:
        traffic = asyncio.create_task(_traffic(producer, seconds + 10))
        await asyncio.sleep(5)
        gauge: list[float] = []
        row: list[float] = []
        deadline = time.monotonic() + seconds
        number = 0
        while time.monotonic() < deadline:
            number += 1
            sent = time.monotonic()
            await producer.send_and_wait(
                topics.EVENTS, encode(_probe(number)), key=f"bench:probe-{number}".encode()
            )
            ask_gauge = asyncio.to_thread(_until_on_metrics, exporter, number, sent)
            ask_row = asyncio.to_thread(_until_in_clickhouse, settings, number, sent)
            found = await asyncio.gather(ask_gauge, ask_row)
            gauge.append(found[0])
            row.append(found[1])
            await asyncio.sleep(PROBE_SECONDS)
        traffic.cancel()
        await asyncio.gather(traffic, return_exceptions=True)
    return gauge, row


def _probe(number: int) -> dict[str, object]:
    now_ms = time.time_ns() // 1_000_000
    return event(
        "session.queued", now_ms, identity=f"probe-{number}", source="bench", tenant="bench",
        subject=f"probe-{number}", data={"queue": "probe"},
    )  # fmt: skip


async def _traffic(producer: AIOKafkaProducer, seconds: int) -> None:
    """Chats at a steady rate, in present time as far as their clocks go."""
    now_ms = time.time_ns() // 1_000_000
    chats = EVENTS_PER_SECOND * seconds // 4
    load = Load(chats=chats, tenant="bench", start_ms=now_ms - chats * 2 - 400_000, gap_ms=2)
    began = time.monotonic()
    for sent, one in enumerate(deliveries(load), 1):
        await producer.send(topics.EVENTS, one.value, key=one.key)
        if sent % 50 == 0:
            await asyncio.sleep(max(0.0, began + sent / EVENTS_PER_SECOND - time.monotonic()))


def _until_on_metrics(exporter: str, number: int, sent: float) -> float:
    """Until the counter of the probes' queue has come to `number`."""
    wanted = float(number)
    while True:
        with urllib.request.urlopen(f"{exporter}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        for line in text.splitlines():
            counted = line.startswith("attesa_offered_total") and 'queue="probe"' in line
            if counted and float(line.rsplit(" ", 1)[1]) >= wanted:
                return _since(sent)
        assert _since(sent) < PATIENCE_SECONDS, "the number did not come to /metrics"
        time.sleep(LOOK_SECONDS)


def _until_in_clickhouse(settings: Settings, number: int, sent: float) -> float:
    with connect_clickhouse(settings) as client:
        while True:
            query = "SELECT count() FROM sessions WHERE tenant = 'bench' AND session = {session:String}"
            if client.query(query, {"session": f"probe-{number}/1"}).result_rows[0][0]:
                return _since(sent)
            assert _since(sent) < PATIENCE_SECONDS, "the row did not come to ClickHouse"
            time.sleep(LOOK_SECONDS)


def _since(moment: float) -> float:
    return time.monotonic() - moment
