"""Rooms as Rocket.Chat tells them, with invented values, and what to look for in what is made of them."""

VISITOR = {
    "_id": "v9",
    "token": "secret",
    "name": "Ada",
    "username": "guest-3",
    "email": [{"address": "Ada@example.com"}],
    "phone": None,
}
SERVED = {"_id": "u1", "username": "ann", "ts": "2026-11-25T11:00:30.000Z"}
HELLO = {"_id": "m1", "username": "guest-3", "msg": "Buongiorno, c'è?", "ts": "2026-11-25T11:00:02.000Z"}
REPLY = {"_id": "m2", "username": "ann", "msg": "Hi!", "ts": "2026-11-25T11:00:41.000Z", "agentId": "u1"}
BOTS = frozenset({"robby"})
BY_BOT = REPLY | {"username": "robby", "agentId": "u7"}
ROOM = {
    "_id": "R1",
    "label": "Ada",
    "createdAt": "2026-11-25T11:00:00.000Z",
    "lastMessageAt": None,
    "visitor": VISITOR,
    "messages": [],
}


def room(kind, *messages, **more):
    return ROOM | {"type": kind, "messages": list(messages)} | more


def closed(*messages, **more):
    fields = {"closedAt": "2026-11-25T11:05:00.000Z", "closer": "user", "closedBy": SERVED}
    return room("LivechatSession", *messages, **(fields | more))


def told(adapted, kind):
    return [event for event in adapted.events if event["type"] == f"attesa.{kind}"]


def only(adapted, kind):
    (event,) = told(adapted, kind)
    return event
