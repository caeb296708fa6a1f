"""Who was at work, and how much each queue could take: rules.md, "Presence"."""

from collections.abc import Sequence

from tests.oracle.counting import Added
from tests.oracle.telling import Told

LONGEST_MS = 24 * 3_600_000
STAFFED = ("available", "busy")


def presence(tenant: str, events: Sequence[Told], clock: int | None) -> list[Added]:
    """What one agent's events in order add, each until the next one, or for a day at most."""
    found: list[Added] = []
    for place, event in enumerate(events):
        following = events[place + 1].at if place + 1 < len(events) else clock
        over_at = event.at + LONGEST_MS
        until = events[place + 1].at if place + 1 < len(events) else None
        if following is not None and following > over_at:
            until = over_at
        if event.data["status"] in STAFFED:
            found += levels(tenant, event, event.at, 1)
            if until is not None:
                found += levels(tenant, event, until, -1)
    return found


def levels(tenant: str, event: Told, at: int, sign: int) -> list[Added]:
    found: list[Added] = []
    for queue, capacity in lent(event).items():
        cell = (tenant, "any", queue, "unknown")
        found.append(Added(cell, at, "staffed", sign))
        found.append(Added(cell, at, "capacity", sign * capacity))
        found.append(Added(cell, at, "capacity_moment_ms", sign * capacity * (at % 60_000)))
    return found


def lent(event: Told) -> dict[str, int]:
    """The capacity in equal parts by queue; what does not divide goes to the first."""
    queues = sorted(set(event.data.get("queues", ()))) or [event.data.get("team", "unknown")]
    part, rest = divmod(event.data.get("capacity", 1), len(queues))
    return {queue: part + (rest if queue == queues[0] else 0) for queue in queues}
