"""Accumulators of one partition: running totals and panes per cell, changed by difference."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from operator import add

from attesa.core.contributions import Group, Layout

NARROW_MS = 10_000
WIDTHS_MS = (NARROW_MS, 60_000)
CLEAN_WAITING = 1_000  # entries of a list of those who wait before it is cleaned as a whole

# tenant, channel, queue, country
CellKey = tuple[str, str, str, str]
# width and start, in ms
PaneKey = tuple[int, int]


class Cell:
    """One cell's counts: `total` is true, `published` its maximum so far; `panes` per width and start."""

    __slots__ = (
        "changed_panes", "dropped_panes", "key", "layout", "panes", "pending", "published", "total",
        "waiting", "waiting_limit",
    )  # fmt: skip

    def __init__(self, key: CellKey, layout: Layout) -> None:
        self.key = key
        self.layout = layout
        self.total = layout.empty()
        self.published = layout.empty()
        self.panes: dict[PaneKey, list[int]] = {}
        self.changed_panes: set[PaneKey] = set()
        self.dropped_panes: dict[PaneKey, list[int]] = {}  # let go, and their last change not told yet
        self.pending: dict[int, list[int]] = {}  # by start of the narrow pane: added and not settled yet
        self.waiting: list[tuple[int, bytes]] = []  # heap of (requested_at, session key), lazily cleaned
        self.waiting_limit = CLEAN_WAITING

    def add(self, groups: Iterable[Group]) -> None:
        """Add contributions, in the panes where they were decided; `settle` makes them count."""
        pending = self.pending
        for at, columns in groups:
            start = at - at % NARROW_MS
            values = pending.get(start)
            if values is None:
                values = pending[start] = self.layout.empty()
            for column, amount in columns:
                values[column] += amount

    def take_back(self, groups: Iterable[Group]) -> None:
        """The opposite of `add`."""
        self.add((at, tuple((column, -amount) for column, amount in columns)) for at, columns in groups)

    def settle(self) -> None:
        """Move what was added into the totals and the panes of both widths."""
        for start, values in self.pending.items():
            self.total = list(map(add, self.total, values))
            for width in WIDTHS_MS:
                pane = (width, start - start % width)
                before = self.panes.get(pane)
                self.panes[pane] = list(values) if before is None else list(map(add, before, values))
                self.changed_panes.add(pane)
        self.pending.clear()

    def publish(self) -> None:
        """Raise `published` to the true total wherever that is higher."""
        self.published = list(map(max, self.published, self.total))

    def note_waiting(self, requested_at: int, session_key: bytes) -> None:
        heappush(self.waiting, (requested_at, session_key))

    def oldest_waiting(self, still_waits: Callable[[bytes, int, "Cell"], bool]) -> int | None:
        """The earliest `requested_at` among those who wait now, or None."""
        if len(self.waiting) > self.waiting_limit:  # behind one who is forgotten the others pile up
            self.waiting = sorted({entry for entry in self.waiting if still_waits(entry[1], entry[0], self)})
            self.waiting_limit = max(CLEAN_WAITING, 2 * len(self.waiting))
        while self.waiting:
            requested_at, session_key = self.waiting[0]
            if still_waits(session_key, requested_at, self):
                return requested_at
            heappop(self.waiting)
        return None

    def drop_panes_before(self, horizon_ms: int) -> list[PaneKey]:
        """Let go of the panes that end at or before `horizon_ms`, and name them."""
        self.settle()
        gone = [key for key in self.panes if key[1] + key[0] <= horizon_ms]
        for key in gone:
            values = self.panes.pop(key)
            if key in self.changed_panes:
                self.changed_panes.remove(key)
                self.dropped_panes[key] = values
        return gone
