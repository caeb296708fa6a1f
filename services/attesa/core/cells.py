"""Accumulators of one partition: running totals and panes per cell, changed by difference."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from attesa.core.contributions import Group, Layout

WIDTHS_MS = (10_000, 60_000)

# tenant, channel, queue, country
CellKey = tuple[str, str, str, str]
# width and start, in ms
PaneKey = tuple[int, int]


class Cell:
    """One cell's counts: `total` is true, `published` its maximum so far; `panes` per width and start."""

    __slots__ = ("changed_panes", "dropped_panes", "key", "panes", "published", "total", "waiting")

    def __init__(self, key: CellKey, layout: Layout) -> None:
        self.key = key
        self.total = layout.empty()
        self.published = layout.empty()
        self.panes: dict[PaneKey, list[int]] = {}
        self.changed_panes: set[PaneKey] = set()
        self.dropped_panes: dict[PaneKey, list[int]] = {}  # let go, and their last change not told yet
        self.waiting: list[tuple[int, bytes]] = []  # heap of (requested_at, session key), lazily cleaned

    def add(self, groups: Iterable[Group], sign: int, layout: Layout) -> None:
        """Add (sign 1) or take back (sign -1) contributions, in the panes where they were decided."""
        total = self.total
        for at, columns in groups:
            lists = [total]
            for width in WIDTHS_MS:
                pane_key = (width, at - at % width)
                pane = self.panes.get(pane_key)
                if pane is None:
                    pane = self.panes[pane_key] = layout.empty()
                self.changed_panes.add(pane_key)
                lists.append(pane)
            for i in range(0, len(columns), 2):
                column, amount = columns[i], columns[i + 1] * sign
                for values in lists:
                    values[column] += amount

    def publish(self) -> None:
        """Raise `published` to the true total wherever that is higher."""
        self.published = list(map(max, self.published, self.total))

    def note_waiting(self, requested_at: int, session_key: bytes) -> None:
        heappush(self.waiting, (requested_at, session_key))

    def oldest_waiting(self, still_waits: Callable[[bytes, int, "Cell"], bool]) -> int | None:
        """The earliest `requested_at` among those who wait now, or None."""
        while self.waiting:
            requested_at, session_key = self.waiting[0]
            if still_waits(session_key, requested_at, self):
                return requested_at
            heappop(self.waiting)
        return None

    def drop_panes_before(self, horizon_ms: int) -> list[PaneKey]:
        """Let go of the panes that end at or before `horizon_ms`, and name them."""
        gone = [key for key in self.panes if key[1] + key[0] <= horizon_ms]
        for key in gone:
            values = self.panes.pop(key)
            if key in self.changed_panes:
                self.changed_panes.remove(key)
                self.dropped_panes[key] = values
        return gone
