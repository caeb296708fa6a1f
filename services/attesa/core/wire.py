"""Decodes events on the hot path into compact tuples that a fold can sort.

Whatever the strict structs here do not take goes to `intake`, which drops unknown fields or explains.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from sys import intern
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from attesa.core import event_fields as schema
from attesa.core import ranks
from attesa.core.events import EVENTS_BY_TYPE
from attesa.core.intake import Refused, Usable, read

EARLIEST_MS = int(schema.EARLIEST.timestamp() * 1000)

Name = Annotated[str, Meta(min_length=1, max_length=schema.NAME_LENGTH)]
Identity = Annotated[str, Meta(min_length=1, max_length=schema.IDENTITY_LENGTH)]
Key = Annotated[str, Meta(min_length=1, max_length=schema.KEY_LENGTH)]
Seconds = Annotated[float, Meta(ge=0, le=schema.LONGEST_SECONDS)]

# (event time in ms, rank of the type, hash of the id, what the fold needs): sorts in the order of the fold.
Event = tuple[int, int, int, tuple[Any, ...]]


class Decoded(Struct, gc=False):
    """One event. `event` is None for a progress, whose data time is `at`."""

    tenant: str
    subject: str
    partitionkey: str | None
    source: str
    at: int
    event: Event | None
    dropped_fields: int


class Data(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    pass


class Started(Data):
    channel: schema.Channel | UnsetType = UNSET
    direction: Literal["inbound", "outbound"] = "inbound"
    by: Literal["customer", "agent", "system"] = "customer"
    bot_first: bool = False
    queue: Name | UnsetType = UNSET
    country: str | UnsetType = UNSET
    language: Name | UnsetType = UNSET
    entry_point: Name | UnsetType = UNSET


class Queued(Data):
    queue: Name | UnsetType = UNSET
    position: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET


class Offered(Data):
    agent: Identity | UnsetType = UNSET
    team: Name | UnsetType = UNSET
    queue: Name | UnsetType = UNSET
    is_reply: bool = False


class Sent(Data):
    author: schema.Author
    message_id: Identity | UnsetType = UNSET
    visible: bool = True
    kind: Name = "text"
    length: Annotated[int, Meta(ge=0, le=10_000_000)] | UnsetType = UNSET
    flags: list[Name] = []


class Transferred(Data):
    from_queue: Name | UnsetType = UNSET
    to_queue: Name | UnsetType = UNSET
    kind: Literal["bot_to_person", "person_to_person"] | UnsetType = UNSET
    with_context: bool | UnsetType = UNSET


class Ended(Data):
    by: Literal["customer", "agent", "system", "timeout"]
    reason: Name | UnsetType = UNSET
    effective_seconds: Seconds | UnsetType = UNSET


class Envelope(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    specversion: Literal["1.0"]
    id: Identity
    source: Identity
    time: Annotated[datetime, Meta(tz=True)]
    tenant: str
    subject: Identity
    partitionkey: Key | UnsetType = UNSET
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    dataschema: Identity | UnsetType = UNSET


class SessionStarted(Envelope, tag="attesa.session.started"):
    data: Started


class SessionQueued(Envelope, tag="attesa.session.queued"):
    data: Queued


class AgentAssigned(Envelope, tag="attesa.agent.assigned"):
    data: Offered


class AgentAccepted(Envelope, tag="attesa.agent.accepted"):
    data: Offered


class AgentDeclined(Envelope, tag="attesa.agent.declined"):
    data: Offered


class MessageSent(Envelope, tag="attesa.message.sent"):
    data: Sent


class SessionTransferred(Envelope, tag="attesa.session.transferred"):
    data: Transferred


class SessionEnded(Envelope, tag="attesa.session.ended"):
    data: Ended


class Progress(Envelope, tag="attesa.progress"):
    data: Data


AnyEvent = (
    SessionStarted
    | SessionQueued
    | AgentAssigned
    | AgentAccepted
    | AgentDeclined
    | MessageSent
    | SessionTransferred
    | SessionEnded
    | Progress
)

_decode = msgspec.json.Decoder(AnyEvent).decode


def _known(name: str | UnsetType) -> str | None:
    return None if name is UNSET else intern(name)


def _started(data: Started) -> tuple[int, tuple[Any, ...]]:
    return ranks.STARTED, (
        _known(data.channel),
        data.direction == "outbound" or data.by != "customer",
        data.bot_first,
        _known(data.queue),
        _known(data.country),
        _known(data.language),
    )


def _queued(data: Queued) -> tuple[int, tuple[Any, ...]]:
    return ranks.QUEUED, (_known(data.queue),)


def _assigned(data: Offered) -> tuple[int, tuple[Any, ...]]:
    return ranks.ASSIGNED, (_known(data.queue),)


def _declined(data: Offered) -> tuple[int, tuple[Any, ...]]:
    return ranks.DECLINED, (_known(data.queue),)


def _accepted(data: Offered) -> tuple[int, tuple[Any, ...]]:
    return ranks.ACCEPTED, (_known(data.queue), data.is_reply)


_MESSAGE_RANKS = {
    "customer": ranks.CUSTOMER_MESSAGE,
    "bot": ranks.BOT_MESSAGE,
    "system": ranks.SYSTEM_MESSAGE,
    "agent": ranks.AGENT_MESSAGE,
}


def _sent(data: Sent) -> tuple[int, tuple[Any, ...]]:
    return _MESSAGE_RANKS[data.author], (data.visible, _known(data.kind))


def _transferred(data: Transferred) -> tuple[int, tuple[Any, ...]]:
    return ranks.TRANSFERRED, (_known(data.kind), _known(data.to_queue))


def _ended(data: Ended) -> tuple[int, tuple[Any, ...]]:
    seconds = data.effective_seconds
    return ranks.ENDED, (
        intern(data.by),
        _known(data.reason),
        None if seconds is UNSET else round(seconds * 1000),
    )


_COMPACT: dict[type[Envelope], Callable[[Any], tuple[int, tuple[Any, ...]]]] = {
    SessionStarted: _started,
    SessionQueued: _queued,
    AgentAssigned: _assigned,
    AgentAccepted: _accepted,
    AgentDeclined: _declined,
    MessageSent: _sent,
    SessionTransferred: _transferred,
    SessionEnded: _ended,
}


# Few names come again and again: looked up in a tenth of the time that their patterns take.
@lru_cache(maxsize=10_000)
def _is_tenant(name: str) -> bool:
    return re.fullmatch(schema.TENANT_PATTERN[1:-1], name) is not None


@lru_cache(maxsize=1_000)
def _is_country(name: str | UnsetType) -> bool:
    return name is UNSET or re.fullmatch(schema.COUNTRY_PATTERN[1:-1], str(name)) is not None


def decode(raw: bytes) -> Decoded | Refused:
    """One message of `attesa.events` as a `Decoded`, or why it cannot be used."""
    try:
        event: Any = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(raw)
    at = round(event.time.timestamp() * 1000)
    if at <= EARLIEST_MS or not _is_tenant(event.tenant):  # rounded, perhaps: the schema knows
        return _decode_slowly(raw)
    if type(event) is SessionStarted and not _is_country(event.data.country):
        return _decode_slowly(raw)
    return _compact(event, at, 0)


def _decode_slowly(raw: bytes) -> Decoded | Refused:
    outcome = read(raw)
    if isinstance(outcome, Refused):
        return outcome
    return _convert(outcome)


def _convert(usable: Usable) -> Decoded | Refused:
    try:
        event: Any = msgspec.convert(usable.event, AnyEvent)
    except msgspec.ValidationError as error:
        # A known type that the sessions processor has no use for, such as a survey.
        if usable.event["type"] in EVENTS_BY_TYPE:
            return Refused("unused_type", "type", usable.event["type"])
        return Refused("unknown_type", "type", str(error))
    return _compact(event, round(event.time.timestamp() * 1000), len(usable.dropped_fields))


def _compact(event: Any, at: int, dropped_fields: int) -> Decoded:
    compact = _COMPACT.get(type(event))
    if compact is None:
        found = None
    else:
        rank, body = compact(event.data)
        identity = int.from_bytes(blake2b(event.id.encode(), digest_size=8).digest(), "big")
        found = (at, rank, identity, body)
    return Decoded(
        event.tenant,
        event.subject,
        None if event.partitionkey is UNSET else event.partitionkey,
        event.source,
        at,
        found,
        dropped_fields,
    )
