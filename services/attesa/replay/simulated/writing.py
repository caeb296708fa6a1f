"""Writes the events of one simulated conversation, one after the other. Decides nothing."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from attesa.replay.deliveries import Event, event

SOURCE = "attesa/simulator"
SHOP = "attesa/simulator/shop"

Timed = tuple[int, Event]


class Story(NamedTuple):
    """Events with their times in ms, ascending, and what begins later because of them."""

    events: list[Timed]
    later: "list[Later]"


class Later(NamedTuple):
    """A story to come: when it begins, and who tells it from there."""

    at_ms: int
    tell: Callable[[int], Story]


def told(what: str, at_ms: int, tenant: str, subject: str, name: str, source: str, **data: Any) -> Timed:
    """One event with its time; `name` makes its id."""
    identity = f"{subject}:{name}"
    return at_ms, event(
        what, at_ms, identity=identity, source=source, tenant=tenant, subject=subject, data=data
    )


class Conversation:
    """One conversation being written: its events so far and the time that it has come to."""

    def __init__(self, random: Random, tenant: str, subject: str, customer: str, start_ms: int) -> None:
        self.random = random
        self.tenant = tenant
        self.subject = subject
        self.customer = customer
        self.at_ms = start_ms
        self.events: list[Timed] = []

    def later(self, seconds: float) -> None:
        """Let time pass; a millisecond at least, so that no two events stand at one instant."""
        self.at_ms += max(1, round(seconds * 1000))

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def tell(self, what: str, /, **data: Any) -> None:
        """Add an event here and now."""
        name = str(len(self.events))
        self.events.append(told(what, self.at_ms, self.tenant, self.subject, name, SOURCE, **data))

    def message(self, author: str, mean_length: int, /, **data: Any) -> None:
        length = 1 + round(self.random.expovariate(1 / mean_length))
        self.tell("message.sent", **{"author": author, "kind": "text", "length": length, **data})

    def end(self, by: str, **more: str) -> None:
        self.tell("session.ended", by=by, **more)
