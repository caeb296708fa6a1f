"""Rolling windows as sums of panes (METRICS.md, "Windows"): what was decided in the last minutes. Pure."""

from dataclasses import dataclass, field
from math import sqrt
from operator import add, attrgetter, sub
from typing import NamedTuple, Self

from attesa.core.metrics import SLO_GOOD, WINDOWS_SECONDS
from attesa.core.rows import Counts, PaneRow
from attesa.exporter.sums import Cell

FINE_SECONDS = 10  # panes of the short windows
COARSE_SECONDS = 60
LONGEST_FINE_SECONDS = 900
AHEAD_MS = 3_600_000  # a pane that starts later than this from now is not kept: a clock is wrong
Z_95 = 1.959963984540054


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


class Decided(NamedTuple):
    """What was decided in a span of time: the columns of Counts that live numbers are made of."""

    offered: int = 0
    answered: int = 0
    wait_ms: int = 0
    abandoned: int = 0
    rejected: int = 0
    unanswered: int = 0
    met_good: int = 0
    missed_good: int = 0
    met_bad: int = 0
    missed_bad: int = 0

    def plus(self, more: Self) -> Self:
        return type(self)._make(map(add, self, more))

    def less(self, fewer: Self) -> Self:
        return type(self)._make(map(sub, self, fewer))

    @property
    def lost(self) -> int:
        return self.abandoned + self.rejected + self.unanswered

    def met(self, slo: str) -> int:
        return self.met_good if slo == SLO_GOOD else self.met_bad

    def verdicts(self, slo: str) -> int:
        return self.met(slo) + (self.missed_good if slo == SLO_GOOD else self.missed_bad)

    def service_level(self, slo: str) -> float | None:
        """Met / (met + missed); None without a verdict, for idle is not good (METRICS.md, `due`)."""
        return _ratio(self.met(slo), self.verdicts(slo))

    @property
    def lost_ratio(self) -> float | None:
        """Lost / (answered + lost); None where nothing was decided."""
        return _ratio(self.lost, self.answered + self.lost)

    @property
    def average_wait_seconds(self) -> float | None:
        return _ratio(self.wait_ms / 1000, self.answered)


NOTHING = Decided()
_decided = attrgetter(*Decided._fields)


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def wilson(hits: int, count: int) -> tuple[float, float] | None:
    """The 95 % score interval of a ratio hits / count (E. B. Wilson, JASA 22, 1927); None without a count."""
    if count <= 0:
        return None
    ratio, square = hits / count, Z_95 * Z_95
    middle = (ratio + square / (2 * count)) / (1 + square / count)
    half = Z_95 * sqrt(ratio * (1 - ratio) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class Pane:
    """One pane: the last row of each partition and cell, and their sum by cell."""

    rows: dict[tuple[int, Cell], tuple[int, Decided]] = field(default_factory=dict)
    cells: dict[Cell, Decided] = field(default_factory=dict)

    def put(self, row: PaneRow, cell: Cell, shown: Cell) -> bool:
        """Replace the row of a partition's cell; False where a row of a higher epoch is held."""
        key, decided = (row.partition, cell), decided_in(row.counts)
        held_epoch, held = self.rows.get(key, (row.epoch, NOTHING))
        if row.epoch < held_epoch:
            return False
        self.rows[key] = (row.epoch, decided)
        self.cells[shown] = self.cells.get(shown, NOTHING).plus(decided).less(held)
        return True


class Panes:
    """The panes that a window can still need; older ones are let go."""

    def __init__(self, windows: tuple[Window, ...] = WINDOWS) -> None:
        self._windows = windows
        self._panes: dict[tuple[int, int], Pane] = {}  # by width and start
        self._changes = 0
        self._sums: dict[Window, tuple[tuple[int, int], dict[Cell, Decided]]] = {}

    def __len__(self) -> int:
        return len(self._panes)

    def needs(self, width_seconds: int, start: int, now_ms: int) -> bool:
        """Whether a pane that starts at `start` (ms) can count now or soon."""
        starts = [w.starts(now_ms).start for w in self._windows if w.width_seconds == width_seconds]
        return bool(starts) and min(starts) <= start <= now_ms + AHEAD_MS

    def put(self, row: PaneRow, now_ms: int, shown: Cell | None = None) -> bool:
        """Take a row, summed up under `shown`, else its own cell; False where it changes nothing kept."""
        if not self.needs(row.width_seconds, row.start, now_ms):
            return False
        pane = self._panes.setdefault((row.width_seconds, row.start), Pane())
        cell = Cell(row.tenant, row.channel, row.queue, row.country)
        changed = pane.put(row, cell, shown or cell)
        self._changes += changed
        return changed

    def prune(self, now_ms: int) -> None:
        for width_seconds, start in [key for key in self._panes if not self.needs(*key, now_ms)]:
            del self._panes[width_seconds, start]

    def decided(self, window: Window, now_ms: int) -> dict[Cell, Decided]:
        """What was decided in the window that ends now, by cell."""
        starts = window.starts(now_ms)
        asked = (self._changes, starts.start)
        found, sums = self._sums.get(window, (None, {}))
        if found != asked:
            sums = {}
            for start in starts:
                for cell, decided in self._cells(window, start).items():
                    sums[cell] = sums.get(cell, NOTHING).plus(decided)
            self._sums[window] = (asked, sums)
        return sums

    def series(self, window: Window, now_ms: int) -> list[tuple[int, dict[Cell, Decided]]]:
        """The window's panes one by one, oldest first: (start in ms, what was decided by cell)."""
        return [(start, self._cells(window, start)) for start in window.starts(now_ms)]

    def _cells(self, window: Window, start: int) -> dict[Cell, Decided]:
        pane = self._panes.get((window.width_seconds, start))
        return pane.cells if pane else {}


def decided_in(counts: Counts) -> Decided:
    return Decided._make(_decided(counts))
