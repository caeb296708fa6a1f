"""All series of /metrics, made from the state at the time of the scrape. Names are core.metrics'."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import NamedTuple

from attesa.core import metrics
from attesa.core.counts import money_column
from attesa.exporter import families
from attesa.exporter.exposition import Family, counter, gauge, labelled, labels_of, more
from attesa.exporter.live import live_families
from attesa.exporter.pipeline import pipeline_families, reference_families
from attesa.exporter.state import Clock, Reading, State
from attesa.exporter.sums import Borders, Buckets, Cell, CellSums, Values

SLOS = (metrics.SLO_GOOD, metrics.SLO_TOLERABLE)
MOST_CURRENCIES = 20  # of a tenant, that are there with 0 before their first amount in a cell


class Shown(NamedTuple):
    """A cell with its labels written."""

    labels: str
    cell: Cell
    sums: CellSums


def all_families(state: State, reading: Reading, clock: Clock) -> Iterator[Family]:
    """Everything that is served. While `reading` is not ready, only what is not a partial sum."""
    yield _build_info()
    if not reading.ready:
        return
    cells = state.cells_with_zeros()
    shown = [Shown(labelled(metrics.CELL_LABELS, cell), cell, sums) for cell, sums in cells.items()]
    yield from _counters(shown, state.definitions.borders_seconds)
    yield from live_families(state, cells, clock())
    yield from reference_families(state.definitions)
    yield from pipeline_families(state, reading)


def _build_info() -> Family:
    info = gauge(metrics.BUILD_INFO, "The running version; always 1")
    info.add(labels_of({"version": version("attesa")}), 1)
    return info


class Pending:
    """By how much published counters stand above the truth: a sample only where they do."""

    def __init__(self) -> None:
        self.family = gauge(
            metrics.PENDING_CORRECTIONS,
            "How much a published counter stands above the true total; exact = counter - this; absent: exact",
        )

    def note(self, labels: str, metric: str, amount: float) -> None:
        if amount:
            self.family.add(more(labels, "metric", metric), amount)

    def note_bucket(self, labels: str, metric: str, border: str, amount: int) -> None:
        if amount:
            self.family.add(more(more(labels, "metric", metric), "bucket", border), amount)


def _counters(shown: list[Shown], borders_seconds: Borders) -> Iterator[Family]:
    pending = Pending()
    for plain in families.COUNTERS:
        yield _plain(plain, shown, pending)
    for parted in families.PARTED:
        yield _parted(parted, shown, pending)
    for verdicts in families.VERDICTS:
        yield from _verdicts(verdicts, shown, pending)
    held = {cell: _currencies(sums.published.values) for _, cell, sums in shown}
    for money in families.MONEY:
        yield _money(money, shown, held, pending)
    for histogram in families.HISTOGRAMS:
        yield _histogram(histogram, shown, pending, borders_seconds)
    yield pending.family


def _plain(spec: families.Plain, shown: list[Shown], pending: Pending) -> Family:
    family = counter(spec.metric, spec.text)
    for labels, _, sums in shown:
        published, total = _sum(sums.published.values, spec.columns), _sum(sums.total.values, spec.columns)
        family.add(labels, published if spec.divisor == 1 else published / spec.divisor)
        if published != total:
            pending.note(labels, f"{spec.metric}_total", (published - total) / spec.divisor)
    return family


def _sum(values: Values, columns: tuple[str, ...]) -> int:
    if len(columns) == 1:
        return values.get(columns[0], 0)
    return sum(values.get(column, 0) for column in columns)


def _parted(spec: families.Parted, shown: list[Shown], pending: Pending) -> Family:
    family = counter(spec.metric, spec.text)
    for labels, _, sums in shown:
        for part, column in spec.parts:
            published = sums.published[column]
            with_part = more(labels, spec.label, part)
            family.add(with_part, published)
            pending.note(with_part, f"{spec.metric}_total", published - sums.total[column])
    return family


def _verdicts(spec: families.Verdicts, shown: list[Shown], pending: Pending) -> Iterator[Family]:
    """Verdicts and missed ones. Each column has its own maximum: verdicts = met + missed as published."""
    events = counter(spec.events, f"{spec.text}, given")
    missed = counter(spec.bad, f"{spec.text}, missed")
    for slo in SLOS:
        met_column, missed_column = f"{spec.of}met_{slo}", f"{spec.of}missed_{slo}"
        for labels, _, sums in shown:
            with_slo = more(labels, "slo", slo)
            good, bad = sums.published[met_column], sums.published[missed_column]
            bad_pending = bad - sums.total[missed_column]
            events.add(with_slo, good + bad)
            missed.add(with_slo, bad)
            pending.note(with_slo, f"{spec.events}_total", good - sums.total[met_column] + bad_pending)
            pending.note(with_slo, f"{spec.bad}_total", bad_pending)
    yield events
    yield missed


def _money(spec: families.Money, shown: list[Shown], held: dict[Cell, set[str]], pending: Pending) -> Family:
    """Amounts in each currency that the tenant has. There is no sum over currencies."""
    family = counter(spec.metric, f"{spec.text}, in the currency's minor unit; never add currencies")
    known: dict[str, set[str]] = {}
    for cell, currencies in held.items():
        known.setdefault(cell.tenant, set()).update(currencies)
    first = {tenant: sorted(currencies)[:MOST_CURRENCIES] for tenant, currencies in known.items()}
    for labels, cell, sums in shown:
        for currency in sorted(held[cell].union(first[cell.tenant])):
            column = money_column(spec.column, currency)
            published, with_currency = sums.published[column], more(labels, "currency", currency)
            family.add(with_currency, published)
            pending.note(with_currency, f"{spec.metric}_total", published - sums.total[column])
    return family


def _currencies(values: Values) -> set[str]:
    return {name.partition(":")[2] for name in values if ":" in str(name)}


def _histogram(
    spec: families.Histogram, shown: list[Shown], pending: Pending, borders_seconds: Borders
) -> Family:
    """A classic histogram, its buckets cumulative."""
    family = Family(spec.metric, "histogram", spec.text)
    nothing = Buckets(borders_seconds, (0,) * (len(borders_seconds) + 1))
    for labels, _, sums in shown:
        published = sums.published.buckets.get(spec.buckets, nothing)
        count = 0
        for border, count in published.cumulative():
            family.add_part("_bucket", more(labels, "le", _le(border)), count)
        seconds = sums.published[spec.sum_ms] / 1000
        family.add_part("_sum", labels, seconds)
        family.add_part("_count", labels, count)
        if sums.published is not sums.total:
            pending.note(labels, f"{spec.metric}_sum", seconds - sums.total[spec.sum_ms] / 1000)
            _pending_buckets(spec, labels, published, sums.total.buckets.get(spec.buckets, nothing), pending)
    return family


def _pending_buckets(
    spec: families.Histogram, labels: str, published: Buckets, true: Buckets, pending: Pending
) -> None:
    """Of each bucket as it is served, cumulative, and of the count."""
    exact = dict(true.cumulative())
    for border, count in published.cumulative():
        above = count - exact.get(border, count)  # a border of one definition alone: nothing to compare
        pending.note_bucket(labels, f"{spec.metric}_bucket", _le(border), above)
        if border is None:
            pending.note(labels, f"{spec.metric}_count", above)


def _le(border: int | None) -> str:
    return "+Inf" if border is None else str(float(border))
