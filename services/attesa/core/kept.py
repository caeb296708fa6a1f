"""What one partition knows: its clocks, cells and sessions, and how they hang together."""

from attesa.core.cells import Cell, CellKey
from attesa.core.clocks import HOUR_MS, Mode, TenantClock
from attesa.core.contributions import Layout
from attesa.core.definitions import Definitions, Expectation
from attesa.core.fold import Fold
from attesa.core.rows import UNATTRIBUTED
from attesa.core.session import Session, cell_key
from attesa.core.state import unpack_session
from attesa.core.verdicts import Judgement, judge


class Kept:
    """The state of one partition; nothing here changes a count."""

    def __init__(self, partition: int, definitions: Definitions, epoch: int) -> None:
        self.partition = partition
        self.definitions = definitions
        self.epoch = epoch
        self.layout = Layout(definitions.borders_seconds)
        self.clocks: dict[str, TenantClock] = {UNATTRIBUTED: TenantClock(UNATTRIBUTED, "wall")}
        self.cells: dict[CellKey, Cell] = {}
        # A session that is over lies here packed, as its row in attesa.state: a sixth of the memory.
        self.sessions: dict[bytes, Session | bytes] = {}

    def judge(self, session: Session) -> Judgement:
        """Set a session's cell, judgement and contribution at its clock; no count changes by this."""
        found = session.fold
        pair = self.pair(found)
        key = cell_key(session.clock.tenant, found, self.definitions)
        if session.cell is None or session.cell.key != key:
            session.cell = self.cell(key)
            session.expected_at = None
        session.judgement = judge(found, pair, session.clock.clock)
        session.groups = self.layout.groups(found, session.judgement, pair)
        return session.judgement

    def expect(self, session: Session) -> None:
        """Put somebody who waits on the clock's list and on the cell's."""
        requested_at = session.fold.requested_at
        if requested_at is None or requested_at == session.expected_at:
            return
        assert session.cell is not None
        session.expected_at = requested_at
        pair = self.pair(session.fold)
        session.clock.expect(requested_at + pair.good_seconds * 1000, session.key)
        session.clock.expect(requested_at + pair.bad_seconds * 1000, session.key)
        session.cell.note_waiting(requested_at, session.key)

    def adopt(self, key: bytes, packed: bytes) -> Session:
        """Make a session of its state row, judged as it stood; it contributes already."""
        tenant, _, _ = key.partition(b":")
        session = Session(key, self.clock(tenant.decode(), "wall"), "", self.definitions)
        session.load(unpack_session(packed), self.definitions)
        session.listed_hour = session.last_at // HOUR_MS
        self.judge(session)
        return session

    def find(self, key: bytes) -> Session | None:
        found = self.sessions.get(key)
        return self.adopt(key, found) if isinstance(found, bytes) else found

    def still_waits(self, key: bytes, requested_at: int, cell: Cell) -> bool:
        """Whether the session waits since that instant, in that cell."""
        session = self.sessions.get(key)
        return (
            isinstance(session, Session)
            and session.cell is cell
            and session.fold.requested_at == requested_at
            and session.judgement is not None
            and session.judgement.outcome == "waiting"
        )

    def pair(self, found: Fold) -> Expectation:
        return self.definitions.channels[found.channel or self.definitions.default_channel]

    def cell(self, key: CellKey) -> Cell:
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = Cell(key, self.layout)
        return found

    def clock(self, tenant: str, unlisted: Mode) -> TenantClock:
        """A tenant's clock; a tenant that no configuration names gets the mode `unlisted`."""
        found = self.clocks.get(tenant)
        if found is None:
            policy = self.definitions.tenants.get(tenant)
            found = self.clocks[tenant] = TenantClock(tenant, policy.clock if policy else unlisted)
        return found
