"""The OpenAPI document: what the doors take, with schemas from the event models, examples, and problems."""

from typing import Any, Literal

from pydantic import TypeAdapter

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.gateway.doors import DOORS, MOST_CHALLENGE, URL_TOKEN
from attesa.gateway.doors.signatures import STANDARD
from attesa.gateway.http.answers import json, plain, problems, state
from attesa.gateway.http.bodies import BATCH, MAX_EVENTS, PLAIN, STRUCTURED
from attesa.gateway.http.delivery_examples import EXAMPLES
from attesa.gateway.http.problems import KINDS
from attesa.gateway.judging import PROGRESS
from attesa.gateway.sources import REGISTRY
from attesa.gateway.sources.cloudevents import JSON_TYPES

TITLE = "attesa gateway"

EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "chat-42/queued",
    "source": "shop.example/chat",
    "type": "attesa.session.queued",
    "time": "2026-01-31T12:00:00Z",
    "subject": "chat-42",
    "data": {"queue": "orders"},
}
REPLY = EXAMPLE | {
    "id": "chat-42/m1",
    "type": "attesa.message.sent",
    "time": "2026-01-31T12:00:21Z",
    "data": {"author": "agent", "length": 48},
}
_OF_ANY_BODY = ("bad-request", "slow-body", "body-too-large", "media-type", "internal", "overloaded")
_EVENT = {"$ref": "#/components/schemas/Event"}
_BATCH = {"type": "array", "items": _EVENT, "maxItems": MAX_EVENTS}
EVENTS_ROUTE: dict[str, Any] = {
    "summary": "Send events",
    "security": [{"token": []}, {"signature": []}],
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": _EVENT, "example": EXAMPLE},
            BATCH: {"schema": _BATCH, "example": [EXAMPLE, REPLY]},
            PLAIN: {"schema": {"anyOf": [_EVENT, _BATCH]}, "example": EXAMPLE},
        },
    },
    "responses": {
        "202": json("Kafka has confirmed all events", {"$ref": "#/components/schemas/Accepted"}),
    }
    | problems(
        "not-json",
        "unauthorized",
        "other-tenant",
        *_OF_ANY_BODY,
        "too-many-events",
        "events-refused",
        "unavailable",
    ),
}


def _summary(platform: str, headers: dict[str, str]) -> str:
    """The platform, with the headers that it needs besides those of the signature."""
    needed = ", ".join(f"{name}: {value}" for name, value in headers.items())
    return platform + (f" ({needed})" if needed else "")


# Of each platform the header that it signs in, and the token of those that sign nothing.
_SECURITY: dict[str, Any] = {
    f"{name}.{scheme.header}": {"type": "apiKey", "in": "header", "name": scheme.header}
    for name in REGISTRY
    for scheme in DOORS[name].schemes
    if scheme.header
} | {"address": {"type": "apiKey", "in": "query", "name": URL_TOKEN.query}}
_META: tuple[tuple[str, dict[str, Any]], ...] = (
    ("mode", {"const": "subscribe"}),
    ("verify_token", {"type": "string"}),
    ("challenge", {"type": "string", "minLength": 1, "maxLength": MOST_CHALLENGE}),
)
_IN_VAIN = ("not-found", "method-not-allowed", *_OF_ANY_BODY)
_SOURCE: dict[str, Any] = {
    "name": "source",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "The name under `sources` in the configuration file.",
}

SOURCES_ROUTE: dict[str, Any] = {
    "summary": "Deliver a chat platform's webhook",
    "description": "The platform is configured; its signature or the token in the address is checked first.",
    "security": [{name: []} for name in _SECURITY],
    "parameters": [_SOURCE],
    "requestBody": {
        "content": {
            PLAIN: {
                "schema": {},
                "examples": {
                    name: {"summary": _summary(name, one.headers), "value": one.body}
                    for name, one in EXAMPLES.items()
                },
            }
        },
    },
    "responses": {"200": plain("Kafka has everything, or the spool; the body is empty")}
    | problems(
        "unverified",
        "not-found",
        *_OF_ANY_BODY,
        "too-many-events",
        "too-many-requests",
        "unavailable",
        "spool-full",
    ),
}

