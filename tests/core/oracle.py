"""The facts of METRICS.md computed the slow and obvious way, from plain events; shares no code with core.

What core does by one incremental fold is asked here question by question of the sorted events.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

Event = dict[str, Any]
Facts = dict[str, Any]


class Pair(NamedTuple):
    """What a channel's customers expect, in seconds."""

    good: int
    bad: int
    short: int = 10
    idle_cap: int = 120


PAIRS = {
    "live_chat": Pair(30, 180),
    "chat": Pair(3_600, 36_000),
    "social": Pair(10_800, 43_200),
    "email": Pair(86_400, 172_800),
}

# At one instant: what asks, what brings somebody, what answers, what ends.
ORDER = (
    "session.started", "session.queued", "customer", "bot", "system", "session.transferred",
    "agent.assigned", "agent.declined", "agent.accepted", "agent", "session.ended",
)  # fmt: skip


def at(event: Event) -> int:
    moment = datetime.fromisoformat(event["time"])
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def what(event: Event) -> str:
    kind = event["type"].removeprefix("attesa.")
    return event["data"]["author"] if kind == "message.sent" else kind


def in_order(events: Iterable[Event]) -> list[Event]:
    def position(event: Event) -> tuple[int, int, bytes]:
        return at(event), ORDER.index(what(event)), blake2b(event["id"].encode(), digest_size=8).digest()

    return sorted(events, key=position)


def one_per_id(deliveries: Iterable[Event], smaller: Callable[[Event, Event], Event]) -> list[Event]:
    """A repeated id counts once; of different contents the smaller one counts."""
    found: dict[str, Event] = {}
    for event in deliveries:
        known = found.get(event["id"])
        found[event["id"]] = event if known is None else smaller(known, event)
    return list(found.values())


def until_the_end(events: Sequence[Event]) -> list[Event]:
    """A session's story closes with its first end."""
    ends = [i for i, event in enumerate(events) if what(event) == "session.ended"]
    return list(events[: ends[0] + 1]) if ends else list(events)


def first_told(events: Iterable[Event], fields: dict[str, str]) -> str | None:
    """The first value told by any of the kinds in `fields`, each with the name of its field."""
    for event in events:
        field = fields.get(what(event))
        if field is not None and field in event["data"]:
            return event["data"][field]
    return None


def is_reply(event: Event) -> bool:
    """A human agent, visible, not a campaign, an echo or an automatic message; or a pick-up that counts."""
    data = event["data"]
    if what(event) == "agent.accepted":
        return data.get("is_reply", False)
    return is_agents_message(event)


def is_agents_message(event: Event) -> bool:
    data = event["data"]
    return (
        what(event) == "agent"
        and data.get("visible", True)
        and data.get("kind", "text") not in ("campaign", "echo", "automatic")
    )


def is_outbound(event: Event) -> bool:
    data = event["data"]
    is_start = what(event) == "session.started"
    return is_start and (data.get("direction") == "outbound" or data.get("by", "customer") != "customer")


def is_bots(event: Event) -> bool:
    return what(event) == "bot" or (
        what(event) == "session.started" and event["data"].get("bot_first", False)
    )


def is_explicit_request(event: Event) -> bool:
    handed_over = what(event) == "session.transferred" and event["data"].get("kind") == "bot_to_person"
    return what(event) == "session.queued" or handed_over


def requested(story: Sequence[Event]) -> int | None:
    """An explicit request, or else the first customer message where neither bot nor business came first."""
    explicit = next((at(event) for event in story if is_explicit_request(event)), None)
    first = next((i for i, event in enumerate(story) if what(event) == "customer"), None)
    if first is None or any(is_bots(event) or is_outbound(event) for event in story[:first]):
        return explicit
    implied = at(story[first])
    answered_at = replied(story, implied)
    if explicit is None or (answered_at is not None and answered_at < explicit):
        return implied
    return explicit


def replied(story: Sequence[Event], requested_at: int | None) -> int | None:
    if requested_at is None:
        return None
    return next((at(event) for event in story if is_reply(event) and at(event) >= requested_at), None)


def outcome_of(story: Sequence[Event], requested_at: int | None, replied_at: int | None) -> str:
    end = story[-1]["data"] if what(story[-1]) == "session.ended" else None
    if end is not None and end.get("reason") in ("spam", "test", "broken"):
        return "invalid"
    if requested_at is None and any(is_outbound(event) for event in story):
        return "outbound"
    if requested_at is None:
        return "open" if end is None else "left_before_queue"
    if replied_at is not None:
        return "answered"
    if end is None:
        return "waiting"
    return {"customer": "abandoned", "system": "rejected"}.get(end["by"], "unanswered")


