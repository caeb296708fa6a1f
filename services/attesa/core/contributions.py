"""What one session adds to its cell: additive counts, each dated at the instant it was decided."""

from bisect import bisect_left
from collections.abc import Sequence

from attesa.core.definitions import Expectation
from attesa.core.fold import Fold
from attesa.core.rows import COUNT_NAMES, Counts
from attesa.core.verdicts import Judgement, Verdict

# One group: what was decided at one instant (ms), as pairs of column and amount.
Group = tuple[int, tuple[tuple[int, int], ...]]

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
        """Everything that a session contributes, dated by decision (METRICS.md, "Windows").

        In the order in which it is usually decided, so that more events mostly add at the end.
        """
        assert fold.started_at is not None
        found: list[Group] = [(fold.started_at, ((RECORDS, 1),))]
        outcome, requested_at = judgement.outcome, fold.requested_at
        if requested_at is not None and outcome != "invalid":
            found.append((requested_at, ((OFFERED, 1),)))
            accepted_at = fold.accepted_at
            if accepted_at is not None and accepted_at >= requested_at:
                found.append((accepted_at, ((ACCEPTED, 1), (PICKUP_MS, accepted_at - requested_at))))
            _verdict(found, judgement.good, MET_GOOD, MISSED_GOOD)
            _verdict(found, judgement.bad, MET_BAD, MISSED_BAD)
            if outcome == "answered":
                self._answered(found, fold, requested_at)
            elif outcome == "abandoned":
                self._abandoned(found, fold, requested_at, pair)
        if outcome in _ENDINGS:
            assert fold.ended_at is not None
            found.append((fold.ended_at, ((_ENDINGS[outcome], 1),)))
        return tuple(found)

    def _answered(self, found: list[Group], fold: Fold, requested_at: int) -> None:
        assert fold.first_reply_at is not None
        wait = fold.first_reply_at - requested_at
        bucket = ANSWERED_BUCKETS + bisect_left(self.borders_ms, wait)
        queued = 1 if wait >= QUEUED_MS else 0
        columns = ((ANSWERED, 1), (bucket, 1), (WAIT_MS, wait), (ANSWERED_QUEUED, queued))
        found.append((fold.first_reply_at, columns))
        if fold.ended_at is not None and (effective := effective_ms(fold)) is not None:
            total = fold.ended_at - requested_at
            found.append((fold.ended_at, ((MEASURED, 1), (TOTAL_MS, total), (EFFECTIVE_MS, effective))))

    def _abandoned(self, found: list[Group], fold: Fold, requested_at: int, pair: Expectation) -> None:
        assert fold.ended_at is not None
        waited = fold.ended_at - requested_at
        bucket = self.abandoned_buckets + bisect_left(self.borders_ms, waited)
        short = 1 if waited <= pair.short_abandon_seconds * 1000 else 0
        columns = ((ABANDONED, 1), (bucket, 1), (ABANDON_MS, waited), (SHORT_ABANDONED, short))
        found.append((fold.ended_at, columns))


def _verdict(found: list[Group], verdict: Verdict | None, met: int, missed: int) -> None:
    if verdict is not None and verdict.word != "none":
        found.append((verdict.at, ((met if verdict.word == "met" else missed, 1),)))


def effective_ms(fold: Fold) -> int | None:
    """Effective time: as measured by the source, else summed from messages, else not to be told."""
    if fold.measured_ms is not None:
        return fold.measured_ms
    return fold.effective_ms if fold.agent_messages else None
