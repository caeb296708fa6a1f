"""Webhooks and batches through a real gateway on one core; its clients share the other with Kafka.

Beside it, in the same run, an endpoint that reads a body and answers: what the HTTP server alone takes.
"""

import asyncio
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from rich.console import Console
from tests.benchmarks import posts
from tests.benchmarks.offering import Offered, Offering
from tests.benchmarks.table import Line
from tests.benchmarks.trickling import beside

from attesa.embedded.process import Server, free_port
from attesa.settings import Settings

CONNECTIONS = 64
WEBHOOKS = 20_000  # of each run at full speed
MOST_CONNECTIONS = 512  # at a fixed rate: as many as are needed
RATE, RATE_SECONDS = 2_000, 10
HALF_RATE = RATE // 2
SLOW_CLIENTS = 200
BATCHES, EVENTS_PER_BATCH, BATCH_CONNECTIONS = 200, 500, 8
MINUTE = 60


class Run(NamedTuple):
    """What was offered, and the server's CPU seconds meanwhile."""

    offered: Offered
    cpu_seconds: float

    @property
    def cpu_us(self) -> float:
        """Microseconds for each request."""
        return self.cpu_seconds * 1e6 / len(self.offered.waits)


class Target(NamedTuple):
    """A server process and its port."""

    port: int
    process: psutil.Process

    def measured(self, work: Coroutine[Any, Any, Offered], wanted: int) -> Run:
        """Raises AssertionError where an answer has another status than is wanted."""
        before = self.process.cpu_times()
        offered = asyncio.run(work)
        after = self.process.cpu_times()
        assert set(offered.statuses) == {wanted}, offered.statuses
        return Run(offered, after.user + after.system - before.user - before.system)

    @property
    def resident_mb(self) -> float:
        return float(self.process.memory_info().rss) / 1e6


def lines(
    settings: Settings, folder: Path, seconds: int, cores: tuple[int, int], console: Console
) -> list[Line]:
    """All figures; `seconds`: of the sustained run. `cores`: the clients' and the measured server's."""
    own, core = cores
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {own})
    try:
        with _bare_endpoint(folder, core) as target:
            bare = target.measured(_full_speed(target.port, 0), 200)
        with _gateway(settings, folder, core) as target:
            target.measured(_full_speed(target.port, 0), 200)  # until all is warm
            found = _webhook_lines(target, bare, console)
            found += [_batch_line(target), _slow_line(target)]
            return [*found, _memory_line(target, seconds, console)]
    finally:
        os.sched_setaffinity(0, before)


def _webhook_lines(target: Target, bare: Run, console: Console) -> list[Line]:
    full = target.measured(_full_speed(target.port, WEBHOOKS), 200)
    console.print(f"gateway: {full.offered.per_second:,.0f} webhooks/s, {full.cpu_us:.0f} us of CPU each")
    fixed = target.measured(_at_rate(target.port, RATE, RATE_SECONDS), 200).offered
    reached = f"{full.offered.per_second / bare.offered.per_second:.2f} of an empty endpoint's"
    return [
        Line(
            "webhooks/s, signed and acknowledged",
            f"{full.offered.per_second:,.0f}",
            f"p50 {_ms(full.offered, 0.5)}, p99 {_ms(full.offered, 0.99)}; {CONNECTIONS} connections, "
            f"bodies of 1.6 kB; {reached} {bare.offered.per_second:,.0f}",
        ),
        Line(
            "CPU of the gateway",
            f"{full.cpu_us:.0f} us",
            f"per webhook; an empty endpoint {bare.cpu_us:.0f} us",
        ),
        Line(
            f"webhook to answer, p99, at {RATE:,}/s",
            _ms(fixed, 0.99),
            f"p50 {_ms(fixed, 0.5)}, longest {_ms(fixed, 1)}; each since it was due",
        ),
    ]


def _batch_line(target: Target) -> Line:
    work = Offering(list(posts.batches(BATCHES, EVENTS_PER_BATCH))).as_fast_as_answered(
        target.port, BATCH_CONNECTIONS
    )
    run = target.measured(work, 202)
    detail = f"{EVENTS_PER_BATCH} to a request; {run.cpu_us / EVENTS_PER_BATCH:.0f} us of CPU per event"
    return Line("events/s through /v1/events", f"{run.offered.per_second * EVENTS_PER_BATCH:,.0f}", detail)


