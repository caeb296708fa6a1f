"""What both processors are: one partition's clocks, cells and units, and how time and events change them.

`apply` takes messages, `tick` takes time, `take` gives what to write, `restore` takes it back. A unit is
what a processor keeps by key: a conversation, an agent, a customer.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar

from attesa.core import rows
from attesa.core.definitions import Definitions
from attesa.core.events.intake import Refused
from attesa.core.partition.cells import Cell, CellKey
from attesa.core.partition.checkpoint import Checkpoint, Row, common_rows
from attesa.core.partition.clocks import HOUR_MS, KEPT_MS, Mode, Progress, TenantClock
from attesa.core.partition.dead_letters import Seal, dead_letter
from attesa.core.partition.letting_go import let_go_of_the_old
from attesa.core.partition.unit import Record, Unit
from attesa.core.rows import UNATTRIBUTED, DeadLetter
from attesa.core.rows.counts import Layout

FUTURE_MS = 3_600_000  # how far ahead of now an event may be dated
KNOWN = frozenset({"duplicate", "conflicting"})  # why an event is not the first of its id
COUNTED_ONLY = frozenset({"unknown_type"})


class Processor(ABC):
    """One partition of one topic. `owns` says whether a key belongs to it; `seal` encrypts dead letters."""

    name: ClassVar[rows.Processor]
    topic: ClassVar[str]
    prefix: ClassVar[bytes]  # of its keys in attesa.state
    kept_ms: int = KEPT_MS

    def __init__(
        self,
        partition: int,
        definitions: Definitions,
        epoch: int,
        owns: Callable[[bytes], bool],
        seal: Seal | None = None,
    ) -> None:
        self.partition = partition
        self.definitions = definitions
        self.definitions_told = False  # whether state knows by which definitions it was made
        self.epoch = epoch
        self.owns = owns
        self.seal = seal
        self.layout = Layout(definitions.borders_seconds)
        self.clocks: dict[str, TenantClock] = {UNATTRIBUTED: TenantClock(UNATTRIBUTED, "wall")}
        self.cells: dict[CellKey, Cell] = {}
        # What is over lies here packed, as its row in attesa.state: a sixth of the memory.
        self.units: dict[bytes, Unit | bytes] = {}
        self.next_offset = 0
        self.progress = Progress(0, 0, caught_up=False)
        self.stale: dict[Unit, None] = {}  # to be judged anew
        self.to_keep: dict[Unit, None] = {}  # events came: the state row changes
        self.changed_cells: dict[Cell, None] = {}
        self.gone: list[bytes] = []  # keys of state rows to delete
        self.dead: list[DeadLetter] = []

    # -- what a processor adds ---------------------------------------------------------------------

    @abstractmethod
    def take_in(self, record: Record, now_ms: int) -> Refused | None:
        """Apply one message; a refusal is counted, and a dead letter."""

    @abstractmethod
    def refresh(self, unit: Unit) -> None:
        """Judge a unit anew and move its contribution by the difference."""

    @abstractmethod
    def withdraw(self, unit: Unit) -> None:
        """Take what a unit contributes to buckets out of them, until it is judged anew."""

    @abstractmethod
    def adopt(self, key: bytes, packed: bytes) -> Unit:
        """Make a unit of its state row, judged as it stood; it contributes already."""

    @abstractmethod
    def let_go(self, unit: Unit, limit_ms: int) -> bool:
        """Forget what was silent before `limit_ms`; whether nothing of the unit is left."""

    @abstractmethod
    def await_deadline(self, unit: Unit) -> None:
        """Put a unit on the lists of those whom time alone will change."""

    @abstractmethod
    def remember(self, key: bytes, packed: bytes) -> None:
        """Take over what is remembered of a unit that was let go."""

    @abstractmethod
    def own_rows(self) -> dict[str, list[Row]]:
        """The rows of its own topics; what they tell is told after that."""

    @abstractmethod
    def oldest_waiting(self, cell: Cell) -> int | None:
        """The earliest request (ms) of those who wait in a cell."""

    def judge_by(self, definitions: Definitions) -> None:
        """Judge by these definitions from now on. No unit may contribute to a bucket while borders change."""
        then, self.definitions = self.layout, definitions
        self.layout = Layout(definitions.borders_seconds)
        if self.layout.borders_ms == then.borders_ms:
            return
        for cell in self.cells.values():
            cell.regroup(then, self.layout)
            self.changed_cells[cell] = None

    # -- events ------------------------------------------------------------------------------------

    def apply(self, records: Iterable[Record], now_ms: int) -> None:
        """Take messages in the order of their offsets; `now_ms` is wall time, read once."""
        for record in records:
            self.next_offset = record.offset + 1
            refusal = self.take_in(record, now_ms)
            if refusal is not None:
                self._refuse(record, refusal, now_ms)

    def clock(self, tenant: str, unlisted: Mode = "wall") -> TenantClock:
        """A tenant's clock; a tenant that no configuration names gets the mode `unlisted`."""
        found = self.clocks.get(tenant)
        if found is None:
            policy = self.definitions.tenants.get(tenant)
            mode = policy.clock if policy else unlisted
            found = self.clocks[tenant] = TenantClock(tenant, mode, self.kept_ms)
        return found

    def cell(self, key: CellKey) -> Cell:
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = Cell(key)
        return found

    def find(self, key: bytes) -> Unit | None:
        found = self.units.get(key)
        return self.adopt(key, found) if isinstance(found, bytes) else found

    def changed(self, unit: Unit, first_before: int | None) -> None:
        """Events came to a unit that began at `first_before` (ms; None: it is new)."""
        clock, first_at = unit.clock, unit.first_at
        if first_at != first_before:
            if first_before is not None:
                clock.count_first(first_before, -1)
            clock.count_first(first_at, 1)
        self.units[unit.key] = unit
        self.stale[unit] = None
        self.to_keep[unit] = None

    def _refuse(self, record: Record, refusal: Refused, now_ms: int) -> None:
        tenant = refusal.tenant or self._tenant_by_key(record.key)
        # Rubbish may name any tenant: it makes none known.
        counting = self.clocks.get(tenant, self.clocks[UNATTRIBUTED])
        counting.reasons[refusal.reason] += 1
        if refusal.reason not in COUNTED_ONLY:
            self.dead.append(
                dead_letter(record, self.topic, self.partition, tenant or None, refusal, now_ms, self.seal)
            )

    def _tenant_by_key(self, key: bytes | None) -> str:
        """Whose a message is that cannot be read: the key names a tenant, if only one that is known here."""
        name, separator, _ = (key or b"").partition(b":")
        tenant = name.decode(errors="replace")
        return tenant if separator and tenant in self.clocks else UNATTRIBUTED

    # -- time --------------------------------------------------------------------------------------

    def tick(self, now_ms: int, progress: Progress) -> None:
        """Let wall time pass: judge everybody whose deadline lies behind it, let go of what is old."""
        self.progress = progress
        for clock in list(self.clocks.values()):
            if clock.mode == "wall":
                self.advance(clock, clock.wall_target(now_ms, progress.caught_up))

    def advance(self, clock: TenantClock, target: int | None) -> None:
        """Move one tenant's clock and do everything that its time decides."""
        self.refresh_stale()
        before = clock.clock
        if not clock.advance(target):
            return
        for key in clock.due():
            unit = self.units.get(key)
            if unit is not None and not isinstance(unit, bytes):
                unit.expected_at = None
                self.stale[unit] = None
        self.refresh_stale()
        assert clock.clock is not None
        if before is None or before // HOUR_MS != clock.clock // HOUR_MS:
            let_go_of_the_old(self, clock)

    def expect(self, unit: Unit, deadline: int | None) -> None:
        """Put the unit on its clock's list of deadlines, unless it is looked at before that anyway."""
        if deadline is not None and (unit.expected_at is None or deadline < unit.expected_at):
            unit.expected_at = deadline
            unit.clock.expect(deadline, unit.key)

    def list_hour(self, unit: Unit) -> None:
        """Look at the unit again once its last hour is older than what is kept."""
        hour = unit.last_at // HOUR_MS
        if hour != unit.listed_hour:
            unit.listed_hour = hour
            unit.clock.keep(hour, unit.key)

    # -- judging -----------------------------------------------------------------------------------

    def refresh_stale(self) -> None:
        stale, self.stale = self.stale, {}
        for unit in stale:
            self.refresh(unit)
        for cell in self.changed_cells:
            cell.settle()

    # -- what is kept ------------------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether a checkpoint would tell more than the time."""
        return bool(self.changed_cells or self.to_keep or self.gone or self.dead)

    def take(self, now_ms: int) -> Checkpoint:
        """Everything that changed since the last `take`, to be written in one transaction."""
        self.refresh_stale()
        kept = [(unit, unit.packed()) for unit in self.to_keep]
        own = self.own_rows()
        found = common_rows(self, kept, now_ms)
        for unit, packed in kept:
            if unit.is_over:
                self.units[unit.key] = packed
        for topic, more in own.items():
            found.setdefault(topic, []).extend(more)
        self.to_keep, self.changed_cells, self.gone, self.dead = {}, {}, [], []
        return Checkpoint(self.next_offset, found)
