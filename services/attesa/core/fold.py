"""Folds the events of one session, in their order, into what they tell (docs/rules.md).

A fold knows no clock: what time alone decides (the verdict on somebody who waits, a time-out) comes from
outside.
"""

from collections.abc import Callable
from typing import Any

from attesa.core import flags, ranks
from attesa.core.definitions import Definitions
from attesa.core.legs import Leg
from attesa.core.surveys import Answers
from attesa.core.turns import CUSTOMER, PERSON, Rhythm
from attesa.core.wire import Event

# Visible to the customer, and yet nobody's answer to him.
NOT_A_REPLY = frozenset({"campaign", "echo", "automatic"})
CAMPAIGN = "campaign"
VIDEO = "video"

# What a session takes over from the one before where its own events do not tell it.
INHERITED = ("channel", "queue", "country", "phone_country", "language", "customer", "visibility")
Inheritance = tuple[str | None, ...]


class Fold:
    """What the events of one session tell so far; instants and durations in milliseconds.

    `step` must be given the events in the order (time, rank, id hash). The first telling of a fact wins.
    """

    __slots__ = (
        "accepted_agent", "accepted_at", "accepted_team", "agent", "answers", "asked", "bot_at_request",
        "bot_came", "bot_messages", "channel", "country", "customer", "definitions", "ended_at", "ended_by",
        "ended_reason", "entry_point", "events", "first_reply_at", "form_fields", "ignored", "language",
        "last_at", "legs", "measured_ms", "outbound", "phone_country", "promised_ms", "purpose", "queue",
        "requested_at", "rhythm", "started_at", "team", "timeout_ms", "told", "transfers",
        "transfers_without_context", "useful_at", "video", "video_stage", "visibility",
    )  # fmt: skip

    def __init__(self, definitions: Definitions, inherited: Inheritance, at: int) -> None:
        self.definitions = definitions
        self.channel: str | None
        self.queue: str | None
        self.country: str | None
        self.phone_country: str | None
        self.language: str | None
        self.customer: str | None
        self.visibility: str | None
        (
            self.channel, self.queue, self.country, self.phone_country, self.language, self.customer,
            self.visibility,
        ) = inherited  # fmt: skip
        self.told = 0  # bits of INHERITED that the session's own events told
        self.purpose: str | None = None
        self.entry_point: str | None = None
        self.form_fields: int | None = None
        self.promised_ms: int | None = None
        self.outbound = False
        self.bot_came = False
        self.bot_at_request = False
        self.asked = False  # for a person, in so many words or by entering a queue
        self.started_at = at
        self.last_at = at
        self.requested_at: int | None = None
        self.accepted_at: int | None = None
        self.accepted_team: str | None = None  # of the last pick-up
        self.accepted_agent: str | None = None
        self.first_reply_at: int | None = None
        self.team: str | None = None  # of the first reply
        self.agent: str | None = None
        self.useful_at: int | None = None
        self.ended_at: int | None = None
        self.ended_by: str | None = None
        self.ended_reason: str | None = None
        self.measured_ms: int | None = None  # effective time as the source measured it
        self.legs: list[Leg] = []
        self.transfers = 0
        self.transfers_without_context = 0
        self.bot_messages = 0
        self.events = 0
        self.ignored = 0  # events after the end that changed nothing
        self.video = False
        self.video_stage: str | None = None
        pair = definitions.channels[self.channel or definitions.default_channel]
        self.timeout_ms = pair.session_timeout_seconds * 1000
        self.rhythm = Rhythm(pair)
        self.answers: Answers | None = None

    def step(self, event: Event) -> None:
        at, rank, _, body = event
        self.events += 1
        self.last_at = at
        if self.ended_at is None or rank in AFTER_THE_END:
            _STEPS[rank](self, at, body)
        else:
            self.ignored += 1

    @property
    def times_out_at(self) -> int:
        """The last instant of an open session, unless something happens up to it."""
        return self.last_at + self.timeout_ms

    @property
    def silent_since(self) -> int:
        """The newest event, or the end where that came later by time-out."""
        return self.last_at if self.ended_at is None else max(self.last_at, self.ended_at)

    def time_out(self) -> None:
        self._end(self.times_out_at, "timeout", None, None)

    def inheritance(self) -> Inheritance:
        """What the next session of the conversation takes over."""
        return (
            self.channel, self.queue, self.country, self.phone_country, self.language, self.customer,
            self.visibility,
        )  # fmt: skip

    def learn(self, **told: str | None) -> None:
        """Take what an event tells where the session's own events have not told it before."""
        for name, value in told.items():
            bit = 1 << INHERITED.index(name)
            if value is not None and not self.told & bit:
                self.told |= bit
                setattr(self, name, value)

    def learn_queue(self, queue: str | None) -> None:
        if queue is not None and not self.told & _QUEUE:
            self.told |= _QUEUE
            self.queue = queue

    def _ask(self, at: int, *, explicit: bool) -> None:
        """A request; an explicit one replaces an implied one, and all that hung on that."""
        if explicit:
            if self.asked or self.first_reply_at is not None:
                return
            self.asked = True
        self.requested_at = at
        self.bot_at_request = self.bot_came
        self.legs = [Leg(None, at)]
        self.rhythm.begin_at(at)
        if self.answers is not None:
            self.answers.turn_was_open = False  # it was opened before the request

    def _reply(self, at: int, team: str | None, agent: str | None) -> None:
        """A person's answer that the customer can see, or a pick-up that stands for it."""
        if self.requested_at is None:
            return
        leg = self.legs[-1]
        if leg.replied_at is None:
            leg.replied_at = at
        if self.first_reply_at is None:
            self.first_reply_at = at
            self.team = team or self.accepted_team
            self.agent = agent or self.accepted_agent
            self.rhythm.replied_at = at

    def _end(self, at: int, by: str, reason: str | None, measured_ms: int | None) -> None:
        self.ended_at, self.ended_by, self.ended_reason, self.measured_ms = at, by, reason, measured_ms
        self.rhythm.end(at)

    def _survey(self) -> Answers:
        if self.answers is None:
            self.answers = Answers()
        return self.answers


