"""The sessions processor: all logic of one partition, as one plain object that knows no Kafka.

`apply` takes events, `tick` takes time, `take` gives what to write, `restore` takes it back.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from attesa.core.cells import Cell
from attesa.core.checkpoint import Checkpoint, write
from attesa.core.clocks import HOUR_MS, Progress, TenantClock
from attesa.core.contributions import Group
from attesa.core.dead_letters import Seal, dead_letter
from attesa.core.definitions import Definitions
from attesa.core.intake import Refused
from attesa.core.kept import Kept
from attesa.core.rows import UNATTRIBUTED, DeadLetter
from attesa.core.session import Session
from attesa.core.state import pane_state_key, session_state_key
from attesa.core.verdicts import Judgement
from attesa.core.wire import Decoded, decode

FUTURE_MS = 3_600_000  # how far ahead of now an event may be dated
COUNTED_ONLY = frozenset({"unknown_type", "unused_type"})


class Record(Protocol):
    """One message of `attesa.events`, as a Kafka client gives it."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def offset(self) -> int: ...


class Sessions(Kept):
    """What one partition does. `owns` says whether a key belongs to it; `seal` encrypts dead letters."""

    def __init__(
        self,
        partition: int,
        definitions: Definitions,
        epoch: int,
        owns: Callable[[bytes], bool],
        seal: Seal | None = None,
    ) -> None:
        super().__init__(partition, definitions, epoch)
        self.owns = owns
        self.seal = seal
        self.next_offset = 0
        self.progress = Progress(0, 0, caught_up=False)
        self.stale: dict[Session, None] = {}  # to be judged anew
        self.to_keep: dict[Session, None] = {}  # events came: the state row changes
        self.to_tell: dict[Session, None] = {}  # facts may have changed
        self.changed_cells: dict[Cell, None] = {}
        self.gone: list[bytes] = []  # keys of state rows to delete
        self.dead: list[DeadLetter] = []

    # -- events ------------------------------------------------------------------------------------

    def apply(self, records: Iterable[Record], now_ms: int) -> None:
        """Take messages in the order of their offsets; `now_ms` is wall time, read once."""
        for record in records:
            self.next_offset = record.offset + 1
            found = decode(record.value or b"")
            if isinstance(found, Refused):
                self._refuse(record, self._tenant_by_key(record.key), found, now_ms)
            elif found.event is None:
                self._progress(record, found, now_ms)
            else:
                refusal = self._add(record.key, found, now_ms)
                if refusal is not None:
                    self._refuse(record, found.tenant, refusal, now_ms)

    def _add(self, key: bytes | None, found: Decoded, now_ms: int) -> Refused | None:
        assert found.event is not None
        named = f"{found.tenant}:{found.subject}"
        if key != named.encode() or (found.partitionkey is not None and found.partitionkey != named):
            return Refused("key_mismatch", "subject", f"the key of this event is {named}")
        clock = self.clock(found.tenant, "wall")
        at = found.event[0]
        if at > now_ms + FUTURE_MS:
            return Refused("future", "time", "more than an hour ahead of the worker's clock")
        session = self.find(key)
        if session is None:
            if not self.owns(key):
                return Refused("wrong_partition", "subject", "produce with the murmur2 partitioner")
            if clock.is_late(at):
                return Refused("late", "time", "older than what is kept, and its session is not")
            session = Session(key, clock, found.source, self.definitions)
            clock.count_first(at, 1)
        elif clock.is_late(at) and at < session.first_at:
            return Refused("late", "time", "older than what is kept, and than its session")
        clock.saw(at, now_ms)
        if found.dropped_fields:
            clock.reasons["unknown_field"] += found.dropped_fields
        self._extend(session, found)
        return None

    def _extend(self, session: Session, found: Decoded) -> None:
        assert found.event is not None
        clock = session.clock
        fold, first_at, source = session.fold, session.fold.started_at, session.source
        if fold.ended_at is not None and found.event[0] > fold.ended_at:
            clock.reasons["after_end"] += 1
        outcome = session.add(found.event, found.source, self.definitions)
        if outcome is not None:
            clock.reasons[outcome] += 1
            if outcome == "duplicate" and source == session.source:
                return
        if session.fold is not fold and first_at is not None and session.first_at != first_at:
            clock.count_first(first_at, -1)
            clock.count_first(session.first_at, 1)
        assert session.last is not None
        hour = session.last[0] // HOUR_MS
        if hour != session.listed_hour:
            session.listed_hour = hour
            clock.keep(hour, session.key)
        self.sessions[session.key] = session
        self.stale[session] = None
        self.to_keep[session] = None

    def _progress(self, record: Record, found: Decoded, now_ms: int) -> None:
        clock = self.clock(found.tenant, "data")
        if clock.mode != "data":
            detail = f"tenant {found.tenant} lives in wall time"
            self._refuse(record, found.tenant, Refused("progress_refused", "type", detail), now_ms)
            return
        self.advance(clock, found.at)

    def _tenant_by_key(self, key: bytes | None) -> str:
        """Whose a message is that cannot be read: the key names a tenant, if only one that is known here."""
        name, separator, _ = (key or b"").partition(b":")
        tenant = name.decode(errors="replace")
        return tenant if separator and tenant in self.clocks else UNATTRIBUTED

    def _refuse(self, record: Record, tenant: str, refusal: Refused, now_ms: int) -> None:
        self.clock(tenant, "wall").reasons[refusal.reason] += 1
        if refusal.reason not in COUNTED_ONLY:
            self.dead.append(dead_letter(record, self.partition, tenant or None, refusal, now_ms, self.seal))

    # -- time --------------------------------------------------------------------------------------

    def tick(self, now_ms: int, progress: Progress) -> None:
        """Let wall time pass: judge everybody whose deadline lies behind it, let go of what is old."""
        self.progress = progress
        for clock in self.clocks.values():
            if clock.mode == "wall":
                self.advance(clock, clock.wall_target(now_ms, progress.caught_up))

    def advance(self, clock: TenantClock, target: int | None) -> None:
        """Move one tenant's clock and do everything that its time decides."""
        self._refresh_stale()
        before = clock.clock
        if not clock.advance(target):
            return
        for key in clock.due():
            session = self.sessions.get(key)
            if isinstance(session, Session) and session.judgement and session.judgement.outcome == "waiting":
                self.stale[session] = None
        self._refresh_stale()
        assert clock.clock is not None
        if before is None or before // HOUR_MS != clock.clock // HOUR_MS:
            self._let_go(clock)

    def _let_go(self, clock: TenantClock) -> None:
        """Forget what no deadline and no late event can change any more; the totals keep its counts."""
        limit = clock.kept_hour()
        for key in clock.expired():
            session = self.find(key)
            if session is None or session.last_at // HOUR_MS >= limit:
                continue  # gone, or listed under a later hour too
            if not session.is_over:
                clock.keep(limit, key)
                continue
            del self.sessions[key]
            self.to_keep.pop(session, None)
            clock.count_first(session.first_at, -1)
            self.gone.append(session_state_key(key))
        horizon = clock.horizon_ms()
        for cell in self.cells.values():
            if cell.key[0] == clock.tenant and horizon is not None:
                self.gone.extend(pane_state_key(cell.key, pane) for pane in cell.drop_panes_before(horizon))

    # -- judging -----------------------------------------------------------------------------------

    def _refresh_stale(self) -> None:
        stale, self.stale = self.stale, {}
        for session in stale:
            self._refresh(session)
        for cell in self.changed_cells:
            cell.settle()

    def _refresh(self, session: Session) -> None:
        """Judge a session anew and move its contribution by the difference."""
        before, before_cell, before_groups = session.judgement, session.cell, session.groups
        judgement = self.judge(session)
        assert session.cell is not None
        if before is not None and before_cell is not None:
            corrected = _corrections(before, judgement)
            if corrected:
                session.clock.reasons["corrected"] += corrected
            if before_cell is not session.cell:
                before_cell.take_back(before_groups)
                self.changed_cells[before_cell] = None
                before_groups = ()
        if before_groups != session.groups:
            _move(session.cell, before_groups, session.groups)
            self.changed_cells[session.cell] = None
        if judgement.outcome == "waiting":
            self.expect(session)
        else:
            session.expected_at = None  # a correction may let the same request wait again
        self.to_tell[session] = None

    # -- what is kept ------------------------------------------------------------------------------

    def take(self, now_ms: int) -> Checkpoint:
        """Everything that changed since the last `take`, to be written in one transaction."""
        self._refresh_stale()
        kept = [(session, session.packed()) for session in self.to_keep]
        checkpoint = write(self, kept, now_ms)
        for session, packed in kept:
            if session.is_over:
                self.sessions[session.key] = packed
        self.to_keep, self.to_tell, self.changed_cells, self.gone, self.dead = {}, {}, {}, [], []
        return checkpoint


def _move(cell: Cell, before: tuple[Group, ...], after: tuple[Group, ...]) -> None:
    """Change a cell by the difference of two contributions."""
    if after[: len(before)] == before:  # the usual case: more has been decided
        cell.add(after[len(before) :])
        return
    cell.take_back([group for group in before if group not in after])
    cell.add([group for group in after if group not in before])


def _corrections(before: Judgement, after: Judgement) -> int:
    """How many verdicts that had been given are given otherwise now."""
    good = before.good is not None and before.good != after.good
    bad = before.bad is not None and before.bad != after.bad
    return good + bad
