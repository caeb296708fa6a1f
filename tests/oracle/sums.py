"""Additions counted per cell, in all, in panes of both widths, and in windows: METRICS.md, "Windows"."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tests.oracle.counting import Added, Cell, Column
from tests.oracle.facts import Facts

WIDTHS_SECONDS = (10, 60)
# cell, width in seconds, start in ms
Pane = tuple[Cell, int, int]


class Sums(NamedTuple):
    """What is not in them is zero."""

    totals: dict[Cell, Counter[Column]]
    panes: dict[Pane, Counter[Column]]


def sums(added: Iterable[Added]) -> Sums:
    totals: dict[Cell, Counter[Column]] = defaultdict(Counter)
    panes: dict[Pane, Counter[Column]] = defaultdict(Counter)
    for cell, at, column, amount in added:
        if amount == 0:
            continue
        totals[cell][column] += amount
        for width in WIDTHS_SECONDS:
            panes[cell, width, at // (width * 1000) * width * 1000][column] += amount
    return Sums(totals, panes)


def window(added: Iterable[Added], seconds: int, width: int, now: int) -> dict[Cell, Counter[Column]]:
    """What was decided in the last `seconds`, up to the end of the pane of `width` that `now` lies in."""
    end = (now // (width * 1000) + 1) * width * 1000
    found: dict[Cell, Counter[Column]] = defaultdict(Counter)
    for cell, at, column, amount in added:
        if end - seconds * 1000 <= at < end:
            found[cell][column] += amount
    return found


def oldest_requested_at(facts: Iterable[Facts], cell: Cell) -> int | None:
    """Of those who wait now in a cell."""
    return min(
        (
            each["requested_at"]
            for each in facts
            if each["outcome"] == "waiting"
            and cell == (each["tenant"], each["channel"], each["queue"], each["country"])
        ),
        default=None,
    )


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def live_ratios(counts: Counter[Column]) -> dict[str, float | None]:
    """Of what was decided: within 0 and 1 in every window."""
    lost = counts["abandoned"] + counts["rejected"] + counts["unanswered"]
    return {
        "lost": ratio(lost, counts["answered"] + lost),
        "good": ratio(counts["met_good"], counts["met_good"] + counts["missed_good"]),
        "bad": ratio(counts["met_bad"], counts["met_bad"] + counts["missed_bad"]),
        "next_good": ratio(counts["next_met_good"], counts["next_met_good"] + counts["next_missed_good"]),
        "next_bad": ratio(counts["next_met_bad"], counts["next_met_bad"] + counts["next_missed_bad"]),
    }
