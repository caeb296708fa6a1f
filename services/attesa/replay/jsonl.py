"""Events from lines of JSON, each one read before anything is sent. Pure over bytes of lines."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import json

from attesa.core import topics
from attesa.core.errors import InputError
from attesa.core.events.intake import Refused, read
from attesa.core.events.ranks import STARTED
from attesa.core.events.wire import decode
from attesa.core.partition.processor import FUTURE_MS
from attesa.core.rows import encode
from attesa.replay.deliveries import BrokenRow, Delivery, since_1970_ms, topic_of

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PASSED_OVER = "unknown_type"


class PassedOver(NamedTuple):
    """An event of another product's: counted, and not sent."""

    line: int


def read_events(
    lines: Iterable[bytes], path: str, tenant: str, now_ms: int | None = None
) -> Iterator[Delivery | BrokenRow | PassedOver]:
    """The events of a file, in its order, under `tenant`; blank lines and mere tellings of time (progress,
    heartbeats) are skipped.

    A line that cannot be used is a BrokenRow with the path to its field; so is one dated more than an hour
    after `now_ms`, which workers refuse and to which time must not be moved. Raises InputError, at the end,
    when the file held lines and not one was a JSON object.
    """
    first_line, any_object = 0, False
    for line, written in enumerate(lines, start=1):
        raw = written.removeprefix(BYTE_ORDER_MARK).strip()
        if not raw:
            continue
        first_line = first_line or line
        any_object = any_object or _is_object(raw)
        found = _read_line(raw, path, line, tenant)
        if isinstance(found, Delivery) and now_ms is not None and found.time_ms > now_ms + FUTURE_MS:
            yield BrokenRow(path, line, "time", "more than an hour ahead of now", raw)
        elif found is not None:
            yield found
    if first_line and not any_object:
        raise InputError(
            f"{path}, line {first_line}, column 1: not a JSON object, nor is any other line; "
            "the file must hold one CloudEvent per line"
        )


def _read_line(raw: bytes, path: str, line: int, tenant: str) -> Delivery | BrokenRow | PassedOver | None:
    event = decode(raw)
    if isinstance(event, Refused):
        return _of_a_customer(tenant, raw) or _refusal(event, path, line, raw)
    if event.event is None:
        return None
    body = raw if event.tenant == tenant else _under(tenant, event.subject, raw)
    channel = event.event[3][0] if event.event[1] == STARTED else None
    return Delivery(f"{tenant}:{event.subject}".encode(), body, event.at, event.at, channel)


def _of_a_customer(tenant: str, raw: bytes) -> Delivery | None:
    """The event as one of the customers' topic; None where it is none, or cannot be used."""
    found = read(raw)
    if isinstance(found, Refused) or topic_of(found.event["type"]) != topics.CUSTOMERS:
        return None
    at_ms, subject = since_1970_ms(found.event["time"]), found.event["subject"]
    body = raw if found.event["tenant"] == tenant else _under(tenant, subject, raw)
    return Delivery(f"{tenant}:{subject}".encode(), body, at_ms, at_ms, topic=topics.CUSTOMERS)


def _is_object(raw: bytes) -> bool:
    return raw[:1] == b"{" and raw[-1:] == b"}"


def _refusal(refused: Refused, path: str, line: int, raw: bytes) -> BrokenRow | PassedOver:
    if refused.reason == PASSED_OVER:
        return PassedOver(line)
    return BrokenRow(path, line, refused.path or "column 1", refused.detail, raw)


def _under(tenant: str, subject: str, raw: bytes) -> bytes:
    """The same event as another tenant's."""
    body = json.decode(raw)
    return encode({**body, "tenant": tenant, "partitionkey": f"{tenant}:{subject}"})
