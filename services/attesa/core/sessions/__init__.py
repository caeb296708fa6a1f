"""The sessions processor: events of `attesa.events` to facts, panes, totals, and stubs for the other one."""

from collections.abc import Callable
from typing import ClassVar

from attesa.core import rows, topics
from attesa.core.definitions import Definitions
from attesa.core.events.intake import Refused
from attesa.core.events.ranks import PRESENCE, SURVEY_ANSWERED
from attesa.core.events.wire import Decoded, Event, decode
from attesa.core.partition.cells import Cell, move
from attesa.core.partition.checkpoint import Row
from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.dead_letters import Seal
from attesa.core.partition.processor import FUTURE_MS, KNOWN, Processor
from attesa.core.partition.unit import Record, Unit
from attesa.core.sessions.agents import Agent, unpack_agent
from attesa.core.sessions.contributions import groups
from attesa.core.sessions.conversation import Conversation, unpack_conversation
from attesa.core.sessions.facts import Place
from attesa.core.sessions.memory import Remembered
from attesa.core.sessions.news import News
from attesa.core.sessions.session import Session
from attesa.core.sessions.stubs import stub_of
from attesa.core.sessions.surveys import is_on_scale
from attesa.core.sessions.terms import TermsBook
from attesa.core.sessions.verdicts import Judgement, corrections, judge

AGENT = b"\x00agent"  # behind an agent's key, which may be a conversation's too


