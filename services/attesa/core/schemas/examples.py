"""One event of each type for the schemas: a live chat that a bot began, and what came after it. Invented."""

from typing import Any

Example = dict[str, Any]

CONVERSATION = "chat-8841"
AGENT = "a-5f0c2b9e71d4"
CUSTOMER = "c-93b1e07c55aa"


def _event(kind: str, identity: str, clock: str, data: Example, subject: str = CONVERSATION) -> Example:
    return {
        "specversion": "1.0",
        "id": f"{subject}/{identity}",
        "source": "shop.example/chat",
        "type": f"attesa.{kind}",
        "time": f"2026-01-31T{clock}Z",
        "tenant": "default",
        "subject": subject,
        "datacontenttype": "application/json",
        "data": data,
    }


_SALE = {"order_id": "o-20417", "value": "129.90", "currency": "EUR", "conversation": CONVERSATION}

_STORY = (
    _event(
        "session.started",
        "started",
        "11:58:02.120",
        {"channel": "live_chat", "bot_first": True, "country": "IT", "language": "it", "entry_point": "cart"},
    ),
    _event("session.queued", "queued", "11:58:40.000", {"queue": "sales", "position": 2}),
    _event("agent.assigned", "assigned-1", "11:58:49.500", {"agent": AGENT, "queue": "sales"}),
    _event("agent.declined", "declined-1", "11:58:53.010", {"agent": AGENT, "queue": "sales"}),
    _event("agent.accepted", "accepted-1", "11:58:57.300", {"team": "sales-it", "queue": "sales"}),
    _event(
        "message.sent",
        "m-17",
        "11:59:04.730",
        {"author": "agent", "message_id": "m-17", "length": 42, "flags": ["greeting", "name"]},
    ),
    _event(
        "session.transferred",
        "transferred-1",
        "12:03:10.000",
        {"kind": "person_to_person", "from_queue": "sales", "to_queue": "support", "with_context": True},
    ),
    _event("session.ended", "ended", "12:07:45.200", {"by": "customer", "reason": "resolved"}),
    _event("survey.requested", "survey", "12:07:50.000", {"question": "nps", "scale": "0-10"}),
    _event("survey.answered", "answer", "12:08:31.000", {"question": "nps", "scale": "0-10", "value": 9}),
    _event(
        "agent.presence", "2026-01-31T08:00:00Z", "08:00:00", {"status": "available", "capacity": 3}, AGENT
    ),
    _event("progress", "0/2026-01-31T12:10:00Z", "12:10:00", {}, "clock"),
    _event(
        "source.heartbeat", "2026-01-31T12:10:00Z", "12:10:00", {"every_seconds": 60}, "shop.example/chat"
    ),
    _event("purchase.made", "o-20417", "12:15:00", _SALE, CUSTOMER),
    _event("purchase.refunded", "o-20417/refund-1", "12:45:00", _SALE | {"value": "29.90"}, CUSTOMER),
    _event("customer.linked", "c-0d6f3a", "12:46:00", {"same_as": "c-0d6f3a91be20"}, CUSTOMER),
)

EVENTS: dict[str, Example] = {example["type"]: example for example in _STORY}
