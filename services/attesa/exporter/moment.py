"""What a scrape shows: the state as it stood at one moment. A thread may read it while the state goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from attesa.core.definitions import Definitions
from attesa.core.rows import ClockRow
from attesa.exporter.state import DATA, Reading, Staffing, State
from attesa.exporter.sums import Cell, CellSums, Values
from attesa.exporter.windows import WINDOWS


@dataclass(frozen=True, slots=True)
class Moment:
    """Nothing in it changes any more: sums and rows are only ever replaced, the windows' sums are copies."""

    definitions: Definitions
    ready: bool = False  # while it is not, all below is empty: a sum would be partial
    partitions: int | None = None
    tenants: Mapping[str, str] = field(default_factory=dict)  # with the mode of their clock
    cells: Mapping[Cell, CellSums] = field(default_factory=dict)  # those that are still at 0 included
    staffing: Mapping[tuple[str, str], Staffing] = field(default_factory=dict)  # by (tenant, queue)
    staffing_told: frozenset[str] = frozenset()
    selling: frozenset[str] = frozenset()
    windows: Mapping[str, Mapping[Cell, Values]] = field(
        default_factory=dict
    )  # by name: what was decided in it
    clocks: tuple[ClockRow, ...] = ()
    folded: Mapping[str, int] = field(default_factory=dict)  # by tenant: queues shown as `other`

    @property
    def live(self) -> set[str]:
        """Tenants in wall time whose time is known."""
        clocked = {row.tenant for row in self.clocks}
        return {name for name, mode in self.tenants.items() if mode != DATA and name in clocked}


def take(state: State, reading: Reading, now_ms: int) -> Moment:
    """The moment that is now; `now_ms`: the wall clock."""
    if not reading.ready:
        return Moment(state.definitions)
    return Moment(
        state.definitions,
        ready=True,
        partitions=reading.partitions,
        tenants=state.tenants(),
        cells=state.cells_with_zeros(),
        staffing=state.staffing(),
        staffing_told=frozenset(state.staffing_told()),
        selling=frozenset(state.selling()),
        windows={
            window.name: {cell: dict(sums) for cell, sums in state.panes.decided(window, now_ms).items()}
            for window in WINDOWS
        },
        clocks=tuple(row for _, row in sorted(state.clocks.items())),
        folded=state.labels.folded(),
    )
