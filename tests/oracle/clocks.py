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
    return implied if first_reply(since(earlier, implied)) is not None else explicit


def implied_request(piece: Piece) -> Told | None:
    """The first customer message, where neither the business nor a bot came first."""
    first = next((event for event in piece.inside if event.what == "customer"), None)
    if first is None or piece.is_outbound or bot_came_before(piece, first):
        return None
    return first


def bot_came_before(piece: Piece, event: Told) -> bool:
    return any(is_of_a_bot(other) for other in takewhile(lambda other: other is not event, piece.inside))


def since(events: list[Told], request: Told | None) -> list[Told]:
    """The events from the instant of the request on; none without a request."""
    return [event for event in events if request is not None and event.at >= request.at]


def first_reply(events: list[Told]) -> Told | None:
    """The first reply in events since a request: a message, or a pick-up that stands for one."""
    return next((e for e in events if is_agents_message(e) or is_pickup_that_replies(e)), None)


def first_useful_reply(events: list[Told]) -> Told | None:
    reply = first_reply(events)
    if reply is None or is_pickup_that_replies(reply):
        return reply
    return next((e for e in events if is_agents_message(e) and not has_flag(e, "holding")), None)


def replied_by(events: list[Told], reply: Told | None, name: str) -> str | None:
    """The team or agent that the reply named; else that of the last pick-up before it."""
    if reply is None or name in reply.data:
        return reply.data[name] if reply else None
    before = events[: events.index(reply)]
    pickups = [event for event in before if event.what == "agent.accepted"]
    return pickups[-1].tells(name) if pickups else None
