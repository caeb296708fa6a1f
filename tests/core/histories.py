"""Random histories from a seed: conversations, their deliveries, and the noise between them."""

import json
from random import Random
from typing import Any

from tests.core import making

MINUTE_MS = 60_000
QUEUES = ("sales", "support", "billing")
TYPES = (
    "session.started", "session.queued", "message.sent", "message.sent", "message.sent", "agent.assigned",
    "agent.accepted", "agent.declined", "session.transferred", "session.ended",
)  # fmt: skip
TURNS_SECONDS = (0, 1, 5, 10, 30, 60, 120, 180, 600)

# When it comes (ms), and what comes.
Delivery = tuple[int, making.Event | bytes]


def some(rng: Random, **fields: Any) -> dict[str, Any]:
    """Each field by chance, with one of its values."""
    return {name: rng.choice(values) for name, values in fields.items() if rng.random() < 0.6}


def contents(rng: Random, kind: str) -> dict[str, Any]:
    if kind == "session.started":
        return some(
            rng,
            channel=("live_chat", "live_chat", "chat", "social", "email"),
            direction=("inbound", "inbound", "inbound", "outbound"),
            by=("customer", "customer", "customer", "system"),
            bot_first=(True, False, False),
            queue=QUEUES,
            country=("IT", "DE"),
        )
    if kind == "message.sent":
        author = rng.choice(("customer", "customer", "agent", "agent", "bot", "system"))
        return {"author": author} | some(
            rng, visible=(True, True, True, False), kind=("text", "text", "campaign", "automatic", "echo")
        )
    if kind == "session.transferred":
        return some(rng, kind=("bot_to_person", "person_to_person"), to_queue=QUEUES)
    if kind == "session.ended":
        by = rng.choice(("customer", "customer", "agent", "system", "timeout"))
        return {"by": by} | some(rng, reason=("resolved", "full", "spam"), effective_seconds=(0, 2.5, 60))
    return some(rng, queue=QUEUES, **({"is_reply": (True, False)} if kind == "agent.accepted" else {}))


def wild(rng: Random) -> list[tuple[str, int, dict[str, Any]]]:
    """Anything at any time: kind, ms after the beginning, data."""
    found = []
    for _ in range(rng.randint(1, 8)):
        kind = rng.choice(TYPES)
        after_ms = rng.choice(TURNS_SECONDS) * 1000 + rng.choice((-1, 0, 0, 0, 1)) + 1
        found.append((kind, rng.choice((after_ms, rng.randrange(40 * MINUTE_MS))), contents(rng, kind)))
    return found


def usual(rng: Random) -> list[tuple[str, int, dict[str, Any]]]:
    """A chat as most are: it begins, somebody waits, mostly somebody answers, mostly it ends."""
    at_ms = 0
    found = [("session.started", 0, {"channel": "live_chat", "queue": rng.choice(QUEUES), "country": "IT"})]
    for kind, data in (
        ("session.queued", {}),
        ("message.sent", {"author": "customer"}),
        ("agent.accepted", {}),
        ("message.sent", {"author": "agent"}),
        ("message.sent", {"author": "customer"}),
        ("message.sent", {"author": "agent"}),
        ("session.ended", {"by": rng.choice(("customer", "customer", "agent", "timeout"))}),
    ):
        at_ms += round(rng.expovariate(1 / 25_000))
        if rng.random() < 0.85:
            found.append((kind, at_ms, data))
    return found


def conversation(rng: Random, tenant: str, subject: str, first_ms: int) -> list[making.Event]:
    return [
        making.event_at(kind, first_ms + after_ms, **data)
        | {
            "tenant": tenant,
            "subject": subject,
            "id": f"{subject}-{i}",
            "source": rng.choice(("desk", "attic")),
        }
        for i, (kind, after_ms, data) in enumerate(rng.choice((wild, usual))(rng))
    ]


def deliveries(rng: Random, told: list[making.Event]) -> list[Delivery]:
    """Each event at least once, some twice, some with other contents; some late, out of order."""
    found: list[Delivery] = []
    for event in told:
        copies = [event] + [event] * (rng.random() < 0.2)
        if rng.random() < 0.1:
            kind = rng.choice(TYPES)
            other = making.event_at(kind, making.read_ms(event), **contents(rng, kind))
            copies.append(event | {"type": other["type"], "data": other["data"]})
        for copy in copies:
            delay_ms = rng.choice((0, 0, 50, 5_000, 40_000, rng.randrange(30 * MINUTE_MS)))
            found.append((making.read_ms(event) + delay_ms, copy))
    return found


def noise(rng: Random, at_ms: int) -> Delivery:
    """Something that cannot be used."""
    event = making.event_at("session.ended", at_ms, by=rng.choice(("nobody", 7, None)))
    broken = json.dumps(event).encode()
    return at_ms, rng.choice((b"", b"{", b"\xff\xfe", b"[]", broken[:-9], broken))


def history(rng: Random) -> list[Delivery]:
    """Deliveries of both tenants in the order in which they come, all within some hours."""
    found: list[Delivery] = []
    for i in range(rng.randint(1, 6)):
        tenant = rng.choice((making.LIVE, making.HISTORY))
        first_ms = making.START_MS + rng.choice((0, 1, 9_999, rng.randrange(90 * MINUTE_MS)))
        found += deliveries(rng, conversation(rng, tenant, f"c{i}", first_ms))
    for _ in range(rng.randint(0, 2)):
        found.append(noise(rng, making.START_MS + rng.randrange(90 * MINUTE_MS)))
    for _ in range(rng.randint(0, 6)):
        at_ms = making.START_MS + rng.randrange(120 * MINUTE_MS)
        seconds = (at_ms - making.START_MS) / 1000 + rng.choice((-600, -600, -60, 0, 60, 40_000))
        found.append((at_ms, making.progress(seconds)))
    return sorted(found, key=lambda delivery: delivery[0])