def _slow_line(target: Target) -> Line:
    """At half the rate: with the slow clients and without."""
    alone = target.measured(_at_rate(target.port, HALF_RATE, RATE_SECONDS), 200).offered
    slow = next(posts.deliveries(1))
    work = beside(target.port, SLOW_CLIENTS, slow, _at_rate(target.port, HALF_RATE, RATE_SECONDS))
    with_slow = target.measured(work, 200).offered
    return Line(
        f"webhook to answer, p99, beside {SLOW_CLIENTS} slow clients",
        _ms(with_slow, 0.99),
        f"p50 {_ms(with_slow, 0.5)}; without them {_ms(alone, 0.99)}, p50 {_ms(alone, 0.5)}; "
        f"{HALF_RATE:,} webhooks/s",
    )


def _memory_line(target: Target, seconds: int, console: Console) -> Line:
    """The resident memory at each minute's end of a run at half the rate."""
    began = target.resident_mb
    seen = [began]
    waits: list[float] = []
    numbers = count(0)
    for start in range(0, seconds, MINUTE):
        length = min(MINUTE, seconds - start)
        first = next(numbers) * HALF_RATE * MINUTE
        waits += target.measured(_at_rate(target.port, HALF_RATE, length, first), 200).offered.waits
        seen.append(target.resident_mb)
        console.print(f"gateway: {seen[-1]:.1f} MB after {start + length} s at {HALF_RATE:,} webhooks/s")
    detail = f"{seconds} s at {HALF_RATE:,} webhooks/s, from {began:.0f} MB to at most {max(seen):.0f} MB"
    p99 = _ms(Offered(waits), 0.99)
    return Line("memory growth of the gateway", f"{seen[-1] - began:+.1f} MB", f"{detail}; p99 {p99}")


def _full_speed(port: int, first: int) -> Coroutine[Any, Any, Offered]:
    return Offering(list(posts.deliveries(WEBHOOKS, first))).as_fast_as_answered(port, CONNECTIONS)


def _at_rate(port: int, per_second: int, seconds: int, first: int = 0) -> Coroutine[Any, Any, Offered]:
    """Signed as they are sent, for a signature does not hold for ten minutes."""
    requests = posts.deliveries(per_second * seconds, first)
    return Offering(requests).at_rate(port, MOST_CONNECTIONS, per_second)


def _ms(offered: Offered, share: float) -> str:
    return f"{offered.wait(share) * 1000:.1f} ms"


@contextmanager
def _gateway(settings: Settings, folder: Path, core: int) -> Iterator[Target]:
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "attesa.yaml"
    configuration.write_text(posts.CONFIGURATION, encoding="utf-8")
    port = free_port()
    environment = {
        **posts.ENVIRONMENT,
        "ATTESA_KAFKA": settings.kafka,
        "ATTESA_PARTITIONS": str(settings.partitions),
        "ATTESA_CONFIG": str(configuration),
        "ATTESA_SPOOL_DIR": str(folder / "spool"),
        "ATTESA_GATEWAY_PORT": str(port),
    }
    server = Server("gateway", folder / "gateway.log", cpu=core)
    server.start([sys.executable, "-m", "attesa", "gateway"], Path.cwd(), environment)
    with _ready(server, port) as target:
        yield target


@contextmanager
def _bare_endpoint(folder: Path, core: int) -> Iterator[Target]:
    port = free_port()
    server = Server("bare endpoint", folder / "bare.log", cpu=core)
    server.start([sys.executable, Path(__file__).with_name("bare_endpoint.py"), str(port)], Path.cwd())
    with _ready(server, port) as target:
        yield target


@contextmanager
def _ready(server: Server, port: int) -> Iterator[Target]:
    try:
        server.wait_until(lambda: _answers(port), 60)
        yield Target(port, psutil.Process(server.pid))
    finally:
        server.stop()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 404  # the bare endpoint has no such path
    except OSError:
        return False
