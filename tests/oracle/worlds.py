"""Random worlds from a seed: what happened, how it was delivered, and the noise between.

A `Random` decides everything, so that one generator serves seeds, which are quick, and Hypothesis,
which shrinks what fails. "Gaps" are events that nobody ever delivers.
"""

import json
from random import Random
from typing import NamedTuple

from tests.oracle import contents, meanings
from tests.oracle.stories import HISTORY, LIVE, START_MS, event_at
from tests.oracle.telling import Event, instant

from attesa.core.definitions import Definitions

HOUR_MS = 3_600_000
LATEST_PROGRESS_MS = START_MS + 47 * HOUR_MS  # nothing that happens is too old then
ON_EVENTS, ON_CUSTOMERS = "attesa.events", "attesa.customers"


class Shape(NamedTuple):
    """The tenants, how long it may last, how far its conversations lie apart, whether to add noise."""

    tenants: tuple[str, ...] = (LIVE, HISTORY)
    longest_ms: int = 40 * HOUR_MS
    apart_ms: tuple[int, ...] = (0, 0, 1, 9_999, 300_000, 300_001, HOUR_MS, 24 * HOUR_MS)
    noise: bool = True


class Delivery(NamedTuple):
    """When it arrives, on which topic, and what."""

    at: int
    topic: str
    told: Event | bytes


class World(NamedTuple):
    definitions: Definitions
    deliveries: list[Delivery]  # in the order of arrival

    def events(self, topic: str = ON_EVENTS) -> list[Event]:
        """What was told on a topic, rubbish left out."""
        return [told for _, on, told in self.deliveries if on == topic and isinstance(told, dict)]


ANY = Shape()


def world(rng: Random, shape: Shape = ANY) -> World:
    """A few conversations and what belongs to them."""
    definitions = rng.choice(meanings.ALL)
    told: list[Event] = []
    firsts = [START_MS]
    for number in range(rng.randint(1, 4)):
        tenant = rng.choice(shape.tenants)
        first = rng.choice(firsts) + rng.choice(shape.apart_ms) + rng.choice((-1, 0, 0, 1))
        said = conversation(rng, tenant, f"c{number}", max(first, START_MS))
        told += [event for event in said if instant(event) - START_MS <= shape.longest_ms]
        ends = [event for event in told if event["type"] == "attesa.session.ended"]
        firsts = [START_MS, *map(instant, [*told[-1:], *ends])]
    if rng.random() < 0.4:
        told += shifts(rng, rng.choice(shape.tenants), shape)
    found = [each for event in told for each in deliveries(rng, event)]
    found += [Delivery(instant(event), ON_CUSTOMERS, event) for event in purchases(rng, told, shape)]
    found += [*progress(rng, told, shape), *heartbeats(rng, shape), *noise(rng, shape)]
    return World(definitions, sorted(found, key=lambda delivery: delivery.at))


def conversation(rng: Random, tenant: str, subject: str, first_ms: int) -> list[Event]:
    sources = rng.choice((("desk",), ("desk",), ("attic",), ("desk", "attic")))
    return [
        event_at(kind, first_ms + at, **data)
        | {"tenant": tenant, "subject": subject, "id": f"{subject}-{i}", "source": rng.choice(sources)}
        for i, (at, kind, data) in enumerate(contents.conversation(rng))
    ]


def shifts(rng: Random, tenant: str, shape: Shape) -> list[Event]:
    """An agent comes and goes; one is called like a conversation."""
    who, at, found = rng.choice(("anna", "bruno", "c0")), START_MS, []
    for number in range(rng.randint(1, 4)):
        at += contents.pause(rng) + rng.choice((0, 0, 0, HOUR_MS, 24 * HOUR_MS))
        status = rng.choice(("available", "available", "busy", "away", "offline"))
        more = contents.some(
            rng,
            capacity=(0, 1, 3, 7),
            team=contents.TEAMS,
            queues=([], ["support", "sales"], ["sales", "sales"], ["billing", "sales", "support"]),
        )
        event = event_at("agent.presence", at, status=status, **more)
        found.append(event | {"tenant": tenant, "subject": who, "id": f"p-{who}-{number}"})
    return [event for event in found if instant(event) - START_MS <= shape.longest_ms]


