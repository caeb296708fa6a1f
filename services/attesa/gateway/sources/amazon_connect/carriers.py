"""Batches in which other services of Amazon carry events on: Kinesis, Firehose, SQS, SNS to a function."""

import binascii
from collections.abc import Iterator
from typing import Any

from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Wrong

RECORDS = "records"  # in any capitals
ENCODED = ("kinesis.data", "data")  # in base64


def records(body: AnyCase) -> Iterator[AnyCase] | None:
    """The members of a batch; None for what is none."""
    if isinstance(body.value, list) and body.value:
        return _members(body, "")
    if isinstance(body.value, dict) and isinstance(body.get(RECORDS), list):
        return _members(body, RECORDS)
    return None


def _members(body: AnyCase, path: str) -> Iterator[AnyCase]:
    return (AnyCase(member.value, member.received_at, member.path) for member in body.each(path))


def unpacked(record: AnyCase) -> AnyCase:
    """What a record carries; itself where it is no record but the event. Raises Wrong."""
    if record.has("Sns"):
        return AnyCase(record.child("Sns").value, record.received_at, record.at("Sns"))
    if record.has("EventType") or record.has("ContentType") or record.has("detail"):
        return record
    for path in ENCODED:
        if isinstance(record.get(path), str):
            return decoded(record, path, _from_base64(record, path))
    if isinstance(record.get("body"), str):
        return decoded(record, "body", record.text("body").encode("utf-8", "surrogatepass"))
    return record


def decoded(body: AnyCase, path: str, raw: bytes) -> AnyCase:
    """JSON that stands inside JSON, encoded or as text. Raises Wrong."""
    try:
        value: Any = Delivery(raw, body.received_at).json().value
    except Wrong as error:
        raise body.wrong(path, error.detail) from None
    return AnyCase(value, body.received_at, body.at(path))


def _from_base64(body: AnyCase, path: str) -> bytes:
    try:
        return binascii.a2b_base64(body.text(path).encode("utf-8", "surrogatepass"))
    except binascii.Error:
        raise body.wrong(path, "base64 is expected") from None
