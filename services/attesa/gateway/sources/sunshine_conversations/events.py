"""Zendesk messaging by webhooks of Sunshine Conversations (v2): several events per delivery."""

from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.sunshine_conversations.control import (
    agent_of,
    author_of,
    bot_holds,
    group_of,
    is_automatic,
    is_persons,
)
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "conversation:read": "a receipt",
    "conversation:typing": "typing",
    "conversation:message:delivery:channel": "a delivery report",
    "conversation:message:delivery:user": "a delivery report",
    "conversation:message:delivery:failure": "a delivery report",
    "conversation:join": "a member of a group",
    "conversation:leave": "a member of a group",
    "conversation:remove": "a conversation was deleted",
    "switchboard:acceptControl:failure": "nothing changed hands",
    "switchboard:offerControl:failure": "nothing changed hands",
    "switchboard:passControl:failure": "nothing changed hands",
    "switchboard:releaseControl:failure": "nothing changed hands",
    "client:add": "a device of a user",
    "client:remove": "a device of a user",
    "client:update": "a device of a user",
    "user:removal": "a user without a conversation",
    "user:update": "a user without a conversation",
    "passthrough:messaging": "the channel's own payload, told by the message",
}
LEFT_FOR = {"ticketClosed": "ticket_closed", "transferToEmail": "transfer_to_email"}
STARTED_BY_BUSINESS = frozenset({"notification", "proactiveMessaging"})
CHANNELS = {
    "web": "live_chat",
    "ios": "live_chat",
    "android": "live_chat",
    "unity": "live_chat",
    "messenger": "social",
    "instagram": "social",
    "twitter": "social",
    "mailgun": "email",
}
KINDS = {"audio": "voice", "video": "video"}  # of a file, by the first half of its media type


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    if not body.has("events") and isinstance(body.get("trigger"), str):
        to.unmapped(f"v1: {body.text('trigger')}")
        return
    if not body.has("events"):
        raise body.wrong("events", "the field is missing")
    for event in body.each("events"):
        with to.part(event.path):
            _event(event, to)


def _event(event: Reader, to: Telling) -> None:
    native = event.text("type")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native == "conversation:message":
        _message(event.child("payload"), to)
    elif native == "conversation:postback":
        _postback(event, to)
    elif native == "conversation:create":
        _created(event, to)
    elif native == "conversation:referral":
        _referred(event, to)
    elif native in {"switchboard:passControl", "switchboard:acceptControl"}:
        _handed_over(native, event, "activeSwitchboardIntegration", to)
    elif native == "switchboard:offerControl":
        _handed_over(native, event, "pendingSwitchboardIntegration", to)
    elif native == "switchboard:releaseControl":
        _ended(event, "released", to)
    elif native == "user:merge":
        _merged(event, to)
    else:
        to.unmapped(native)


def _created(event: Reader, to: Telling) -> None:
    payload = event.child("payload")
    reason = payload.maybe_text("creationReason")
    to.tell(
        "session.started",
        _conversation(event),
        "started",
        _at(event),
        channel=_channel(payload.maybe_text("source.type")),
        direction="outbound" if reason in STARTED_BY_BUSINESS else None,
        bot_first=True if bot_holds(payload) else None,
        entry_point=reason,
        language=payload.maybe_text("user.profile.locale"),
        customer=_customer(payload, "user.id", to),
    )


def _referred(event: Reader, to: Telling) -> None:
    """Somebody came by a link or an advertisement, to a conversation that may be old."""
    payload, at = event.child("payload"), _at(event)
    to.tell(
        "session.started",
        _conversation(event),
        f"referral-{_moment(event, at)}",
        at,
        channel=_channel(payload.maybe_text("source.type")),
        bot_first=True if bot_holds(payload) else None,
        entry_point="referral",
        customer=_customer(payload, "user.id", to),
    )


