"""Accumulators of one partition: running totals and panes per cell, changed by difference."""

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from attesa.core.partition.state import pack, unpack_values
from attesa.core.rows.counts import Column, Layout, Values, add_to, raise_to

if TYPE_CHECKING:
    from attesa.core.partition.amounts import Group

NARROW_MS = 10_000
WIDTHS_MS = (NARROW_MS, 60_000)
CLEAN_WAITING = 1_000  # entries of a list of those who wait before it is cleaned as a whole

# tenant, channel, queue, country
CellKey = tuple[str, str, str, str]
# width and start, in ms
PaneKey = tuple[int, int]


def _no_values() -> defaultdict[Column, int]:
    return defaultdict(int)


class Cell:
    """One cell's counts: `total` is true, `published` its maximum so far; `panes` per width and start.

    A pane that nothing has changed since the last checkpoint lies packed, as its row in attesa.state.
    """

    __slots__ = (
        "changed_panes", "dropped_panes", "key", "panes", "pending", "published", "total", "waiting",
        "waiting_limit",
    )  # fmt: skip

    def __init__(self, key: CellKey) -> None:
        self.key = key
        self.total: Values = {}
        self.published: Values = {}
        self.panes: dict[PaneKey, bytes] = {}
        self.changed_panes: dict[PaneKey, Values] = {}
        self.dropped_panes: dict[PaneKey, Values] = {}  # let go, and their last change not told yet
        # By start of the narrow pane: added and not settled yet.
        self.pending: defaultdict[int, defaultdict[Column, int]] = defaultdict(_no_values)
        self.waiting: list[tuple[int, bytes]] = []  # heap of (requested_at, unit key), lazily cleaned
        self.waiting_limit = CLEAN_WAITING

    def settle(self) -> None:
        """Move what was added into the totals and the panes of both widths."""
        for start, values in self.pending.items():
            columns = values.items()
            add_to(self.total, columns)
            for width in WIDTHS_MS:
                pane = (width, start - start % width)
                held = self.changed_panes.get(pane)
                if held is None:
                    packed = self.panes.get(pane)
                    held = self.changed_panes[pane] = {} if packed is None else unpack_values(packed)
                add_to(held, columns)
        self.pending.clear()

    def publish(self) -> None:
        """Raise `published` to the true total wherever that is higher."""
        raise_to(self.published, self.total)

    def pack_changed(self) -> list[tuple[PaneKey, Values, bytes]]:
        """The panes that changed since the last time, which are packed from now on."""
        found = [(pane, values, pack(values)) for pane, values in self.changed_panes.items()]
        self.panes.update((pane, packed) for pane, _, packed in found)
        self.changed_panes.clear()
        return found

    def regroup(self, then: Layout, now: Layout) -> None:
        """Count by other borders from here on; what lies in buckets is told anew."""
        self.settle()
        self.total, self.published = then.onto(now, self.total), then.onto(now, self.published)
        known = {pane: unpack_values(packed) for pane, packed in self.panes.items()} | self.changed_panes
        self.changed_panes.update(
            (pane, then.onto(now, values)) for pane, values in known.items() if then.has_buckets(values)
        )

    def note_waiting(self, requested_at: int, unit_key: bytes) -> None:
        heappush(self.waiting, (requested_at, unit_key))

    def oldest_waiting(self, still_waits: Callable[[bytes, int, "Cell"], bool]) -> int | None:
        """The earliest `requested_at` among those who wait now, or None."""
        if len(self.waiting) > self.waiting_limit:  # behind one who is forgotten the others pile up
            self.waiting = sorted({entry for entry in self.waiting if still_waits(entry[1], entry[0], self)})
            self.waiting_limit = max(CLEAN_WAITING, 2 * len(self.waiting))
        while self.waiting:
            requested_at, unit_key = self.waiting[0]
            if still_waits(unit_key, requested_at, self):
                return requested_at
            heappop(self.waiting)
        return None

    def drop_panes_before(self, horizon_ms: int) -> list[PaneKey]:
        """Let go of the panes that end at or before `horizon_ms`, and name them."""
        self.settle()
        gone = [key for key in {**self.panes, **self.changed_panes} if key[1] + key[0] <= horizon_ms]
        for key in gone:
            self.panes.pop(key, None)
            values = self.changed_panes.pop(key, None)
            if values is not None:
                self.dropped_panes[key] = values
        return gone


def move(before: "tuple[Group, ...]", after: "tuple[Group, ...]", changed: dict[Cell, None]) -> None:
    """Change cells by the difference of two contributions, and note the cells in `changed`."""
    same = 0
    for old, new in zip(before, after, strict=False):
        if old is not new and old != new:
            break
        same += 1
    for cell, at, columns in before[same:]:
        values = cell.pending[at - at % NARROW_MS]
        for column, amount in columns:
            values[column] -= amount
        changed[cell] = None
    for cell, at, columns in after[same:]:
        values = cell.pending[at - at % NARROW_MS]
        for column, amount in columns:
            values[column] += amount
        changed[cell] = None
