"""CloudEvents over HTTP: attesa's own events, written by a team's software. No other type means anything."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from attesa.core.events.intake import ALL_BY_TYPE
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.reading import Reader, Wrong
from attesa.gateway.sources.telling import Telling

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PLAIN = "application/json"
PREFIX = "ce-"
NEEDED = ("specversion", "type", "id", "source")  # any of them says that the mode is binary
REPLAYS_ONLY = "attesa.progress"
JSON_TYPES = re.compile(r"(application|text)/([a-z0-9.-]+\+)?json *(;.*)?", re.IGNORECASE | re.ASCII)


def attributes_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an event in binary mode, from percent-encoded headers; none in the other modes."""
    found = {
        name.removeprefix(PREFIX): unquote(value)
        for name, value in headers.items()
        if name.startswith(PREFIX)
    }
    return found if any(name in found for name in NEEDED) else {}


def as_ours(event: Any) -> Any:
    """An event of the JSON format in the form of ours, which is a part of it.

    An attribute that is null is absent; `data_base64` are bytes, here of JSON; JSON has several media types.
    """
    if not isinstance(event, dict):
        return event
    told = {name: value for name, value in event.items() if value is not None}
    kind, coded = told.get("datacontenttype"), told.get("data_base64")
    if isinstance(kind, str) and JSON_TYPES.fullmatch(kind):
        told["datacontenttype"] = PLAIN
    if isinstance(coded, str) and "data" not in told:
        try:
            told["data"] = json.loads(base64.b64decode(coded, validate=True))
            del told["data_base64"]
        except (ValueError, RecursionError):
            pass  # its data are missing, and that is what is told
    return told


def read(delivery: Delivery, to: Telling) -> None:
    """In binary mode the data are the body, where there are any; else one event, or an array of them."""
    media_type = delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
    attributes = attributes_of(delivery.headers)
    if attributes and media_type not in {STRUCTURED, BATCH}:
        data = delivery.json().value if delivery.raw.strip() else {}
        event = {**attributes, "datacontenttype": PLAIN, "data": data}
        _event(Reader(event, delivery.received_at), to)
        return
    body = delivery.json()
    if isinstance(body.value, list):
        for event in body.each(""):
            with to.part(event.path):
                _event(event, to)
    else:
        _event(body, to)


def _event(event: Reader, to: Telling) -> None:
    native = event.text("type")
    if native == REPLAYS_ONLY or native not in ALL_BY_TYPE:
        to.unmapped(native)
        return
    event.instant_iso("time")
    try:
        to.take(as_ours(event.child("").value))
    except Wrong as wrong:
        raise event.wrong(wrong.path, wrong.detail) from None


# Of a list that a team's own software writes; a file of the events themselves is one, too.
EXPORT = Export(
    ids=("conversation_id", "conversation", "subject", "session_id", "chat_id", "contact_id", "id"),
    started=("started_at", "time", "created_at", "start_time", "start", "created"),
    own_names=True,
)
ADAPTER = Adapter(
    title="CloudEvents over HTTP",
    read=read,
    tells=Tells(
        requested=EXACT,
        queued=EXACT,
        accepted=EXACT,
        author=EXACT,
        transfer=EXACT,
        end=EXACT,
        survey=EXACT,
        purchase=EXACT,
        presence=EXACT,
    ),
    notes=("As good as what the team's software writes: see the events.",),
    export=EXPORT,
)
