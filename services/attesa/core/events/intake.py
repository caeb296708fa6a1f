"""Reads an event slowly and says what is wrong with it: for the edges, and where `wire` gave up.

Outcomes are values: an event as a plain dict with what was dropped from it, or a refusal.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import is_typeddict

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.events.faults import sentence
from attesa.core.events.fields import TENANT_PATTERN

_TENANT = re.compile(TENANT_PATTERN[1:-1])
ALL_BY_TYPE = EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE


@dataclass(frozen=True)
class Usable:
    """An event that its schema accepts: `event` with known fields only, and the names of the others."""

    event: dict[str, Any]
    dropped_fields: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """An event that cannot be used: a word for the reason, the path to the field (`data.by`), a sentence.

    `tenant`: whose event it is, where that was read.
    """

    reason: str
    path: str
    detail: str
    tenant: str | None = None


@cache
def _adapter(kind: str) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(ALL_BY_TYPE[kind])


def read(raw: bytes) -> Usable | Refused:
    """Decode one message's bytes; see `examine`."""
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        return Refused("undecodable", "", f"not JSON: {str(error)[:200]}")
    return examine(body)


def examine(body: object) -> Usable | Refused:
    """Validate a decoded JSON value against the schema of its type."""
    if not isinstance(body, Mapping):
        return Refused("invalid", "", "an event is a JSON object")
    kind = body.get("type")
    if not isinstance(kind, str):
        return Refused("invalid", "type", "the type is missing")
    if kind not in ALL_BY_TYPE:
        detail = f"not a type of attesa's: {sound(kind[:100])}"
        return Refused("unknown_type", "type", detail, tenant_of(body))
    try:
        event = _adapter(kind).validate_json(_written(body), strict=True)
    except ValidationError as error:
        return _refusal(error, tenant_of(body))
    except RecursionError:
        return Refused("undecodable", "", "nested too deeply")
    return Usable(event, _dropped(ALL_BY_TYPE[kind], body))


def _written(body: object) -> bytes | str:
    """JSON; by the slower writer where the quick one refuses: half characters, numbers over 64 bits."""
    try:
        return msgspec.json.encode(body)
    except (ValueError, OverflowError):
        return json.dumps(body)


def sound(text: str) -> str:
    """The text with its half characters replaced, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def tenant_of(body: Mapping[str, Any]) -> str | None:
    """Whose an event is that cannot be used, if it says so."""
    tenant = body.get("tenant")
    return tenant if isinstance(tenant, str) and _TENANT.fullmatch(tenant) else None


def faults(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Everything that its type's schema says against an event: paths, sentences. None of an unknown type."""
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in ALL_BY_TYPE:
        return ()
    try:
        _adapter(kind).validate_json(json.dumps(body), strict=True)
    except ValidationError as error:
        return tuple((_path(each), sentence(each)) for each in error.errors(include_url=False))
    except RecursionError:
        return ()
    return ()


def _refusal(error: ValidationError, tenant: str | None) -> Refused:
    first = error.errors(include_url=False)[0]
    more = f" ({error.error_count()} errors)" if error.error_count() > 1 else ""
    reason = "too_old" if first["type"] == "too_old" else "invalid"
    return Refused(reason, _path(first), sentence(first) + more, tenant)


def _path(error: ErrorDetails) -> str:
    """To the field, as `data.by`."""
    path = ".".join(str(step) for step in error["loc"])
    return f"{path}.{error['ctx']['field']}" if error["type"] == "text" else path


def _dropped(model: type, body: Mapping[str, Any]) -> tuple[str, ...]:
    known = _fields(model)
    data = body["data"]
    inner = _fields(_data_model(model))
    return tuple(name for name in body if name not in known) + tuple(
        f"data.{name}" for name in data if name not in inner
    )


@cache
def _fields(model: type) -> frozenset[str]:
    return frozenset(model.__annotations__)


@cache
def _data_model(model: type) -> type:
    data: type = model.__annotations__["data"].__origin__
    assert is_typeddict(data)
    return data
