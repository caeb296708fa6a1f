"""One event's step: the event, and what of its fold it may have changed. No I/O."""

from typing import Any, NamedTuple

from attesa.core.events import ranks
from attesa.core.explained.lines import Times
from attesa.core.sessions.fold import Fold

_SHORT = {
    ranks.CUSTOMER_MESSAGE: "customer's message",
    ranks.BOT_MESSAGE: "bot's message",
    ranks.SYSTEM_MESSAGE: "system's message",
    ranks.AGENT_MESSAGE: "agent's message",
}


class Seen(NamedTuple):
    """What of a fold an event may change."""

    requested_at: int | None = None
    asked: bool = False
    replied_at: int | None = None
    useful_at: int | None = None
    accepted_at: int | None = None
    legs: int = 0
    turn_at: int | None = None
    turns_closed: int = 0
    nudges: int = 0
    bot_came: bool = False
    rating_at: int | None = None
    wrote_more: bool = False
    answers: int = 0


NOTHING = Seen()


class Step(NamedTuple):
    """An event, and the fold behind it; `before` is NOTHING where the event opened the session."""

    at: int
    body: tuple[Any, ...]
    opened: bool
    before: Seen
    fold: Fold
    times: Times

    @property
    def after(self) -> Seen:
        return seen(self.fold)


def seen(fold: Fold) -> Seen:
    answers, rhythm = fold.answers, fold.rhythm
    return Seen(
        fold.requested_at,
        fold.asked,
        fold.first_reply_at,
        fold.useful_at,
        fold.accepted_at,
        len(fold.legs),
        rhythm.turn_at,
        len(rhythm.turns_closed),
        rhythm.nudges,
        fold.bot_came,
        None if answers is None else answers.asked_at,
        answers is not None and answers.wrote_more,
        0 if answers is None else len(answers.answers),
    )


def named(rank: int, body: tuple[Any, ...]) -> str:
    """An event's type, and of messages whose and which."""
    if rank == ranks.AGENT_MESSAGE and not body[0]:
        return "private note"
    kind = {ranks.AGENT_MESSAGE: 1, ranks.CUSTOMER_MESSAGE: 0}.get(rank)
    short = _SHORT.get(rank, ranks.NAMES[rank])
    return short if kind is None or body[kind] in (None, "text") else f"{short}, {body[kind]}"
