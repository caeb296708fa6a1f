"""How long a customer who asks now may expect to wait: from the waits of those answered lately. Pure.

By bucket border: the true median lies above `above_seconds` and at or below `at_most_seconds`. Who gave up
has no wait, so on a bad day the truth is worse.
"""

from bisect import bisect_left
from math import floor
from typing import NamedTuple

from attesa.exporter.board import problems
from attesa.exporter.kpi import Json, added
from attesa.exporter.state import State
from attesa.exporter.sums import Borders, Cell, Values
from attesa.exporter.windows import ABOVE, WINDOWS

SHOWN = ("15m", "1h")
QUANTILES = {"median": 0.5, "p90": 0.9}


class Asked(NamedTuple):
    """Where the customer would wait; without a queue, in any of the channel."""

    tenant: str
    channel: str
    queue: str | None = None

    def holds(self, cell: Cell) -> bool:
        return cell[:2] == self[:2] and self.queue in (None, cell.queue)


def expected_wait(state: State, asked: Asked, now_ms: int) -> Json:
    """Median and 90 % of the waits that ended with a reply in the last 15 min and hour; null without any."""
    found = {
        window.name: added(
            values for cell, values in state.panes.decided(window, now_ms).items() if asked.holds(cell)
        )
        for window in WINDOWS
        if window.name in SHOWN
    }
    borders = state.definitions.borders_seconds
    waiting = sum(sums.waiting for cell, sums in state.cells().items() if asked.holds(cell))
    return {
        "at": now_ms,
        **asked._asdict(),
        "waiting": waiting if state.clocks_of(asked.tenant) else None,
        "windows": {name: _quantiles(values, borders) for name, values in found.items()},
        "problems": problems(state, asked.tenant, now_ms),
    }


def _quantiles(values: Values, borders: Borders) -> Json:
    buckets = sorted((border, count) for border, count in values.items() if not isinstance(border, str))
    count = sum(amount for _, amount in buckets)
    return {"count": count} | {
        name: _between(_border_of(buckets, floor(share * count)), borders) if count else None
        for name, share in QUANTILES.items()
    }


def _border_of(buckets: list[tuple[float, int]], rank: int) -> float:
    """The upper border of the wait at that rank, counted from 0 in ascending order."""
    for border, count in buckets:
        rank -= count
        if rank < 0:
            return border
    return ABOVE


def _between(border: float, borders: Borders) -> Json:
    below = bisect_left(borders, border)
    return {
        "above_seconds": borders[below - 1] if below else None,
        "at_most_seconds": None if border == ABOVE else border,
    }
