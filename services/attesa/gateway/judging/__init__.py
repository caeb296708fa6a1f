"""From decoded JSON values to records for Kafka, or to the reasons why not. Pure: the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.events.intake import Refused, examine
from attesa.core.topics import CUSTOMERS, EVENTS
from attesa.gateway.http.problems import EventError, Problem

# Why an event is refused: intake's words, then ours.
REASONS = (
    "undecodable",
    "invalid",
    "unknown_type",
    "too_old",
    "future",
    "too_large",
    "other_tenant",
    "progress",
)

PROGRESS = "attesa.progress"
HEARTBEAT = "attesa.source.heartbeat"
FUTURE = timedelta(hours=1)
MAX_EVENT_BYTES = 65_536  # what every CloudEvents intermediary has to forward; ours are about 400
NAMES_SHOWN = 100
NAME_LENGTH = 100

# The order of the attributes in what is sent; the type first, for readers choose by it.
ORDER = (
    "type",
    "specversion",
    "id",
    "source",
    "time",
    "tenant",
    "subject",
    "partitionkey",
    "datacontenttype",
    "dataschema",
    "timesource",
    "sequence",
    "sequencetype",
)

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Record:
    """One message for Kafka; without a key it goes to every partition of the topic."""

    topic: str
    key: bytes | None
    value: bytes


class Judge:
    """Judges the events of one request: of one `tenant`, at one instant `now`.

    `records` and `errors` grow with each event that is taken in.
    """

    def __init__(self, tenant: str, now: datetime) -> None:
        self.tenant = tenant
        self._latest = now + FUTURE
        self.records: list[Record] = []
        self.errors: list[EventError] = []
        self._taken = 0
        self._dropped: set[str] = set()

    def take(self, event: Any) -> None:
        """Judge the request's next event."""
        judged = self._judge(event)
        if isinstance(judged, Record):
            self.records.append(judged)
        else:
            self.errors.append(EventError(self._taken, judged.reason, judged.path, judged.detail))
        self._taken += 1

    @property
    def dropped_fields(self) -> list[str]:
        """Names of fields that no schema knows, at most NAMES_SHOWN of them."""
        return sorted({name[:NAME_LENGTH] for name in self._dropped})[:NAMES_SHOWN]

    def problem(self) -> Problem | None:
        """The answer where any event was refused: a batch is taken whole or not at all."""
        if not self.errors:
            return None
        first = self.errors[0]
        kind = "events-refused"
        if any(error.reason == "other_tenant" for error in self.errors):
            kind = "other-tenant"
            first = next(error for error in self.errors if error.reason == "other_tenant")
        where = f"event {first.index}" + (f", {first.path}" if first.path else "")
        more = f" ({len(self.errors)} events refused)" if len(self.errors) > 1 else ""
        return Problem(kind, f"{where}: {first.detail}{more}", tuple(self.errors))

    def _judge(self, event: Any) -> Record | Refused:
        if isinstance(event, Mapping):
            refusal = self._refuse_by_rights(event)
            if refusal:
                return refusal
            event = {"tenant": self.tenant, **event}
        try:
            seen = examine(event)
        except RecursionError:
            return Refused("undecodable", "", "the JSON is nested too deeply")
        if isinstance(seen, Refused):
            return seen
        self._dropped.update(seen.dropped_fields)
        return self._record(seen.event)

    def _refuse_by_rights(self, event: Mapping[str, Any]) -> Refused | None:
        kind, tenant = event.get("type"), event.get("tenant", self.tenant)
        if kind == PROGRESS:
            return Refused(
                "progress", "type", f"{PROGRESS} is written by replays only: send the events themselves"
            )
        if isinstance(tenant, str) and tenant != self.tenant:
            return Refused(
                "other_tenant", "tenant", "the token belongs to another tenant: leave the tenant out"
            )
        return None

    def _record(self, event: dict[str, Any]) -> Record | Refused:
        """Canonical JSON (names in order, UTC): the same event has the same bytes however it was written."""
        if event["time"] > self._latest:
            return Refused(
                "future", "time", "the time is more than an hour from now: is the sender's clock right?"
            )
        key = f"{event['tenant']}:{event['subject']}"
        if event.setdefault("partitionkey", key) != key:
            return Refused("invalid", "partitionkey", "leave it out, or write tenant:subject")
        event["time"] = event["time"].astimezone(UTC)
        ordered = {name: event[name] for name in ORDER if name in event}
        value = _encode(ordered | {"data": dict(sorted(event["data"].items()))})
        if len(value) > MAX_EVENT_BYTES:
            return Refused("too_large", "", f"an event has at most {MAX_EVENT_BYTES} bytes")
        kind = event["type"]
        topic = CUSTOMERS if kind in CUSTOMER_EVENTS_BY_TYPE else EVENTS
        return Record(topic, None if kind == HEARTBEAT else key.encode(), value)
