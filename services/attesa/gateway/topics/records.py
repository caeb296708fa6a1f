"""From a record on a team's topic to records for attesa's, or to a dead letter. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from attesa.core.events.intake import Refused
from attesa.core.partition.dead_letters import Seal
from attesa.gateway.configured import TopicSource
from attesa.gateway.dead_letters.burying import Place, bury
from attesa.gateway.http.bodies import too_deep
from attesa.gateway.judging import Record
from attesa.gateway.judging.taking import INVALID, take
from attesa.gateway.sources import Delivery
from attesa.gateway.sources.raw_events import MEDIA_TYPE, PREFIX

TOO_LARGE = "too_large"
Outcome = Literal["taken", "ignored", "dead"]
EXPIRED = "expired"  # of what was deleted before anybody read it
OUTCOMES = ("taken", "ignored", "dead", EXPIRED)


class Lying(Protocol):
    """A record as Kafka's client reads it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


@dataclass(frozen=True)
class Passed:
    """What became of a record: one event, or one dead letter and its reason, or nothing."""

    outcome: Outcome
    records: Sequence[Record] = ()
    reason: str = ""


def pass_on(source: TopicSource, record: Lying, now: datetime, max_bytes: int, seal: Seal | None) -> Passed:
    """A record without a value (a tombstone) says nothing: it is ignored."""
    if not record.value:
        return Passed("ignored")
    delivery = Delivery(record.value, now, _headers(record.headers))
    if len(record.value) > max_bytes:
        return _dead(source, record, delivery, Refused(TOO_LARGE, "", f"more than {max_bytes} bytes"), seal)
    if too_deep(record.value):
        refused = Refused(INVALID, "", "the JSON is nested too deeply")
        return _dead(source, record, delivery, refused, seal)
    taken = take(source.adapt(delivery), source.tenant, now)
    if taken.refused:
        return _dead(source, record, delivery, taken.refused[0], seal)
    return Passed("taken", taken.records)


def _dead(
    source: TopicSource, record: Lying, delivery: Delivery, refused: Refused, seal: Seal | None
) -> Passed:
    place = Place(record.topic, record.partition, record.offset)
    return Passed("dead", bury(source.name, source.tenant, delivery, [refused], seal, place), refused.reason)


def _headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Those of CloudEvents; whatever else a client or a proxy adds is not ours to keep."""
    return {
        name.lower(): (value or b"").decode("utf-8", "replace")
        for name, value in headers
        if name.lower().startswith(PREFIX) or name.lower() == MEDIA_TYPE
    }
