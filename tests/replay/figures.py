"""The figures of METRICS.md from nothing but a history's events: written apart from the product's fold."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attesa.replay.deliveries import Delivery

THRESHOLDS = (20, 30, 45)


def figures(deliveries: Iterable[Delivery]) -> dict[str, Any]:
    sessions: dict[str, dict[str, dict[str, Any]]] = {}
    for one in deliveries:
        event = json.loads(one.value)
        sessions.setdefault(event["subject"], {})[event["type"].removeprefix("attesa.")] = event
    waits, left_after = [], []
    left_before_queue = invalid = 0
    for events in sessions.values():
        end = events["session.ended"]
        if end["data"].get("reason") == "broken":
            invalid += 1
        elif "session.queued" not in events:
            left_before_queue += 1
        elif "agent.accepted" in events:
            waits.append(_seconds(events["session.queued"], events["agent.accepted"]))
        else:
            left_after.append(_seconds(events["session.queued"], end))
    waits.sort()
    return {
        "records": len(sessions),
        "offered": len(waits) + len(left_after),
        "answered": len(waits),
        "abandoned": len(left_after),
        "left_before_queue": left_before_queue,
        "invalid": invalid,
        "short_abandoned": _within(left_after, 10),
        "average_wait_seconds": round(sum(waits) / len(waits), 2),
        "median_wait_seconds": waits[len(waits) // 2],
        "wait_p95_seconds": waits[int(0.95 * len(waits))],
        "average_time_to_abandon_seconds": round(sum(left_after) / len(left_after), 2),
        "service_level": {threshold: _levels(waits, left_after, threshold) for threshold in THRESHOLDS},
    }


def _levels(waits: list[float], left_after: list[float], threshold: int) -> tuple[float, ...]:
    """Percent, by answered, offered, removed, offered_less_short and due."""
    met, gone = _within(waits, threshold), _within(left_after, threshold)
    offered = len(waits) + len(left_after)
    formulas = (
        met / len(waits),
        met / offered,
        (met + gone) / offered,
        met / (offered - _within(left_after, 10)),
        met / (offered - gone),
    )
    return tuple(round(100 * ratio, 2) for ratio in formulas)


def _within(seconds: list[float], threshold: int) -> int:
    return sum(one <= threshold for one in seconds)


def _seconds(start: dict[str, Any], end: dict[str, Any]) -> float:
    return (datetime.fromisoformat(end["time"]) - datetime.fromisoformat(start["time"])).total_seconds()