def deliveries(rng: Random, event: Event) -> list[Delivery]:
    """At least once, sometimes twice, sometimes with other contents or late; sometimes never."""
    if rng.random() < 0.03:
        return []
    copies = [event] + [event] * (rng.random() < 0.15)
    if rng.random() < 0.08 and event["type"] != "attesa.agent.presence":
        copies.append(contradiction(rng, event))
    if rng.random() < 0.03:
        copies.append(event | {"source": rng.choice(("desk", "attic"))})
    at = instant(event)
    delays = (0, 0, 0, 50, 5_000, 40_000, rng.randrange(HOUR_MS // 2))
    return [Delivery(max(at, instant(copy)) + rng.choice(delays), ON_EVENTS, copy) for copy in copies]


def contradiction(rng: Random, event: Event) -> Event:
    """Other contents, or another time, under the same id."""
    kind = rng.choice((event["type"].removeprefix("attesa."), rng.choice(contents.TYPES)))
    at = max(START_MS, instant(event) - rng.choice((0, 0, 1, 1_000, 60_000)))
    other = event_at(kind, at, **contents.contents(rng, kind))
    return event | {name: other[name] for name in ("type", "time", "data")}


def purchases(rng: Random, told: list[Event], shape: Shape) -> list[Event]:
    """Around the customers' chats: before, within and after what is credited; told again, given back."""
    found: list[Event] = []
    for number in range(rng.randint(0, 4)):
        near = rng.choice(told) if told else None
        at = max(START_MS, instant(near) + near_by(rng)) if near else START_MS
        tenant, who = near["tenant"] if near else shape.tenants[0], rng.choice(contents.CUSTOMERS)
        currency, value, part = rng.choice(
            (("EUR", "19.99", "9.99"), ("EUR", "100", "100.00"), ("JPY", "500", "300"), ("KWD", "1.234", "1"))
        )
        order = {"order_id": f"o-{who}-{number}", "value": value, "currency": currency}
        hint = {"conversation": rng.choice(("c0", "c1"))} if rng.random() < 0.3 else {}
        envelope = {"tenant": tenant, "subject": who}
        made = event_at("purchase.made", at, **order, **hint, **contents.some(rng, test=(False, False, True)))
        found.append(made | envelope | {"id": f"{order['order_id']}-made"})
        if rng.random() < 0.3:  # another webhook tells it again, a little later, worth something else
            again = event_at("purchase.made", at + rng.choice((0, 1, 5_000)), **(order | {"value": "7"}))
            found.append(again | envelope | {"id": f"{order['order_id']}-again"})
        for refund in range(rng.choice((0, 0, 1, 2))):
            back_at = max(START_MS, at + contents.pause(rng) - rng.choice((0, 0, 60_000)))
            back = event_at("purchase.refunded", back_at, **(order | {"value": rng.choice((value, part))}))
            found.append(back | envelope | {"id": f"{order['order_id']}-back-{refund}"})
    if rng.random() < 0.1:
        linked = event_at("customer.linked", START_MS, same_as="luca")
        found.append(linked | {"tenant": rng.choice(shape.tenants), "subject": "maria", "id": "link"})
    return [event for event in found if instant(event) - START_MS <= shape.longest_ms]


def near_by(rng: Random) -> int:
    hours = rng.choice((0, 0, 1, 2, 24)) * HOUR_MS
    return hours + rng.choice((-1, 0, 0, 1, contents.pause(rng), -contents.pause(rng)))


def progress(rng: Random, told: list[Event], shape: Shape) -> list[Delivery]:
    """Data time moves on: to anywhere, and to the very instants at which something is decided."""
    found: list[Delivery] = []
    if HISTORY not in shape.tenants:
        return found
    for _ in range(rng.randint(0, 5)):
        at = START_MS + rng.randrange(2 * HOUR_MS)
        until = at + rng.choice((-600, -600, -60, 0, 60, 40_000)) * 1000
        if told and rng.random() < 0.5:
            border = rng.choice((*contents.BORDERS_SECONDS, *contents.FAR_SECONDS)) * 1000
            until = min(instant(rng.choice(told)) + border + rng.choice((-1, 0, 0, 1)), LATEST_PROGRESS_MS)
        event = event_at("progress", until) | {"subject": "clock", "id": f"progress {until}"}
        found.append(Delivery(max(at, until), ON_EVENTS, event))
    return found


def heartbeats(rng: Random, shape: Shape) -> list[Delivery]:
    """A source promises to give signs of life, and perhaps does not keep it."""
    found: list[Delivery] = []
    if LIVE in shape.tenants and rng.random() < 0.2:
        for _ in range(rng.randint(1, 3)):
            at = START_MS + rng.randrange(HOUR_MS // 2)
            found.append(Delivery(at, ON_EVENTS, heartbeat(at, rng.choice((0, 1, 60)))))
    return found


def heartbeat(at_ms: int, every_seconds: int) -> Event:
    told = event_at("source.heartbeat", at_ms, every_seconds=every_seconds)
    return told | {"tenant": LIVE, "subject": "desk", "id": f"heartbeat {at_ms}"}


def noise(rng: Random, shape: Shape) -> list[Delivery]:
    """Messages that are no events."""
    found: list[Delivery] = []
    for _ in range(rng.choice((0, 0, 1, 2)) if shape.noise else 0):
        at = START_MS + rng.randrange(HOUR_MS // 2)
        broken = json.dumps(event_at("session.ended", at, by=rng.choice(("nobody", 7, None)))).encode()
        rubbish = rng.choice((b"", b"{", b"\xff\xfe", b"[]", broken[:-9], broken))
        found.append(Delivery(at, rng.choice((ON_EVENTS, ON_EVENTS, ON_CUSTOMERS)), rubbish))
    return found
