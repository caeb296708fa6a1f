"""Small builders: events as their producers write them, messages, a processor, and the facts of one story.

Instants are seconds after `START_MS` (a full hour) wherever a test writes them by hand.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from tests.oracle import stories
from tests.oracle.stories import (
    HISTORY,
    LIVE,
    START_MS,
    event,
)

from attesa.core import topics
from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.partition.clocks import Progress
from attesa.core.rows import (
    ClockRow,
    PaneRow,
    SessionRow,
    TotalRow,
    pane_decoder,
    session_decoder,
    totals_decoder,
)
from attesa.core.sessions import Sessions

HOUR_MS = 3_600_000
LATER_MS = START_MS + 100_000 * HOUR_MS  # a wall clock for which everything here is history

DEFINITIONS = Definitions(tenants={LIVE: TenantPolicy(), HISTORY: TenantPolicy(clock="data")})

Event = dict[str, Any]


class Message(NamedTuple):
    """A message of `attesa.events`."""

    key: bytes | None
    value: bytes | None
    offset: int


def read_ms(told: Event) -> int:
    moment = datetime.fromisoformat(told["time"])
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def declined(seconds: float, /, **data: Any) -> Event:
    return event("agent.declined", seconds, **data)


def system(seconds: float, /, **data: Any) -> Event:
    return event("message.sent", seconds, author="system", **data)


def progress(seconds: float, tenant: str = HISTORY) -> Event:
    return event("progress", seconds) | {"tenant": tenant, "subject": "clock"}


def of(subject: str, *events: Event, tenant: str = HISTORY) -> list[Event]:
    """The same events in another conversation."""
    return [told | {"subject": subject, "tenant": tenant, "id": f"{subject} {told['id']}"} for told in events]


def message(told: Event | bytes, offset: int) -> Message:
    """As a producer that follows the contract sends it."""
    if isinstance(told, bytes):
        return Message(None, told, offset)
    if told["type"] == "attesa.progress":
        return Message(None, json.dumps(told).encode(), offset)
    return Message(f"{told['tenant']}:{told['subject']}".encode(), json.dumps(told).encode(), offset)


def messages(told: Iterable[Event | bytes], first_offset: int = 0) -> list[Message]:
    return [message(each, first_offset + i) for i, each in enumerate(told)]


def processor(definitions: Definitions = DEFINITIONS, epoch: int = 1) -> Sessions:
    return Sessions(3, definitions, epoch, lambda _key: True)


def feed(sessions: Sessions, *told: Event | bytes, now_ms: int = LATER_MS) -> None:
    """Apply events behind those that were applied already."""
    sessions.apply(messages(told, sessions.next_offset), now_ms)


def caught_up(sessions: Sessions, now_ms: int) -> None:
    sessions.tick(now_ms, Progress(sessions.next_offset, sessions.next_offset, caught_up=True))


def behind(sessions: Sessions, now_ms: int) -> None:
    sessions.tick(now_ms, Progress(sessions.next_offset, sessions.next_offset + 1, caught_up=False))


class Taken(NamedTuple):
    """A checkpoint's rows, read as their readers read them; a later row of a key replaces an earlier."""

    facts: dict[str, SessionRow]  # by conversation
    panes: list[PaneRow]
    totals: list[TotalRow]
    clocks: dict[str, ClockRow]  # by tenant
    rows: dict[str, dict[bytes, bytes | None]]


def take(sessions: Sessions, now_ms: int = LATER_MS) -> Taken:
    rows = {topic: dict(found) for topic, found in sessions.take(now_ms).rows.items()}
    facts = [session_decoder.decode(value or b"") for value in rows[topics.SESSIONS].values()]
    totals = [totals_decoder.decode(value or b"") for value in rows[topics.TOTALS].values()]
    return Taken(
        {row.conversation: row for row in facts},
        [pane_decoder.decode(value or b"") for value in rows[topics.PANES].values()],
        [row for row in totals if isinstance(row, TotalRow)],
        {row.tenant: row for row in totals if isinstance(row, ClockRow)},
        rows,
    )


def story(*told: Event, until: float | None = None, definitions: Definitions = DEFINITIONS) -> Taken:
    """What one processor makes of these events in data time, at `until` (None: time has not begun)."""
    sessions = processor(definitions)
    feed(sessions, *told)
    if until is not None:
        feed(sessions, progress(until))
    return take(sessions)


def facts(*told: Event, until: float | None = None, definitions: Definitions = DEFINITIONS) -> SessionRow:
    """The facts of the one conversation in `told`."""
    (row,) = story(*told, until=until, definitions=definitions).facts.values()
    return row


def in_seconds(row: SessionRow) -> dict[str, Any]:
    """A row with instants as seconds after the start, durations in seconds and named without `_ms`."""
    told = {name: getattr(row, name) for name in row.__struct_fields__}
    return stories.in_seconds(
        {name: list(each) if isinstance(each, tuple) else each for name, each in told.items()}
    )


def case(sentence: str, *told: Event, until: float | None = None, **wanted: Any) -> Any:
    """A row of a table: what is told, and what the facts (see `in_seconds`) say then at `until`."""
    return pytest.param(told, until, wanted, id=sentence)


def assert_facts(told: Iterable[Event], until: float | None, wanted: dict[str, Any]) -> None:
    found = in_seconds(facts(*told, until=until))
    assert {name: found[name] for name in wanted} == wanted
