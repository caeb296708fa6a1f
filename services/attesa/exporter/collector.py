"""The series of /metrics, made from the state at the time of the scrape. Names are core.metrics'."""

from collections.abc import Callable, Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from attesa.core import metrics
from attesa.exporter.live import live_families
from attesa.exporter.pipeline import pipeline_families
from attesa.exporter.state import Clock, Reading, State
from attesa.exporter.sums import Buckets, Cell, CellSums, Sums

SLOS = (metrics.SLO_GOOD, metrics.SLO_TOLERABLE)
PENDING_LABELS = (*metrics.SLO_LABELS, "metric", "bucket")  # empty where there is none

COUNTERS = (
    (metrics.RECORDS, "records", 1, "Sessions, those in the bot and the invalid included"),
    (metrics.OFFERED, "offered", 1, "Sessions that asked for a person"),
    (metrics.ANSWERED, "answered", 1, "Sessions with a human reply"),
    (metrics.ABANDONED, "abandoned", 1, "Sessions whose customer left before any human reply"),
    (metrics.SHORT_ABANDONED, "short_abandoned", 1, "Abandoned within the short-abandon seconds"),
    (metrics.REJECTED, "rejected", 1, "Sessions ended by the system before any human reply"),
    (metrics.UNANSWERED, "unanswered", 1, "Sessions ended by agent or time-out without a human reply"),
    (metrics.LEFT_BEFORE_QUEUE, "left_before_queue", 1, "Sessions ended in the bot or form, never offered"),
    (metrics.OUTSIDE_HOURS, "outside_hours", 1, "Sessions requested outside opening hours, never answered"),
    (metrics.INVALID, "invalid", 1, "Spam, tests and broken records, in no other count"),
    (metrics.MEASURED, "measured", 1, "Answered sessions that ended, with an effective duration"),
    (metrics.EFFECTIVE_SECONDS, "effective_ms", 1000, "Effective duration of the measured sessions"),
    (metrics.TOTAL_SECONDS, "total_ms", 1000, "Total duration of the measured sessions"),
)

Value = Callable[[Sums], float]


class AttesaCollector(Collector):
    """All series of the exporter. While `reading` is not ready, only what is not a partial sum."""

    def __init__(self, state: State, reading: Reading, clock: Clock) -> None:
        self._state, self._reading, self._clock = state, reading, clock

    def describe(self) -> list[Metric]:
        """Nothing in advance: a registry would otherwise collect once at registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield _build_info()
        if not self._reading.ready:
            return
        cells = self._state.cells_with_zeros()
        yield from _business_families(cells)
        yield from live_families(self._state, cells, self._clock())
        yield from pipeline_families(self._state, self._reading)


def registry_of(state: State, reading: Reading, clock: Clock) -> CollectorRegistry:
    """A registry of its own that holds the exporter's collector."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(AttesaCollector(state, reading, clock))
    return registry


def _build_info() -> GaugeMetricFamily:
    info = GaugeMetricFamily(metrics.BUILD_INFO, "The running version; always 1", labels=("version",))
    info.add_metric((version("attesa"),), 1)
    return info


def _business_families(cells: dict[Cell, CellSums]) -> Iterator[Metric]:
    pending = GaugeMetricFamily(
        metrics.PENDING_CORRECTIONS,
        "How much a published counter stands above the true total; exact = counter - this",
        labels=PENDING_LABELS,
    )
    for name, column, divisor, text in COUNTERS:
        yield _counter(name, text, cells, pending, _column(column, divisor))
    yield from _slo_counters(cells, pending)
    for name, text, buckets, column in (
        (metrics.WAIT_SECONDS, "Waits of answered sessions", lambda sums: sums.waits, "wait_ms"),
        (metrics.TIME_TO_ABANDON_SECONDS, "Times to abandon", lambda sums: sums.abandons, "abandon_ms"),
    ):
        yield _histogram(name, text, cells, pending, buckets, _column(column, 1000))
    yield pending


def _column(column: str, divisor: int) -> Value:
    return lambda sums: sums[column] / divisor if divisor > 1 else sums[column]


def _counter(
    name: str, text: str, cells: dict[Cell, CellSums], pending: GaugeMetricFamily, value: Value
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=metrics.CELL_LABELS)
    for cell, sums in cells.items():
        published = value(sums.published)
        family.add_metric(cell, published)
        pending.add_metric((*cell, "", f"{name}_total", ""), published - value(sums.total))
    return family


def _slo_counters(cells: dict[Cell, CellSums], pending: GaugeMetricFamily) -> Iterator[Metric]:
    """Verdicts and missed ones. Each column has its own maximum: verdicts = met + missed as published."""
    events = CounterMetricFamily(metrics.SLO_EVENTS, "Verdicts given", labels=metrics.SLO_LABELS)
    missed = CounterMetricFamily(metrics.SLO_BAD, "Verdicts that missed", labels=metrics.SLO_LABELS)
    for cell, sums in cells.items():
        for slo in SLOS:
            met_column, missed_column = f"met_{slo}", f"missed_{slo}"
            bad = sums.published[missed_column]
            good = sums.published[met_column]
            bad_pending = bad - sums.total[missed_column]
            events.add_metric((*cell, slo), good + bad)
            missed.add_metric((*cell, slo), bad)
            pending.add_metric(
                (*cell, slo, f"{metrics.SLO_EVENTS}_total", ""),
                good - sums.total[met_column] + bad_pending,
            )
            pending.add_metric((*cell, slo, f"{metrics.SLO_BAD}_total", ""), bad_pending)
    yield events
    yield missed


def _histogram(
    name: str,
    text: str,
    cells: dict[Cell, CellSums],
    pending: GaugeMetricFamily,
    buckets: Callable[[Sums], Buckets],
    seconds: Value,
) -> HistogramMetricFamily:
    """A classic histogram. Pending corrections of a bucket are there only where they are not 0."""
    family = HistogramMetricFamily(name, text, labels=metrics.CELL_LABELS)
    for cell, sums in cells.items():
        published, true = buckets(sums.published).cumulative(), buckets(sums.total).cumulative()
        total_seconds = seconds(sums.published)
        family.add_metric(cell, [(_le(border), count) for border, count in published], total_seconds)
        pending.add_metric((*cell, "", f"{name}_sum", ""), total_seconds - seconds(sums.total))
        pending.add_metric((*cell, "", f"{name}_count", ""), published[-1][1] - true[-1][1])
        for (border, count), (_, exact) in zip(published, true, strict=True):
            if count != exact:
                pending.add_metric((*cell, "", f"{name}_bucket", _le(border)), count - exact)
    return family


def _le(border: int | None) -> str:
    return "+Inf" if border is None else str(float(border))
