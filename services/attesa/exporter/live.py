"""The gauges of the live state, for tenants in wall time. Absent where there is nothing to say."""

from collections.abc import Callable, Iterator

from attesa.core import metrics as m
from attesa.exporter import figures
from attesa.exporter.exposition import Family, gauge, labelled, more
from attesa.exporter.state import NO_SESSIONS, Staffing, State
from attesa.exporter.sums import Cell, CellSums, Values
from attesa.exporter.windows import WINDOWS

SLOS = (m.SLO_GOOD, m.SLO_TOLERABLE)

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
        "Agents available or busy; one with several queues is staffed in each",
        lambda one: one.staffed,
    ),
    (m.CAPACITY, "Chats that the staffed agents can hold at once", lambda one: one.capacity),
    (m.OCCUPIED, "Chats that agents hold now, over all channels", lambda one: one.occupied),
    (m.OCCUPANCY, "Occupied / capacity; absent without capacity", lambda one: one.occupancy),
)


def live_families(state: State, cells: dict[Cell, CellSums], now_ms: int) -> Iterator[Family]:
    """`now_ms`: the wall clock; `cells`: the totals by labelled cell."""
    clocked = {row.tenant for row in state.clocks.values()}
    tenants = state.wall_tenants() & clocked
    live = {
        cell: sums
        for cell, sums in cells.items()
        if cell.tenant in tenants and cell.channel not in NO_SESSIONS
    }
    yield from _waiting(live)
    yield from _levels(state, tenants)
    yield from _windows(state, list(live), now_ms)


def _waiting(live: dict[Cell, CellSums]) -> Iterator[Family]:
    waiting = gauge(m.WAITING, "Customers waiting now")
    oldest = gauge(
        m.OLDEST_WAITING_SINCE,
        "Since when the customer waits who has waited longest; absent when nobody waits",
    )
    for cell, sums in live.items():
        labels = labelled(m.CELL_LABELS, cell)
        waiting.add(labels, sums.waiting)
        if sums.oldest_requested_at is not None:
            oldest.add(labels, sums.oldest_requested_at / 1000)
    yield waiting
    yield oldest


def _levels(state: State, tenants: set[str]) -> Iterator[Family]:
    staffing = {key: one for key, one in state.staffing().items() if key[0] in tenants}
    for name, text, value in LEVELS:
        family = gauge(name, text)
        for key, one in staffing.items():
            level = value(one)
            if level is not None:
                family.add(labelled(m.QUEUE_LABELS, key), level)
        yield family


def _windows(state: State, cells: list[Cell], now_ms: int) -> Iterator[Family]:
    level = gauge(
        m.SERVICE_LEVEL, "met / (met + missed) of the verdicts given in the window; absent without one"
    )
    verdicts = gauge(m.WINDOW_VERDICTS, "Verdicts given in the window")
    conversion = gauge(
        m.CONVERSION, "Converted / answered in the window, where purchases are told; a short one can exceed 1"
    )
    selling = state.selling()
    others = [(gauge(name, text), value) for name, text, value in (*RATIOS, *COUNTS)]
    nothing: Values = {}
    for window in WINDOWS:
        decided = state.panes.decided(window, now_ms)
        for cell in cells:
            values = decided.get(cell, nothing)
            labels = more(labelled(m.CELL_LABELS, cell), m.WINDOW_LABEL, window.name)
            for slo in SLOS:
                _add(level, more(labels, "slo", slo), figures.service_level(values, slo))
                verdicts.add(more(labels, "slo", slo), figures.verdicts(values, slo))
            if cell.tenant in selling:
                _add(conversion, labels, figures.conversion(values))
            for family, value in others:
                _add(family, labels, value(values))
    yield from (level, verdicts, conversion, *(family for family, _ in others))


def _add(family: Family, labels: str, value: float | None) -> None:
    if value is not None:
        family.add(labels, value)