class Sessions(Processor):
    """One partition of `attesa.events`."""

    name: ClassVar[rows.Processor] = "sessions"
    topic: ClassVar[str] = topics.EVENTS
    prefix: ClassVar[bytes] = b"s"

    def __init__(
        self,
        partition: int,
        definitions: Definitions,
        epoch: int,
        owns: Callable[[bytes], bool],
        seal: Seal | None = None,
    ) -> None:
        super().__init__(partition, definitions, epoch, owns, seal)
        self.terms = TermsBook(definitions, self.layout, self.cell)
        self.news = News(Place(partition, epoch))
        self.remembered = Remembered()

    def judge_by(self, definitions: Definitions) -> None:
        super().judge_by(definitions)
        self.terms = TermsBook(definitions, self.layout, self.cell)

    # -- events ------------------------------------------------------------------------------------

    def take_in(self, record: Record, now_ms: int) -> Refused | None:
        found = decode(record.value or b"")
        if isinstance(found, Refused):
            return found
        if found.event is not None:
            return self._add(record.key, found, found.event, now_ms)
        if found.promised_ms is not None:
            clock = self.clock(found.tenant)
            clock.promise(found.source, found.at, found.promised_ms, now_ms)
            if found.sequence is not None:
                clock.numbered_up_to(found.source, found.sequence)
            return None
        return self._progress(found)

    def _progress(self, found: Decoded) -> Refused | None:
        clock = self.clock(found.tenant, "data")
        if clock.mode != "data":
            detail = f"tenant {found.tenant} lives in wall time"
            return Refused("progress_refused", "type", detail, found.tenant)
        self.advance(clock, found.at)
        assert clock.clock is not None
        self.news.times[found.tenant] = clock.clock
        return None

    def _add(self, key: bytes | None, found: Decoded, event: Event, now_ms: int) -> Refused | None:
        tenant = found.tenant
        clock = self.clock(tenant)
        named = f"{tenant}:{found.subject}"
        if key != named.encode() or (found.partitionkey is not None and found.partitionkey != named):
            return Refused("key_mismatch", "subject", f"the key of this event is {named}", tenant)
        at, rank = event[0], event[1]
        if at > now_ms + FUTURE_MS:
            return Refused("future", "time", "more than an hour ahead of the worker's clock", tenant)
        unit_key = key + AGENT if rank == PRESENCE else key
        unit = self.find(unit_key)
        if unit is None:
            if not self.owns(key):
                detail = "produce with the murmur2 partitioner"
                return Refused("wrong_partition", "subject", detail, tenant)
            if clock.is_late(at):
                return Refused("late", "time", "older than what is kept, and its session is not", tenant)
        elif at < unit.first_at and clock.is_late(at):
            return Refused("late", "time", "older than what is kept, and than its session", tenant)
        clock.saw(at, found.source, now_ms)
        if found.dropped_fields:
            clock.reasons["unknown_field"] += found.dropped_fields
        if rank == PRESENCE:
            outcome = self._attend(unit_key, unit, event, clock)
        else:
            outcome = self._converse(key, unit, event, found.source, clock)
        if found.sequence is not None and outcome not in KNOWN:
            clock.numbered(found.source, found.sequence)
        return None

    def _attend(self, key: bytes, unit: Unit | None, event: Event, clock: TenantClock) -> str | None:
        agent = unit if isinstance(unit, Agent) else Agent(key, clock)
        outcome = agent.add(event)
        self._note(agent, outcome, None if unit is None else unit.first_at)
        return outcome

    def _converse(
        self, key: bytes, unit: Unit | None, event: Event, source: str, clock: TenantClock
    ) -> str | None:
        if isinstance(unit, Conversation):
            conversation, first_at, before = unit, unit.first_at, unit.source
        else:
            conversation, first_at, before = self._new(key, source, clock), None, source
        outcome = conversation.add(event, source, self.definitions)
        if event[1] == SURVEY_ANSWERED and outcome != "duplicate" and not is_on_scale(*event[3]):
            clock.reasons["out_of_scale"] += 1
        if outcome == "duplicate" and before == conversation.source:
            clock.reasons[outcome] += 1
            return outcome
        self._note(conversation, outcome, first_at)
        return outcome

    def _new(self, key: bytes, source: str, clock: TenantClock) -> Conversation:
        conversation = Conversation(key, clock, source)
        memory = self.remembered.get(key)
        if memory is not None:
            conversation.number, conversation.inherited = memory.number, memory.inherited
        return conversation

    def _note(self, unit: Conversation | Agent, outcome: str | None, first_before: int | None) -> None:
        if outcome is not None:
            unit.clock.reasons[outcome] += 1
        self.changed(unit, first_before)

    # -- judging -----------------------------------------------------------------------------------

    def refresh(self, unit: Unit) -> None:
        if isinstance(unit, Agent):
            self._refresh_agent(unit)
            return
        assert isinstance(unit, Conversation)
        unit.pass_time(unit.clock.clock)
        sessions = unit.sessions
        for gone in unit.vanished:
            move(gone.groups, (), self.changed_cells)
            self.news.of_the_end_of(unit, gone, self.definitions)
        unit.vanished.clear()
        for session in sessions[min(unit.changed_from, len(sessions) - 1) :]:
            self._refresh_session(unit, session)
        unit.changed_from = len(sessions)
        self.list_hour(unit)
        self.await_deadline(unit)

    def withdraw(self, unit: Unit) -> None:
        if isinstance(unit, Conversation):
            for session in unit.sessions:
                move(session.groups, (), self.changed_cells)
                session.groups = ()

    def _refresh_agent(self, agent: Agent) -> None:
        before = agent.groups
        agent.contribute(self.cell)
        move(before, agent.groups, self.changed_cells)
        self.list_hour(agent)
        self.expect(agent, agent.deadline)

    def _refresh_session(self, unit: Conversation, session: Session) -> None:
        before, groups_before = session.judgement, session.groups
        judgement = self._judge(unit, session)
        if before is not None and (corrected := corrections(before, judgement)):
            unit.clock.reasons["corrected"] += corrected
        move(groups_before, session.groups, self.changed_cells)
        self.news.of(unit, session)

    def _judge(self, unit: Conversation, session: Session) -> Judgement:
        """Set a session's terms, judgement and contribution at its clock; no count changes by this."""
        clock, fold = unit.clock, session.fold
        terms = session.terms = self.terms.of(fold, clock.tenant, unit.source)
        judgement = session.judgement = judge(fold, terms, clock.clock)
        session.groups = groups(fold, judgement, terms, clock.clock)
        return judgement

    def await_deadline(self, unit: Unit) -> None:
        if isinstance(unit, Agent):
            self.expect(unit, unit.deadline)
            return
        assert isinstance(unit, Conversation)
        if unit.is_over:
            return
        session = unit.sessions[-1]
        self.expect(unit, session.next_deadline(unit.clock.clock))
        judgement, requested_at = session.judgement, session.fold.requested_at
        assert judgement is not None
        if judgement.outcome == "waiting" and requested_at is not None:
            cell = session.cell
            assert cell is not None
            if session.waits_in != (cell, requested_at):
                session.waits_in = (cell, requested_at)
                cell.note_waiting(requested_at, unit.key)
        else:
            session.waits_in = None  # a correction may let the same request wait again

    def oldest_waiting(self, cell: Cell) -> int | None:
        return cell.oldest_waiting(self._still_waits)

    def _still_waits(self, key: bytes, requested_at: int, cell: Cell) -> bool:
        """Whether the conversation's last session waits since that instant, in that cell."""
        unit = self.units.get(key)
        if not isinstance(unit, Conversation) or not unit.sessions:
            return False
        return unit.sessions[-1].waits(cell, requested_at)

    # -- what is kept ------------------------------------------------------------------------------

    def adopt(self, key: bytes, packed: bytes) -> Unit:
        tenant, _, _ = key.partition(b":")
        clock = self.clock(tenant.decode())
        if key.endswith(AGENT):
            agent = Agent(key, clock)
            agent.load(unpack_agent(packed))
            agent.contribute(self.cell)
            return agent
        conversation = Conversation(key, clock, "")
        conversation.load(unpack_conversation(packed), self.definitions)
        conversation.pass_time(clock.clock)
        for session in conversation.sessions:
            self._judge(conversation, session)
            session.stub = stub_of(conversation, session)
        conversation.changed_from = len(conversation.sessions)
        return conversation

    def let_go(self, unit: Unit, limit_ms: int) -> bool:
        if isinstance(unit, Agent):
            if unit.let_go_before(limit_ms):
                return True
            unit.contribute(self.cell)
            return False
        assert isinstance(unit, Conversation)
        last_at = unit.last_at
        unit.let_go_before(limit_ms)
        assert unit.clock.clock is not None
        if unit.sessions or last_at >= limit_ms:
            return False
        if unit.number:
            self.remembered.keep(unit.key, unit.memory(last_at))
        return True

    def remember(self, key: bytes, packed: bytes) -> None:
        self.remembered.load(key, packed)

    @property
    def has_news(self) -> bool:
        return bool(self.news) or super().has_news

    def own_rows(self) -> dict[str, list[Row]]:
        found = self.news.take(self.definitions, self.next_offset)
        found[topics.STATE] = [(self.prefix + key, value) for key, value in self.remembered.rows]
        self.remembered.rows = []
        return found
