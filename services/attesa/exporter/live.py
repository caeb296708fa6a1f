"""The gauges of the live state, for tenants in wall time. Absent where there is nothing to say."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from attesa.core import metrics as m
from attesa.exporter import figures
from attesa.exporter.moment import Moment
from attesa.exporter.state import NO_SESSIONS, Staffing
from attesa.exporter.sums import Cell, CellSums, Values

SLOS = (m.SLO_GOOD, m.SLO_TOLERABLE)
IN_WINDOW = (*m.CELL_LABELS, m.WINDOW_LABEL)

Value = Callable[[Values], float | None]

# Of each window: a ratio or mean, absent where there is nothing to divide; and the counts beside them.
RATIOS: tuple[tuple[str, str, Value], ...] = (
    (m.LOST_RATIO, "lost / (answered + lost) in the window", figures.lost_ratio),
    (m.AVERAGE_WAIT, "Mean wait of those answered in the window", figures.average_wait_seconds),
    (m.NPS, "Promoters less detractors of the answers in the window, from -1 to 1", figures.nps),
    (
        m.PATIENCE,
        "Waits, answered and abandoned, per abandoned in the window: how long people wait before they leave",
        figures.patience_seconds,
    ),
)
COUNTS: tuple[tuple[str, str, Value], ...] = (
    (m.WINDOW_DECIDED, "Answered or lost in the window", figures.decided),
    (m.WINDOW_ANSWERED, "Answered in the window", lambda values: values.get("answered", 0)),
    (m.WINDOW_NPS_ANSWERS, "Answers from 0 to 10 in the window", lambda values: values.get("nps_answers", 0)),
    (m.WINDOW_ABANDONED, "Abandoned in the window", lambda values: values.get("abandoned", 0)),
)
LEVELS: tuple[tuple[str, str, Callable[[Staffing], float | None]], ...] = (
    (
        m.STAFFED_AGENTS,
        "Agents available or busy, where presence is told; one with several queues is staffed in each",
        lambda one: one.staffed,
    ),
    (
        m.CAPACITY,
        "Chats that the staffed agents can hold at once, where presence is told",
        lambda one: one.capacity,
    ),
    (m.OCCUPIED, "Chats that agents hold now, over all channels", lambda one: one.occupied),
    (m.OCCUPANCY, "Occupied / capacity; absent without capacity", lambda one: one.occupancy),
)
OF_CHATS = frozenset({m.OCCUPIED})  # told by sessions; the others need agents' presence


def live_families(moment: Moment) -> Iterator[Metric]:
    tenants = moment.live
    live = {
        cell: sums
        for cell, sums in moment.cells.items()
        if cell.tenant in tenants and cell.channel not in NO_SESSIONS
    }
    yield from _waiting(live)
    yield from _levels(moment, tenants)
    yield from _windows(moment, list(live))


def _waiting(live: dict[Cell, CellSums]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(m.WAITING, "Customers waiting now", labels=m.CELL_LABELS)
    oldest = GaugeMetricFamily(
        m.OLDEST_WAITING_SINCE,
        "Since when the customer waits who has waited longest; absent when nobody waits",
        labels=m.CELL_LABELS,
    )
    for cell, sums in live.items():
        waiting.add_metric(cell, sums.waiting)
        if sums.oldest_requested_at is not None:
            oldest.add_metric(cell, sums.oldest_requested_at / 1000)
    yield waiting
    yield oldest


def _levels(moment: Moment, tenants: set[str]) -> Iterator[Metric]:
    for name, text, value in LEVELS:
        family = GaugeMetricFamily(name, text, labels=m.QUEUE_LABELS)
        for queue, staffing in moment.staffing.items():
            level = value(staffing) if name in OF_CHATS or queue[0] in moment.staffing_told else None
            if queue[0] in tenants and level is not None:
                family.add_metric(queue, level)
        yield family


def _windows(moment: Moment, cells: list[Cell]) -> Iterator[Metric]:
    level = GaugeMetricFamily(
        m.SERVICE_LEVEL,
        "met / (met + missed) of the verdicts given in the window; absent without one",
        labels=(*IN_WINDOW, "slo"),
    )
    verdicts = GaugeMetricFamily(
        m.WINDOW_VERDICTS, "Verdicts given in the window", labels=(*IN_WINDOW, "slo")
    )
    conversion = GaugeMetricFamily(
        m.CONVERSION,
        "Converted / answered in the window, where purchases are told; a short one can exceed 1",
        labels=IN_WINDOW,
    )
    others = [
        (GaugeMetricFamily(name, text, labels=IN_WINDOW), value) for name, text, value in (*RATIOS, *COUNTS)
    ]
    nothing: Values = {}
    for window, decided in moment.windows.items():
        for cell in cells:
            values, labels = decided.get(cell, nothing), (*cell, window)
            for slo in SLOS:
                _add(level, (*labels, slo), figures.service_level(values, slo))
                verdicts.add_metric((*labels, slo), figures.verdicts(values, slo))
            if cell.tenant in moment.selling:
                _add(conversion, labels, figures.conversion(values))
            for family, value in others:
                _add(family, labels, value(values))
    yield from (level, verdicts, conversion, *(family for family, _ in others))


def _add(family: GaugeMetricFamily, labels: tuple[str, ...], value: float | None) -> None:
    if value is not None:
        family.add_metric(labels, value)