ASKED_ROUTE: dict[str, Any] = {
    "summary": "Answer a platform that asks whether the address is ours",
    "description": "Of Meta's platforms: the challenge is given back where the verify token is right.",
    "parameters": [
        _SOURCE,
        *(
            {"name": f"hub.{name}", "in": "query", "required": True, "schema": schema}
            for name, schema in _META
        ),
    ],
    "responses": {"200": plain("The challenge", "text/plain")}
    | problems("unverified", "not-found", "method-not-allowed", *_OF_ANY_BODY),
}

LOOKED_AT_ROUTE: dict[str, Any] = {
    "summary": "Answer a platform that looks whether the address is there",
    "description": "Of Intercom. As every answer to HEAD, it has no body.",
    "parameters": [_SOURCE],
    "responses": {"200": plain("It is")}
    | {str(KINDS[kind][0].value): plain(KINDS[kind][1]) for kind in _IN_VAIN},
}

HEALTH_ROUTE: dict[str, Any] = {
    "summary": "The process answers",
    "responses": {"200": state("ok")},
}
READINESS_ROUTE: dict[str, Any] = {
    "summary": "Events can be taken: Kafka answers and the topic is there",
    "responses": {"200": state("ready")} | problems("not-ready"),
}
METRICS_ROUTE: dict[str, Any] = {
    "summary": "The gateway's own metrics, for Prometheus",
    "responses": {
        "200": plain("As the request's Accept asks for", "text/plain", "application/openmetrics-text")
    },
}

_SCHEMAS: dict[str, Any] = {
    "Accepted": {
        "type": "object",
        "required": ["accepted"],
        "properties": {
            "accepted": {"type": "integer"},
            "dropped_fields": {"type": "array", "items": {"type": "string"}},
        },
        "example": {"accepted": 1},
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors_total": {"type": "integer"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/EventError"}},
        },
    },
    "EventError": {
        "type": "object",
        "properties": {
            "index": {"type": "integer"},
            "reason": {"type": "string"},
            "path": {"type": "string"},
            "detail": {"type": "string"},
        },
    },
}


def document() -> dict[str, Any]:
    """The OpenAPI document, with the events' schemas."""
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "summary": _SUMMARY, "version": "1"},
        "paths": {
            "/v1/events": {"post": EVENTS_ROUTE},
            "/v1/sources/{source}": {"post": SOURCES_ROUTE, "get": ASKED_ROUTE, "head": LOOKED_AT_ROUTE},
            "/healthz": {"get": HEALTH_ROUTE},
            "/readyz": {"get": READINESS_ROUTE},
            "/metrics": {"get": METRICS_ROUTE},
        },
        "components": {
            "schemas": _event_schemas() | _SCHEMAS,
            "securitySchemes": _SECURITY
            | {
                "token": {"type": "http", "scheme": "bearer"},
                "signature": {"type": "apiKey", "in": "header", "name": STANDARD.header},
            },
        },
    }


_SUMMARY = "CloudEvents in, to Kafka. A batch is taken whole or not at all; no message text is accepted."


def _as_json_format(schema: dict[str, Any]) -> None:
    """What `as_ours` reads besides: null where an attribute may be missing, any media type of JSON."""
    schema["required"].remove("tenant")
    properties = schema["properties"]
    properties["datacontenttype"] = {"type": "string", "pattern": f"^{JSON_TYPES.pattern}$"}
    for name in properties.keys() - set(schema["required"]):
        properties[name] = {"anyOf": [properties[name], {"type": "null"}]}


def _event_schemas() -> dict[str, Any]:
    """The models' JSON Schemas as the door takes them; the tenant is optional, for the token tells it."""
    by_type = EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE
    models = [model for kind, model in by_type.items() if kind != PROGRESS]
    mode: Literal["validation"] = "validation"
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (model.__name__, mode, TypeAdapter(model)) for model in models
    ]
    refs, schema = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = schema["$defs"]
    for model in models:
        _as_json_format(schemas[model.__name__])
    return schemas | {"Event": {"anyOf": list(refs.values())}}
