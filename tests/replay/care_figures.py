"""The figures of care threads from nothing but the file: plain loops, apart from the product's code."""

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

MINUTE = 60_000
HOUR = 60 * MINUTE
TIME_OUT = 72 * HOUR
GOOD, BAD = 3 * HOUR, 12 * HOUR

Row = dict[str, Any]


def care_figures(path: Path) -> dict[str, Any]:
    threads: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(path) as file:
        for line in file:
            row = json.loads(line)
            threads[row["thread_id"]].append(row)
    waits: list[int] = []
    turns: list[int | None] = []  # after the first reply; None: never answered
    unanswered = nudges = clusters = long = left_unanswered = too_late = 0
    for thread in threads.values():
        found, orphans = sessions(thread)
        too_late += orphans
        for session in found:
            waits_here, turns_here, nudges_here, is_open = story(session)
            waits += waits_here
            unanswered += not waits_here
            turns += turns_here
            nudges += nudges_here
            left_unanswered += is_open
        by_agents = [row for session in found for row in session if row["author"] == "agent"]
        clusters += sum(row["question_marks"] >= 2 for row in by_agents)
        long += sum(row["chars"] > 300 for row in by_agents)
    waits.sort()
    replies = [turn for turn in turns if turn is not None]
    return {
        "threads": len(threads),
        "records": len(waits) + unanswered,
        "answered": len(waits),
        "unanswered": unanswered,
        "replies_after_the_time_out": too_late,
        "average_wait_minutes": round(sum(waits) / len(waits) / MINUTE, 2),
        "median_wait_minutes": round(waits[len(waits) // 2] / MINUTE, 2),
        "within_30_minutes": sum(wait <= 30 * MINUTE for wait in waits),
        "within_60_minutes": sum(wait <= HOUR for wait in waits),
        "met_good": sum(wait <= GOOD for wait in waits),
        "missed_good": sum(wait > GOOD for wait in waits) + unanswered,
        "met_bad": sum(wait <= BAD for wait in waits),
        "missed_bad": sum(wait > BAD for wait in waits) + unanswered,
        "next_replies": len(replies),
        "next_met_good": sum(turn <= GOOD for turn in replies),
        "next_missed_good": sum(turn is None or turn > GOOD for turn in turns),
        "nudges": nudges,
        "left_unanswered": left_unanswered,
        "question_clusters": clusters,
        "long_messages": long,
    }


def sessions(thread: list[Row]) -> tuple[list[list[Row]], int]:
    """The thread's sessions, and how many replies came after the time-out of the session before."""
    found: list[list[Row]] = []
    too_late = 0
    for row in sorted(thread, key=lambda row: row["occurred_at_ms"]):
        if found and row["occurred_at_ms"] <= found[-1][-1]["occurred_at_ms"] + TIME_OUT:
            found[-1].append(row)
        elif row["author"] == "customer" or not found:
            found.append([row])
        else:
            too_late += 1
    return found, too_late


def story(session: list[Row]) -> tuple[list[int], list[int | None], int, bool]:
    """The wait (none or one), the next turns, nudges, and whether a turn is open at the end."""
    waits: list[int] = []
    turns: list[int | None] = []
    nudges, waiting_since = 0, None
    for row in session:
        at = row["occurred_at_ms"]
        if row["author"] == "customer":
            if waiting_since is None:
                waiting_since = at
            else:
                nudges += at - waiting_since > GOOD
        elif waiting_since is not None:
            (turns if waits else waits).append(at - waiting_since)
            waiting_since = None
    if waits and waiting_since is not None:
        turns.append(None)
    return waits, turns, nudges, waiting_since is not None
