"""The real application without a Kafka: everything that the gateway decides before it sends."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from attesa.gateway.app import build_app
from attesa.gateway.producing.publisher import Publisher
from attesa.settings import Settings

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

Ask = Callable[..., httpx.Response]


@pytest.fixture
def settings() -> Settings:
    return Settings(gateway_tokens="default=secret,acme=other", max_body_bytes=200_000, partitions=4)


@pytest.fixture
def event() -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "chat-42/queued",
        "source": "shop.example/chat",
        "type": "attesa.session.queued",
        "time": "2026-01-31T11:59:00Z",
        "subject": "chat-42",
        "data": {"queue": "orders"},
    }


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """Send one request; `POST /v1/events` with the token of `default` where nothing else is said."""
    app = build_app(settings, Publisher(settings), now=lambda: NOW)

    def send(
        body: object = None,
        media_type: str = "application/cloudevents+json",
        *,
        method: str = "POST",
        path: str = "/v1/events",
        token: str | None = "secret",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) or hasattr(body, "__aiter__") else msgspec.json.encode(body)
        sent = {"content-type": media_type, **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                return await client.request(method, path, content=content, headers=sent)

        return asyncio.run(exchange())

    return send


@pytest.fixture
def refused() -> Callable[[httpx.Response, int, str], dict[str, Any]]:
    """Check that an answer is a problem of this status and kind; return its body."""

    def check(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
        body: dict[str, Any] = answer.json()
        assert (answer.status_code, body["type"]) == (status, f"urn:attesa:problem:{kind}"), body
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["status"] == status
        assert body["title"]
        assert body["detail"]
        assert "Traceback" not in answer.text
        return body

    return check
