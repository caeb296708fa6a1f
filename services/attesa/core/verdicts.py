"""Judges a fold at an instant: its outcome, and its verdict per threshold (METRICS.md, "Service level")."""

from typing import Literal

from msgspec import Struct

from attesa.core.definitions import Expectation
from attesa.core.fold import Fold
from attesa.core.rows import Outcome

INVALID_REASONS = frozenset({"spam", "test", "broken"})

Word = Literal["met", "missed", "none"]


class Verdict(Struct, frozen=True, gc=False):
    """The word on one threshold and the instant (ms) at which it became certain; None: not decided yet."""

    word: Word
    at: int


class Judgement(Struct, frozen=True, gc=False):
    outcome: Outcome
    good: Verdict | None
    bad: Verdict | None


def judge(fold: Fold, pair: Expectation, clock: int | None) -> Judgement:
    """The outcome and both verdicts at `clock` (ms; None where time has not begun)."""
    outcome = outcome_of(fold)
    requested_at = fold.requested_at
    if requested_at is None or outcome == "invalid":
        return Judgement(outcome, None, None)
    return Judgement(
        outcome,
        _verdict(fold, outcome, requested_at + pair.good_seconds * 1000, clock),
        _verdict(fold, outcome, requested_at + pair.bad_seconds * 1000, clock),
    )


def outcome_of(fold: Fold) -> Outcome:
    """What became of the session, or its present state."""
    if fold.ended_reason in INVALID_REASONS:
        return "invalid"
    if fold.requested_at is None:
        if fold.outbound:
            return "outbound"
        return "open" if fold.ended_at is None else "left_before_queue"
    if fold.first_reply_at is not None:
        return "answered"
    if fold.ended_at is None:
        return "waiting"
    if fold.ended_by == "customer":
        return "abandoned"
    return "rejected" if fold.ended_by == "system" else "unanswered"


def _verdict(fold: Fold, outcome: Outcome, deadline: int, clock: int | None) -> Verdict | None:
    replied_at, ended_at = fold.first_reply_at, fold.ended_at
    if replied_at is not None:
        return Verdict("met", replied_at) if replied_at <= deadline else Verdict("missed", deadline)
    if ended_at is None:
        return Verdict("missed", deadline) if clock is not None and clock > deadline else None
    if outcome == "abandoned":
        return Verdict("none", ended_at) if ended_at <= deadline else Verdict("missed", deadline)
    return Verdict("missed", min(ended_at, deadline))


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
