"""Folds what adapters tell by the real processor: the way of a delivery, as far as the facts of sessions."""

import json
import random
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tests.gateway.sources.conftest import NOW

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.events import EVENTS_BY_TYPE
from attesa.core.rows import session_decoder
from attesa.core.rows.session import SessionRow
from attesa.core.sessions import Sessions
from attesa.gateway.sources import Adapted

NOW_MS = int(NOW.timestamp() * 1000)
ORDERS = 6


class Record(NamedTuple):
    key: bytes | None
    value: bytes | None
    offset: int


def sessions(events: Iterable[dict[str, Any]]) -> list[SessionRow]:
    """The facts of these events' sessions; events of customers go elsewhere."""
    told = [event for event in events if event["type"] in EVENTS_BY_TYPE]
    processor = Sessions(0, Definitions(), 1, lambda _key: True)
    processor.apply(
        [
            Record(f"{event['tenant']}:{event['subject']}".encode(), json.dumps(event).encode(), offset)
            for offset, event in enumerate(told)
        ],
        NOW_MS,
    )
    rows = dict(processor.take(NOW_MS).rows[topics.SESSIONS])
    return [session_decoder.decode(row) for _, row in sorted(rows.items()) if row is not None]


def in_any_order(adapt: Callable[[Any], Adapted], bodies: list[Any]) -> list[SessionRow]:
    """The sessions of these deliveries: the same in their order, and twice over in any other."""
    in_order = sessions(_events(adapt, bodies))
    for seed in range(ORDERS):
        shuffled = [*bodies, *bodies]
        random.Random(seed).shuffle(shuffled)
        assert [_facts(row) for row in sessions(_events(adapt, shuffled))] == [
            _facts(row) for row in in_order
        ]
    return in_order


def _events(adapt: Callable[[Any], Adapted], bodies: list[Any]) -> list[dict[str, Any]]:
    adapted = [adapt(body) for body in bodies]
    assert not [outcome for each in adapted for outcome in (*each.invalid, *each.unmapped)]
    return [event for each in adapted for event in each.events]


def _facts(row: SessionRow) -> dict[str, Any]:
    """All but what depends on the record that told it last."""
    told = {name: getattr(row, name) for name in row.__struct_fields__}
    return {name: value for name, value in told.items() if name not in {"epoch", "version", "ignored_events"}}
