"""Decodes events on the hot path into compact tuples that a fold can sort.

Whatever the strict structs do not take goes to `intake`, which drops unknown fields or explains.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from attesa.core.events import EVENTS_BY_TYPE, structs
from attesa.core.events import fields as schema
from attesa.core.events.compact import COMPACT, unknown_flags
from attesa.core.events.intake import Refused, Usable, read
from attesa.core.events.structs import AnyEvent

LONGEST_NUMBER = 15  # digits of a sequence number
EARLIEST_MS = int(schema.EARLIEST.timestamp() * 1000)

# (event time in ms, rank of the type, hash of the id, what the fold needs): sorts in the order of the fold.
# The last stands as `compact` writes it for the rank.
Event = tuple[int, int, int, tuple[Any, ...]]


class Decoded(Struct, gc=False):
    """One event. `event` is None for a progress, whose data time is `at`, and for a heartbeat.

    `promised_ms`: of a heartbeat, the longest time to the next one; else None. `sequence`: the number that
    the source gave it, by ones; None: none.
    """

    tenant: str
    subject: str
    partitionkey: str | None
    source: str
    at: int
    event: Event | None
    dropped_fields: int
    promised_ms: int | None = None
    sequence: int | None = None


_decode = msgspec.json.Decoder(AnyEvent).decode


# Few names come again and again: looked up in a tenth of the time that their patterns take.
@lru_cache(maxsize=10_000)
def is_tenant(name: str) -> bool:
    return re.fullmatch(schema.TENANT_PATTERN[1:-1], name) is not None


@lru_cache(maxsize=1_000)
def _is_country(name: Any) -> bool:
    return name is UNSET or re.fullmatch(schema.COUNTRY_PATTERN[1:-1], str(name)) is not None


def decode(raw: bytes) -> Decoded | Refused:
    """One message of `attesa.events` as a `Decoded`, or why it cannot be used."""
    try:
        event: Any = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(raw)
    at = round(event.time.timestamp() * 1000)
    if at <= EARLIEST_MS or not is_tenant(event.tenant):  # rounded, perhaps: the schema knows
        return _decode_slowly(raw)
    if type(event) is structs.SessionStarted and not (
        _is_country(event.data.country) and _is_country(event.data.phone_country)
    ):
        return _decode_slowly(raw)
    return _compact(event, at, 0)


def _decode_slowly(raw: bytes) -> Decoded | Refused:
    outcome = read(raw)
    if isinstance(outcome, Refused):
        return outcome
    return _convert(outcome)


def _convert(usable: Usable) -> Decoded | Refused:
    if usable.event["type"] not in EVENTS_BY_TYPE:  # known, and not of this topic
        return Refused("unknown_type", "type", f"not for attesa.events: {usable.event['type']}")
    event: Any = msgspec.convert(usable.event, AnyEvent)
    return _compact(event, round(event.time.timestamp() * 1000), len(usable.dropped_fields))


def _compact(event: Any, at: int, dropped_fields: int) -> Decoded:
    kind, data, key = type(event), event.data, event.partitionkey
    compact = COMPACT.get(kind)
    found = promised_ms = None
    if compact is not None:
        rank, body = compact(data)
        found = (at, rank, hash_of(event.id), body)
        if kind is structs.MessageSent and data.flags:
            dropped_fields += unknown_flags(data)
    elif kind is structs.SourceHeartbeat:
        promised_ms = data.every_seconds * 1000
    key = None if key is UNSET else key
    number = None if event.sequence is UNSET else number_of(event)
    return Decoded(
        event.tenant, event.subject, key, event.source, at, found, dropped_fields, promised_ms, number
    )


def number_of(event: Any) -> int | None:
    """What the extension `sequence` counts by ones; None for what only orders."""
    number: str = event.sequence
    if event.sequencetype is not UNSET and event.sequencetype != "Integer":
        return None
    return int(number) if len(number) <= LONGEST_NUMBER and number.isascii() and number.isdigit() else None


_new_hash = blake2b(digest_size=8).copy  # copying is quicker than making


def hash_of(identity: str) -> int:
    """An event's id as state keeps it: 64 bits of BLAKE2b."""
    digest = _new_hash()
    digest.update(identity.encode())
    return int.from_bytes(digest.digest(), "big")
