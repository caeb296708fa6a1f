"""What /docs and /openapi.json say of POST /v1/events: schemas from the event models, examples, problems."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from attesa.core.events import EVENTS_BY_TYPE
from attesa.gateway.bodies import BATCH, MAX_EVENTS, PLAIN, STRUCTURED
from attesa.gateway.delivery_examples import EXAMPLES
from attesa.gateway.judging import PROGRESS
from attesa.gateway.problems import KINDS, MEDIA_TYPE
from attesa.gateway.signatures import STANDARD

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
_EVENT = {"$ref": "#/components/schemas/Event"}
_BATCH = {"type": "array", "items": _EVENT, "maxItems": MAX_EVENTS}
_PROBLEM_KINDS = (
    "not-json",
    "unauthorized",
    "other-tenant",
    "body-too-large",
    "media-type",
    "events-refused",
    "unavailable",
)


def _problem(kind: str) -> dict[str, Any]:
    return {
        "description": KINDS[kind][1],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


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
        "202": {
            "description": "Kafka has confirmed all events",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}},
        }
    }
    | {str(KINDS[kind][0].value): _problem(kind) for kind in _PROBLEM_KINDS},
}


def _summary(platform: str, headers: dict[str, str]) -> str:
    """The platform, with the headers that it needs besides those of the signature."""
    needed = ", ".join(f"{name}: {value}" for name, value in headers.items())
    return platform + (f" ({needed})" if needed else "")


_DELIVERY_PROBLEMS = (
    "unverified",
    "not-found",
    "body-too-large",
    "media-type",
    "too-many-requests",
    "unavailable",
)

SOURCES_ROUTE: dict[str, Any] = {
    "summary": "Deliver a chat platform's webhook",
    "description": "The platform is configured; its signature or the token in the address is checked first.",
    "parameters": [
        {
            "name": "source",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": "The name under `sources` in the configuration file.",
        },
        {
            "name": "token",
            "in": "query",
            "schema": {"type": "string"},
            "description": "Of platforms that sign nothing.",
        },
    ],
    "requestBody": {
        "required": True,
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
    "responses": {"200": {"description": "Kafka has everything, or the spool; the body is empty"}}
    | {str(KINDS[kind][0].value): _problem(kind) for kind in _DELIVERY_PROBLEMS},
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


def describe(app: FastAPI) -> None:
    """Give the app an OpenAPI document with the events' schemas; made at the first request for it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=TITLE, version="1", summary=_SUMMARY, routes=app.routes)
            del document["paths"]["/v1/events"]["post"]["responses"]["200"]
            components = document.setdefault("components", {})
            components["schemas"] = _event_schemas() | _SCHEMAS
            components["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer"},
                "signature": {"type": "apiKey", "in": "header", "name": STANDARD.header},
            }
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


_SUMMARY = "CloudEvents in, to Kafka. A batch is taken whole or not at all; no message text is accepted."


def _event_schemas() -> dict[str, Any]:
    """The models' JSON Schemas; the tenant is optional here, for the token tells it."""
    models = [model for kind, model in EVENTS_BY_TYPE.items() if kind != PROGRESS]
    mode: Literal["validation"] = "validation"
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (model.__name__, mode, TypeAdapter(model)) for model in models
    ]
    refs, schema = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = schema["$defs"]
    for model in models:
        schemas[model.__name__]["required"].remove("tenant")
    return schemas | {"Event": {"anyOf": list(refs.values())}}
