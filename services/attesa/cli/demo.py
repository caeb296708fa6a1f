"""The whole pipeline on one machine: real parts, real calls, then simulated chats in present time."""

import asyncio
import contextlib
import json
import logging
import secrets
import shutil
import signal
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.lag import lags
from attesa.cli.replaying import send_with_progress
from attesa.cli.terminal import terminal
from attesa.core import metrics
from attesa.core.definitions import TenantPolicy
from attesa.core.errors import InputError
from attesa.embedded.prometheus import start_prometheus
from attesa.embedded.services import Services
from attesa.embedded.stack import Stack
from attesa.loader.migrate import migrate, name_tenant
from attesa.loader.report import report
from attesa.loader.report_table import ReportTable
from attesa.replay.deliveries import History
from attesa.replay.histories import read_technion
from attesa.replay.live import live
from attesa.replay.technion import ZONE
from attesa.replay.tenant_clock import tenant_clock
from attesa.settings import Settings
from attesa.stream.topics import connect, create_topics

PROJECT = Path(__file__).parents[3]
ONE_DAY = "examples/technion-*.tsv"
RULES = "deploy/prometheus/*.rules.yml"
HISTORY = "history"
LIVE = "default"
PARTITIONS = 4
CHATS_PER_SECOND = 0.5
SETTLE_SECONDS = 0.2
LEAVE_SECONDS = 5


