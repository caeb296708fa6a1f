"""Rolling windows as sums of panes (METRICS.md, "Windows"): what was decided in the last minutes. Pure.

Each window keeps one running sum per cell: a row adds its difference, and as time goes on the panes that
leave are subtracted. So a scrape costs nothing more for 24 hours than for a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from operator import attrgetter
from typing import NamedTuple

from attesa.core.metrics import SLO_GOOD, WINDOWS_SECONDS
from attesa.core.rows import PaneRow
from attesa.core.rows.counts import Counts
from attesa.exporter.sums import Borders, Cell, Column, Values, lost

FINE_SECONDS = 10  # panes of the short windows
COARSE_SECONDS = 60
LONGEST_FINE_SECONDS = 900
AHEAD_MS = 3_600_000  # a pane that starts later than this from now is not kept: a clock is wrong

# The columns that live numbers are made of; the others are in the totals alone.
KEPT = (
    "offered", "answered", "wait_ms", "abandoned", "abandon_ms", "rejected", "rejected_full",
    "rejected_nobody_on_duty", "unanswered", "unanswered_agent", "unanswered_timeout",
    "met_good", "missed_good", "met_bad", "missed_bad",
    "next_replies", "next_reply_ms", "next_met_good", "next_missed_good",
    "nps_answers", "nps_promoters", "nps_detractors", "survey_asked", "survey_answered", "converted",
)  # fmt: skip
ABOVE = inf  # the border of the bucket above the last
MOST_PATTERNS = 100_000  # of columns that a row has, kept to share them

RowKey = tuple[str, int, Cell]  # processor, partition, cell as its row names it

_kept = attrgetter(*KEPT)


class Window(NamedTuple):
    """A rolling window and the panes that it is the sum of."""

    name: str
    seconds: int
    width_seconds: int

    def starts(self, now_ms: int) -> range:
        """The panes in it, oldest first; the last is the one that `now_ms` lies in."""
        width = self.width_seconds * 1000
        newest = now_ms // width * width
        return range(newest - self.seconds * 1000 + width, newest + width, width)


WINDOWS = tuple(
    Window(name, seconds, FINE_SECONDS if seconds <= LONGEST_FINE_SECONDS else COARSE_SECONDS)
    for name, seconds in WINDOWS_SECONDS.items()
)
HOUR = Window("1h", 3600, COARSE_SECONDS)


class Kept(NamedTuple):
    """The newest row of a key, as little as possible of it: there is one per cell and minute of a day."""

    epoch: int
    shown: Cell
    columns: tuple[Column, ...]
    amounts: tuple[int, ...]


class Minute(NamedTuple):
    """What the hour's picture shows of one pane."""

    met: int = 0
    missed: int = 0
    lost: int = 0


@dataclass(slots=True)
class Pane:
    """One pane: the last row of each key, and the picture of each (tenant, channel)."""

    rows: dict[RowKey, Kept] = field(default_factory=dict)
    minutes: dict[tuple[str, str], Minute] = field(default_factory=dict)

    def draw(self, row: Kept, sign: int) -> None:
        key, values = row.shown[:2], dict(zip(row.columns, row.amounts, strict=True))
        one = (values.get(f"met_{SLO_GOOD}", 0), values.get(f"missed_{SLO_GOOD}", 0), lost(values))
        before = self.minutes.get(key, Minute())
        self.minutes[key] = Minute(*(old + sign * new for old, new in zip(before, one, strict=True)))


