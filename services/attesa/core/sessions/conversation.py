"""One kept conversation: its set of events, cut into sessions (docs/rules.md, "Sessions")."""

from typing import NamedTuple

import msgspec
from msgspec import Struct

from attesa.core.definitions import Definitions
from attesa.core.events import flags, ranks
from attesa.core.events.wire import Event
from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.state import pack
from attesa.core.sessions.contradictions import contradiction
from attesa.core.sessions.fold import CAMPAIGN, NOTHING_TOLD, Fold, Inheritance, begun
from attesa.core.sessions.session import Session
from attesa.core.sessions.steps import AFTER_THE_END, step
from attesa.core.sessions.surveys import TOO_EARLY_MS

_ALWAYS_OPEN = frozenset({ranks.STARTED, ranks.QUEUED, ranks.CUSTOMER_MESSAGE})
_KIND_IN_BODY = {ranks.AGENT_MESSAGE: 1, ranks.CUSTOMER_MESSAGE: 0}


class ConversationState(NamedTuple):
    """A conversation in `attesa.state`; `number` and `inherited` are of the last session that was let go."""

    source: str
    number: int
    inherited: Inheritance
    events: list[Event]


class Memory(NamedTuple):
    """What is remembered of a conversation when all its sessions have been let go."""

    number: int
    inherited: Inheritance
    last_at: int


unpack_conversation = msgspec.msgpack.Decoder(ConversationState).decode
unpack_memory = msgspec.msgpack.Decoder(Memory).decode


