"""The gauges of the live state, for tenants in wall time. Absent where there is nothing to say."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from attesa.core import metrics
from attesa.exporter.state import State
from attesa.exporter.sums import Cell, CellSums
from attesa.exporter.windows import NOTHING, WINDOWS, Decided, Window

SLOS = (metrics.SLO_GOOD, metrics.SLO_TOLERABLE)


def live_families(state: State, cells: dict[Cell, CellSums], now_ms: int) -> Iterator[Metric]:
    """`now_ms`: the wall clock; `cells`: the totals by labelled cell."""
    wall = state.wall_tenants()
    clocked = {row.tenant for row in state.clocks.values()}
    live = {cell: sums for cell, sums in cells.items() if cell.tenant in wall & clocked}
    yield from _waiting(live)
    yield from _windows(state, live, now_ms)


def _waiting(live: dict[Cell, CellSums]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(metrics.WAITING, "Customers waiting now", labels=metrics.CELL_LABELS)
    oldest = GaugeMetricFamily(
        metrics.OLDEST_WAITING_SINCE,
        "Since when the customer waits who has waited longest; absent when nobody waits",
        labels=metrics.CELL_LABELS,
    )
    for cell, sums in live.items():
        waiting.add_metric(cell, sums.waiting)
        if sums.oldest_requested_at is not None:
            oldest.add_metric(cell, sums.oldest_requested_at / 1000)
    yield waiting
    yield oldest


def _windows(state: State, live: dict[Cell, CellSums], now_ms: int) -> Iterator[Metric]:
    with_window = (*metrics.CELL_LABELS, metrics.WINDOW_LABEL)
    level = GaugeMetricFamily(
        metrics.SERVICE_LEVEL,
        "met / (met + missed) of the verdicts given in the window; absent without one",
        labels=(*with_window, "slo"),
    )
    verdicts = GaugeMetricFamily(
        metrics.WINDOW_VERDICTS, "Verdicts given in the window", labels=(*with_window, "slo")
    )
    lost = GaugeMetricFamily(
        metrics.LOST_RATIO, "lost / (answered + lost) in the window; absent without one", labels=with_window
    )
    for window in WINDOWS:
        decided = state.panes.decided(window, now_ms)
        for cell in live:
            _add(window, cell, decided.get(cell, NOTHING), (level, verdicts, lost))
    yield from (level, verdicts, lost)


def _add(
    window: Window,
    cell: Cell,
    decided: Decided,
    families: tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily],
) -> None:
    level, verdicts, lost = families
    for slo in SLOS:
        verdicts.add_metric((*cell, window.name, slo), decided.verdicts(slo))
        ratio = decided.service_level(slo)
        if ratio is not None:
            level.add_metric((*cell, window.name, slo), ratio)
    if decided.lost_ratio is not None:
        lost.add_metric((*cell, window.name), decided.lost_ratio)
