"""The clocks, legs and surveys of a session, each instant and duration with its reason. No I/O."""

from collections.abc import Iterator

from attesa.core.events.ranks import CUSTOMER_MESSAGE, QUEUED, TRANSFERRED
from attesa.core.explained.lines import Line, Times, duration
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.endings import effective_ms, is_hung_up, is_left_unanswered
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.legs import Leg
from attesa.core.sessions.session import Session
from attesa.core.sessions.surveys import Answers
from attesa.core.sessions.terms import Terms

_ASKED = {
    QUEUED: "entered a queue",
    TRANSFERRED: "the bot handed over to a person",
    CUSTOMER_MESSAGE: "the first message of the customer, and no bot came before",
}


def clock_lines(conversation: Conversation, session: Session, times: Times) -> list[Line]:
    """The instants from which the session's durations are made, in the order of a session's life."""
    fold = session.fold
    found = [Line(fold.started_at, "started", "the session's first event")]
    if fold.requested_at is None:
        found.append(Line(None, "requested", "never: nobody asked for a person"))
    else:
        assert session.terms is not None
        found += _request(conversation, fold, fold.requested_at, session.terms, times)
    return [*found, *_end(session, fold)]


def _request(
    conversation: Conversation, fold: Fold, requested_at: int, terms: Terms, times: Times
) -> Iterator[Line]:
    yield Line(requested_at, "requested", _why_requested(conversation, fold, requested_at))
    if fold.bot_at_request:
        yield Line(
            requested_at, "with the bot", f"{duration(requested_at - fold.started_at)} since the start"
        )
    if fold.promised_ms is not None:
        due = times.clock(requested_at + fold.promised_ms)
        yield Line(requested_at, "promised", f"{duration(fold.promised_ms)}, so until {due}")
    if fold.accepted_at is not None:
        pickup_ms = fold.accepted_at - requested_at
        early = "an agent had joined before the request: no pick-up is counted"
        text = early if pickup_ms < 0 else f"the first agent joined: pick-up after {duration(pickup_ms)}"
        yield Line(fold.accepted_at, "accepted", text)
    if fold.first_reply_at is None:
        yield Line(None, "first reply", "none" if fold.ended_at is not None else "none yet")
        return
    wait = f"the wait is {duration(fold.first_reply_at - requested_at)}"
    to_person = f"{duration(fold.first_reply_at - fold.started_at)} after the start"
    yield Line(fold.first_reply_at, "first reply", f"{wait}, {to_person}")
    business_ms = terms.business_wait_ms(fold)
    if business_ms is not None:
        yield Line(fold.first_reply_at, "business wait", f"{duration(business_ms)} of it in opening hours")
    if fold.useful_at is None:
        yield Line(None, "first useful reply", "none: only holding messages")
    else:
        text = (
            f"the first without the flag holding, {duration(fold.useful_at - requested_at)} after the request"
        )
        yield Line(fold.useful_at, "first useful reply", text)


def _why_requested(conversation: Conversation, fold: Fold, requested_at: int) -> str:
    """What asked: the first event of that instant that can ask."""
    explicit = (QUEUED, TRANSFERRED)
    for at, rank, _, body in sorted(conversation.events.values()):
        if at != requested_at or rank not in _ASKED or (rank in explicit) != fold.asked:
            continue
        if rank != TRANSFERRED or body[0] == "bot_to_person":
            return _ASKED[rank]
    return "the customer asked for a person"


def _end(session: Session, fold: Fold) -> Iterator[Line]:
    if fold.ended_at is None:
        silent = duration(fold.timeout_ms)
        yield Line(None, "ended", f"not yet: times out after {silent} without an event")
        return
    reason = f", {fold.ended_reason}" if fold.ended_reason else ""
    yield Line(fold.ended_at, "ended", f"by {fold.ended_by}{reason}")
    judgement = session.judgement
    assert judgement is not None
    if judgement.left_at is not None and fold.requested_at is not None:
        waited = duration(judgement.left_at - fold.requested_at)
        noticed = duration(fold.ended_at - judgement.left_at)
        late = f"; the source noticed it {noticed} later" if judgement.left_at != fold.ended_at else ""
        yield Line(judgement.left_at, "left", f"the customer gave up after {waited}{late}")
    if judgement.outcome == "answered" and fold.requested_at is not None and not fold.timed_out:
        total = duration(fold.ended_at - fold.requested_at)
        spent = effective_ms(fold)
        told = "not known: the source tells no messages" if spent is None else duration(spent)
        yield Line(fold.ended_at, "total", f"{total} since the request, effective time {told}")
    if is_left_unanswered(fold):
        text = "a turn was open at the end" + (": hung up" if is_hung_up(fold) else "")
        yield Line(fold.ended_at, "left unanswered", text)


def leg_lines(session: Session) -> list[Line]:
    """The parts of the session in one queue each."""
    fold = session.fold
    assert session.cell is not None
    queue = session.cell.key[2]
    return [
        Line(leg.started_at, f"leg {number}", _leg(leg, leg.queue or queue, fold))
        for number, leg in enumerate(fold.legs, 1)
    ]


def _leg(leg: Leg, queue: str, fold: Fold) -> str:
    told = [f"in {queue}"]
    if leg.replied_at is not None:
        told.append(f"first reply after {duration(leg.replied_at - leg.started_at)}")
    elif leg.ended_at is None and fold.ended_by == "customer":
        told.append("the customer left before any reply in it")
    else:
        told.append("no reply in it")
    if leg.picked_up_at is not None:
        told.append(f"picked up after {duration(leg.picked_up_at - leg.started_at)}")
    end = leg.ended_at or fold.ended_at
    if end is not None:
        how = "a transfer" if leg.ended_at is not None else "the session's end"
        told.append(f"ended by {how} after {duration(end - leg.started_at)}")
    return "; ".join(told)


def survey_lines(session: Session) -> list[Line]:
    """When a rating was asked for, too early or not, and the answers that count."""
    answers = session.fold.answers
    return [] if answers is None else list(_surveys(answers))


def _surveys(answers: Answers) -> Iterator[Line]:
    if answers.asked_at is not None:
        reasons = []
        if answers.turn_was_open:
            reasons.append("a turn of the customer's was open")
        if answers.wrote_more:
            reasons.append("the customer wrote again within 10 min")
        early = f"too early: {', and '.join(reasons)}" if reasons else "not too early"
        yield Line(answers.asked_at, "asked for a rating", early)
    for question, (at, value, scale) in sorted(answers.answers.items(), key=lambda each: each[1][0]):
        yield Line(at, question, f"{value:g} on {scale}")
