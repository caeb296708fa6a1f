"""What the exporter knows: the last row per key of attesa.totals and attesa.panes. No Kafka, no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from attesa.core.definitions import UNKNOWN, Definitions
from attesa.core.rows import UNATTRIBUTED, ClockRow, PaneRow, TotalRow
from attesa.exporter.labels import QueueLabels
from attesa.exporter.sums import Cell, CellSums, cell_sums, empty_cell, highest
from attesa.exporter.windows import Panes

Clock = Callable[[], int]  # wall time in ms
DATA = "data"


@dataclass
class Reading:
    """How far reading has come. Until `ready`, a sum would be partial: nothing of the business is shown.

    `problem`: why nothing comes, in one sentence, None while all is well.
    """

    ready: bool = False
    problem: str | None = None
    partitions: int | None = None


@dataclass(frozen=True)
class Held:
    """A cell's last totals in one partition, with the epoch that they came in."""

    epoch: int
    shown: Cell  # with its label for the queue
    sums: CellSums


class State:
    """The last row of each key. A row of a lower epoch than the held one changes nothing."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.panes = Panes()
        self.clocks: dict[tuple[int, str], ClockRow] = {}
        self.changes = 0  # rises with every change of a business number
        self.labels = QueueLabels(definitions.queue_names)
        self._totals: dict[tuple[int, Cell], Held] = {}

    def put_totals(self, row: TotalRow | ClockRow) -> None:
        if isinstance(row, TotalRow):
            self._put_cell(row)
        else:
            self._put_clock(row)

    def put_pane(self, row: PaneRow, now_ms: int) -> None:
        cell = Cell(row.tenant, row.channel, row.queue, row.country)
        self.changes += self.panes.put(row, now_ms, self._labelled(cell))

    def forget_cell(self, cell: Cell, partition: int) -> None:
        """The key was deleted from the topic."""
        self.changes += self._totals.pop((partition, cell), None) is not None

    def forget_clock(self, tenant: str, partition: int) -> None:
        self.clocks.pop((partition, tenant), None)

    def prune(self, now_ms: int) -> None:
        self.panes.prune(now_ms)

    def tenants(self) -> dict[str, str]:
        """Every tenant configured or seen, with its clock's mode: its rows', else the configuration's."""
        modes = {name: policy.clock for name, policy in self.definitions.tenants.items()}
        for cell in (cell for _, cell in self._totals):
            modes.setdefault(cell.tenant, "wall")
        modes.update({row.tenant: row.mode for row in self.clocks.values()})
        modes.pop(UNATTRIBUTED, None)
        return dict(sorted(modes.items()))

    def wall_tenants(self) -> set[str]:
        return {tenant for tenant, mode in self.tenants().items() if mode != DATA}

    def clocks_of(self, tenant: str) -> dict[int, ClockRow]:
        """The tenant's clock row of each partition that has one."""
        return {partition: row for (partition, name), row in self.clocks.items() if name == tenant}

    def cells(self) -> dict[Cell, CellSums]:
        """Totals summed over partitions, by labelled cell."""
        sums: dict[Cell, CellSums] = {}
        for held in self._totals.values():
            before = sums.get(held.shown)
            sums[held.shown] = held.sums if before is None else before.plus(held.sums)
        return sums

    def channels(self, tenant: str) -> list[str]:
        """The channels in which the tenant has sessions, in the order of the definitions."""
        seen = {cell.channel for _, cell in self._totals if cell.tenant == tenant}
        known = [channel for channel in self.definitions.channels if channel in seen]
        return known + sorted(seen.difference(known))

    def cells_with_zeros(self) -> dict[Cell, CellSums]:
        """The same, and an empty cell for each tenant (configured, or live), channel and configured queue.

        A counter that first appears above 0 hides its first events from `rate`.
        """
        queues = self.definitions.queue_names or (UNKNOWN,)
        tenants = sorted(self.wall_tenants().union(self.definitions.tenants))
        expected = product(tenants, self.definitions.channels, queues, (UNKNOWN,))
        nothing = empty_cell(self.definitions.borders_seconds)
        return {Cell(*names): nothing for names in expected} | self.cells()

    def _labelled(self, cell: Cell) -> Cell:
        return cell._replace(queue=self.labels.label(cell.tenant, cell.queue))

    def _put_cell(self, row: TotalRow) -> None:
        key = (row.partition, Cell(row.tenant, row.channel, row.queue, row.country))
        sums, held = cell_sums(row), self._totals.get(key)
        if held is not None and row.epoch < held.epoch:
            return
        if held is not None and row.epoch == held.epoch:
            sums = CellSums(
                sums.total, highest(held.sums.published, sums.published), sums.oldest_requested_at
            )
        self._totals[key] = Held(row.epoch, self._labelled(key[1]), sums)
        self.changes += 1

    def _put_clock(self, row: ClockRow) -> None:
        key = (row.partition, row.tenant)
        held = self.clocks.get(key)
        if held is None or row.epoch >= held.epoch:
            self.clocks[key] = row
