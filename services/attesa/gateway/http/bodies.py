"""From an HTTP request to decoded JSON values: limits, media types, the three modes of CloudEvents over HTTP.

Does not look at what an event says.
"""

import asyncio
import re
from typing import Any

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from attesa.gateway.http.admission import Arrivals
from attesa.gateway.http.problems import Problem
from attesa.gateway.sources.cloudevents import BATCH, PLAIN, STRUCTURED, as_ours, attributes_of

MEDIA_TYPES = (STRUCTURED, BATCH, PLAIN)

MAX_EVENTS = 1000
MAX_DEPTH = 64  # of the JSON of a delivery
BODY_SECONDS = 30.0
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)


def events_of(headers: Headers, raw: bytes) -> list[Any]:
    """The events of a request, undecided whether usable. Raises Problem."""
    media_type, attributes = media_type_of(headers), attributes_of(headers)
    if media_type == PLAIN and attributes:
        return [{**attributes, "datacontenttype": PLAIN, "data": _decoded(raw) if raw.strip() else {}}]
    value = _decoded(raw)
    if media_type == STRUCTURED and isinstance(value, list):
        raise Problem("not-json", f"{STRUCTURED} holds one event, not an array: send {BATCH}")
    if media_type == BATCH and not isinstance(value, list):
        raise Problem("not-json", f"{BATCH} holds an array of events")
    events = value if isinstance(value, list) else [value]
    if len(events) > MAX_EVENTS:
        raise Problem("too-many-events", f"{len(events)} events in one request, at most {MAX_EVENTS}")
    return [as_ours(event) for event in events]


def media_type_of(headers: Headers) -> str:
    """One of MEDIA_TYPES. Raises Problem."""
    name, *parameters = (part.strip().lower() for part in headers.get("content-type", "").split(";"))
    if name not in MEDIA_TYPES:
        raise Problem("media-type", f"send one of {', '.join(MEDIA_TYPES)}")
    charsets = {
        part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")
    }
    if charsets - {"utf-8", "utf8"}:
        raise Problem("media-type", "the charset is UTF-8")
    plain_only(headers)
    return name


def plain_only(headers: Headers) -> None:
    """Refuse a compressed body: it could grow beyond every limit. Raises Problem."""
    if any(encoding.lower() != "identity" for encoding in headers.getlist("content-encoding")):
        raise Problem("media-type", "send the body without a content encoding")


async def body_of(request: Request, max_bytes: int, arrivals: Arrivals) -> bytes:
    """The whole body; its declared length is not trusted, what arrives is counted. Raises Problem."""
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()):
        raise Problem("bad-request", "Content-Length is not a number")
    if len(declared) > 18 or int(declared) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS) as limit:
            with arrivals.one(limit):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > max_bytes:
                        raise _too_large(max_bytes)
                    arrivals.grow(limit, len(chunk))
    except TimeoutError:
        detail = f"a body has to arrive within {BODY_SECONDS:.0f} s, and sooner where very many do"
        raise Problem("slow-body", detail, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem("bad-request", "the client went away") from None
    return bytes(body)


def _too_large(max_bytes: int) -> Problem:
    """The connection stays open: closed with the body half read, the client would see a reset."""
    return Problem("body-too-large", f"a body has at most {max_bytes} bytes")


def too_deep(raw: bytes) -> bool:
    """Whether JSON is nested deeper than MAX_DEPTH; told from the bytes, before anything decodes them."""
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.finditer(raw):
        bracket = found[0]
        if bracket in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif bracket in b"]}":
            depth -= 1
    return False


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        raise Problem("not-json", "the JSON is nested too deeply") from None
    except ValueError as error:
        raise Problem("not-json", str(error)[:200]) from None
