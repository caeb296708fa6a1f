"""From what an adapter told to records for Kafka, and to refusals for dead letters. Pure."""

from dataclasses import dataclass
from datetime import datetime

from attesa.core.events.intake import Refused
from attesa.gateway.judging import Judge, Record
from attesa.gateway.sources.delivery import Adapted

UNMAPPED = "unmapped"
INVALID = "invalid"


@dataclass(frozen=True)
class Taken:
    """A delivery's records, and why parts of it gave none: the good ones go on without the bad.

    `ignored` counts native events that say nothing; `received` those that had no time of their own.
    """

    records: tuple[Record, ...]
    refused: tuple[Refused, ...]
    ignored: int
    received: int


def take(adapted: Adapted, tenant: str, received_at: datetime) -> Taken:
    """Judge each event by itself. The same delivery with the same time of receipt gives the same records."""
    judge = Judge(tenant, received_at)
    for event in adapted.events:
        judge.take(event)
    refused = (
        *(Refused(INVALID, one.path, one.detail, tenant) for one in adapted.invalid),
        *(Refused(UNMAPPED, "", f"not mapped: {one.native}", tenant) for one in adapted.unmapped),
        *(Refused(one.reason, one.path, one.detail, tenant) for one in judge.errors),
    )
    return Taken(tuple(judge.records), refused, len(adapted.ignored), adapted.received)
