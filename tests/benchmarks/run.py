"""`make bench`: how fast, and how fresh, on this machine; prints a table and writes it to docs/benchmark.md.

The broker runs on one core, the measured process on the other; what is compared is run in turn.
"""

import argparse
import asyncio
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from tests.benchmarks import freshness, loading, machine, scraping, throughput, webhooks
from tests.benchmarks.table import Line, to_markdown, to_rich

from attesa.embedded.kafka import KafkaBroker
from attesa.replay.load import Load, fill
from attesa.settings import Settings
from attesa.stream.topics import create_topics

PAGE = Path(__file__).parents[2] / "docs" / "benchmark.md"
BROKER_CORE, WORKER_CORE = 0, 1
PARTITIONS = 4
EVENTS_PER_CHAT = 4
STOCK_EVENTS = 200_000
PARTS = ("worker", "gateway", "freshness", "scraping")


def main() -> None:
    """Run everything, or a small run with --events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="of the throughput run")
    parser.add_argument("--runs", type=int, default=3, help="of each figure; the median counts")
    parser.add_argument("--seconds", type=int, default=30, help="of the freshness run")
    parser.add_argument("--gateway-seconds", type=int, default=30, help="of the gateway's sustained run")
    parser.add_argument("--only", choices=PARTS, help="one part, which writes no page")
    parser.add_argument("--page", type=Path, default=PAGE, help="file to write")
    asked = parser.parse_args()
    console = Console(highlight=False, width=110)
    with tempfile.TemporaryDirectory(prefix="attesa-bench-") as folder:
        lines = measure(asked, Path(folder), console)
    console.print(to_rich(lines))
    if asked.only:
        return
    about = [*machine.describe(), f"measured {datetime.now(UTC):%Y-%m-%d}"]
    asked.page.write_text(to_markdown(about, lines), encoding="utf-8")
    console.print(f"written to {asked.page}")


def measure(asked: argparse.Namespace, folder: Path, console: Console) -> list[Line]:
    """All figures, or those of one part."""
    parts = (asked.only,) if asked.only else PARTS
    lines: list[Line] = []
    if {"worker", "gateway"} & set(parts):
        broker = KafkaBroker(folder / "kafka", cpu=BROKER_CORE)
        broker.start(console.print)
        try:
            settings = Settings(kafka=broker.bootstrap, partitions=PARTITIONS)
            asyncio.run(create_topics(settings))
            if "worker" in parts:
                lines += worker_lines(asked, settings, folder, console)
            if "gateway" in parts:
                cores = (BROKER_CORE, WORKER_CORE)
                lines += webhooks.lines(settings, folder / "gateway", asked.gateway_seconds, cores, console)
        finally:
            broker.stop()
    if "freshness" in parts:
        lines += freshness.lines(folder / "fresh", asked.seconds, console)
    if "scraping" in parts:
        lines += scraping.lines(asked.runs, console)
    return lines


def worker_lines(asked: argparse.Namespace, settings: Settings, folder: Path, console: Console) -> list[Line]:
    """The worker's figures and, of what it wrote, the loader's."""
    console.print(f"writing {asked.events:,} events")
    asyncio.run(fill(settings, load_of(asked.events)))
    lines = throughput_lines(asked, settings, folder, console)
    return lines + loading.lines(settings, folder / "loading", WORKER_CORE, console)


def load_of(events: int) -> Load:
    """Chats of the last hours, thousands of them open at once, ended before now."""
    load = Load(chats=events // EVENTS_PER_CHAT, tenant="bench", start_ms=0)
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    return Load(chats=load.chats, tenant="bench", start_ms=now_ms - load.longest_ms)


def throughput_lines(
    asked: argparse.Namespace, settings: Settings, folder: Path, console: Console
) -> list[Line]:
    """The worker and an empty stock agent, in turn."""
    ours: list[throughput.Run] = []
    stock: list[float] = []
    for number in range(asked.runs):
        run = throughput.worker(settings, folder / f"run-{number}", number, WORKER_CORE)
        ours.append(run)
        stock.append(
            throughput.stock_agent(
                settings, folder / f"run-{number}", min(STOCK_EVENTS, asked.events // 2), WORKER_CORE
            )
        )
        console.print(
            f"run {number + 1}: attesa {run.events_per_second:,.0f} events/s, "
            f"an empty stock Faust agent {stock[-1]:,.0f}"
        )
    rate = statistics.median(run.events_per_second for run in ours)
    empty = statistics.median(stock)
    return [
        Line(
            "events/s, end to end, one worker", f"{rate:,.0f}", _span(run.events_per_second for run in ours)
        ),
        Line("events/s of an empty stock Faust agent", f"{empty:,.0f}", _span(stock)),
        Line("attesa over the empty agent", f"{rate / empty:.1f}", "ratio of the medians, same run"),
        Line(
            "CPU of the worker",
            f"{statistics.median(run.cpu_seconds_per_million for run in ours):.1f} s",
            "per million events",
        ),
        Line(
            "memory per idle session",
            f"{statistics.median(run.bytes_per_session for run in ours):,.0f} B",
            f"resident growth over {ours[0].sessions:,} sessions",
        ),
    ]


def _span(values: object) -> str:
    found = list(values)  # type: ignore[call-overload]
    return f"{min(found):,.0f} to {max(found):,.0f} in {len(found)} runs"


if __name__ == "__main__":
    main()
