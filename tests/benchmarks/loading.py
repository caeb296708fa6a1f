"""Rows per second from the topics into ClickHouse."""

import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console
from tests.benchmarks.table import Line

from attesa.cli.lag import LOADED, committed_offsets, ends_of
from attesa.embedded.clickhouse import ClickHouseDoor
from attesa.embedded.process import Server, free_port
from attesa.loader.client import connect as connect_clickhouse
from attesa.loader.migrate import migrate
from attesa.settings import Settings
from attesa.stream.topics import connect

LOOK_SECONDS = 0.1


def lines(settings: Settings, folder: Path, core: int, console: Console) -> list[Line]:
    """Load everything that the worker's runs have written."""
    door = ClickHouseDoor(folder / "clickhouse", cpu=0)
    door.start()
    server = Server("loader", folder / "loader.log", cpu=core)
    try:
        here = settings.model_copy(update={"clickhouse_url": door.url})
        migrate(here)
        environment = {
            "ATTESA_KAFKA": settings.kafka,
            "ATTESA_CLICKHOUSE_URL": door.url,
            "ATTESA_LOADER_PORT": str(free_port()),
            "ATTESA_PARTITIONS": str(settings.partitions),
        }
        server.start([sys.executable, "-m", "attesa", "loader"], Path.cwd(), environment)
        server.wait_until(lambda: any("has " in line for line in server.last_lines()), 60)
        began = time.monotonic()
        asyncio.run(_until_loaded(here))
        seconds = time.monotonic() - began
        with connect_clickhouse(here) as client:
            rows = client.query("SELECT count() FROM sessions FINAL").result_rows[0][0]
        records = asyncio.run(_records(here))
    finally:
        server.stop()
        door.stop()
    console.print(f"loader: {records:,} records to {rows:,} sessions in {seconds:.1f} s")
    detail = f"{records:,} records of facts and panes; ClickHouse beside the broker"
    return [Line("loader, rows/s", f"{records / seconds:,.0f}", detail)]


async def _records(settings: Settings) -> int:
    ends = [await ends_of(settings, topic) for topic in LOADED]
    return sum(sum(end.values()) for end in ends)


async def _until_loaded(settings: Settings) -> None:
    admin = await connect(settings)
    try:
        ends = {}
        for topic in LOADED:
            ends.update(await ends_of(settings, topic))
        wanted = {place: end for place, end in ends.items() if end}
        while True:
            committed = await committed_offsets(admin, f"{settings.group}-loader")
            if all(committed.get(place, 0) >= end for place, end in wanted.items()):
                return
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await admin.close()