class Rolling:
    """The running sums of one window, over the panes that it covers."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.sums: dict[Cell, Values] = {}
        self._covered = range(0)

    def change(self, start: int, row: Kept, sign: int) -> None:
        """Add (1) or subtract (-1) a row of the pane that starts there."""
        if start in self._covered:
            self._add(row, sign)

    def move(self, pane: Callable[[int], Pane | None], now_ms: int) -> None:
        """End with the pane that now lies in."""
        starts = self.window.starts(now_ms)
        if starts == self._covered:
            return
        for some, others, sign in ((self._covered, starts, -1), (starts, self._covered, 1)):
            for start in some:
                found = None if start in others else pane(start)
                for row in found.rows.values() if found else ():
                    self._add(row, sign)
        self._covered = starts

    def _add(self, row: Kept, sign: int) -> None:
        values = self.sums.setdefault(row.shown, {})
        for column, amount in zip(row.columns, row.amounts, strict=True):
            after = values.get(column, 0) + sign * amount
            if after:
                values[column] = after
            else:
                values.pop(column, None)
        if not values:
            del self.sums[row.shown]


class Panes:
    """The panes that a window can still need; older ones are let go."""

    def __init__(self, windows: tuple[Window, ...] = WINDOWS) -> None:
        self._rolling = {window: Rolling(window) for window in windows}
        self._panes: dict[tuple[int, int], Pane] = {}  # by width and start
        self._keys: dict[RowKey, RowKey] = {}
        self._columns: dict[tuple[Column, ...], tuple[Column, ...]] = {}

    def __len__(self) -> int:
        return len(self._panes)

    def needs(self, width_seconds: int, start: int, now_ms: int) -> bool:
        return start <= now_ms + AHEAD_MS and any(
            window.width_seconds == width_seconds and start >= window.starts(now_ms).start
            for window in self._rolling
        )

    def put(self, row: PaneRow, now_ms: int, shown: Cell | None = None) -> bool:
        """Replace the row of its key; False where nothing changes: too old, or of a lower epoch."""
        if not self.needs(row.width_seconds, row.start, now_ms):
            return False
        cell = Cell(row.tenant, row.channel, row.queue, row.country)
        key = (row.processor, row.partition, cell)
        pane = self._panes.setdefault((row.width_seconds, row.start), Pane())
        held = pane.rows.get(key)
        if held is not None and row.epoch < held.epoch:
            return False
        new = self._kept(row, shown or cell)
        pane.rows[self._keys.setdefault(key, key)] = new
        if held is not None:
            self._change(pane, row, held, -1)
        self._change(pane, row, new, 1)
        return True

    def prune(self, now_ms: int) -> None:
        for rolling in self._rolling.values():  # a pane must have left its windows before it goes
            rolling.move(self._at(rolling.window), now_ms)
        for width_seconds, start in [key for key in self._panes if not self.needs(*key, now_ms)]:
            del self._panes[width_seconds, start]
        if len(self._columns) > MOST_PATTERNS:
            self._columns.clear()

    def decided(self, window: Window, now_ms: int) -> dict[Cell, Values]:
        """What was decided in the window that ends now, by cell. The sums stay the windows' own."""
        rolling = self._rolling[window]
        rolling.move(self._at(window), now_ms)
        return rolling.sums

    def minutes(self, tenant: str, channel: str, now_ms: int) -> list[tuple[int, Minute]]:
        """The last hour's panes one by one, oldest first: (start in ms, what was decided)."""
        pane, key = self._at(HOUR), (tenant, channel)
        found = ((start, pane(start)) for start in HOUR.starts(now_ms))
        return [(start, one.minutes.get(key, Minute()) if one else Minute()) for start, one in found]

    def _at(self, window: Window) -> Callable[[int], Pane | None]:
        return lambda start: self._panes.get((window.width_seconds, start))

    def _change(self, pane: Pane, at: PaneRow, row: Kept, sign: int) -> None:
        if at.width_seconds == HOUR.width_seconds:
            pane.draw(row, sign)
        for window, rolling in self._rolling.items():
            if window.width_seconds == at.width_seconds:
                rolling.change(at.start, row, sign)

    def _kept(self, row: PaneRow, shown: Cell) -> Kept:
        values = window_values(row.counts, tuple(row.borders_seconds))
        columns = tuple(values)
        return Kept(row.epoch, shown, self._columns.setdefault(columns, columns), tuple(values.values()))


def window_values(counts: Counts, borders_seconds: Borders) -> Values:
    """The kept columns of a row, and its waits by upper border (ABOVE: over the last)."""
    values: Values = {name: amount for name, amount in zip(KEPT, _kept(counts), strict=True) if amount}
    if counts.answered_buckets:
        for border, amount in zip((*borders_seconds, ABOVE), counts.answered_buckets, strict=True):
            if amount:
                values[border] = amount
    return values
