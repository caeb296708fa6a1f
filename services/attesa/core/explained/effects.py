"""What an event did, in words: what it changed in the fold, or why it changed nothing. No I/O."""

from collections.abc import Callable, Iterator

from attesa.core.events import flags, ranks
from attesa.core.explained.lines import duration
from attesa.core.explained.steps import Step
from attesa.core.sessions.fold import NOT_A_REPLY
from attesa.core.sessions.surveys import DEFAULT_SCALES, is_on_scale

_WHY_NOT = {
    "campaign": "a campaign, sent to many",
    "echo": "an echo of what was sent elsewhere",
    "automatic": "an automatic message",
}


def did(rank: int, step: Step) -> str:
    """Everything that the event did."""
    told = [*(("opened the session",) if step.opened else ()), *_DID[rank](step)]
    return "; ".join(told) or "nothing new"


def _explicit(step: Step) -> Iterator[str]:
    """A request in so many words."""
    before, after, clock = step.before, step.after, step.times.clock
    if after.requested_at == before.requested_at and after.asked == before.asked:
        if before.replied_at is not None and not before.asked:
            yield f"no request: a person had replied at {clock(before.replied_at)}"
        elif before.requested_at is not None:
            yield f"no request: the customer had asked at {clock(before.requested_at)}"
    elif before.requested_at is None:
        yield "asked for a person: the wait begins"
    else:
        yield f"replaced the implied request of {clock(before.requested_at)}: the wait begins"


def _started(step: Step) -> Iterator[str]:
    channel, _, bot_first, queue, country, phone, *_ = step.body
    told = [each for each in (channel, queue and f"queue {queue}", country or phone) if each]
    if told:
        yield f"told {', '.join(told)}"
    if bot_first:
        yield "a bot comes first: messages ask for nobody"
    if step.opened and step.fold.outbound:
        yield "the business began: messages ask for nobody"


def _queued(step: Step) -> Iterator[str]:
    yield from _explicit(step)
    if step.body[1] is not None:
        yield f"the customer was promised {duration(step.body[1])}"


def _customer_message(step: Step) -> Iterator[str]:
    before, after = step.before, step.after
    if after.requested_at is None:
        yield f"no request: {'a bot came first' if step.fold.bot_came else 'the business began'}"
        return
    if before.requested_at is None:
        yield "asked for a person, for no bot came before: the wait begins"
    if after.turn_at != before.turn_at:
        yield _opened_turn(step)
    elif before.requested_at is not None:
        yield "wrote again, still waiting for the next reply"
    if after.nudges > before.nudges:
        yield f"a nudge: more than {duration(step.fold.rhythm.pair.good_ms)} of waiting"
    if after.wrote_more and not before.wrote_more:
        yield "so the survey was too early"


def _opened_turn(step: Step) -> str:
    rhythm = step.fold.rhythm
    if not rhythm.turn_is_next:
        return "opened the first turn"
    if rhythm.turn_synchronous:
        return "opened a next turn, synchronous: within 90 s after the reply"
    return "opened a next turn"


def _bot_message(step: Step) -> Iterator[str]:
    if step.after.bot_came and not step.before.bot_came:
        yield (
            "a bot came: from now on messages ask for nobody"
            if step.after.requested_at is None
            else ("no reply: a bot")
        )
    else:
        yield "no reply: a bot"


def _system_message(_step: Step) -> Iterator[str]:
    yield "no reply: the system's own words"


def _transferred(step: Step) -> Iterator[str]:
    kind, _, _, with_context = step.body
    if kind == "bot_to_person":
        yield from _explicit(step)
        return
    fold = step.fold
    if not fold.legs:
        yield "counted as a transfer; no leg, for nobody had asked for a person"
    else:
        to_queue = fold.legs[-1].queue or fold.queue or "unknown"
        from_queue = fold.legs[-2].queue or fold.queue or "unknown"
        same = ", the queue that it is in" if to_queue == from_queue else ""
        yield f"closed leg {len(fold.legs) - 1}, began leg {len(fold.legs)} in {to_queue}{same}"
    if with_context is False:
        yield "without the context"


