"""Events per second from the events topic to a committed checkpoint, beside an empty stock agent."""

import asyncio
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil
from aiokafka.errors import KafkaError

from attesa.cli.lag import committed_offsets, ends_of
from attesa.core import topics
from attesa.core.errors import ConfigurationError
from attesa.embedded.process import Server, free_port
from attesa.settings import Settings
from attesa.stream.topics import connect, create_topics

LOOK_SECONDS = 0.05


class Run(NamedTuple):
    """One run of the worker over the whole topic."""

    events_per_second: float
    cpu_seconds_per_million: float
    bytes_per_session: float
    sessions: int


def worker(settings: Settings, folder: Path, number: int, core: int) -> Run:
    """From the first committed checkpoint's start to the last event's commit.

    The clock starts when the partitions are owned and restored, so that the join of the group is left out.
    """
    group = f"bench-{number}"
    asyncio.run(_empty_all_but_events(settings))
    server = Server("worker", folder / "worker.log", cpu=core)
    environment = {
        "ATTESA_KAFKA": settings.kafka,
        "ATTESA_PARTITIONS": str(settings.partitions),
        "ATTESA_GROUP": group,
        "ATTESA_STREAM_PORT": str(free_port()),
    }
    server.start([sys.executable, "-m", "attesa", "stream"], Path.cwd(), environment)
    try:
        server.wait_until(lambda: any("owns partitions" in line for line in server.last_lines()), 60)
        process = psutil.Process(server.pid)
        began, cpu, resident = time.monotonic(), _cpu(process), process.memory_info().rss
        events = asyncio.run(_until_committed(settings, group))
        seconds = time.monotonic() - began
        sessions = events // 4
        return Run(
            events / seconds,
            (_cpu(process) - cpu) / events * 1e6,
            (process.memory_info().rss - resident) / sessions,
            sessions,
        )
    finally:
        server.stop()


async def _empty_all_but_events(settings: Settings) -> None:
    """Make the other topics anew, so that every run finds what the first one found."""
    admin = await connect(settings)
    try:
        await admin.delete_topics([topic.name for topic in topics.TOPICS if topic.name != topics.EVENTS])
    finally:
        await admin.close()
    while True:  # deletion goes on after the answer
        try:
            await create_topics(settings)
        except (KafkaError, ConfigurationError):
            await asyncio.sleep(LOOK_SECONDS)
        else:
            return


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def _until_committed(settings: Settings, group: str) -> int:
    """Wait until the group has committed the end of the events topic; its number of events."""
    admin = await connect(settings)
    try:
        ends = await ends_of(settings, topics.EVENTS)
        while not ends.items() <= (await committed_offsets(admin, group)).items():
            await asyncio.sleep(LOOK_SECONDS)
        return sum(ends.values())
    finally:
        await admin.close()


def stock_agent(settings: Settings, folder: Path, events: int, core: int) -> float:
    """Events per second of a stock Faust agent that does nothing with `events` of them."""
    script = Path(__file__).with_name("stock_agent.py")
    server = Server("stock agent", folder / "stock.log", cpu=core)
    server.start([sys.executable, script, settings.kafka, str(events)], Path.cwd())
    try:
        server.wait_until(lambda: any("rate " in line for line in server.last_lines()), 180)
        told = next(line for line in server.last_lines() if "rate " in line)
        return float(told.split("rate ")[1])
    finally:
        server.stop()