@app.command()
def demo(
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="Technion months, plain or .gz; default: one day"),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="stop after the table")] = False,
    report_json: Annotated[
        Path | None, typer.Option(help="write the report, and the last scrape of /metrics, to this file")
    ] = None,
    keep: Annotated[bool, typer.Option(help="go on with the data of the demo before")] = False,
) -> None:
    """Start everything, replay real calls, print the KPI table; then live traffic until Ctrl-C.

    Example: `attesa demo --data january-1999.tsv.gz --once --report-json january.json`
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.getLogger("attesa").setLevel(logging.WARNING)  # the services' own words are in their logs
    asked = environment.load()
    console = terminal()
    history = read_technion(data or _one_day(), HISTORY)
    if report_json is not None:
        _refuse_unwritable(report_json)
    folder = asked.data_dir / "demo"
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        with _running(asked, folder, console) as pipeline:
            _replay(pipeline, history, report_json)
            if not once:
                _go_on(pipeline, folder)
    except KeyboardInterrupt:
        console.print("stopped")


class _Pipeline(NamedTuple):
    """What runs, and where it is told."""

    settings: Settings
    stack: Stack
    services: Services
    token: str
    console: Console

    def elsewhere(self) -> str:
        """The line that makes another shell's commands, and the README's, find all of this."""
        ports = {name: value for name, value in self.services.environment.items() if name.endswith("_PORT")}
        words = {
            "GATEWAY": self.services.url("gateway"),
            "TOKEN": self.token,
            **self.stack.settings_environment(),
            "ATTESA_PARTITIONS": str(PARTITIONS),
            **{name: value for name, value in ports.items() if value != str(Settings.default(name))},
        }
        return "export " + " ".join(f"{name}={value}" for name, value in words.items())

    def check(self) -> None:
        """Start killed services anew, and say so. Raises ServerDied for what ended by itself."""
        self.stack.check()
        for name in self.services.check():
            self.console.print(f"the {name} was killed: started anew")


@contextlib.contextmanager
def _running(asked: Settings, folder: Path, console: Console) -> Iterator[_Pipeline]:
    """Stack and services, started and stopped."""
    stack = Stack(folder, kafka_port=asked.kafka_port, clickhouse_port=asked.clickhouse_port)
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(stack.stop)
        stack.start(console.print)
        token = secrets.token_urlsafe(12)
        variables = {
            **stack.settings_environment(),
            "ATTESA_PARTITIONS": str(PARTITIONS),
            "ATTESA_GATEWAY_TOKENS": f"{LIVE}={token}",
            "ATTESA_HOST": "127.0.0.1",
            "ATTESA_INSTANCE": "demo",  # the worker, started anew, has its partitions at once
        }
        settings = asked.model_copy(
            update={
                "kafka": variables["ATTESA_KAFKA"],
                "clickhouse_url": variables["ATTESA_CLICKHOUSE_URL"],
                "partitions": PARTITIONS,
            }
        )
        services = Services(asked, folder, variables)
        asyncio.run(create_topics(settings))
        tables = migrate(settings)
        name_tenant(settings, HISTORY, TenantPolicy(clock="data", time_zone=ZONE.key))
        console.print(f"topics with {PARTITIONS} partitions, {len(tables)} migrations applied")
        cleanup.callback(services.stop)
        services.start()
        services.wait_until_ready()
        console.print(f"attesa's four services: gateway {services.url('gateway')}, token {token}")
        yield _Pipeline(settings, stack, services, token, console)


def _replay(pipeline: _Pipeline, history: History, report_json: Path | None) -> None:
    settings, console = pipeline.settings, pipeline.console
    clock_ms = asyncio.run(tenant_clock(settings, HISTORY))
    if clock_ms is not None and clock_ms > history.newest_ms:  # kept: another time they would be late
        console.print(f"the calls of tenant {HISTORY!r} are there from before: not replayed again")
    else:
        send_with_progress(settings, history, HISTORY, None, console)
    with console.status("folding, and loading into ClickHouse"):
        asyncio.run(_settle(pipeline))
        scraped = _scrape(pipeline, time.time())
    total = report(settings, HISTORY)
    groups = report(settings, HISTORY, by="queue")
    console.print("\n[bold]Real calls, read back from ClickHouse[/]")
    console.print(ReportTable([*groups, {**total[0], "queue": "all"}], "queue"))
    if report_json is not None:
        found: dict[str, Any] = {**total[0], "queues": groups, "metrics": scraped}
        report_json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


async def _settle(pipeline: _Pipeline) -> None:
    """Until every event sent is folded, and every row of that is in ClickHouse."""
    admin = await connect(pipeline.settings)
    try:
        while any((await lags(pipeline.settings, admin)).values()):
            pipeline.check()
            await asyncio.sleep(SETTLE_SECONDS)
    finally:
        await admin.close()


def _scrape(pipeline: _Pipeline, since: float) -> str:
    """What /metrics says once it has read all that was written before `since` (Unix time)."""
    url = f"{pipeline.services.url('exporter')}/metrics"
    while True:
        text = ""
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            text = str(answer.read().decode())
        families = text_string_to_metric_families(text)
        progress = (family for family in families if family.name == metrics.PARTITION_PROGRESS)
        written = [sample.value for family in progress for sample in family.samples]
        if written and min(written) >= since:
            return text
        pipeline.check()
        time.sleep(SETTLE_SECONDS)


def _go_on(pipeline: _Pipeline, folder: Path) -> None:
    """Simulated chats, and the addresses to look at."""
    settings, services, console = pipeline.settings, pipeline.services, pipeline.console
    targets = {f"attesa-{name}": services.url(name).removeprefix("http://") for name in services.ports}
    with contextlib.ExitStack() as cleanup:
        rules = sorted(PROJECT.glob(RULES))
        prometheus = start_prometheus(folder / "prometheus", targets, rules, settings.prometheus_port)
        if prometheus is not None:
            cleanup.callback(prometheus.stop)
        console.print(f"[bold]Simulated[/] chats from now on, as tenant {LIVE!r}:")
        console.print(f"  wallboard   {services.url('exporter')}/")
        console.print(f"  metrics     {services.url('exporter')}/metrics")
        console.print(f"  ClickHouse  {settings.clickhouse_url} (database {settings.clickhouse_database})")
        if prometheus is not None:
            console.print(f"  Prometheus  {prometheus.url}/alerts")
        else:
            console.print("  Prometheus  not started: no `prometheus` on the PATH")
        console.print("In another shell, for the README's commands:")
        console.print(f"  {pipeline.elsewhere()}", soft_wrap=True)
        traffic = live(settings, LIVE, seed=int(time.time()), rate=CHATS_PER_SECOND)
        sent = asyncio.run(_watched(traffic, pipeline))
        console.print(f"sent {sent:,} simulated events; stopping")


async def _watched(traffic: Coroutine[Any, Any, int], pipeline: _Pipeline) -> int:
    """The traffic, until Ctrl-C or until a part ends by itself; the number of events sent."""
    running = asyncio.ensure_future(traffic)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    pipeline.console.print("Ctrl-C stops everything.")
    try:
        while not running.done():
            pipeline.check()
            await asyncio.wait([running], timeout=1)
    finally:  # the traffic takes leave while its producer still lives, and no longer than that takes
        running.cancel()
        await asyncio.wait([running], timeout=LEAVE_SECONDS)
    return 0 if running.cancelled() else running.result()  # cancelled: it had not begun to send


def _refuse_unwritable(path: Path) -> None:
    """Said before the minute that it takes, not after. Raises InputError."""
    try:
        path.touch()
    except OSError as error:
        raise InputError(f"--report-json {path}: {error.strerror}") from None


def _one_day() -> list[Path]:
    found = sorted(PROJECT.glob(ONE_DAY))
    if not found:
        raise InputError("the example day is not here (this is an installed package): name a file by --data")
    return found
