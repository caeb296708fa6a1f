"""What one session adds to its cell: additive counts, each dated at the instant it was decided."""

from bisect import bisect_left
from collections.abc import Sequence

from attesa.core.definitions import Expectation
from attesa.core.fold import Fold
from attesa.core.rows import COUNT_NAMES, Counts
from attesa.core.verdicts import Judgement, Verdict

# One group: what was decided at one instant (ms), as (column, amount) pairs laid flat.
Group = tuple[int, tuple[int, ...]]

(
    RECORDS, OFFERED, ANSWERED, WAIT_MS, ANSWERED_QUEUED, ACCEPTED, PICKUP_MS, ABANDONED, ABANDON_MS,
    SHORT_ABANDONED, REJECTED, UNANSWERED, LEFT_BEFORE_QUEUE, OUTSIDE_HOURS, INVALID,
    MET_GOOD, MISSED_GOOD, MET_BAD, MISSED_BAD, MEASURED, TOTAL_MS, EFFECTIVE_MS,
) = range(len(COUNT_NAMES))  # fmt: skip

ANSWERED_BUCKETS = len(COUNT_NAMES)
QUEUED_MS = 1000  # shorter waits are left out of answered_queued

_ENDINGS = {
    "rejected": REJECTED,
    "unanswered": UNANSWERED,
    "left_before_queue": LEFT_BEFORE_QUEUE,
    "invalid": INVALID,
}


class Layout:
    """How a cell's counts lie in one list: the columns of `Counts`, then the two bucket arrays."""

    def __init__(self, borders_seconds: Sequence[int]) -> None:
        self.borders_ms = tuple(border * 1000 for border in borders_seconds)
        self.buckets = len(self.borders_ms) + 1
        self.abandoned_buckets = ANSWERED_BUCKETS + self.buckets
        self.size = ANSWERED_BUCKETS + 2 * self.buckets

    def empty(self) -> list[int]:
        return [0] * self.size

    def counts(self, values: list[int]) -> Counts:
        """The public form of a list of counts."""
        named = dict(zip(COUNT_NAMES, values, strict=False))
        return Counts(
            **named,
            answered_buckets=values[ANSWERED_BUCKETS : self.abandoned_buckets],
            abandoned_buckets=values[self.abandoned_buckets :],
        )

    def groups(self, fold: Fold, judgement: Judgement, pair: Expectation) -> tuple[Group, ...]:
        """Everything that a session contributes, dated by decision (METRICS.md, "Windows")."""
        assert fold.started_at is not None
        found: list[Group] = [(fold.started_at, (RECORDS, 1))]
        outcome = judgement.outcome
        if outcome in _ENDINGS:
            assert fold.ended_at is not None
            found.append((fold.ended_at, (_ENDINGS[outcome], 1)))
        if fold.requested_at is None or outcome == "invalid":
            return tuple(found)
        found.append((fold.requested_at, (OFFERED, 1)))
        accepted_at = fold.accepted_at
        if accepted_at is not None and accepted_at >= fold.requested_at:
            found.append((accepted_at, (ACCEPTED, 1, PICKUP_MS, accepted_at - fold.requested_at)))
        if outcome == "answered":
            found.extend(self._answered(fold, fold.requested_at))
        elif outcome == "abandoned":
            found.append(self._abandoned(fold, fold.requested_at, pair))
        _verdict(found, judgement.good, MET_GOOD, MISSED_GOOD)
        _verdict(found, judgement.bad, MET_BAD, MISSED_BAD)
        return tuple(found)

    def _answered(self, fold: Fold, requested_at: int) -> list[Group]:
        assert fold.first_reply_at is not None
        wait = fold.first_reply_at - requested_at
        bucket = ANSWERED_BUCKETS + bisect_left(self.borders_ms, wait)
        columns: tuple[int, ...] = (ANSWERED, 1, bucket, 1)
        if wait:
            columns += (WAIT_MS, wait)
        if wait >= QUEUED_MS:
            columns += (ANSWERED_QUEUED, 1)
        groups = [(fold.first_reply_at, columns)]
        effective = effective_ms(fold)
        if fold.ended_at is not None and effective is not None:
            total = fold.ended_at - requested_at
            groups.append((fold.ended_at, (MEASURED, 1, TOTAL_MS, total, EFFECTIVE_MS, effective)))
        return groups

    def _abandoned(self, fold: Fold, requested_at: int, pair: Expectation) -> Group:
        assert fold.ended_at is not None
        waited = fold.ended_at - requested_at
        bucket = self.abandoned_buckets + bisect_left(self.borders_ms, waited)
        columns: tuple[int, ...] = (ABANDONED, 1, bucket, 1, ABANDON_MS, waited)
        if waited <= pair.short_abandon_seconds * 1000:
            columns += (SHORT_ABANDONED, 1)
        return fold.ended_at, columns


def _verdict(found: list[Group], verdict: Verdict | None, met: int, missed: int) -> None:
    if verdict is not None and verdict.word != "none":
        found.append((verdict.at, (met if verdict.word == "met" else missed, 1)))


def effective_ms(fold: Fold) -> int | None:
    """Effective time: as measured by the source, else summed from messages, else not to be told."""
    if fold.measured_ms is not None:
        return fold.measured_ms
    return fold.effective_ms if fold.agent_messages else None
