"""What Amazon Connect's events are wrapped in: SNS, EventBridge, a batch of either, or nothing."""

from dataclasses import dataclass

from attesa.gateway.sources.amazon_connect import agents, contacts, messages
from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.amazon_connect.carriers import decoded, records, unpacked
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant
from attesa.gateway.sources.telling import Telling

CONTACT_EVENT = "Amazon Connect Contact Event"
HANDSHAKES = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
ANALYSES = ("Contact Lens ", "Metrics Rules Matched")  # other events of the same bus
CONTACT_RECORD = "AWSContactTraceRecordFormatVersion"
DEEPEST = 4  # an event in EventBridge's envelope in a notification in a batch


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
    kind = body.hint("Type")
    batch = records(body) if deepest else None
    if batch is not None:
        for member in batch:
            with to.part(member.path):
                _open(unpacked(member), wrapping, to, deepest - 1)
    elif isinstance(kind, str) and kind in HANDSHAKES:
        to.ignore(kind, "a handshake of the notification service")
    elif deepest and (kind == "Notification" or body.has("MessageAttributes")):
        shown = body.maybe_text("MessageAttributes.MessageVisibility.Value")
        sent = body.maybe_instant_iso("Timestamp") or wrapping.at
        message = decoded(body, "Message", body.text("Message").encode("utf-8", "surrogatepass"))
        _open(message, Wrapping(sent, shown), to, deepest - 1)
    elif deepest and body.has("detail"):
        kind = body.maybe_text("detail-type") or CONTACT_EVENT
        if kind != CONTACT_EVENT:
            if kind.startswith(ANALYSES):
                to.ignore(kind, "an analysis of contacts")
            else:
                to.unmapped(kind)
            return
        at = body.maybe_instant_iso("time") or wrapping.at
        detail = AnyCase(body.child("detail").value, body.received_at, body.at("detail"))
        _open(detail, Wrapping(at, wrapping.visibility), to, deepest - 1)
    elif body.has(CONTACT_RECORD):
        to.ignore("contact record", "its contact's events tell it")
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
