"""Customers who come back: recontact, dropped, spill-over, self-service: METRICS.md, "The other KPIs".

A session is here what the customers processor knows of it: a dict with the fields of Stub.
"""

from collections.abc import Sequence
from typing import Any

from tests.oracle.counting import Added, Cell

Stub = dict[str, Any]

HOUR_MS = 3_600_000
RECONTACT_MS = 24 * HOUR_MS
DROPPED_MS = 300_000
SPILL_OVER_MS = 7 * 24 * HOUR_MS


def by_start(sessions: Sequence[Stub]) -> list[Stub]:
    """One customer's sessions, as they began; spam is no visit."""
    counted = [stub for stub in sessions if stub["outcome"] != "invalid"]
    return sorted(counted, key=lambda stub: (stub["started_at"], stub["session"]))


def later_ones(stub: Stub, sessions: Sequence[Stub], within: int) -> list[Stub]:
    """The sessions that started no later than so long after the end of this one, and not before it."""
    ordered = by_start(sessions)
    if stub not in ordered or stub["ended_at"] is None:
        return []
    behind = ordered[ordered.index(stub) + 1 :]
    return [later for later in behind if 0 <= later["started_at"] - stub["ended_at"] <= within]


def recontact_of(stub: Stub, sessions: Sequence[Stub]) -> Stub | None:
    """The session by which the customer came back; one that the business opened is none."""
    found = later_ones(stub, sessions, RECONTACT_MS)
    return next((later for later in found if later["outcome"] != "outbound"), None)


def is_dropped(stub: Stub, back: Stub | None) -> bool:
    """He had not chosen the end."""
    return (
        back is not None
        and back["started_at"] - stub["ended_at"] <= DROPPED_MS
        and stub["ended_by"] != "customer"
    )


def other_team(stub: Stub, back: Stub | None) -> bool | None:
    if back is None or stub["team"] is None or back["team"] is None:
        return None
    return stub["team"] != back["team"]


def spill_over(stub: Stub, sessions: Sequence[Stub]) -> Stub | None:
    """The first social session within a week after this one's end on another channel."""
    if stub["channel"] == "social":
        return None
    found = later_ones(stub, sessions, SPILL_OVER_MS)
    return next((later for later in found if later["channel"] == "social"), None)


def self_service(stub: Stub, back: Stub | None) -> str | None:
    if stub["outcome"] != "left_before_queue" or not stub["in_bot"]:
        return None
    return "served" if back is None else "failed"


def afterwards(stub: Stub, sessions: Sequence[Stub]) -> dict[str, Any]:
    """What SessionOutcome says of the time behind a session."""
    back, spilt = recontact_of(stub, sessions), spill_over(stub, sessions)
    earlier = [each for each in sessions if recontact_of(each, sessions) is stub]
    came_from = max(earlier, key=lambda each: (each["ended_at"], each["session"]), default=None)
    return {
        "recontact_of": came_from["session"] if came_from else None,
        "recontacted_at": back["started_at"] if back else None,
        "recontacted_by": back["session"] if back else None,
        "recontacted_other_team": other_team(stub, back),
        "dropped": is_dropped(stub, back),
        "spill_over": None if spilt is None else spilt["visibility"] or "public",
        "first_contact_resolution": back is None if stub["resolved"] else None,
        "self_service": self_service(stub, back),
    }


def returns(stub: Stub, sessions: Sequence[Stub]) -> list[Added]:
    """Counted where the earlier session was, when the later one began."""
    cell: Cell = (stub["tenant"], stub["channel"], stub["queue"], stub["country"])
    found: list[Added] = []
    back, spilt = recontact_of(stub, sessions), spill_over(stub, sessions)
    if back is not None:
        kinds = {
            "recontacted": True,
            "recontacted_other_team": other_team(stub, back) is True,
            "resolved_recontacted": stub["resolved"],
            "dropped": is_dropped(stub, back),
            "self_service_failed": self_service(stub, back) == "failed",
        }
        found += [Added(cell, back["started_at"], name, int(yes)) for name, yes in kinds.items()]
    if spilt is not None:
        found.append(Added(cell, spilt["started_at"], f"spill_over_{spilt['visibility'] or 'public'}", 1))
    return found
