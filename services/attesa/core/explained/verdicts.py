"""Every verdict of a session in words: its deadline, since when it is certain, and why. No I/O."""

from collections.abc import Iterator
from typing import NamedTuple

from attesa.core.explained.lines import Given, Line, Times, duration
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.session import Session
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.verdicts import (
    Judgement,
    Verdict,
    deadlines_of,
    open_turn_verdict,
    turn_verdict,
)

WITHOUT = {
    "open": "nobody has asked for a person yet",
    "left_before_queue": "the customer left before asking for a person",
    "outbound": "the business began the session, and the customer asked for nobody",
    "invalid": "the session is spam, a test or broken",
    "outside_hours": "the customer asked while the queue was closed",
}
_BY = {"agent": "an agent", "system": "the system", "timeout": "the time-out", "customer": "the customer"}


class Wait(NamedTuple):
    """A wait that is judged: from `start` until a reply, an end, or nothing yet; instants in ms.

    `left_at`: when the customer left, of those who gave up.
    """

    start: int
    replied_at: int | None
    ended_at: int | None
    ended_by: str | None
    left_at: int | None
    is_open_time: bool = False


def why(wait: Wait, threshold_ms: int, deadline: int, verdict: Verdict | None, times: Times) -> str:
    """The reason of a verdict as a sentence."""
    limit = duration(threshold_ms) + (" of open time" if wait.is_open_time else "")
    passed = f"{limit} passed at {times.clock(deadline)} while the customer waited"
    if verdict is None:
        return f"not certain yet: {limit} pass at {times.clock(deadline)}, unless a reply comes"
    if wait.replied_at is not None:
        if verdict.word == "met":
            return f"the reply came after {duration(wait.replied_at - wait.start)}; {limit} were allowed"
        return f"{passed}; the reply came {duration(wait.replied_at - deadline)} later"
    if wait.ended_at is None:
        return f"{passed}, and no reply has come"
    return _without_reply(wait, limit, passed, deadline, verdict)


def _without_reply(wait: Wait, limit: str, passed: str, deadline: int, verdict: Verdict) -> str:
    assert wait.ended_at is not None
    if wait.left_at is not None:
        if verdict.word == "none":
            stayed = duration(wait.left_at - wait.start)
            return f"the customer left after {stayed}, before {limit} had passed: neither good nor bad"
        return f"{passed}; he left {duration(wait.left_at - deadline)} later, without a reply"
    who = _BY.get(wait.ended_by or "", wait.ended_by)
    if wait.ended_at <= deadline:
        waited = duration(wait.ended_at - wait.start)
        return f"{who} ended the session without a reply, after {waited} of waiting"
    return f"{passed}; {who} ended the session {duration(wait.ended_at - deadline)} later, without a reply"


def verdict_lines(session: Session, clock: int | None, times: Times) -> tuple[list[Given], list[Line]]:
    """The verdicts in the order of their subjects; or a line that says why there is none."""
    judgement, fold, terms = session.judgement, session.fold, session.terms
    assert judgement is not None
    assert terms is not None
    if judgement.outcome in WITHOUT:
        return [], [Line(None, "no verdict", WITHOUT[judgement.outcome])]
    found = list(_first(fold, judgement, terms, times))
    found += _next_turns(fold, terms, clock, times)
    return found, []


def _first(fold: Fold, judgement: Judgement, terms: Terms, times: Times) -> Iterator[Given]:
    assert fold.requested_at is not None
    pair = terms.pair
    wait = Wait(
        fold.requested_at,
        fold.first_reply_at,
        fold.ended_at,
        fold.ended_by,
        judgement.left_at,
        is_open_time=pair.measured_in == "business" and terms.hours is not None,
    )
    deadlines = deadlines_of(terms, fold.requested_at)
    for size, threshold_ms, deadline, verdict in (
        ("good", pair.good_ms, deadlines[0], judgement.good),
        ("bad", pair.bad_ms, deadlines[1], judgement.bad),
    ):
        yield _given(f"first reply, {size}", wait, threshold_ms, deadline, verdict, times)


def _next_turns(fold: Fold, terms: Terms, clock: int | None, times: Times) -> Iterator[Given]:
    rhythm = fold.rhythm
    for start, replied_at, synchronous in rhythm.turns_closed:
        wait = Wait(start, replied_at, None, None, None)
        for name, threshold_ms in _thresholds(terms, synchronous=synchronous):
            verdict = turn_verdict((start, replied_at, synchronous), threshold_ms)
            of = f"turn of {times.clock(start)}, {name}"
            yield _given(of, wait, threshold_ms, start + threshold_ms, verdict, times)
    if rhythm.turn_at is None or not rhythm.turn_is_next:
        return
    start, left_at = rhythm.turn_at, fold.ended_at if fold.ended_by == "customer" else None
    wait = Wait(start, None, fold.ended_at, fold.ended_by, left_at)
    for name, threshold_ms in _thresholds(terms, synchronous=rhythm.turn_synchronous):
        open_verdict = open_turn_verdict(fold, threshold_ms, clock)
        of = f"turn of {times.clock(start)}, {name}"
        yield _given(of, wait, threshold_ms, start + threshold_ms, open_verdict, times)


def _thresholds(terms: Terms, *, synchronous: bool) -> Iterator[tuple[str, int]]:
    pair, live = terms.pair, terms.live
    yield "good", pair.good_ms
    yield "bad", pair.bad_ms
    if synchronous:
        yield "synchronous good", live.good_ms
        yield "synchronous bad", live.bad_ms


def _given(
    of: str, wait: Wait, threshold_ms: int, deadline: int, verdict: Verdict | None, times: Times
) -> Given:
    text = why(wait, threshold_ms, deadline, verdict, times)
    if verdict is None:
        return Given(of, threshold_ms, deadline, "undecided", None, text)
    return Given(of, threshold_ms, deadline, verdict.word, verdict.at, text)
