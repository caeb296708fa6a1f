"""What a story comes to: the facts of its sessions, in order, and the sums over all cells.

Instants are seconds after Thursday, 1 January 2026, 0:00 UTC (see `making`).
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from tests.core import making
from tests.core.making import Event

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.partition.checkpoint import Row
from attesa.core.rows import (
    ClockRow,
    OrderOutcome,
    SessionOutcome,
    TotalRow,
    encode,
    outcome_decoder,
    session_decoder,
    totals_decoder,
)
from attesa.core.rows.session import SessionRow

MINUTE = 60
HOUR = 3_600
DAY = 86_400
AT_LAST = 30 * DAY  # when everything is decided


class Numbers(NamedTuple):
    """`sessions` in the order of their beginnings; `totals` and `reasons` without what is 0.

    `outcomes` by session and `orders` by order tell what the customers processor makes of it.
    """

    sessions: list[SessionRow]
    totals: Counter[str]
    reasons: Counter[str]
    outcomes: dict[str, SessionOutcome]
    orders: dict[str, OrderOutcome]


def numbers(*told: Event, until: float = AT_LAST, definitions: Definitions = making.DEFINITIONS) -> Numbers:
    """The numbers of these events, delivered in this order, at `until`."""
    of_customers = [one for one in told if one["type"] in CUSTOMER_EVENTS_BY_TYPE]
    sessions = making.processor(definitions)
    making.feed(sessions, *(one for one in told if one["type"] not in CUSTOMER_EVENTS_BY_TYPE))
    making.feed(sessions, making.progress(until))
    written = sessions.take(making.LATER_MS).rows
    outcomes, orders, more = _afterwards(written[topics.CUSTOMERS], of_customers, definitions)
    rows = [session_decoder.decode(row) for row in dict(written[topics.SESSIONS]).values() if row is not None]
    totals, reasons = _sums([*written[topics.TOTALS], *more])
    lost = totals["abandoned"] + totals["rejected"] + totals["unanswered"]
    assert totals["offered"] == totals["answered"] + lost + sum(row.outcome == "waiting" for row in rows)
    kept = [row for row in rows if not row.deleted]
    in_order = sorted(kept, key=lambda row: (row.started_at, row.session))
    return Numbers(in_order, totals, reasons, outcomes, orders)


def _afterwards(
    stubs: Iterable[Row], of_customers: Iterable[Event], definitions: Definitions
) -> tuple[dict[str, SessionOutcome], dict[str, OrderOutcome], list[Row]]:
    """What became of the sessions and orders, and the totals of that."""
    customers = Customers(3, definitions, 1, lambda _key: True, None, partitions=1)
    told = [*((f"{one['tenant']}:{one['subject']}".encode(), encode(one)) for one in of_customers), *stubs]
    customers.apply(
        [making.Message(key or None, value, offset) for offset, (key, value) in enumerate(told)],
        making.LATER_MS,
    )
    written = customers.take(making.LATER_MS).rows
    found = [
        outcome_decoder.decode(row) for row in dict(written[topics.OUTCOMES]).values() if row is not None
    ]
    return (
        {row.session: row for row in found if isinstance(row, SessionOutcome) and not row.deleted},
        {row.order_id: row for row in found if isinstance(row, OrderOutcome) and not row.deleted},
        written[topics.TOTALS],
    )


def _sums(rows: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    """The totals over all cells, and the reasons over all clocks."""
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for value in dict(rows).values():
        row = totals_decoder.decode(value or b"")
        if isinstance(row, TotalRow):
            counts: dict[str, Any] = msgspec.to_builtins(row.total)
            totals.update({name: amount for name, amount in counts.items() if isinstance(amount, int)})
        elif isinstance(row, ClockRow):
            reasons.update(row.reasons)
    return +totals, +reasons


def facts(*told: Event, until: float = AT_LAST, definitions: Definitions = making.DEFINITIONS) -> SessionRow:
    """The facts of the one session in these events."""
    (row,) = numbers(*told, until=until, definitions=definitions).sessions
    return row


def seconds(duration_ms: int | None) -> float | None:
    """A duration as people say it."""
    return None if duration_ms is None else duration_ms / 1_000


def day(number: int, written: str) -> float:
    """The seconds of a time of day (UTC) so many days after Thursday, 1 January 2026."""
    hours, minutes = written.split(":")
    return number * DAY + int(hours) * HOUR + int(minutes) * MINUTE
