"""What the exporter knows: the last row per key of attesa.totals and attesa.panes. No Kafka, no clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from attesa.core.customers.attribution import NONE as NO_CHANNEL
from attesa.core.definitions import UNKNOWN, Definitions
from attesa.core.rows import UNATTRIBUTED, ClockRow, PaneRow, TotalRow
from attesa.core.sessions.agents import ANY_CHANNEL
from attesa.exporter.labels import QueueLabels
from attesa.exporter.sums import EMPTY, Cell, CellSums, cell_sums, highest
from attesa.exporter.windows import Panes

Clock = Callable[[], int]  # wall time in ms
TotalKey = tuple[str, int, Cell]  # processor, partition, cell as its row names it
ClockKey = tuple[str, int, str]  # processor, partition, tenant
DATA = "data"
NO_SESSIONS = {ANY_CHANNEL, NO_CHANNEL}  # where agents are counted, and orders credited to no session


@dataclass
class Reading:
    """How far reading has come. Until `ready`, a sum would be partial: nothing of the business is shown.

    `problem`: why nothing comes, in one sentence, None while all is well.
    """

    ready: bool = False
    problem: str | None = None
    partitions: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A cell's last totals of one processor in one partition, with the epoch that they came in."""

    epoch: int
    sums: CellSums


class Staffing(NamedTuple):
    """Who could serve a queue now, and how much of it is in use."""

    staffed: int = 0
    capacity: int = 0
    occupied: int = 0

    @property
    def occupancy(self) -> float | None:
        return self.occupied / self.capacity if self.capacity > 0 else None


