"""A conversation in attesa's own events, as a team's software tells it: with all that there is to tell."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

BEGAN = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
CHAT = "team-chat-4217"


class Fact(NamedTuple):
    """`second` of the conversation when it happened; `who` names the customer or agent, by the team's ids."""

    name: str
    type: str
    second: int
    data: dict[str, Any]
    who: str = ""

    @property
    def time(self) -> str:
        return (BEGAN + timedelta(seconds=self.second)).isoformat(timespec="milliseconds")


ADA, ANN, BOB = "team-customer-88401", "team-agent-ann", "team-agent-bob"
OPENING = {"channel": "live_chat", "country": "DE", "language": "de", "purpose": "sales", "bot_first": True}
ORDER = {"order_id": "team-order-5", "value": "80.00", "currency": "EUR"}

FACTS = (
    Fact("started", "session.started", 0, OPENING | {"form_fields": 3}, ADA),
    Fact("b1", "message.sent", 1, {"author": "bot", "length": 20}),
    Fact("m1", "message.sent", 5, {"author": "customer", "length": 31}),
    Fact("queued", "session.queued", 10, {"queue": "orders", "promised_wait_seconds": 60}),
    Fact("taken", "agent.accepted", 40, {"team": "north"}, ANN),
    Fact("m2", "message.sent", 55, {"author": "agent", "length": 48}, ANN),
    Fact("m3", "message.sent", 70, {"author": "customer", "length": 12}),
    Fact("moved", "session.transferred", 90, {"kind": "person_to_person", "to_queue": "returns"}),
    Fact("taken-2", "agent.accepted", 100, {"team": "south"}, BOB),
    Fact("m4", "message.sent", 115, {"author": "agent", "length": 60}, BOB),
    Fact("asked", "survey.requested", 170, {"question": "nps"}),
    Fact("ended", "session.ended", 180, {"by": "customer", "reason": "resolved"}),
    Fact("nps", "survey.answered", 190, {"question": "nps", "value": 9}),
    Fact("csat", "survey.answered", 191, {"question": "csat", "scale": "1-5", "value": 4}),
    Fact("influence", "survey.answered", 192, {"question": "influence", "value": 4}),
    Fact("anyway", "survey.answered", 193, {"question": "would_have_bought", "value": 0}),
    Fact("bought", "purchase.made", 200, ORDER, ADA),
)


def as_cloudevents(pseudonyms: dict[str, str]) -> list[dict[str, Any]]:
    """A team that writes CloudEvents makes the pseudonyms itself."""
    return [_cloudevent(fact, pseudonyms.get(fact.who)) for fact in FACTS]


def _cloudevent(fact: Fact, who: str | None) -> dict[str, Any]:
    purchase = fact.type.startswith("purchase")
    field = "agent" if fact.type in {"agent.accepted", "message.sent"} else "customer"
    named = {"conversation": CHAT} if purchase else {field: who} if who else {}
    return {
        "specversion": "1.0",
        "id": f"{CHAT}/{fact.name}",
        "source": "shop.example/chat",
        "type": f"attesa.{fact.type}",
        "time": fact.time,
        "subject": who if purchase else CHAT,
        "data": fact.data | named,
    }


def as_standard_webhooks() -> list[tuple[str, dict[str, Any]]]:
    """`webhook-id` and body; the gateway makes the pseudonyms."""
    return [(f"msg_{fact.name}", _webhook(fact)) for fact in FACTS]


def _webhook(fact: Fact) -> dict[str, Any]:
    field = "agent" if fact.type in {"agent.accepted", "message.sent"} else "customer"
    named = {field: fact.who} if fact.who else {}
    data = fact.data | named | {"conversation": CHAT}
    return {"type": f"attesa.{fact.type}", "timestamp": fact.time, "data": data}
