"""Folds the events of one session, in their order, into what they tell (METRICS.md, "Clocks of a session").

A fold knows no clock: what time alone decides (a verdict on somebody who waits) is `verdicts`' business.
"""

from collections.abc import Callable, Iterable
from typing import Any

from attesa.core import ranks
from attesa.core.definitions import Definitions
from attesa.core.wire import Event

# Visible to the customer, and yet nobody's answer to him.
NOT_A_REPLY = frozenset({"campaign", "echo", "automatic"})


class Fold:
    """What the events of one session tell so far; instants and durations in milliseconds.

    `step` must be given the events in the order (time, rank, id hash). The first telling of a fact wins.
    """

    __slots__ = (
        "accepted_at",
        "agent_messages",
        "asked",
        "bot_came",
        "bot_messages",
        "channel",
        "country",
        "customer_messages",
        "effective_ms",
        "ended_at",
        "ended_by",
        "ended_reason",
        "first_reply_at",
        "idle_cap_ms",
        "language",
        "last_turn_at",
        "measured_ms",
        "outbound",
        "queue",
        "requested_at",
        "started_at",
        "transfers",
    )

    def __init__(self, definitions: Definitions) -> None:
        self.idle_cap_ms = definitions.channels[definitions.default_channel].idle_cap_seconds * 1000
        self.channel: str | None = None
        self.queue: str | None = None
        self.country: str | None = None
        self.language: str | None = None
        self.outbound = False
        self.bot_came = False
        self.asked = False  # for a person, in so many words or by entering a queue
        self.started_at: int | None = None
        self.requested_at: int | None = None
        self.accepted_at: int | None = None
        self.first_reply_at: int | None = None
        self.ended_at: int | None = None
        self.ended_by: str | None = None
        self.ended_reason: str | None = None
        self.measured_ms: int | None = None  # effective time as the source measured it
        self.effective_ms = 0
        self.last_turn_at: int | None = None
        self.transfers = 0
        self.customer_messages = 0
        self.agent_messages = 0
        self.bot_messages = 0

    def step(self, event: Event, definitions: Definitions) -> None:
        at, rank, _, body = event
        if self.started_at is None:
            self.started_at = at
        if self.ended_at is None:
            _STEPS[rank](self, at, body, definitions)


def fold(events: Iterable[Event], definitions: Definitions) -> Fold:
    """Fold a set of events, given in any order."""
    state = Fold(definitions)
    for event in sorted(events):
        state.step(event, definitions)
    return state


def _ask(state: Fold, at: int) -> None:
    """An explicit request replaces an implied one, unless that was answered already."""
    if not state.asked and state.first_reply_at is None:
        state.asked = True
        state.requested_at = at


def _reply(state: Fold, at: int) -> None:
    if state.requested_at is not None and state.first_reply_at is None:
        state.first_reply_at = at
        state.last_turn_at = at


def _turn(state: Fold, at: int) -> None:
    """Effective time: gaps between consecutive human messages from the first reply on, each capped."""
    if state.last_turn_at is not None:
        state.effective_ms += min(at - state.last_turn_at, state.idle_cap_ms)
        state.last_turn_at = at


def _started(state: Fold, _at: int, body: tuple[Any, ...], definitions: Definitions) -> None:
    channel, outbound, bot_first, queue, country, language = body
    if state.channel is None and channel is not None:
        state.channel = channel
        state.idle_cap_ms = definitions.channels[channel].idle_cap_seconds * 1000
    state.outbound = state.outbound or outbound
    state.bot_came = state.bot_came or bot_first
    state.queue = state.queue or queue
    state.country = state.country or country
    state.language = state.language or language


def _queued(state: Fold, at: int, body: tuple[Any, ...], _: Definitions) -> None:
    state.queue = state.queue or body[0]
    _ask(state, at)


def _assigned(state: Fold, _at: int, body: tuple[Any, ...], _: Definitions) -> None:
    state.queue = state.queue or body[0]


def _declined(state: Fold, _at: int, _body: tuple[Any, ...], _: Definitions) -> None:
    pass


def _accepted(state: Fold, at: int, body: tuple[Any, ...], _: Definitions) -> None:
    queue, is_reply = body
    state.queue = state.queue or queue
    if state.accepted_at is None:
        state.accepted_at = at
    if is_reply:
        _reply(state, at)


def _customer_message(state: Fold, at: int, _body: tuple[Any, ...], _: Definitions) -> None:
    state.customer_messages += 1
    if state.requested_at is None and not state.bot_came and not state.outbound:
        state.requested_at = at
    _turn(state, at)


def _bot_message(state: Fold, _at: int, _body: tuple[Any, ...], _: Definitions) -> None:
    state.bot_messages += 1
    state.bot_came = True


def _system_message(state: Fold, _at: int, _body: tuple[Any, ...], _: Definitions) -> None:
    pass


def _agent_message(state: Fold, at: int, body: tuple[Any, ...], _: Definitions) -> None:
    visible, kind = body
    if not visible or kind in NOT_A_REPLY:
        return
    state.agent_messages += 1
    _turn(state, at)
    _reply(state, at)


def _transferred(state: Fold, at: int, body: tuple[Any, ...], _: Definitions) -> None:
    kind, to_queue = body
    state.queue = state.queue or to_queue
    if kind == "bot_to_person":
        _ask(state, at)
    else:
        state.transfers += 1


def _ended(state: Fold, at: int, body: tuple[Any, ...], _: Definitions) -> None:
    state.ended_by, state.ended_reason, state.measured_ms = body
    state.ended_at = at


_Step = Callable[[Fold, int, tuple[Any, ...], Definitions], None]
_STEPS: tuple[_Step, ...] = tuple(
    step
    for _, step in sorted(
        {
            ranks.STARTED: _started,
            ranks.QUEUED: _queued,
            ranks.ASSIGNED: _assigned,
            ranks.DECLINED: _declined,
            ranks.ACCEPTED: _accepted,
            ranks.CUSTOMER_MESSAGE: _customer_message,
            ranks.BOT_MESSAGE: _bot_message,
            ranks.SYSTEM_MESSAGE: _system_message,
            ranks.AGENT_MESSAGE: _agent_message,
            ranks.TRANSFERRED: _transferred,
            ranks.ENDED: _ended,
        }.items()
    )
)
