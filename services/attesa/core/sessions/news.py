"""What the sessions processor has to tell at its next checkpoint, and the rows that tell it."""

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.partition.checkpoint import Row
from attesa.core.rows import Stub, encode, session_key, version
from attesa.core.rows.session import SessionRow
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.facts import Place, deleted_row, session_row
from attesa.core.sessions.session import Session
from attesa.core.sessions.stubs import differs, stub_of, stub_row, time_rows


class News:
    """Sessions whose facts may have changed, sessions that are no more, and how far data time has come."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.sessions: dict[tuple[bytes, int], tuple[Conversation, Session]] = {}
        self.times: dict[str, int] = {}  # data time that the other processor has to know
        self._deleted: list[Row] = []
        self._unstubbed: list[Stub] = []

    def __bool__(self) -> bool:
        return bool(self.sessions or self.times)

    def of(self, unit: Conversation, session: Session) -> None:
        self.sessions[unit.key, session.number] = (unit, session)

    def of_the_end_of(self, unit: Conversation, session: Session, definitions: Definitions) -> None:
        """A late event left fewer sessions than there were."""
        if session.judgement is not None:
            row = self._row(unit, session, definitions)
            self._deleted.append((session_key(row.tenant, row.session), encode(deleted_row(row))))
            self.sessions.pop((unit.key, session.number), None)
        if session.stub is not None:
            self._unstubbed.append(session.stub)

    def take(self, definitions: Definitions, next_offset: int) -> dict[str, list[Row]]:
        """The rows by topic; what they tell is told after that."""
        stub_version = version(self.place.epoch, next_offset)
        facts = self._deleted
        customers: list[Row] = [stub_row(stub, stub_version, deleted=True) for stub in self._unstubbed]
        for unit, session in self.sessions.values():
            row = self._row(unit, session, definitions)
            facts.append((session_key(row.tenant, row.session), encode(row)))
            if row.customer is not None or session.stub is not None:
                customers += _stub_rows(unit, session, stub_version)
        customers += time_rows(self.times, self.place.partition)
        self.sessions, self.times, self._deleted, self._unstubbed = {}, {}, [], []
        return {topics.SESSIONS: facts, topics.CUSTOMERS: customers}

    def _row(self, unit: Conversation, session: Session, definitions: Definitions) -> SessionRow:
        policy = definitions.tenants.get(unit.clock.tenant)
        return session_row(unit, session, self.place, shows_agents=policy is not None and policy.agents)


def _stub_rows(unit: Conversation, session: Session, stub_version: int) -> list[Row]:
    before, session.stub = session.stub, stub_of(unit, session)
    if not differs(before, session.stub):
        return []
    found: list[Row] = []
    if before is not None and (session.stub is None or session.stub.customer != before.customer):
        found.append(stub_row(before, stub_version, deleted=True))
    if session.stub is not None:
        found.append(stub_row(session.stub, stub_version))
    return found
