"""The webhooks, by their action: what each says of a thread, or why it says nothing."""

from collections.abc import Callable

from attesa.core.events.fields import MOST_FORM_FIELDS
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.livechat.actions import FORMER, reason
from attesa.gateway.sources.livechat.events import SHOWN_TO, tell_event
from attesa.gateway.sources.livechat.users import group_at, kind_at, kind_of
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

PRECHAT = "prechat"
KINDS = frozenset({"customer", "agent"})
STATUSES = {"accepting_chats": "available", "not_accepting_chats": "away", "offline": "offline"}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("action")
    action = FORMER.get(native, native)
    if action in READERS:
        READERS[action](native, body.child("payload"), to)
    elif why := reason(action):
        to.ignore(native, why)
    else:
        to.unmapped(native)


def _chat(action: str, payload: Reader, to: Telling) -> None:
    """A new thread with the events that it opened with, the customer's first message among them."""
    chat, thread = payload.child("chat"), payload.child("chat.thread")
    name = thread.id("id")
    queue = group_at(thread, "access.group_ids") or group_at(chat, "access.group_ids")
    _started(payload, name, queue, to)
    if thread.has("queue"):
        _queued(thread.child("queue"), name, queue, to)
    kinds = _kinds(chat)
    for event in thread.each("events"):
        with to.part(event.path):
            tell_event(event, name, action, to, kinds)


def _started(payload: Reader, name: str, queue: str | None, to: Telling) -> None:
    chat, thread = payload.child("chat"), payload.child("chat.thread")
    kinds = _kinds(chat)
    at, customer = _began(thread), _customer(chat)
    by_agent = payload.has("requester_id") and kind_of(payload.id("requester_id")) == "agent"
    continuous = any(part.get("properties.routing.continuous") is True for part in (chat, thread))
    to.tell(
        "session.started",
        name,
        "started",
        at,
        channel="chat" if continuous else "live_chat",
        direction="outbound" if by_agent else None,
        by="agent" if by_agent else None,
        bot_first=True if "bot" in kinds.values() and "agent" not in kinds.values() else None,
        customer=to.context.customer(customer.id("id")) if customer else None,
        country=customer.maybe_country("last_visit.geolocation.country_code") if customer else None,
        queue=queue,
        form_fields=_form_fields(thread),
    )
    email = customer.maybe_text("email") if customer else None
    if customer and email:
        to.link(to.context.customer(customer.id("id")), to.context.email(email), name, at)


def _began(thread: Reader) -> Instant:
    """In v3.1 seconds, where every event in the thread has text."""
    is_former = not thread.has("created_at") and thread.has("timestamp")
    return thread.instant_s("timestamp") if is_former else thread.instant_iso("created_at")


def _customer(chat: Reader) -> Reader | None:
    return next((user for user in chat.each("users") if user.get("type") == "customer"), None)


def _kinds(chat: Reader) -> dict[str, str]:
    """By identifier; to the platform a bot is an agent, too."""
    told = {user.id("id"): user.maybe_text("type") for user in chat.each("users")}
    return {name: "bot" if kind_of(name) == "bot" else kind for name, kind in told.items() if kind in KINDS}


def _form_fields(thread: Reader) -> int | None:
    for event in thread.each("events"):
        if PRECHAT in {event.hint("properties.lc2.form_type"), event.hint("form_type")}:
            return min(sum(1 for _ in event.each("fields")), MOST_FORM_FIELDS)
    return None


def _queued(place: Reader, thread: str, queue: str | None, to: Telling) -> None:
    """What the platform thinks that the wait will be (`wait_time`) is no promise, and of no told unit."""
    at = place.maybe_instant_iso("queued_at") or place.received
    to.tell("session.queued", thread, "queued", at, queue=queue)


def _event(action: str, payload: Reader, to: Telling) -> None:
    tell_event(payload.child("event"), payload.id("thread_id"), action, to)


def _closed(_action: str, payload: Reader, to: Telling) -> None:
    """Without a time of its own; who closed is missing where it was the router, after long silence."""
    by = kind_at(payload, "user_id") if payload.has("user_id") else "timeout"
    by = "system" if by == "bot" else by
    to.tell("session.ended", payload.id("thread_id"), "closed", payload.received, by=by)


