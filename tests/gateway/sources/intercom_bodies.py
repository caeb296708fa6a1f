"""Notifications of Intercom, written after its two generations of payloads, with invented values."""

PLATFORM = "intercom"
BEGAN_S = 1_795_600_000
ADA = {"type": "user", "id": "u1", "name": "Ada", "email": "ada@shop.example"}
BO = {"type": "admin", "id": "11", "name": "Bo", "email": "bo@desk.example"}
CY = {"type": "admin", "id": "12", "name": "Cy", "email": "cy@desk.example"}
FIN = {"type": "bot", "id": "99", "name": "Fin", "from_ai_agent": True}
OPERATOR = {"type": "admin", "id": "98", "name": "Operator", "email": "operator+x1@intercom.io"}
SALES = {"type": "team", "id": "7"}
FIRST = {
    "id": "s1",
    "delivered_as": "customer_initiated",
    "body": "<p>Is it <b>open</b>?</p>",
    "attachments": [],
}


def part(name, second, kind="comment", author=BO, body=None, **more):
    at = BEGAN_S + second
    written = {"id": name, "part_type": kind, "author": author, "body": body, "created_at": at}
    return {"type": "conversation_part", "updated_at": at + 300, "notified_at": at + 1} | written | more


def conversation(*parts, **more):
    """The item of API 2.x."""
    return {
        "type": "conversation",
        "id": "c1",
        "created_at": BEGAN_S,
        "updated_at": BEGAN_S + 900,
        "source": FIRST | {"type": "conversation", "author": ADA},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "u1"}]},
        "admin_assignee_id": 11,
        "team_assignee_id": None,
        "statistics": {"first_admin_reply_at": "2026-11-25T09:46:50.000Z", "count_assignments": 1},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    } | more


def conversation_of_v1(*parts):
    item = conversation(*parts)
    for name in ("source", "contacts", "statistics", "admin_assignee_id", "team_assignee_id"):
        del item[name]
    first = FIRST | {"type": "conversation_message", "author": {"type": "user", "id": "u1"}}
    return item | {
        "user": ADA,
        "assignee": {"type": "nobody_admin", "id": None},
        "conversation_message": first,
    }


def notification(topic, item, second=900):
    times = {"created_at": BEGAN_S + second, "first_sent_at": BEGAN_S + second + 5, "delivered_at": 0}
    envelope = {"type": "notification_event", "id": "notif_1", "topic": topic, "delivery_attempts": 1}
    return envelope | times | {"data": {"type": "notification_event_data", "item": item}}


def ticket_part(name, second, kind="comment", author=BO, body=None, **more):
    """Without what is null: tickets leave it out."""
    written = {
        key: value for key, value in part(name, second, kind, author, body).items() if value is not None
    }
    return written | {"type": "ticket_part"} | more


def ticket(*parts, category="Customer", **more):
    """The item of most topics of a ticket: the ticket with all its parts, and the part that is new."""
    whole = {
        "type": "ticket",
        "id": "c1",
        "ticket_id": "66",
        "ticket_type": {"type": "ticket_type", "id": "2", "category": category},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "u1"}]},
        "admin_assignee_id": "11",
        "team_assignee_id": "0",
        "created_at": BEGAN_S,
        "ticket_parts": {"type": "ticket_part.list", "ticket_parts": list(parts)},
        "category": category,
    } | more
    return {"type": "ticket_ticket_part", "ticket": whole, "ticket_part": parts[-1]}
