"""Decodes messages of `attesa.customers`: purchases and links by anybody, stubs and times by attesa alone.

Whatever the strict structs do not take goes to `intake`, which drops unknown fields or explains.
"""

import json
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from attesa.core.customers.money import decimals_of, minor_units
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.events.intake import Refused, Usable, read
from attesa.core.events.structs import Data, Envelope, Identity
from attesa.core.events.wire import EARLIEST_MS, Decoded, hash_of, is_tenant, number_of
from attesa.core.sessions.stubs import STUB_TYPE, TIME_TYPE, StubMessage, TimeMessage, internal_decoder

# The ranks of a customer's events, and their bodies:
#     MADE      order_id, value in minor units, currency, conversation or None, test
#     REFUNDED  order_id, value in minor units, currency
#     LINKED    same_as
MADE, REFUNDED, LINKED = range(3)

Value = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?\Z")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]


class Purchase(Data):
    order_id: Identity
    value: Value
    currency: Currency
    conversation: Identity | UnsetType = UNSET
    test: bool = False


class Link(Data):
    same_as: Identity


class PurchaseMade(Envelope, tag="attesa.purchase.made"):
    data: Purchase


class PurchaseRefunded(Envelope, tag="attesa.purchase.refunded"):
    data: Purchase


class CustomerLinked(Envelope, tag="attesa.customer.linked"):
    data: Link


CustomerEvent = PurchaseMade | PurchaseRefunded | CustomerLinked

_decode = msgspec.json.Decoder(StubMessage | TimeMessage | CustomerEvent).decode


def decode(raw: bytes) -> StubMessage | TimeMessage | Decoded | Refused:
    """One message of `attesa.customers`, or why it cannot be used."""
    try:
        found: Any = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(raw)
    if type(found) is StubMessage or type(found) is TimeMessage:
        return found
    at = round(found.time.timestamp() * 1000)
    if at <= EARLIEST_MS or not is_tenant(found.tenant):  # rounded, perhaps: the schema knows
        return _decode_slowly(raw)
    return _compact(found, at, 0)


def _decode_slowly(raw: bytes) -> Decoded | Refused:
    outcome = read(raw)
    if isinstance(outcome, Usable):
        return _convert(outcome)
    return _broken(raw) if outcome.reason == "unknown_type" else outcome


def _broken(raw: bytes) -> Refused:
    """An unknown type; or one of attesa's own, which is no event and stands here only where it is broken."""
    kind = json.loads(raw)["type"]
    if kind not in (STUB_TYPE, TIME_TYPE):
        return Refused("unknown_type", "type", f"not a type of attesa's: {kind[:100]}")
    try:
        internal_decoder.decode(raw)
    except msgspec.DecodeError as error:
        return Refused("invalid", "", str(error)[:200])
    return Refused("undecodable", "", "a name stands twice")


def _convert(usable: Usable) -> Decoded | Refused:
    if usable.event["type"] not in CUSTOMER_EVENTS_BY_TYPE:  # known, and not of this topic
        return Refused("unknown_type", "type", f"not for attesa.customers: {usable.event['type']}")
    event: Any = msgspec.convert(usable.event, CustomerEvent)
    return _compact(event, round(event.time.timestamp() * 1000), len(usable.dropped_fields))


def _compact(event: Any, at: int, dropped_fields: int) -> Decoded | Refused:
    if type(event) is CustomerLinked:
        rank, body = LINKED, (event.data.same_as,)
    else:
        data = event.data
        minor = minor_units(data.value, data.currency)
        if minor is None:
            detail = f"{data.currency} has {decimals_of(data.currency)} decimals"
            return Refused("invalid", "data.value", detail, event.tenant)
        rank, body = _purchase(type(event) is PurchaseMade, data, minor)
    return Decoded(
        event.tenant,
        event.subject,
        None if event.partitionkey is UNSET else event.partitionkey,
        event.source,
        at,
        (at, rank, hash_of(event.id), body),
        dropped_fields,
        sequence=None if event.sequence is UNSET else number_of(event),
    )


def _purchase(made: bool, data: Purchase, minor: int) -> tuple[int, tuple[Any, ...]]:
    if not made:
        return REFUNDED, (data.order_id, minor, data.currency)
    conversation = None if data.conversation is UNSET else data.conversation
    return MADE, (data.order_id, minor, data.currency, conversation, data.test)
