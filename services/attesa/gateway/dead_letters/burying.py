"""Dead letters of deliveries: what a platform sent that gave no event, and the way back. Pure.

A dead letter of a delivery names its source, the delivery's hash (or, of a record on a team's topic, where
it lies) and its number there as `origin`: the same delivery, sent again, makes the same dead letters. The
first one of a delivery holds it, sealed.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec import Struct

from attesa.core.events.intake import Refused, sound
from attesa.core.partition.dead_letters import SEALED_BYTES, Seal
from attesa.core.rows import DeadLetter, encode
from attesa.core.topics import DEAD_LETTERS
from attesa.gateway.judging import Record
from attesa.gateway.sources import Delivery

ORIGIN = "sources/"
HASH_DIGITS = 32
# What a delivery was believed by is of no use afterwards, and a secret.
SECRETS = frozenset(
    {"authorization", "cookie", "x-api-key", "x-hook-secret", "x-rocketchat-livechat-token"}
)  # fmt: skip
TOKENS = frozenset({"token", "hub.verify_token"})


class Place(NamedTuple):
    """Where a record lies. Neither `:` nor `/` can stand in a topic's name."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.partition}:{self.offset}"


class Letter(Struct):
    """A delivery as it is sealed: what its adapter needs to read it again."""

    received_at: datetime
    headers: dict[str, str]
    query: dict[str, str]
    raw: bytes


def bury(
    source: str,
    tenant: str,
    delivery: Delivery,
    why: Sequence[Refused],
    seal: Seal | None,
    place: Place | None = None,
) -> list[Record]:
    """The records of a delivery's dead letters; `place` is of one that was a record itself."""
    digest = sha256(delivery.raw).hexdigest()
    sealed = _sealed(delivery, seal) if why else None
    origin = f"{ORIGIN}{source}/{place or digest[:HASH_DIGITS]}"  # the key: one partition, in order
    records = []
    for number, one in enumerate(why):
        letter = DeadLetter(
            tenant=tenant,
            reason=one.reason,
            path=sound(one.path),
            detail=sound(one.detail),
            topic=place.topic if place else "",
            partition=place.partition if place else 0,
            offset=place.offset if place else number,
            origin=f"{origin}/{number}",
            size_bytes=len(delivery.raw),
            sha256=digest,
            at=int(delivery.received_at.timestamp() * 1000),
            sealed=sealed if number == 0 else None,
        )
        records.append(Record(DEAD_LETTERS, origin.encode(), encode(letter)))
    return records


def delivery_of(origin: str) -> tuple[str, str]:
    """The source and the delivery (the origin without its number) of a dead letter; empty for others."""
    if not origin.startswith(ORIGIN):
        return "", ""
    delivery = origin.rpartition("/")[0]
    return delivery.removeprefix(ORIGIN).rpartition("/")[0], delivery


def opened(raw: bytes) -> Delivery:
    """The delivery of a letter that was sealed. Raises msgspec.MsgspecError."""
    letter = msgspec.json.decode(raw, type=Letter)
    return Delivery(letter.raw, letter.received_at, letter.headers, letter.query)


def _sealed(delivery: Delivery, seal: Seal | None) -> str | None:
    if seal is None or len(delivery.raw) > SEALED_BYTES:
        return None
    headers = {name: value for name, value in delivery.headers.items() if name not in SECRETS}
    query = {name: value for name, value in delivery.query.items() if name not in TOKENS}
    return seal(encode(Letter(delivery.received_at, headers, query, delivery.raw)))
