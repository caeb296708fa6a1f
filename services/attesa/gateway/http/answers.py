"""What the doors answer, as OpenAPI response objects: problems by status, with the headers they need."""

from collections.abc import Mapping
from typing import Any

from attesa.gateway.http.problems import HEADERS, KINDS, MEDIA_TYPE, URN

Responses = dict[str, dict[str, Any]]

_HEADER_SCHEMAS: dict[str, dict[str, Any]] = {
    "Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
    "Allow": {"schema": {"type": "string"}},
}


def problems(*kinds: str) -> Responses:
    """The responses of a door that may refuse with these kinds, one for each status."""
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(KINDS[kind][0].value, []).append(kind)
    return {str(status): _problem(found) for status, found in sorted(by_status.items())}


def plain(description: str, *media_types: str) -> dict[str, Any]:
    """A response of text, or without a body where no media type is given."""
    content = {media_type: {"schema": {"type": "string"}} for media_type in media_types}
    return {"description": description} | ({"content": content} if content else {})


def json(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A response of JSON."""
    return {"description": description, "content": {"application/json": {"schema": dict(schema)}}}


def state(word: str) -> dict[str, Any]:
    """The good answer of a probe."""
    properties = {"status": {"const": word}}
    return json(word, {"type": "object", "required": ["status"], "properties": properties})


def _problem(kinds: list[str]) -> dict[str, Any]:
    types = {"properties": {"type": {"enum": [URN + kind for kind in kinds]}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, types]}
    found: dict[str, Any] = {
        "description": "; ".join(f"`{kind}`: {KINDS[kind][1].lower()}" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": {kind: _example(kind) for kind in kinds}}},
    }
    names = {HEADERS.get(kind, "") for kind in kinds}
    if "" not in names:
        found["headers"] = {name: {"required": True} | _HEADER_SCHEMAS[name] for name in sorted(names)}
    return found


def _example(kind: str) -> dict[str, Any]:
    status, title = KINDS[kind]
    return {"value": {"type": URN + kind, "title": title, "status": status.value, "detail": "…"}}
