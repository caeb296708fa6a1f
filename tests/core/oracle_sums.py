"""The oracle's second half: facts counted per cell and pane, dated as METRICS.md says. No code of core's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.core.oracle import Facts

# tenant, channel, queue, country
Cell = tuple[str, str, str, str]
# width in seconds and start in ms
Pane = tuple[int, int]
# a name of a count, or (name of a bucket array, index)
Column = str | tuple[str, int]

BORDERS = (5, 10, 20, 30, 45, 60, 180, 600, 1800, 3600, 10800, 36000, 43200, 86400, 172800)


def bucket(duration_ms: int, borders: Sequence[int]) -> int:
    """The first bucket whose upper border is not below the duration."""
    return sum(border * 1000 < duration_ms for border in borders)


def contributions(facts: Facts, borders: Sequence[int] = BORDERS) -> list[tuple[int, Column, int]]:
    """Everything that a session adds to its cell: when it was decided, to which count, how much."""
    found: list[tuple[int, Column, int]] = [(facts["started_at"], "records", 1)]
    outcome, asked, ended_at = facts["outcome"], facts["requested_at"], facts["ended_at"]
    if outcome in ("rejected", "unanswered", "left_before_queue", "invalid"):
        found.append((ended_at, outcome, 1))
    if outcome not in ("waiting", "answered", "abandoned", "rejected", "unanswered"):
        return found
    found.append((asked, "offered", 1))
    if facts["pickup_ms"] is not None:
        found += [
            (facts["accepted_at"], "accepted", 1),
            (facts["accepted_at"], "pickup_ms", facts["pickup_ms"]),
        ]
    if outcome == "answered":
        when, wait = facts["first_reply_at"], facts["wait_ms"]
        found += [
            (when, "answered", 1),
            (when, "wait_ms", wait),
            (when, "answered_queued", int(wait >= 1000)),
        ]
        found.append((when, ("answered_buckets", bucket(wait, borders)), 1))
    if outcome == "abandoned":
        gone = facts["time_to_abandon_ms"]
        found += [(ended_at, "abandoned", 1), (ended_at, "abandon_ms", gone)]
        found.append((ended_at, "short_abandoned", int(facts["short_abandon"])))
        found.append((ended_at, ("abandoned_buckets", bucket(gone, borders)), 1))
    if facts["effective_ms"] is not None:
        found += [(ended_at, "measured", 1), (ended_at, "total_ms", facts["total_ms"])]
        found.append((ended_at, "effective_ms", facts["effective_ms"]))
    for threshold in ("good", "bad"):
        word = facts[f"verdict_{threshold}"]
        if word in ("met", "missed"):
            found.append((facts[f"verdict_{threshold}_at"], f"{word}_{threshold}", 1))
    return found


class Sums(NamedTuple):
    """Counts by cell, and by cell and pane; what is not in them is zero."""

    totals: dict[Cell, Counter[Column]]
    panes: dict[tuple[Cell, Pane], Counter[Column]]
    oldest_requested_at: dict[Cell, int | None]


def sums(sessions: Iterable[tuple[str, Facts]], borders: Sequence[int] = BORDERS) -> Sums:
    """Count sessions, each given with its tenant."""
    totals: dict[Cell, Counter[Column]] = defaultdict(Counter)
    panes: dict[tuple[Cell, Pane], Counter[Column]] = defaultdict(Counter)
    oldest: dict[Cell, int | None] = {}
    for tenant, facts in sessions:
        cell = (tenant, facts["channel"], facts["queue"], facts["country"])
        for when, column, amount in contributions(facts, borders):
            totals[cell][column] += amount
            for width in (10, 60):
                panes[cell, (width, when // (width * 1000) * width * 1000)][column] += amount
        if facts["outcome"] == "waiting":
            asked = facts["requested_at"]
            oldest[cell] = min(asked, oldest.get(cell) or asked)
    return Sums(totals, panes, oldest)