def _assigned(_step: Step) -> Iterator[str]:
    yield "nothing: an agent's assignment is no pick-up"


def _declined(_step: Step) -> Iterator[str]:
    yield "nothing: the agent did not take it"


def _accepted(step: Step) -> Iterator[str]:
    before, after = step.before, step.after
    if before.accepted_at is None:
        early = after.requested_at is None
        yield "an agent joined, before anybody had asked" if early else "an agent joined"
    else:
        yield "another agent joined"
    if step.body[1]:
        yield from _reply(step, "the pick-up stands for it")


def _reply(step: Step, how: str) -> Iterator[str]:
    before, after = step.before, step.after
    if after.requested_at is None:
        yield "no reply: nobody had asked for a person; a message all the same"
    elif before.replied_at is None:
        waited = duration(step.at - after.requested_at)
        yield f"the first reply, after {waited}" + (f": {how}" if how else "")


def _agent_message(step: Step) -> Iterator[str]:
    visible, kind, bits, *_ = step.body
    if not visible:
        yield "no reply: the customer cannot see a private note"
        return
    if kind in NOT_A_REPLY:
        yield f"no reply: {_WHY_NOT[kind]}"
        return
    before, after = step.before, step.after
    yield from _reply(step, "")
    if after.turns_closed > before.turns_closed:
        start, replied_at, _ = step.fold.rhythm.turns_closed[-1]
        yield f"answered the turn of {step.times.clock(start)}, after {duration(replied_at - start)}"
    elif before.replied_at is not None:
        yield "one more message: no turn was open" if before.turn_at is None else "closed the first turn"
    if after.requested_at is not None and after.useful_at is None:
        yield "not a useful one yet: a holding message"
    elif after.useful_at != before.useful_at and before.replied_at is not None:
        yield "the first useful reply"
    if bits & flags.ASKS_RATING and after.rating_at != before.rating_at:
        yield _rating(step)


def _ended(step: Step) -> Iterator[str]:
    by, reason, _ = step.body
    yield f"ended the session: by {by}" + (f", {reason}" if reason else "")
    if step.fold.rhythm.turn_at is not None:
        yield f"the turn of {step.times.clock(step.fold.rhythm.turn_at)} was left unanswered"


def _survey_requested(step: Step) -> Iterator[str]:
    if step.after.rating_at != step.before.rating_at:
        yield _rating(step)
    else:
        yield "nothing: a rating had been asked for"


def _rating(step: Step) -> str:
    answers = step.fold.answers
    early = answers is not None and answers.turn_was_open
    return "asked for a rating" + (", too early: a turn was open" if early else "")


def _survey_answered(step: Step) -> Iterator[str]:
    question, value, scale = step.body
    on, told = scale or DEFAULT_SCALES[question], "without a value" if value is None else f"{value:g}"
    if step.after.answers > step.before.answers:
        yield f"{question}: {value:g} on {on}"
    elif not is_on_scale(question, value, scale):
        yield f"nothing: {question} {told} cannot be read on {on} (counted as out_of_scale)"
    else:
        yield f"nothing: {question} had been answered"


_DID: dict[int, Callable[[Step], Iterator[str]]] = {
    ranks.STARTED: _started,
    ranks.QUEUED: _queued,
    ranks.CUSTOMER_MESSAGE: _customer_message,
    ranks.BOT_MESSAGE: _bot_message,
    ranks.SYSTEM_MESSAGE: _system_message,
    ranks.TRANSFERRED: _transferred,
    ranks.ASSIGNED: _assigned,
    ranks.DECLINED: _declined,
    ranks.ACCEPTED: _accepted,
    ranks.AGENT_MESSAGE: _agent_message,
    ranks.SURVEY_REQUESTED: _survey_requested,
    ranks.ENDED: _ended,
    ranks.SURVEY_ANSWERED: _survey_answered,
}