class State:
    """The last row of each key. A row of a lower epoch than the held one changes nothing."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.panes = Panes()
        self.clocks: dict[ClockKey, ClockRow] = {}
        self.changes = 0  # rises with every change of a business number
        self.labels = QueueLabels(definitions.queue_names)
        self._shown: dict[Cell, Cell] = {}  # each cell with its label for the queue
        self._totals: dict[Cell, dict[TotalKey, Held]] = {}  # by labelled cell
        self._keys: dict[bytes, TotalKey | ClockKey] = {}  # by the key of the record
        self._sums: dict[Cell, CellSums] = {}  # of those that have not changed since

    def put_totals(self, row: TotalRow | ClockRow, record_key: bytes = b"") -> None:
        """`record_key`: that of the record it came in, by which it may be deleted."""
        if isinstance(row, TotalRow):
            self._keys[record_key] = self._put_cell(row)
        else:
            self._keys[record_key] = self._put_clock(row)

    def put_pane(self, row: PaneRow, now_ms: int) -> None:
        cell = Cell(row.tenant, row.channel, row.queue, row.country)
        self.changes += self.panes.put(row, now_ms, self._labelled(cell))

    def forget(self, record_key: bytes) -> None:
        """The record's key was deleted from the topic."""
        processor, partition, of = self._keys.pop(record_key, ("", 0, ""))
        if not isinstance(of, Cell):
            self.clocks.pop((processor, partition, of), None)
            return
        shown = self._labelled(of)
        rows = self._totals.get(shown, {})
        self.changes += rows.pop((processor, partition, of), None) is not None
        self._sums.pop(shown, None)
        if not rows:
            self._totals.pop(shown, None)

    def prune(self, now_ms: int) -> None:
        self.panes.prune(now_ms)

    def tenants(self) -> dict[str, str]:
        """Every tenant configured or seen, with its clock's mode: its rows', else the configuration's."""
        modes = {name: policy.clock for name, policy in self.definitions.tenants.items()}
        for cell in self._totals:
            modes.setdefault(cell.tenant, "wall")
        modes.update({row.tenant: row.mode for row in self.clocks.values()})
        modes.pop(UNATTRIBUTED, None)
        return dict(sorted(modes.items()))

    def wall_tenants(self) -> set[str]:
        return {tenant for tenant, mode in self.tenants().items() if mode != DATA}

    def clocks_of(self, tenant: str) -> list[ClockRow]:
        """The tenant's clock row of each processor and partition that has one."""
        return [row for row in self.clocks.values() if row.tenant == tenant]

    def cells(self) -> dict[Cell, CellSums]:
        """Totals summed over processors and partitions, by labelled cell; without the agents' own."""
        return {cell: self._summed(cell) for cell in self._totals if cell.channel != ANY_CHANNEL}

    def staffing(self) -> dict[tuple[str, str], Staffing]:
        """The levels of now by (tenant, queue): agents are of no channel, and chats hold slots in any."""
        found: dict[tuple[str, str], Staffing] = {}
        for cell in self._totals:
            total, key = self._summed(cell).total, (cell.tenant, cell.queue)
            here = Staffing(total["staffed"], total["capacity"], total["occupied"])
            if cell.channel == ANY_CHANNEL or here.occupied:
                found[key] = Staffing(*map(sum, zip(found.get(key, Staffing()), here, strict=True)))
        return found

    def staffing_told(self) -> set[str]:
        """Tenants of whose agents anything was ever told: of the others nobody knows who is there."""
        return {cell.tenant for cell in self._totals if cell.channel == ANY_CHANNEL}

    def selling(self) -> set[str]:
        """Tenants of which a purchase was ever told: of the others nobody knows whether they sell."""
        return {cell.tenant for cell in self._totals if self._summed(cell).total["orders"]}

    def channels(self, tenant: str) -> list[str]:
        """The channels in which the tenant has sessions, in the order of the definitions."""
        seen = {cell.channel for cell in self._totals if cell.tenant == tenant} - NO_SESSIONS
        known = [channel for channel in self.definitions.channels if channel in seen]
        return known + sorted(seen.difference(known))

    def cells_with_zeros(self) -> dict[Cell, CellSums]:
        """The same, and an empty cell for each tenant (configured, or live), channel and configured queue.

        A counter that first appears above 0 hides its first events from `rate`.
        """
        queues = self.definitions.queue_names or (UNKNOWN,)
        tenants = sorted(self.wall_tenants().union(self.definitions.tenants))
        expected = product(tenants, self.definitions.channels, queues, (UNKNOWN,))
        return {Cell(*names): EMPTY for names in expected} | self.cells()

    def sum_up(self, at_once: int) -> Iterator[None]:
        """Make the sums that rows have changed, some cells a step: the next look finds them made."""
        cells = list(self._totals)
        for first in range(0, len(cells), at_once):
            for cell in self._totals.keys() & cells[first : first + at_once]:
                self._summed(cell)
            yield

    def _labelled(self, cell: Cell) -> Cell:
        shown = self._shown.get(cell)
        if shown is None:
            shown = cell._replace(queue=self.labels.label(cell.tenant, cell.queue))
            self._shown[cell] = shown
        return shown

    def _summed(self, cell: Cell) -> CellSums:
        sums = self._sums.get(cell)
        if sums is None:
            first, *others = (held.sums for held in self._totals[cell].values())
            self._sums[cell] = sums = first.plus(*others)
        return sums

    def _put_cell(self, row: TotalRow) -> TotalKey:
        cell, sums = Cell(row.tenant, row.channel, row.queue, row.country), cell_sums(row)
        key, shown = (row.processor, row.partition, cell), self._labelled(cell)
        rows = self._totals.setdefault(shown, {})
        held = rows.get(key)
        if held is not None and row.epoch < held.epoch:
            return key
        if held is not None and row.epoch == held.epoch:
            published = highest(held.sums.published, sums.published)
            if published is not sums.published:
                sums = CellSums(sums.total, published, sums.oldest_requested_at)
        rows[key] = Held(row.epoch, sums)
        self._sums.pop(shown, None)
        self.changes += 1
        return key

    def _put_clock(self, row: ClockRow) -> ClockKey:
        key = (row.processor, row.partition, row.tenant)
        held = self.clocks.get(key)
        if held is None or row.epoch >= held.epoch:
            self.clocks[key] = row
        return key