_QUEUE = 1 << INHERITED.index("queue")


def _started(state: Fold, _at: int, body: tuple[Any, ...]) -> None:
    channel, _, bot_first, queue, country, phone, language, customer, *more = body
    purpose, visibility, form_fields, promised_ms, entry_point = more
    known = state.told & 1
    state.learn(
        channel=channel, queue=queue, country=country, phone_country=phone, language=language,
        customer=customer, visibility=visibility,
    )  # fmt: skip
    if channel is not None and not known:
        pair = state.definitions.channels[channel]
        state.timeout_ms = pair.session_timeout_seconds * 1000
        state.rhythm.pair = pair
    state.bot_came = state.bot_came or bot_first
    state.purpose = state.purpose or purpose
    state.entry_point = state.entry_point or entry_point
    if state.form_fields is None:
        state.form_fields = form_fields
    if state.promised_ms is None:
        state.promised_ms = promised_ms


def _queued(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    queue, promised_ms = body
    state.learn_queue(queue)
    if state.promised_ms is None:
        state.promised_ms = promised_ms
    state._ask(at, explicit=True)  # noqa: SLF001  the steps are the fold's own


def _assigned(state: Fold, _at: int, body: tuple[Any, ...]) -> None:
    state.learn_queue(body[0])


def _nothing(_state: Fold, _at: int, _body: tuple[Any, ...]) -> None:
    pass


def _accepted(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    queue, is_reply, team, agent = body
    state.learn_queue(queue)
    if state.accepted_at is None:
        state.accepted_at = at
    if state.legs and state.legs[-1].accepted_at is None:
        state.legs[-1].accepted_at = at
    if is_reply:
        if state.requested_at is not None and state.first_reply_at is None:
            state.useful_at = at
        state._reply(at, team, agent)  # noqa: SLF001
    state.accepted_team, state.accepted_agent = team, agent


def _customer_message(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    kind, flag_bits, stage = body
    if state.requested_at is None and not state.bot_came and not state.outbound:
        state._ask(at, explicit=False)  # noqa: SLF001
    if kind == VIDEO:
        _video(state, stage)
    state.rhythm.message(CUSTOMER, at)
    if state.requested_at is not None:
        state.rhythm.customer_turn(at, replied=state.first_reply_at is not None)
    if state.answers is not None and not flag_bits & flags.COURTESY:
        state.answers.wrote_again(at)


def _bot_message(state: Fold, _at: int, _body: tuple[Any, ...]) -> None:
    state.bot_messages += 1
    state.bot_came = True


def _agent_message(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    visible, kind, flag_bits, questions, is_long, team, agent, stage = body
    if not visible:
        if state.legs:
            state.legs[-1].note()
        return
    if kind in NOT_A_REPLY:
        return
    if kind == VIDEO:
        _video(state, stage)
    rhythm = state.rhythm
    rhythm.message(PERSON, at)
    rhythm.agent_message(kind, flag_bits, questions, is_long=is_long)
    asked = state.requested_at is not None
    state._reply(at, team, agent)  # noqa: SLF001
    if not asked:
        return
    rhythm.answer(at)
    if state.useful_at is None and not flag_bits & flags.HOLDING:
        state.useful_at = at
    if flag_bits & flags.ASKS_RATING:
        state._survey().ask(at, rhythm.turn_at is not None)  # noqa: SLF001


def _video(state: Fold, stage: str | None) -> None:
    state.video = True
    state.video_stage = state.video_stage or stage


def _transferred(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    kind, _, to_queue, with_context = body
    state.learn_queue(to_queue)
    if kind == "bot_to_person":
        state._ask(at, explicit=True)  # noqa: SLF001
        return
    state.transfers += 1
    if with_context is False:
        state.transfers_without_context += 1
    if state.legs:
        state.legs[-1].ended_at = at
        state.legs.append(Leg(to_queue or state.legs[-1].queue, at))


def _ended(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    by, reason, measured_ms = body
    state._end(at, by, reason, measured_ms)  # noqa: SLF001


def _survey_requested(state: Fold, at: int, _body: tuple[Any, ...]) -> None:
    state._survey().ask(at, state.rhythm.turn_at is not None)  # noqa: SLF001


def _survey_answered(state: Fold, at: int, body: tuple[Any, ...]) -> None:
    state._survey().answer(at, *body)  # noqa: SLF001


_Step = Callable[[Fold, int, tuple[Any, ...]], None]
_BY_RANK: dict[int, _Step] = {
    ranks.STARTED: _started,
    ranks.QUEUED: _queued,
    ranks.CUSTOMER_MESSAGE: _customer_message,
    ranks.BOT_MESSAGE: _bot_message,
    ranks.SYSTEM_MESSAGE: _nothing,
    ranks.TRANSFERRED: _transferred,
    ranks.ASSIGNED: _assigned,
    ranks.DECLINED: _nothing,
    ranks.ACCEPTED: _accepted,
    ranks.AGENT_MESSAGE: _agent_message,
    ranks.SURVEY_REQUESTED: _survey_requested,
    ranks.ENDED: _ended,
    ranks.SURVEY_ANSWERED: _survey_answered,
}
_STEPS: tuple[_Step, ...] = tuple(step for _, step in sorted(_BY_RANK.items()))
AFTER_THE_END = frozenset({ranks.SURVEY_REQUESTED, ranks.SURVEY_ANSWERED})
