"""Events as they were told: one per id, in order, and the questions that rules ask of a single one.

The oracle shares no code with core but the order of hashed ids and what `smaller bytes` are.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from attesa.core.events.wire import Decoded, decode

Event = dict[str, Any]  # a CloudEvent as it was delivered

# At one instant: what asks, what brings somebody, what answers, what ends, and what is said of it then.
ORDER = (
    "session.started", "session.queued", "customer", "bot", "system", "session.transferred",
    "agent.assigned", "agent.declined", "agent.accepted", "agent", "survey.requested", "session.ended",
    "survey.answered", "agent.presence",
)  # fmt: skip
NOT_TOLD_BY_PEOPLE = ("campaign", "echo", "automatic")
SURVEYS = ("survey.requested", "survey.answered")


class Told(NamedTuple):
    """One event: its instant in ms, its place at that instant, what it is, and its data."""

    at: int
    rank: int
    hash: int
    what: str
    data: dict[str, Any]

    def tells(self, name: str) -> Any:
        return self.data.get(name)


def instant(event: Event) -> int:
    moment = datetime.fromisoformat(event["time"])
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def hash_of(event_id: str) -> int:
    return int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big")


def told(event: Event) -> Told:
    """An event of `attesa.events`, or of customers (which has no place of its own at one instant)."""
    kind = event["type"].removeprefix("attesa.")
    data = event["data"]
    what = data["author"] if kind == "message.sent" else kind
    if what == "bot" and not data.get("visible", True):
        what = "system"
    rank = ORDER.index(what) if what in ORDER else 0
    return Told(instant(event), rank, hash_of(event["id"]), what, data)


def one_per_id(deliveries: Iterable[Event]) -> list[Told]:
    """In order; a repeated id counts once, and of different contents those of the smaller bytes."""
    found: dict[str, Event] = {}
    for event in deliveries:
        known = found.get(event["id"])
        if known is None:
            found[event["id"]] = event
        elif known is not event and known != event:
            found[event["id"]] = min(known, event, key=packed)
    return sorted(map(told, found.values()), key=lambda event: event[:3])


def packed(event: Event) -> bytes:
    """The bytes that decide between two events with one id: those that state keeps."""
    found = decode(json.dumps(event).encode())
    assert isinstance(found, Decoded)
    return msgspec.msgpack.encode(found.event)


# -- what one event is -----------------------------------------------------------------------------


def is_agents_message(event: Told) -> bool:
    """Of a person, and for the customer to see."""
    return (
        event.what == "agent"
        and event.data.get("visible", True)
        and event.data.get("kind", "text") not in NOT_TOLD_BY_PEOPLE
    )


def is_note(event: Told) -> bool:
    """An agent's words that the customer cannot see."""
    return event.what == "agent" and not event.data.get("visible", True)


def is_pickup_that_replies(event: Told) -> bool:
    return event.what == "agent.accepted" and event.data.get("is_reply", False)


def is_handover(event: Told) -> bool:
    return event.what == "session.transferred" and event.tells("kind") == "bot_to_person"


def is_transfer(event: Told) -> bool:
    """Between persons, that is: every one that is not from a bot to a person."""
    return event.what == "session.transferred" and not is_handover(event)


def is_explicit_request(event: Told) -> bool:
    return event.what == "session.queued" or is_handover(event)


def is_of_a_bot(event: Told) -> bool:
    return event.what == "bot" or (event.what == "session.started" and event.data.get("bot_first", False))


def opens_a_session(event: Told) -> bool:
    return event.what in ("customer", "session.started") or is_explicit_request(event)


def opens_outbound(event: Told) -> bool:
    if event.what == "session.started":
        return event.data.get("direction") == "outbound" or event.data.get("by", "customer") != "customer"
    return event.what in ("agent", "customer") and event.tells("kind") == "campaign"


def has_flag(event: Told, flag: str) -> bool:
    return flag in event.data.get("flags", ())


def first_told(events: Iterable[Told], fields: dict[str, str]) -> Any:
    """The first value told by any of the kinds in `fields`, each with the name of its field."""
    for event in events:
        field = fields.get(event.what)
        if field is not None and field in event.data:
            return event.data[field]
    return None
