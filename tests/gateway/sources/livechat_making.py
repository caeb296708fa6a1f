"""Webhooks of LiveChat, written by hand after the documented shapes."""

from datetime import timedelta

from tests.gateway.sources.conftest import NOW

ADA = "345f8235-d60d-433e-63c5-7f813a6ffe25"
ANN, BOB = "ann@shop.example", "bob@shop.example"
ROBOT = "5c9871d5372c824cbf22d860a707a578"
NEVER = "1970-01-01T01:00:00.000000Z"
CUSTOMER = {
    "id": ADA,
    "type": "customer",
    "name": "Ada",
    "email": "ada@home.example",
    "events_seen_up_to": NEVER,
    "last_visit": {"geolocation": {"country_code": "it"}},
}


def user(name):
    return {"id": name, "type": "agent", "name": "Ann", "email": name}


def received(second):
    """Seconds after 11:00."""
    return NOW - timedelta(hours=1) + timedelta(seconds=second)


def clock(second):
    """LiveChat writes microseconds."""
    return received(second).isoformat(timespec="microseconds").replace("+00:00", "Z")


def webhook(action, **payload):
    body = {"webhook_id": "w", "secret_key": "s3cret", "action": action, "organization_id": "o"}
    return body | {"payload": payload, "additional_data": {}}


def said(name, second, author=ADA, text="Hello?", **more):
    event = {"id": name, "type": "message", "text": text, "author_id": author, "custom_id": ""}
    return event | {"created_at": clock(second), "recipients": "all"} | more


def system(name, second, kind):
    event = {"id": name, "type": "system_message", "system_message_type": kind, "text": "Chat archived"}
    return event | {"created_at": clock(second), "recipients": "all"}


def form(name, second):
    event = {"id": name, "type": "filled_form", "author_id": ADA, "created_at": clock(second)}
    fields = [{"type": "name", "value": "Ada"}, {"type": "email", "value": "ada@home.example"}]
    return event | {"fields": fields, "properties": {"lc2": {"form_type": "prechat"}}}


def incoming(event, thread="T1"):
    return webhook("incoming_event", chat_id="K1", thread_id=thread, event=event)


def opened(second, *events, thread="T1", users=(CUSTOMER,), **more):
    properties = {"routing": {"continuous": False}}
    new = {"id": thread, "created_at": clock(second), "events": list(events), "properties": properties}
    new |= {"access": {"group_ids": [1]}, "previous_thread_id": "T0"} | more
    chat = {"id": "K1", "users": list(users), "thread": new, "access": {"group_ids": [1]}}
    return webhook("incoming_chat", chat=chat)


def queue(second):
    return {"queue": {"position": 2, "wait_time": 1337, "queued_at": clock(second)}}


def transferred(requester=ANN, thread="T1", reason="manual", groups=(2,), agents=(), **more):
    to = {"group_ids": list(groups), "agent_ids": list(agents)}
    payload = {"chat_id": "K1", "thread_id": thread, "reason": reason, "requester_id": requester}
    return webhook("chat_transferred", **payload, transferred_to=to, **more)


def added(who, thread="T1", **more):
    payload = {"chat_id": "K1", "thread_id": thread, "reason": "manual", "user_type": "agent"}
    return webhook("user_added_to_chat", **payload, user=user(who) | more)


def closed(who=None, thread="T1"):
    return webhook("chat_deactivated", chat_id="K1", thread_id=thread, **({"user_id": who} if who else {}))


def rated(score, thread="T1"):
    rating = {"rating": {"score": score, "comment": "Very good"}}
    return webhook("thread_properties_updated", chat_id="K1", thread_id=thread, properties=rating)