def _message(payload: Reader, to: Telling) -> None:
    conversation, message = payload.id("conversation.id"), payload.child("message")
    name, at = message.id("id"), message.instant_iso("received")
    author = author_of(payload, message)
    if author == "customer":
        customer = _customer(message, "author.userId", to)
        _writes(payload, name, at, customer, message.maybe_text("source.type"), to)
    content = message.child("content")
    text = content.maybe_text("text") or content.maybe_text("textFallback") or ""
    seen = to.context.look(text, author)
    native = agent_of(message) if author == "agent" else None
    to.tell(
        "message.sent",
        conversation,
        f"message-{name}",
        at,
        author=author,
        message_id=name,
        kind="automatic" if author == "system" and is_automatic(message) else _kind(content),
        agent=to.context.agent(native) if native else None,
        **seen.fields,
    )


def _postback(event: Reader, to: Telling) -> None:
    """A button pressed in place of writing."""
    payload, at, conversation = event.child("payload"), _at(event), _conversation(event)
    moment = _moment(event, at)
    customer = _customer(payload, "user.id", to)
    _writes(payload, moment, at, customer, payload.maybe_text("source.type"), to)
    to.tell(
        "message.sent", conversation, f"postback-{moment}", at, author="customer", kind="button", length=0
    )


def _writes(
    payload: Reader, name: str, at: Instant, customer: str | None, source: str | None, to: Telling
) -> None:
    """What opens a session where none is open: in later ones of the conversation too, a bot comes first."""
    to.tell(
        "session.started",
        payload.id("conversation.id"),
        f"written-{name}",
        at,
        channel=_channel(source),
        bot_first=True if bot_holds(payload) else None,
        customer=customer,
    )


def _kind(content: Reader) -> str | None:
    kind = content.text("type")
    if kind == "file":
        return KINDS.get((content.maybe_text("mediaType") or "").partition("/")[0], kind)
    return None if kind == "text" else kind


def _handed_over(native: str, event: Reader, taker: str, to: Telling) -> None:
    """Offered, passed and accepted tell one hand-over; the first of them is the request."""
    integration = event.child("payload.conversation").maybe_child(taker)
    if integration is None or not is_persons(integration):
        if event.hint("payload.reason") in LEFT_FOR:
            _ended(event, "passed", to)
        else:
            to.ignore(native, "control went to a bot")
        return
    at = _at(event)
    fact = f"{native.partition(':')[2]}-{_moment(event, at)}"
    queue = group_of(event.child("payload"))
    to.tell("session.transferred", _conversation(event), fact, at, kind="bot_to_person", to_queue=queue)


def _ended(event: Reader, how: str, to: Telling) -> None:
    """Persons let go of the conversation: the ticket is closed, or goes on by mail."""
    at, reason = _at(event), LEFT_FOR.get(event.hint("payload.reason") or "")
    to.tell(
        "session.ended", _conversation(event), f"{how}-{_moment(event, at)}", at, by="agent", reason=reason
    )


def _merged(event: Reader, to: Telling) -> None:
    payload = event.child("payload")
    gone = to.context.customer(payload.id("mergedUsers.discarded.id"))
    stays = to.context.customer(payload.id("mergedUsers.surviving.id"))
    to.tell_customer("customer.linked", gone, f"merged-{stays}", _at(event), same_as=stays)


def _channel(source: str | None) -> str | None:
    return CHANNELS.get(source, "chat") if source else None


def _conversation(event: Reader) -> str:
    return event.id("payload.conversation.id")


def _customer(reader: Reader, path: str, to: Telling) -> str | None:
    native = reader.maybe_id(path)
    return to.context.customer(native) if native else None


def _at(event: Reader) -> Instant:
    """A referral may come without a time."""
    return event.maybe_instant_iso("createdAt") or event.received


def _moment(event: Reader, at: Instant) -> str:
    """Names what can happen again, the same through every webhook that tells it."""
    return str(at.milliseconds) if at.source == "event" else event.id("id")
