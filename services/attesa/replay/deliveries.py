"""What a replay sends: encoded events with their topics and places in data time, and rows of no use.

Pure: no files, no Kafka, no clock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from attesa.core import topics
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.rows import DeadLetter, encode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
BROKEN_ROW = "broken_row"  # the dead letter's reason

Event = dict[str, Any]


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One message for `topic`.

    `time_ms` is the event's time; `position_ms` is the data time at which it is delivered, at or after it.
    `channel` is the one that it names, where the file does not tell all of them beforehand.
    """

    key: bytes
    value: bytes
    time_ms: int
    position_ms: int
    channel: str | None = None
    topic: str = topics.EVENTS


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be used, in a file that can: where, in which column or field, and why."""

    path: str
    line: int
    column: str
    detail: str
    raw: bytes

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}, {self.column}: {self.detail}"

    def dead_letter(self, tenant: str, at_ms: int) -> tuple[bytes, DeadLetter]:
        """Key and row for `attesa.dead-letters`; the key is the same each time that the file is read."""
        origin = f"{self.path}:{self.line}"
        row = DeadLetter(
            tenant=tenant,
            reason=BROKEN_ROW,
            path=self.column,
            detail=self.detail,
            topic="",
            partition=0,
            offset=0,
            origin=origin,
            size_bytes=len(self.raw),
            sha256=sha256(self.raw).hexdigest(),
            at=at_ms,
        )
        return encode((BROKEN_ROW, tenant, origin)), row


@dataclass(frozen=True)
class History:
    """What a replay is to send, in ascending `position_ms`.

    `first_ms` and `newest_ms` are the event times of the oldest and the newest event; `behind_ms` is how
    far behind its event time a delivery can come: 0 in order, ten minutes where they are shuffled.
    `channels` are those that its events name: their time-outs are waited for at the end.
    `deliver` starts the deliveries anew each time, so that nothing but rows has to be kept.
    """

    deliver: Callable[[], Iterable[Delivery]]
    total: int
    first_ms: int
    newest_ms: int
    behind_ms: int = 0
    channels: tuple[str, ...] = ()
    broken_rows: tuple[BrokenRow, ...] = ()
    passed_over: int = 0  # events of types that are not attesa's

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self.deliver())


def since_1970_ms(moment: datetime) -> int:
    """Milliseconds of an instant with a time zone."""
    return round((moment - EPOCH) / MILLISECOND)


def written(at_ms: int) -> str:
    """An instant as events carry it: UTC with milliseconds."""
    moment = EPOCH + at_ms * MILLISECOND
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def event(
    kind: str, at_ms: int, *, identity: str, source: str, tenant: str, subject: str, data: dict[str, Any]
) -> Event:
    """A CloudEvent 1.0 in structured mode; `kind` is the type without its `attesa.`."""
    return {
        "specversion": "1.0",
        "id": identity,
        "source": source,
        "type": f"attesa.{kind}",
        "time": written(at_ms),
        "tenant": tenant,
        "subject": subject,
        "partitionkey": f"{tenant}:{subject}",
        "datacontenttype": "application/json",
        "data": data,
    }


def topic_of(kind: str) -> str:
    """The topic that takes events of a type, `attesa.` and all."""
    return topics.CUSTOMERS if kind in CUSTOMER_EVENTS_BY_TYPE else topics.EVENTS


def delivery(body: Event, at_ms: int) -> Delivery:
    """An event, delivered in its turn."""
    return Delivery(f"{body['tenant']}:{body['subject']}".encode(), encode(body), at_ms, at_ms)
