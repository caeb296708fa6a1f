"""What Amazon Connect's events are wrapped in: an SNS notification, EventBridge, both, or nothing."""

from dataclasses import dataclass
from typing import Any

from attesa.gateway.sources.amazon_connect import agents, contacts, messages
from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Wrong
from attesa.gateway.sources.telling import Telling

CONTACT_EVENT = "Amazon Connect Contact Event"
HANDSHAKES = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
DEEPEST = 3  # an event in EventBridge's envelope in a notification


@dataclass(frozen=True)
class Wrapping:
    """What the envelopes around an event say: when it was sent, and to whom a message is shown."""

    at: Instant
    visibility: str | None = None


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    opened = AnyCase(body.value, body.received_at)
    _open(opened, Wrapping(opened.received), to, DEEPEST)


def _open(body: AnyCase, wrapping: Wrapping, to: Telling, deepest: int) -> None:
    kind = body.get("Type")
    if deepest and body.value and isinstance(body.value, list):
        for place, member in enumerate(body.value):
            path = body.at(str(place))
            with to.part(path):
                _open(AnyCase(member, body.received_at, path), wrapping, to, deepest - 1)
    elif kind in HANDSHAKES:
        to.ignore(kind, "a handshake of the notification service")
    elif deepest and kind == "Notification":
        shown = body.maybe_text("MessageAttributes.MessageVisibility.Value")
        sent = body.maybe_instant_iso("Timestamp") or wrapping.at
        _open(_message(body), Wrapping(sent, shown), to, deepest - 1)
    elif deepest and body.has("detail"):
        kind = body.maybe_text("detail-type") or CONTACT_EVENT
        if kind != CONTACT_EVENT:
            to.unmapped(kind)
            return
        at = body.maybe_instant_iso("time") or wrapping.at
        detail = AnyCase(body.child("detail").value, body.received_at, body.at("detail"))
        _open(detail, Wrapping(at, wrapping.visibility), to, deepest - 1)
    else:
        _event(body, wrapping, to)


def _event(body: AnyCase, wrapping: Wrapping, to: Telling) -> None:
    if body.has("ContentType") or body.has("ParticipantRole"):
        messages.read(body, wrapping.visibility, to)
        return
    native = body.text("EventType")
    if native in agents.EVENTS:
        agents.read(native, body, to)
    elif native in contacts.EVENTS:
        contacts.read(native, body, wrapping.at, to)
    else:
        to.unmapped(native)


def _message(body: AnyCase) -> AnyCase:
    """A notification's message is JSON, written as text."""
    inner = Delivery(body.text("Message").encode("utf-8", "surrogatepass"), body.received_at)
    try:
        value: Any = inner.json().value
    except Wrong as error:
        raise body.wrong("Message", error.detail) from None
    return AnyCase(value, body.received_at, body.at("Message"))
