"""CloudEvents of a team on a Kafka topic of its own: attesa's events with ids in clear, and texts perhaps.

A record of the Kafka protocol binding, binary or structured, is one event; its key says nothing. Of what it
says only what a schema knows goes on: customers and agents, and ids of events, which may name them, as
pseudonyms; a text as length, questions and flags. Conversations keep their names.
"""

from collections.abc import Mapping
from typing import Any

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.events.fields import TEXT_FIELDS
from attesa.core.events.intake import ALL_BY_TYPE
from attesa.gateway.sources import cloudevents
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Reader, Wrong
from attesa.gateway.sources.telling import Telling

MEDIA_TYPE = "content-type"
PREFIX = "ce_"
FAMILY = "application/cloudevents"  # with it the mode is structured, whatever headers stand beside it
MESSAGE = "attesa.message.sent"
PRESENCE = "attesa.agent.presence"
HEARTBEAT = "attesa.source.heartbeat"
AS_THEY_ARE = ("tenant", "timesource", "sequence", "sequencetype")
CUSTOMERS = ("customer", "same_as")


def read(delivery: Delivery, to: Telling) -> None:
    event = _event_of(delivery)
    native = event.text("type")
    if native == cloudevents.REPLAYS_ONLY or native not in ALL_BY_TYPE:
        to.unmapped(native)
        return
    data = event.child("data")
    told = {
        "specversion": event.text("specversion"),
        "id": to.context.pseudonym("e", event.id("id")),
        "source": to.context.source,
        "type": native,
        "time": event.instant_iso("time").written,
        "subject": _subject(native, event, to),
        "data": _data(native, data, to),
    }
    to.take(told | {name: event.get(name) for name in AS_THEY_ARE if event.has(name)})


def _event_of(delivery: Delivery) -> Reader:
    """The record as one event, its attributes and `data`. Raises Wrong."""
    media_type = delivery.headers.get(MEDIA_TYPE, "").partition(";")[0].strip().lower()
    attributes = attributes_of(delivery.headers)
    structured = media_type.startswith(FAMILY) or not attributes
    if not _is_json(media_type) or (structured and media_type == cloudevents.BATCH):
        what = "a record is one event" if structured else "the data of an event are"
        raise Wrong(MEDIA_TYPE, f"{what} in JSON, not {media_type[:100]}")
    body = delivery.json()
    if structured:
        return body.child("")
    return Reader({**attributes, "data": body.value}, delivery.received_at)


def attributes_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an event in binary mode: plain UTF-8 on Kafka; none in structured mode."""
    found = {name.removeprefix(PREFIX): value for name, value in headers.items() if name.startswith(PREFIX)}
    return found if any(name in found for name in cloudevents.NEEDED) else {}


def _is_json(media_type: str) -> bool:
    return not media_type or media_type == cloudevents.PLAIN or media_type.endswith("+json")


def _subject(native: str, event: Reader, to: Telling) -> str:
    if native == HEARTBEAT:
        return to.context.source
    subject = event.id("subject")
    if native == PRESENCE:
        return to.context.agent(subject)
    return to.context.customer(subject) if native in CUSTOMER_EVENTS_BY_TYPE else subject


def _data(native: str, data: Reader, to: Telling) -> dict[str, Any]:
    """What is null is not told. What the team counted itself comes before what is seen in the text."""
    told = {
        field: value for field, value in data.value.items() if value is not None and field not in TEXT_FIELDS
    }
    for field in CUSTOMERS:
        if field in told:
            told[field] = to.context.customer(data.id(field))
    if "agent" in told:
        told["agent"] = to.context.agent(data.id("agent"))
    return _seen(data, to) | told if native == MESSAGE else told


def _seen(data: Reader, to: Telling) -> dict[str, Any]:
    for field in sorted(TEXT_FIELDS):
        if data.has(field):
            return to.context.look(data.text(field), str(data.get("author"))).fields
    return {}


ADAPTER = Adapter(
    title="CloudEvents on Kafka",
    read=read,
    tells=cloudevents.ADAPTER.tells,
    notes=("As good as what the team's software writes: see the events.",),
)
