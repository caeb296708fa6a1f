"""Who asked when, and who replied when: rules.md, "Clocks"."""

from itertools import takewhile

from tests.oracle.cutting import Piece
from tests.oracle.telling import (
    Told,
    has_flag,
    is_agents_message,
    is_explicit_request,
    is_of_a_bot,
    is_pickup_that_replies,
)


def request_of(piece: Piece) -> Told | None:
    """The event that asked for a person."""
    events = piece.inside
    explicit = next(filter(is_explicit_request, events), None)
    implied = implied_request(piece)
    if explicit is None or implied is None:
        return explicit or implied
    if events.index(explicit) < events.index(implied):
        return explicit
    earlier = events[: events.index(explicit)]
    return implied if first_reply(earlier, implied) is not None else explicit


def implied_request(piece: Piece) -> Told | None:
    """The first customer message, where neither the business nor a bot came first."""
    first = next((event for event in piece.inside if event.what == "customer"), None)
    if first is None or piece.is_outbound or bot_came_before(piece, first):
        return None
    return first


def bot_came_before(piece: Piece, event: Told) -> bool:
    return any(is_of_a_bot(other) for other in takewhile(lambda other: other is not event, piece.inside))


def is_reply(event: Told, request: Told) -> bool:
    """A message of a person that the customer can see, from the request on."""
    return is_agents_message(event) and event.at >= request.at


def first_reply(events: list[Told], request: Told | None) -> Told | None:
    """The first reply to a request: a message, or a pick-up that stands for one."""
    if request is None:
        return None
    for event in events:
        if is_reply(event, request) or (is_pickup_that_replies(event) and event.at >= request.at):
            return event
    return None


def first_useful_reply(events: list[Told], request: Told | None) -> Told | None:
    reply = first_reply(events, request)
    if request is None or reply is None or is_pickup_that_replies(reply):
        return reply
    return next((e for e in events if is_reply(e, request) and not has_flag(e, "holding")), None)


def replied_by(events: list[Told], reply: Told | None, name: str) -> str | None:
    """The team or agent that the reply named; else that of the last pick-up before it."""
    if reply is None or name in reply.data:
        return reply.data[name] if reply else None
    pickups = [e for e in takewhile(lambda e: e is not reply, events) if e.what == "agent.accepted"]
    return pickups[-1].tells(name) if pickups else None
