"""All series of /metrics, made from one moment of the state. Names are core.metrics'."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from attesa.core import metrics
from attesa.core.rows.counts import money_column
from attesa.exporter import families
from attesa.exporter.live import live_families
from attesa.exporter.moment import Moment, take
from attesa.exporter.pending import Pending
from attesa.exporter.pipeline import pipeline_families, reference_families
from attesa.exporter.state import Clock, Reading, State
from attesa.exporter.sums import Borders, Buckets, Cell, CellSums, Values

SLOS = (metrics.SLO_GOOD, metrics.SLO_TOLERABLE)
MOST_CURRENCIES = 20  # of a tenant, that are there with 0 before their first amount in a cell

Cells = Mapping[Cell, CellSums]


class AttesaCollector(Collector):
    """`take` looks at the state, in the thread that changes it; `collect` only at what was taken, in any."""

    def __init__(self, state: State, reading: Reading, clock: Clock) -> None:
        self._state, self._reading, self._clock = state, reading, clock
        self._moment = Moment(state.definitions)

    def take(self) -> None:
        self._moment = take(self._state, self._reading, self._clock())

    def describe(self) -> list[Metric]:
        """Nothing in advance: what there is depends on the moment."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every family that has a sample; while the moment is not ready, only what is not a partial sum."""
        moment = self._moment
        yield _build_info()
        if moment.ready:
            yield from (family for family in _families(moment) if family.samples)


def _build_info() -> Metric:
    info = GaugeMetricFamily(metrics.BUILD_INFO, "The running version; always 1", labels=("version",))
    info.add_metric((version("attesa"),), 1)
    return info


def _families(moment: Moment) -> Iterator[Metric]:
    yield from _counters(moment.cells, moment.definitions.borders_seconds)
    yield from live_families(moment)
    yield from reference_families(moment.definitions)
    yield from pipeline_families(moment)


def _counters(cells: Cells, borders_seconds: Borders) -> Iterator[Metric]:
    pending = Pending()
    for plain in families.COUNTERS:
        yield _plain(plain, cells, pending)
    for parted in families.PARTED:
        yield _parted(parted, cells, pending)
    for verdicts in families.VERDICTS:
        yield from _verdicts(verdicts, cells, pending)
    held = {cell: _currencies(sums.published.values) for cell, sums in cells.items()}
    for money in families.MONEY:
        yield _money(money, cells, held, pending)
    for histogram in families.HISTOGRAMS:
        yield _histogram(histogram, cells, pending, borders_seconds)
    yield pending.family


def _plain(spec: families.Plain, cells: Cells, pending: Pending) -> Metric:
    family = CounterMetricFamily(spec.metric, spec.text, labels=metrics.CELL_LABELS)
    for cell, sums in cells.items():
        published = _sum(sums.published.values, spec.columns)
        family.add_metric(cell, published / spec.divisor)
        if sums.published is not sums.total:
            above = published - _sum(sums.total.values, spec.columns)
            pending.note(metrics.CELL_LABELS, cell, f"{spec.metric}_total", above / spec.divisor)
    return family


def _sum(values: Values, columns: tuple[str, ...]) -> int:
    if len(columns) == 1:
        return values.get(columns[0], 0)
    return sum(values.get(column, 0) for column in columns)


def _parted(spec: families.Parted, cells: Cells, pending: Pending) -> Metric:
    names = (*metrics.CELL_LABELS, spec.label)
    family = CounterMetricFamily(spec.metric, spec.text, labels=names)
    for cell, sums in cells.items():
        for part, column in spec.parts:
            published, labels = sums.published[column], (*cell, part)
            family.add_metric(labels, published)
            pending.note(names, labels, f"{spec.metric}_total", published - sums.total[column])
    return family


def _verdicts(spec: families.Verdicts, cells: Cells, pending: Pending) -> Iterator[Metric]:
    """Verdicts and missed ones. Each column has its own maximum: verdicts = met + missed as published."""
    names = metrics.SLO_LABELS
    events = CounterMetricFamily(spec.events, f"{spec.text}, given", labels=names)
    missed = CounterMetricFamily(spec.bad, f"{spec.text}, missed", labels=names)
    for slo in SLOS:
        met_column, missed_column = f"{spec.of}met_{slo}", f"{spec.of}missed_{slo}"
        for cell, sums in cells.items():
            labels = (*cell, slo)
            good, bad = sums.published[met_column], sums.published[missed_column]
            bad_pending = bad - sums.total[missed_column]
            events.add_metric(labels, good + bad)
            missed.add_metric(labels, bad)
            good_pending = good - sums.total[met_column]
            pending.note(names, labels, f"{spec.events}_total", good_pending + bad_pending)
            pending.note(names, labels, f"{spec.bad}_total", bad_pending)
    yield events
    yield missed


def _money(spec: families.Money, cells: Cells, held: Mapping[Cell, set[str]], pending: Pending) -> Metric:
    """Amounts in each currency that the tenant has. There is no sum over currencies."""
    names = (*metrics.CELL_LABELS, "currency")
    text = f"{spec.text}, in the currency's minor unit; never add currencies"
    family = CounterMetricFamily(spec.metric, text, labels=names)
    known: dict[str, set[str]] = {}
    for cell, currencies in held.items():
        known.setdefault(cell.tenant, set()).update(currencies)
    first = {tenant: sorted(currencies)[:MOST_CURRENCIES] for tenant, currencies in known.items()}
    for cell, sums in cells.items():
        for currency in sorted(held[cell].union(first[cell.tenant])):
            column, labels = money_column(spec.column, currency), (*cell, currency)
            published = sums.published[column]
            family.add_metric(labels, published)
            pending.note(names, labels, f"{spec.metric}_total", published - sums.total[column])
    return family


def _currencies(values: Values) -> set[str]:
    return {name.partition(":")[2] for name in values if ":" in str(name)}


def _histogram(spec: families.Histogram, cells: Cells, pending: Pending, borders_seconds: Borders) -> Metric:
    """A classic histogram, its buckets cumulative."""
    names = metrics.CELL_LABELS
    family = HistogramMetricFamily(spec.metric, spec.text, labels=names)
    nothing = Buckets(borders_seconds, (0,) * (len(borders_seconds) + 1))
    for cell, sums in cells.items():
        published = sums.published.buckets.get(spec.buckets, nothing)
        seconds = sums.published[spec.sum_ms] / 1000
        family.add_metric(cell, [(_le(border), count) for border, count in published.cumulative()], seconds)
        if sums.published is not sums.total:
            pending.note(names, cell, f"{spec.metric}_sum", seconds - sums.total[spec.sum_ms] / 1000)
            _pending_buckets(spec, cell, published, sums.total.buckets.get(spec.buckets, nothing), pending)
    return family


def _pending_buckets(
    spec: families.Histogram, cell: Cell, published: Buckets, true: Buckets, pending: Pending
) -> None:
    """Of each bucket as it is served, cumulative, and of the count."""
    names, exact = metrics.CELL_LABELS, dict(true.cumulative())
    for border, count in published.cumulative():
        above = count - exact.get(border, count)  # a border of one definition alone: nothing to compare
        pending.note((*names, "bucket"), (*cell, _le(border)), f"{spec.metric}_bucket", above)
        if border is None:
            pending.note(names, cell, f"{spec.metric}_count", above)


@cache
def _le(border: int | None) -> str:
    return "+Inf" if border is None else str(float(border))