class Conversation(Struct, gc=False, eq=False):
    """Facts are a fold of `events`, a set by id; in-order events take the incremental path of `add`.

    `first_at`: where its first session began; the first event, while there is none. `changed_from`: the first
    session (index) whose facts may have changed since it was last judged. `vanished`: sessions that a late
    event took away, until their contribution is taken back.
    """

    key: bytes
    clock: TenantClock
    source: str
    number: int = 0
    inherited: Inheritance = NOTHING_TOLD
    events: dict[int, Event] = {}
    first_at: int = 0
    last: Event | None = None
    sessions: list[Session] = []
    changed_from: int = 0
    vanished: list[Session] = []
    timed_out: bool = False  # the last session ended by the clock, and no event has said so
    expected_at: int | None = None  # the deadline on the clock's list
    listed_hour: int | None = None

    @property
    def name(self) -> str:
        """The platform's thread."""
        return self.key[len(self.clock.tenant) + 1 :].decode()

    @property
    def last_at(self) -> int:
        """The newest event, or the end of the last session where that came later by time-out."""
        assert self.last is not None
        ended_at = self.sessions[-1].fold.ended_at if self.sessions else None
        return self.last[0] if ended_at is None else max(self.last[0], ended_at)

    @property
    def is_over(self) -> bool:
        """Nothing is open: only another event can change it."""
        return not self.sessions or self.sessions[-1].fold.ended_at is not None

    @property
    def is_orphan(self) -> bool:
        return not self.sessions

    def add(self, event: Event, source: str, definitions: Definitions) -> str | None:
        """Add an event to the set. Returns None, or why nothing or something else came of it.

        `duplicate`: known already. `conflicting`: the same id with other contents; the smaller wins.
        """
        if source < self.source:
            self.source = source
            self.changed_from = 0
        known = self.events.get(event[2])
        if known is not None:
            if known == event:
                return "duplicate"
            self.events[event[2]] = min(known, event, key=pack)
            self.refold(definitions)
            return "conflicting"
        self.events[event[2]] = event
        if self.last is None:
            self.first_at = event[0]
        elif event < self.last or (self.timed_out and event[0] <= self.last_at):
            return self._fold_anew(definitions, event)
        self.timed_out = False
        self.last = event
        return self._step(event, definitions)

    def refold(self, definitions: Definitions) -> None:
        """Cut and fold the whole set anew; the sessions keep what they contributed before."""
        self._fold_anew(definitions, None)

    def _fold_anew(self, definitions: Definitions, added: Event | None) -> str | None:
        """Returns why nothing or something else came of the event `added`, or of one that it left behind."""
        before, self.sessions = self.sessions, []
        self.timed_out = False
        ordered = sorted(self.events.values())
        if ordered:
            self.first_at, self.last = ordered[0][0], ordered[-1]
        reason = None
        for event in ordered:
            told = self._step(event, definitions)
            reason = told if event is added else reason
        for old, new in zip(before, self.sessions, strict=False):
            new.continues(old)
        self.vanished += before[len(self.sessions) :]
        for new in self.sessions[len(before) :]:
            self._revive(new)
        self.changed_from = 0
        return reason or ("after_end" if _ignored(self.sessions) > _ignored(before) else None)

    def pass_time(self, clock: int | None) -> None:
        """End a session whose time-out the clock has passed."""
        if self.is_over or clock is None:
            return
        fold = self.sessions[-1].fold
        if clock > fold.times_out_at:
            fold.time_out()
            self.timed_out = True
            self.changed_from = min(self.changed_from, len(self.sessions) - 1)

    def let_go_before(self, instant: int) -> list[Session]:
        """Forget the first sessions, as far as all of them ended and were silent before `instant`."""
        gone: list[Session] = []
        while len(gone) < len(self.sessions):
            fold = self.sessions[len(gone)].fold
            if fold.ended_at is None or fold.silent_since >= instant:
                break
            gone.append(self.sessions[len(gone)])
        if gone:
            last = gone[-1]
            del self.sessions[: len(gone)]
            self.number, self.inherited = last.number, last.fold.inheritance()
            starts = self.sessions[0].fold.started_at if self.sessions else instant
            self.events = {event[2]: event for event in self.events.values() if event[0] >= starts}
            if self.sessions:
                self.first_at = starts
            elif self.events:
                self.first_at = min(self.events.values())[0]
            self.changed_from = max(0, self.changed_from - len(gone))
        return gone

    def packed(self) -> bytes:
        """The value of its row in `attesa.state`."""
        return pack((self.source, self.number, self.inherited, list(self.events.values())))

    def load(self, state: ConversationState, definitions: Definitions) -> None:
        """Take over what `packed` kept."""
        self.source, self.number, self.inherited = state.source, state.number, state.inherited
        self.events = {event[2]: event for event in state.events}
        self.refold(definitions)

    def memory(self, last_at: int) -> Memory:
        return Memory(self.number, self.inherited, last_at)

    def _step(self, event: Event, definitions: Definitions) -> str | None:
        """Take the next event in order. Returns why nothing comes of it."""
        if self.sessions:
            fold = self.sessions[-1].fold
            if fold.ended_at is None and event[0] > fold.times_out_at:
                fold.time_out()
                self._changed(len(self.sessions) - 1)
        reason = None
        if not self.sessions or fold.ended_at is not None:
            rank = event[1]
            if self._opens(rank, event[3]):
                fold = self._begin(event, definitions)
            elif not self.sessions:
                return "orphan_survey" if rank in AFTER_THE_END else "after_end"
            elif rank not in AFTER_THE_END:
                reason = "after_end"
        if reason is None and (fold.requested_at is None or event[1] == ranks.TRANSFERRED):
            reason = contradiction(fold, event[1], event[3])
        step(fold, event)
        self._changed(len(self.sessions) - 1)
        return reason

    def _opens(self, rank: int, body: tuple[object, ...]) -> bool:
        if rank in _ALWAYS_OPEN:
            return True
        if rank == ranks.TRANSFERRED and body[0] == "bot_to_person":
            return True
        return not self.sessions and not self.number and rank not in AFTER_THE_END

    def _begin(self, event: Event, definitions: Definitions) -> Fold:
        at, rank, _, body = event
        before = self.sessions[-1].fold if self.sessions else None
        if before is not None and before.answers is not None and before.answers.asked_at is not None:
            thanks = rank == ranks.CUSTOMER_MESSAGE and body[1] & flags.COURTESY
            if rank == ranks.CUSTOMER_MESSAGE and not thanks and at <= before.answers.asked_at + TOO_EARLY_MS:
                before.answers.wrote_more = True
                self._changed(len(self.sessions) - 1)
        inherited = before.inheritance() if before is not None else self.inherited
        fold = begun(definitions, inherited, at)
        fold.outbound = _is_outbound(rank, body)
        if not self.sessions:
            self.first_at = at
        self.sessions.append(Session(self.number + len(self.sessions) + 1, fold))
        return fold

    def _revive(self, new: Session) -> None:
        """A session of a number that vanished before that was taken back goes on where that one was."""
        for old in self.vanished:
            if old.number == new.number:
                new.continues(old)
                self.vanished.remove(old)
                return

    def _changed(self, index: int) -> None:
        self.changed_from = min(self.changed_from, index)


def _ignored(sessions: list[Session]) -> int:
    """How many of their events came to nothing, for the session had ended."""
    return sum(session.fold.ignored for session in sessions)


def _is_outbound(rank: int, body: tuple[object, ...]) -> bool:
    """Whether the event that opens a session says that the business began it."""
    if rank == ranks.STARTED:
        return bool(body[1])
    kind = _KIND_IN_BODY.get(rank)
    return kind is not None and body[kind] == CAMPAIGN
