"""Judges a fold at an instant: its outcome, and its verdict per threshold (METRICS.md, "Service level")."""

from typing import Literal

from msgspec import Struct

from attesa.core.rows.session import LostReason, Outcome, Word
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.turns import Turn

INVALID_REASONS = frozenset({"spam", "test", "broken"})
LOST_PRESENCE = "lost_presence"
_REJECTED_REASONS: dict[str, LostReason] = {"full": "full", "nobody_on_duty": "nobody_on_duty"}


class Verdict(Struct, frozen=True, gc=False):
    """The word on one threshold and the instant (ms) at which it became certain."""

    word: Word
    at: int


class Judgement(Struct, frozen=True, gc=False):
    """What is certain of a session at an instant.

    `good` and `bad` are None where nothing is decided, or never will be. `deadlines`: of somebody who waits,
    the two instants beyond which his wait misses a threshold. `left_at`: of those who abandoned.
    """

    outcome: Outcome
    good: Verdict | None
    bad: Verdict | None
    deadlines: tuple[int, int] | None = None
    left_at: int | None = None
    lost_reason: LostReason | None = None

    @property
    def is_tolerable(self) -> bool:
        """Replied within the bad threshold, and not within the good one."""
        good, bad = self.good, self.bad
        return good is not None and bad is not None and good.word == "missed" and bad.word == "met"


_UNDECIDED = {
    outcome: Judgement(outcome, None, None)
    for outcome in ("open", "left_before_queue", "outside_hours", "outbound", "invalid")
}


def judge(fold: Fold, terms: Terms, clock: int | None) -> Judgement:
    """The outcome and both verdicts at `clock` (ms; None where time has not begun)."""
    outcome = outcome_of(fold, terms)
    if outcome in _UNDECIDED:
        return _UNDECIDED[outcome]
    requested_at, replied_at, ended_at = fold.requested_at, fold.first_reply_at, fold.ended_at
    assert requested_at is not None
    deadlines = deadlines_of(terms, requested_at)
    left_at = None
    if outcome == "abandoned":
        assert ended_at is not None
        noticed_ms = terms.noticed_ms if fold.ended_reason == LOST_PRESENCE else 0
        left_at = max(requested_at, ended_at - noticed_ms)
    good = _verdict(deadlines[0], replied_at, ended_at, left_at, clock)
    bad = _verdict(deadlines[1], replied_at, ended_at, left_at, clock)
    waiting = deadlines if outcome == "waiting" else None
    return Judgement(outcome, good, bad, waiting, left_at, _lost_reason(fold, outcome))


def corrections(before: Judgement, after: Judgement) -> int:
    """How many verdicts that had been given are given otherwise now."""
    good = before.good is not None and before.good != after.good
    bad = before.bad is not None and before.bad != after.bad
    return good + bad


def outcome_of(fold: Fold, terms: Terms) -> Outcome:
    """What became of the session, or its present state."""
    if fold.ended_reason in INVALID_REASONS:
        return "invalid"
    if fold.requested_at is None:
        if fold.outbound:
            return "outbound"
        return "open" if fold.ended_at is None else "left_before_queue"
    if fold.first_reply_at is not None:
        return "answered"
    if terms.is_live and terms.hours is not None and not terms.hours.is_open(fold.requested_at):
        return "outside_hours"
    if fold.ended_at is None:
        return "waiting"
    if fold.ended_by == "customer":
        return "abandoned"
    return "rejected" if fold.ended_by == "system" else "unanswered"


def deadlines_of(terms: Terms, requested_at: int) -> tuple[int, int]:
    """The instants at which a wait has lasted for the good and for the bad threshold (ms)."""
    good_ms, bad_ms = terms.pair.good_ms, terms.pair.bad_ms
    if terms.hours is not None and terms.pair.measured_in == "business":
        return terms.hours.deadline(requested_at, good_ms), terms.hours.deadline(requested_at, bad_ms)
    return requested_at + good_ms, requested_at + bad_ms


def _lost_reason(fold: Fold, outcome: Outcome) -> LostReason | None:
    if outcome == "rejected":
        return _REJECTED_REASONS.get(fold.ended_reason or "", "other")
    if outcome == "unanswered":
        return "agent" if fold.ended_by == "agent" else "timeout"
    return None


def _verdict(
    deadline: int, replied_at: int | None, ended_at: int | None, left_at: int | None, clock: int | None
) -> Verdict | None:
    """The rule of every threshold, on the wait and on each reply; `left_at` where the customer left."""
    if replied_at is not None:
        return Verdict("met", replied_at) if replied_at <= deadline else Verdict("missed", deadline)
    if ended_at is None:
        return Verdict("missed", deadline) if clock is not None and clock > deadline else None
    if left_at is not None:
        return Verdict("none", ended_at) if left_at <= deadline else Verdict("missed", deadline)
    return Verdict("missed", min(ended_at, deadline))


def turn_verdict(turn: Turn, threshold_ms: int) -> Verdict:
    """The verdict on a next turn that got its reply."""
    start, replied_at, _ = turn
    verdict = _verdict(start + threshold_ms, replied_at, None, None, None)
    assert verdict is not None
    return verdict


def open_turn_verdict(fold: Fold, threshold_ms: int, clock: int | None) -> Verdict | None:
    """The verdict on the next turn that is open, at `clock` or at the end."""
    start = fold.rhythm.turn_at
    assert start is not None
    left_at = fold.ended_at if fold.ended_by == "customer" else None
    return _verdict(start + threshold_ms, None, fold.ended_at, left_at, clock)


def service_class(judgement: Judgement) -> Literal["good", "tolerable", "bad"] | None:
    """good: met good; tolerable: missed good but met bad; else bad; None without a verdict on good."""
    good, bad = judgement.good, judgement.bad
    if good is None or good.word == "none":
        return None
    if good.word == "met":
        return "good"
    if bad is None:
        return None
    return "tolerable" if bad.word == "met" else "bad"
