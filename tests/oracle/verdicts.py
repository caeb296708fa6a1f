"""Met, missed, none, or not decided yet, and since when: rules.md, "Verdicts"."""

from typing import Literal, NamedTuple

from tests.oracle import hours

from attesa.core.definitions.hours import OpeningHours

Word = Literal["met", "missed", "none"]


class Verdict(NamedTuple):
    word: Word | None
    at: int | None


UNDECIDED = Verdict(None, None)


class Wait(NamedTuple):
    """Somebody waits since `since`: until a reply, an end, or, where he left before it, until he left."""

    since: int
    replied_at: int | None
    ended_at: int | None
    left_at: int | None  # only where the customer went

    def verdict(self, threshold_ms: int, schedule: OpeningHours | None, clock: int | None) -> Verdict:
        """On one threshold, in open time where there is a schedule."""
        due = hours.deadline(schedule, self.since, threshold_ms)
        if self.replied_at is not None:
            return Verdict("met", self.replied_at) if self.replied_at <= due else Verdict("missed", due)
        if self.ended_at is None:
            return Verdict("missed", due) if clock is not None and clock > due else UNDECIDED
        if self.left_at is None:
            return Verdict("missed", min(self.ended_at, due))
        return Verdict("none", self.ended_at) if self.left_at <= due else Verdict("missed", due)


def service_class(good: Word | None, bad: Word | None) -> str | None:
    if good in (None, "none") or bad is None:
        return None
    if good == "met":
        return "good"
    return "tolerable" if bad == "met" else "bad"
