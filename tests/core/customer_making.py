"""Small builders for the customers processor: stubs, purchases, and what is read of a checkpoint."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from tests.core.making import DEFINITIONS, LATER_MS, Event, Message
from tests.oracle.stories import HISTORY, event, ms

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.partition.clocks import Progress
from attesa.core.rows import (
    ClockRow,
    DeadLetter,
    LinkOutcome,
    OrderOutcome,
    SessionOutcome,
    Stub,
    TotalRow,
    dead_letter_decoder,
    encode,
    outcome_decoder,
    pane_decoder,
    totals_decoder,
)
from attesa.core.sessions.stubs import StubMessage, TimeMessage

Told = Event | StubMessage | TimeMessage | bytes
PARTITIONS = 2
MINUTE = 60
HOUR = 3_600
DAY = 24 * HOUR
CELL = (HISTORY, "live_chat", "sales", "IT")
NO_CELL = (HISTORY, "none", "unknown", "unknown")


def stub(
    session: str, start: float, end: float | None = None, /, version: int = 1, **told: Any
) -> StubMessage:
    """A session of the customer `k`; an answered one where `reply` is given. Instants in seconds."""
    reply = told.pop("reply", None)
    return StubMessage(
        msgspec.structs.replace(
            Stub(
                tenant=HISTORY,
                customer="k",
                session=session,
                conversation=session.rpartition("/")[0],
                version=version,
                channel="live_chat",
                queue="sales",
                country="IT",
                started_at=ms(start),
                requested_at=ms(start),
                first_reply_at=None if reply is None else ms(reply),
                ended_at=None if end is None else ms(end),
                ended_by=None if end is None else "agent",
                resolved=False,
                outcome="waiting" if end is None and reply is None else "answered" if reply else "unanswered",
                in_bot=False,
                team=None,
                visibility=None,
                purpose=None,
                video_stage=None,
                video=False,
                would_have_bought=None,
            ),
            **told,
        )
    )


def gone(told: StubMessage, version: int = 2) -> StubMessage:
    return StubMessage(msgspec.structs.replace(told.stub, version=version, deleted=True))


def bought(
    seconds: float, order: str = "o", value: str = "10.00", currency: str = "EUR", **data: Any
) -> Event:
    about = {"order_id": order, "value": value, "currency": currency}
    return event("purchase.made", seconds, **about, **data) | {"subject": "k"}


def refunded(seconds: float, order: str = "o", value: str = "10.00", currency: str = "EUR") -> Event:
    about = {"order_id": order, "value": value, "currency": currency}
    return event("purchase.refunded", seconds, **about) | {"subject": "k"}


def linked(seconds: float, same_as: str) -> Event:
    return event("customer.linked", seconds, same_as=same_as) | {"subject": "k"}


def times(seconds: float, tenant: str = HISTORY) -> list[TimeMessage]:
    """The same data time in every partition of `attesa.events`."""
    return [TimeMessage(tenant, partition, ms(seconds)) for partition in range(PARTITIONS)]


def message(told: Told, offset: int) -> Message:
    if isinstance(told, bytes):
        return Message(None, told, offset)
    if isinstance(told, TimeMessage):
        return Message(b"", encode(told), offset)
    if isinstance(told, StubMessage):
        return Message(f"{told.stub.tenant}:{told.stub.customer}".encode(), encode(told), offset)
    return Message(f"{told['tenant']}:{told['subject']}".encode(), json.dumps(told).encode(), offset)


def processor(definitions: Definitions = DEFINITIONS, epoch: int = 1) -> Customers:
    return Customers(5, definitions, epoch, lambda _key: True, None, PARTITIONS)


def feed(customers: Customers, *told: Told, now_ms: int = LATER_MS) -> None:
    first = customers.next_offset
    customers.apply([message(each, first + i) for i, each in enumerate(told)], now_ms)


def caught_up(customers: Customers, now_ms: int) -> None:
    customers.tick(now_ms, Progress(customers.next_offset, customers.next_offset, caught_up=True))


class Taken(NamedTuple):
    """A checkpoint's rows, read as their readers read them."""

    sessions: dict[str, SessionOutcome]
    orders: dict[str, OrderOutcome]
    links: list[LinkOutcome]
    totals: dict[tuple[str, str, str, str], dict[str, Any]]
    clocks: dict[str, ClockRow]
    dead: list[DeadLetter]
    rows: dict[str, dict[bytes, bytes | None]]

    def panes(self, width: int = 10) -> Counter[tuple[str, int]]:
        """Counts by name and start of the pane, in seconds after the start."""
        found: Counter[tuple[str, int]] = Counter()
        for value in self.rows[topics.PANES].values():
            row = pane_decoder.decode(value or b"")
            if row.width_seconds == width:
                for name, amount in named(row.counts).items():
                    found[name, (row.start - ms(0)) // 1000] += amount
        return found


def named(counts: Any) -> dict[str, int]:
    """Counts by name, and money as `revenue_minor:EUR`, without what is 0."""
    found: dict[str, int] = {}
    for name, value in msgspec.to_builtins(counts).items():
        if isinstance(value, dict):
            found.update({f"{name}:{currency}": amount for currency, amount in value.items()})
        else:
            found[name] = value
    return {name: amount for name, amount in found.items() if amount}


def take(customers: Customers, now_ms: int = LATER_MS) -> Taken:
    rows = {topic: dict(found) for topic, found in customers.take(now_ms).rows.items()}
    outcomes = [outcome_decoder.decode(value or b"") for value in rows[topics.OUTCOMES].values()]
    totals = [totals_decoder.decode(value or b"") for value in rows[topics.TOTALS].values()]
    return Taken(
        {row.session: row for row in outcomes if isinstance(row, SessionOutcome)},
        {row.order_id: row for row in outcomes if isinstance(row, OrderOutcome)},
        [row for row in outcomes if isinstance(row, LinkOutcome)],
        {
            (row.tenant, row.channel, row.queue, row.country): named(row.total)
            for row in totals
            if isinstance(row, TotalRow)
        },
        {row.tenant: row for row in totals if isinstance(row, ClockRow)},
        [dead_letter_decoder.decode(value or b"") for value in rows[topics.DEAD_LETTERS].values()],
        rows,
    )


def story(*told: Told, definitions: Definitions = DEFINITIONS) -> Taken:
    """What one processor makes of these messages."""
    customers = processor(definitions)
    feed(customers, *told)
    return take(customers)


def reasons(taken: Iterable[DeadLetter]) -> list[str]:
    return [letter.reason for letter in taken]
