"""What the real processors make of what adapters tell: sessions, and what became of orders."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tests.core.running import Log, Worker, reasons

from attesa.core import topics
from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.rows import OrderOutcome, SessionOutcome, outcome_decoder, session_decoder
from attesa.core.rows.session import SessionRow
from attesa.gateway.sources import Adapted

DEFINITIONS = Definitions(tenants={"default": TenantPolicy(agents=True)})


class Folded(NamedTuple):
    sessions: list[SessionRow]
    orders: dict[str, OrderOutcome]
    outcomes: dict[str, SessionOutcome]
    reasons: Counter[str]

    @property
    def session(self) -> SessionRow:
        (row,) = self.sessions
        return row


def folded(told: Iterable[Adapted], now: datetime) -> Folded:
    """The events of deliveries, in the order in which they are given, read by both processors at `now`."""
    log, now_ms = Log(), int(now.timestamp() * 1000)
    for adapted in told:
        for event in adapted.events:
            log.append(event, topics.CUSTOMERS if event["type"] in CUSTOMER_EVENTS_BY_TYPE else topics.EVENTS)
    for topic in (topics.EVENTS, topics.CUSTOMERS):
        worker = Worker(log, topic, DEFINITIONS)
        worker.read(log.end(topic), now_ms)
        worker.checkpoint(now_ms)
    outcomes = [outcome_decoder.decode(value) for value in log.rows[topics.OUTCOMES].values()]
    return Folded(
        [session_decoder.decode(value) for value in log.rows[topics.SESSIONS].values()],
        {row.order_id: row for row in outcomes if isinstance(row, OrderOutcome)},
        {row.session: row for row in outcomes if isinstance(row, SessionOutcome)},
        reasons(log, "sessions") + reasons(log, "customers"),
    )


def disturbed(deliveries: list[Any], seed: int) -> list[Any]:
    """Every delivery once, some of them again, in any order."""
    chance = random.Random(seed)
    again = [each for each in deliveries if chance.random() < 0.5]
    return chance.sample(deliveries + again, len(deliveries) + len(again))
