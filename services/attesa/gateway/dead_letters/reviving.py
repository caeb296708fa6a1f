"""From the bytes of a dead letter to records again, by the way that it came. Pure: the time is an argument.

The ids of events do not change: what had arrived is not counted twice.
"""

import json
from dataclasses import dataclass
from datetime import datetime

import msgspec

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError
from attesa.core.events.intake import Refused, tenant_of
from attesa.core.rows import DeadLetter
from attesa.core.topics import CUSTOMERS, EVENTS
from attesa.gateway.configured import Secrets, adapter_of, context_of
from attesa.gateway.dead_letters.burying import delivery_of, opened
from attesa.gateway.judging import Judge, Record
from attesa.gateway.judging.taking import take


@dataclass(frozen=True)
class Revived:
    """What became of it: records to be sent, and what of it is still dead."""

    records: tuple[Record, ...] = ()
    refused: tuple[Refused, ...] = ()


def revive(
    letter: DeadLetter, raw: bytes, definitions: Definitions, secrets: Secrets, now: datetime
) -> Revived:
    """Read a dead letter's bytes once more."""
    source, _ = delivery_of(letter.origin)
    if source:
        policy = definitions.sources.get(source)
        if letter.topic and not (policy and policy.topics):  # another door may leave ids in clear
            return _still(f"sources.{source} names no topics any more")
        return _delivered(source, raw, definitions, secrets)
    if letter.topic in (EVENTS, CUSTOMERS):
        return _event(letter, raw, now)
    return _still("a row of attesa's own or of a file, which is no event")


def _delivered(source: str, raw: bytes, definitions: Definitions, secrets: Secrets) -> Revived:
    """By the adapter and the configuration of now, with the time of receipt of then."""
    try:
        adapter, context = adapter_of(source, definitions), context_of(source, definitions, secrets)
        delivery = opened(raw)
    except ConfigurationError as error:
        return _still(str(error))
    except msgspec.MsgspecError:
        return _still("what is sealed is no delivery")
    taken = take(adapter.adapt(delivery, context), context.tenant, delivery.received_at)
    return Revived(taken.records, taken.refused)


def _event(letter: DeadLetter, raw: bytes, now: datetime) -> Revived:
    """An event that lay on Kafka: its key and partition are made anew."""
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return _still("not JSON", "undecodable")
    tenant = letter.tenant or (tenant_of(event) if isinstance(event, dict) else None)
    if tenant is None:
        return _still("whose it is cannot be read", "invalid")
    judge = Judge(tenant, now)
    judge.take(event)
    refused = tuple(Refused(one.reason, one.path, one.detail, tenant) for one in judge.errors)
    return Revived(tuple(judge.records), refused)


def _still(detail: str, reason: str = "not_replayed") -> Revived:
    return Revived(refused=(Refused(reason, "", detail),))