def _transferred(action: str, payload: Reader, to: Telling) -> None:
    if not payload.has("thread_id"):
        to.ignore(action, "a chat without an open thread")
        return
    thread, reason = payload.id("thread_id"), payload.maybe_text("reason") or "other"
    queue, agents = group_at(payload, "transferred_to.group_ids"), _agents(payload, to)
    at = _transferred_at(payload)
    target = "-".join([queue or "same-group", *agents])
    fact = f"{reason}-{target}-{at.milliseconds if at.source == 'event' else 'at-once'}"
    if reason == "assigned":
        to.tell("agent.assigned", thread, fact, at, agent=agents[0] if agents else None, queue=queue)
        return
    requester = kind_of(payload.id("requester_id")) if payload.has("requester_id") else None
    kind = "bot_to_person" if requester == "bot" else "person_to_person"
    to.tell("session.transferred", thread, fact, at, kind=kind, to_queue=queue)


def _transferred_at(payload: Reader) -> Instant:
    queued = payload.maybe_child("queue")
    return (queued and queued.maybe_instant_iso("queued_at")) or payload.received


def _agents(payload: Reader, to: Telling) -> list[str]:
    path = "transferred_to.agent_ids"
    found = payload.each(path) if payload.has(path) else ()
    return sorted(to.context.agent(agent.id("")) for agent in found)


def _joined(action: str, payload: Reader, to: Telling) -> None:
    """Being added is being assigned: a router does it, or a supervisor who only looks on.

    By a bot it is the hand-over of what the bot led.
    """
    user = payload.child("user")
    if _kind_of_user(user, payload) != "agent":
        to.ignore(action, "a customer or a bot")
        return
    if any(user.maybe_text(path) == "agents" for path in SHOWN_TO):
        to.ignore(action, "a supervisor whom the customer does not see")
        return
    thread, agent, at = payload.id("thread_id"), to.context.agent(user.id("id")), payload.received
    to.tell("agent.assigned", thread, f"added-{agent}", at, agent=agent)
    if kind_of(payload.maybe_id("requester_id") or "") == "bot":
        to.tell("session.transferred", thread, f"handed-{agent}", at, kind="bot_to_person")


def _kind_of_user(user: Reader, payload: Reader) -> str:
    """By the form of the identifier, for to the platform a bot is an agent, too; else as it is told."""
    told = user.maybe_text("type") or payload.maybe_text("user_type")
    return kind_of(user.id("id")) or (told if told in KINDS else None) or kind_at(user, "id")


def _rated(action: str, payload: Reader, to: Telling) -> None:
    rating = payload.maybe_child("properties.rating")
    if rating is None or not rating.has("score"):
        to.ignore(action, "no rating")
        return
    if action == "chat_properties_updated" and not payload.has("thread_id"):
        to.ignore(action, "a rating of a chat that names no thread")
        return
    thread, score = payload.id("thread_id"), rating.number("score")
    at = payload.received
    to.tell("survey.answered", thread, "rated", at, question="csat", scale="0-1", value=score)


def _routing(action: str, payload: Reader, to: Telling) -> None:
    """Written with blanks here and with underscores there."""
    status = payload.text("status").replace(" ", "_")
    if status not in STATUSES:
        raise payload.wrong("status", f"one of {', '.join(STATUSES)} is expected")
    if kind_at(payload, "agent_id") != "agent":
        to.ignore(action, "a bot")
        return
    at = payload.received
    agent = to.context.agent(payload.id("agent_id"))
    to.tell_agent(agent, f"{status}-{at.milliseconds}", at, status=STATUSES[status])


READERS: dict[str, Callable[[str, Reader, Telling], None]] = {
    "incoming_chat": _chat,
    "incoming_event": _event,
    "chat_deactivated": _closed,
    "chat_transferred": _transferred,
    "user_added_to_chat": _joined,
    "thread_properties_updated": _rated,
    "chat_properties_updated": _rated,
    "routing_status_set": _routing,
}
