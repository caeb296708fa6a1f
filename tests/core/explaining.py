"""Explains a session of a story: both processors fold it, and their rows of state are read."""

import json
from pathlib import Path
from typing import NamedTuple

from tests.core import making
from tests.core.making import Event
from tests.oracle import stories
from tests.oracle.stories import HISTORY

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.explained import Explanation
from attesa.core.explained.state import (
    explain_afterwards,
    explain_found,
    find_customer,
    find_session,
    needed,
    readings,
)
from attesa.core.partition.clocks import Progress
from attesa.core.rows import encode
from attesa.core.sessions import Sessions

EXAMPLES = Path(__file__).parents[2] / "examples"
PARTITION = 3
NEXT_DAY = "2026-02-03T12:00:00Z"

Rows = dict[bytes, bytes]


class Kept(NamedTuple):
    """The rows of `attesa.state` after a story."""

    rows: Rows
    tenant: str

    def explain(self, session: str = "c/1", zone: str = "UTC") -> Explanation | None:
        for named in readings(session):
            key = f"{self.tenant}:{named.conversation}".encode()
            found = find_session(self._only(needed(Sessions.prefix, key)), self.tenant, named, PARTITION)
            if found is not None:
                return self._with_afterwards(explain_found(found, zone))
        return None

    def _with_afterwards(self, explained: Explanation) -> Explanation:
        if explained.customer is None:
            return explained
        rows = self._only(needed(Customers.prefix, f"{self.tenant}:{explained.customer}".encode()))
        customer = find_customer(rows, self.tenant, explained.customer, PARTITION, 1)
        assert customer is not None
        found = explain_afterwards(explained, customer, rows)
        assert found is not None
        return found

    def _only(self, keys: frozenset[bytes]) -> Rows:
        return {key: value for key, value in self.rows.items() if key in keys}


def keep(
    *told: Event,
    until_ms: int | None = None,
    tenant: str = HISTORY,
    definitions: Definitions = making.DEFINITIONS,
) -> Kept:
    """Fold a story up to an instant; without one, time has not begun in data time."""
    of_customers = [one for one in told if one["type"] in CUSTOMER_EVENTS_BY_TYPE]
    now_ms = making.LATER_MS if until_ms is None or tenant == HISTORY else until_ms + 2_000
    sessions = making.processor(definitions)
    making.feed(sessions, *(one for one in told if one not in of_customers), now_ms=now_ms)
    if until_ms is not None and tenant == HISTORY:
        making.feed(sessions, stories.event_at("progress", until_ms) | {"subject": "clock"})
    customers = Customers(PARTITION, definitions, 1, lambda _key: True, None, partitions=1)
    if until_ms is not None:
        sessions.tick(now_ms, Progress(sessions.next_offset, sessions.next_offset, caught_up=True))
    first = sessions.take(now_ms).rows
    stubs = [(key or None, value) for key, value in first[topics.CUSTOMERS]]
    purchases = [(f"{one['tenant']}:{one['subject']}".encode(), encode(one)) for one in of_customers]
    messages = [making.Message(key, value, i) for i, (key, value) in enumerate([*purchases, *stubs])]
    customers.apply(messages, now_ms)
    customers.tick(now_ms, Progress(len(messages), len(messages), caught_up=True))
    rows = dict(first[topics.STATE]) | dict(customers.take(now_ms).rows[topics.STATE])
    return Kept({key: value for key, value in rows.items() if value is not None}, tenant)


def explained(
    *told: Event,
    until: float | None = None,
    session: str = "c/1",
    zone: str = "UTC",
    definitions: Definitions = making.DEFINITIONS,
) -> Explanation:
    """The explanation of one session of a story, at `until` seconds after its start."""
    until_ms = None if until is None else stories.ms(until)
    found = keep(*told, until_ms=until_ms, definitions=definitions).explain(session, zone)
    assert found is not None
    return found


def example(session: str, zone: str) -> Explanation:
    """A session of the rich chat, as it is known on the next day."""
    lines = (EXAMPLES / "rich-chat.jsonl").read_text(encoding="utf-8").splitlines()
    until_ms = making.read_ms({"time": NEXT_DAY})
    told = [one for one in map(json.loads, lines) if making.read_ms(one) <= until_ms]
    found = keep(*told, until_ms=until_ms, tenant="default", definitions=Definitions()).explain(session, zone)
    assert found is not None
    return found