def verdict(facts: Facts, seconds: int, clock: int | None) -> tuple[str | None, int | None]:
    """The word on one threshold and the first instant at which it was certain."""
    requested_at, ended_at = facts["requested_at"], facts["ended_at"]
    if requested_at is None or facts["outcome"] == "invalid":
        return None, None
    deadline = requested_at + seconds * 1000
    if facts["outcome"] == "answered":
        in_time = facts["first_reply_at"] <= deadline
        return ("met", facts["first_reply_at"]) if in_time else ("missed", deadline)
    if facts["outcome"] == "waiting":
        return ("missed", deadline) if clock is not None and clock > deadline else (None, None)
    if facts["outcome"] == "abandoned" and ended_at <= deadline:
        return "none", ended_at
    return "missed", min(ended_at, deadline)


def service_class(good: str | None, bad: str | None) -> str | None:
    if good in (None, "none"):
        return None
    if good == "met":
        return "good"
    if bad == "met":
        return "tolerable"
    return "bad" if bad is not None else None


def effective_ms(story: Sequence[Event], replied_at: int, idle_cap_ms: int) -> int | None:
    """As the source measured it, else the capped gaps between messages of people from the reply on."""
    measured = story[-1]["data"].get("effective_seconds")
    if measured is not None:
        return round(measured * 1000)
    if not any(is_agents_message(event) for event in story):
        return None
    turns = [
        at(event)
        for event in story
        if (what(event) == "customer" or is_agents_message(event)) and at(event) >= replied_at
    ]
    instants = [replied_at, *turns]
    return sum(min(b - a, idle_cap_ms) for a, b in pairwise(instants))


def facts_of(events: Iterable[Event], clock: int | None, pairs: dict[str, Pair] = PAIRS) -> Facts:
    """The facts of one session, from its different events, at `clock`."""
    events = in_order(events)
    story = until_the_end(events)
    start = [event for event in story if what(event) == "session.started"]
    end = story[-1] if what(story[-1]) == "session.ended" else None
    channel = first_told(start, {"session.started": "channel"}) or "live_chat"
    pair = pairs[channel]
    requested_at = requested(story)
    replied_at = replied(story, requested_at)
    joined = [at(event) for event in story if what(event) == "agent.accepted"]
    facts: Facts = {
        "channel": channel,
        "queue": first_told(
            story,
            {
                "session.started": "queue", "session.queued": "queue", "agent.assigned": "queue",
                "agent.accepted": "queue", "session.transferred": "to_queue",
            },
        )
        or "unknown",
        "country": first_told(start, {"session.started": "country"}) or "unknown",
        "language": first_told(start, {"session.started": "language"}),
        "direction": "outbound" if any(map(is_outbound, story)) else "inbound",
        "started_at": at(events[0]),
        "requested_at": requested_at,
        "accepted_at": joined[0] if joined else None,
        "first_reply_at": replied_at,
        "ended_at": at(end) if end else None,
        "ended_by": end["data"]["by"] if end else None,
        "ended_reason": end["data"].get("reason") if end else None,
        "last_event_at": at(events[-1]),
        "outcome": outcome_of(story, requested_at, replied_at),
        "good_ms": pair.good * 1000,
        "bad_ms": pair.bad * 1000,
        "transfers": sum(
            what(event) == "session.transferred" and not is_explicit_request(event) for event in story
        ),
        "customer_messages": sum(what(event) == "customer" for event in story),
        "agent_messages": sum(map(is_agents_message, story)),
        "bot_messages": sum(what(event) == "bot" for event in story),
        "events": len(events),
    }  # fmt: skip
    return facts | durations(facts, story, pair) | verdicts(facts, pair, clock)


def durations(facts: Facts, story: Sequence[Event], pair: Pair) -> Facts:
    asked, outcome = facts["requested_at"], facts["outcome"]
    joined, ended_at, replied_at = facts["accepted_at"], facts["ended_at"], facts["first_reply_at"]
    answered, abandoned = outcome == "answered", outcome == "abandoned"
    picked_up = outcome != "invalid" and None not in (asked, joined) and joined >= asked
    over = answered and ended_at is not None
    return {
        "wait_ms": replied_at - asked if answered else None,
        "pickup_ms": joined - asked if picked_up else None,
        "time_to_abandon_ms": ended_at - asked if abandoned else None,
        "short_abandon": abandoned and ended_at - asked <= pair.short * 1000,
        "total_ms": ended_at - asked if over else None,
        "effective_ms": effective_ms(story, replied_at, pair.idle_cap * 1000) if over else None,
    }


def verdicts(facts: Facts, pair: Pair, clock: int | None) -> Facts:
    good, good_at = verdict(facts, pair.good, clock)
    bad, bad_at = verdict(facts, pair.bad, clock)
    return {
        "verdict_good": good,
        "verdict_good_at": good_at,
        "verdict_bad": bad,
        "verdict_bad_at": bad_at,
        "service_class": service_class(good, bad),
    }
