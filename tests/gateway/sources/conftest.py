"""What every adapter's test uses: a fixed instant and key, deliveries written by hand, and real ones."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import REGISTRY, Adapted, Context, Delivery

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

Adapt = Callable[..., Adapted]


def _checked(adapted: Adapted) -> Adapted:
    """Every event that an adapter tells is one that the gateway takes, and no id is told twice."""
    for event in adapted.events:
        seen = examine(event)
        assert isinstance(seen, Usable), seen
        assert not seen.dropped_fields
    assert len({event["id"] for event in adapted.events}) == len(adapted.events)
    return adapted


@pytest.fixture
def adapt() -> Adapt:
    """Adapt a body (bytes, or a value to be written as JSON) as `platform` delivers it."""

    def run(
        platform: str,
        body: Any,
        received_at: datetime = NOW,
        bots: frozenset[str] = frozenset(),
        **more: Any,
    ) -> Adapted:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        context = Context("default", platform, "main", b"a key of the tests", bots=bots)
        return _checked(REGISTRY[platform].adapt(Delivery(raw, received_at, **more), context))

    return run


@pytest.fixture
def payload(shared: Path) -> Callable[[str, str], bytes]:
    """The bytes of a platform's real payload; skips where the folder is not there."""

    def read(platform: str, name: str) -> bytes:
        return (shared / "payloads" / platform / name).read_bytes()

    return read
