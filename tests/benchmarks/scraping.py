"""What a scrape of a busy house costs the exporter."""

import gzip
import statistics
import time

from prometheus_client import CollectorRegistry
from rich.console import Console
from tests.benchmarks.crowd import crowd
from tests.benchmarks.table import Line
from tests.exporter.made import NOW

from attesa.exporter.collector import AttesaCollector
from attesa.exporter.state import Reading
from attesa.serving import exposition

HEADERS = {  # as Prometheus 2 asks
    "accept": (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    ),
    "accept-encoding": "gzip",
}
MEGABYTE = 1_000_000


def lines(runs: int, console: Console) -> list[Line]:
    """Scrapes of an unchanged state; the first, which makes all sums, is told beside them."""
    state = crowd()
    registry = CollectorRegistry()
    collector = AttesaCollector(state, Reading(ready=True, partitions=12), lambda: NOW)
    registry.register(collector)
    first, *later = (_cpu_seconds(collector, registry) for _ in range(runs + 1))
    packed = bytes(exposition(registry, HEADERS).body)
    text = gzip.decompress(packed)
    samples = sum(not line.startswith(b"#") for line in text.splitlines())
    console.print(f"scrape: {first:.2f} s the first, then {_span(later)} s")
    detail = (
        f"{_span(later)} s in {runs} scrapes, the first {first:.2f} s; {samples:,} samples, "
        f"{len(text) / MEGABYTE:.1f} MB of OpenMetrics, {len(packed) / MEGABYTE:.2f} MB in gzip"
    )
    return [Line(f"CPU of a scrape, {len(state.cells())} cells", f"{statistics.median(later):.2f} s", detail)]


def _cpu_seconds(collector: AttesaCollector, registry: CollectorRegistry) -> float:
    begun = time.process_time()
    collector.take()
    exposition(registry, HEADERS)
    return time.process_time() - begun


def _span(seconds: list[float]) -> str:
    return f"{min(seconds):.2f} to {max(seconds):.2f}"
