"""Orders, to which session each is credited, and what was given back: METRICS.md, "conversion rate"."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tests.oracle.counting import Cell
from tests.oracle.returning import HOUR_MS, Stub
from tests.oracle.telling import Told

from attesa.core.definitions.policies import Touch

# Decimals of the minor unit, where they are not two (ISO 4217).
DECIMALS = {"JPY": 0, "KWD": 3, "BHD": 3}


class Refund(NamedTuple):
    """`minor` is what is left of it when no more than the order's value is given back."""

    at: int
    minor: int


class Order(NamedTuple):
    tenant: str
    customer: str
    order_id: str
    made_at: int
    minor: int
    currency: str
    conversation: str | None
    refunds: list[Refund]

    @property
    def refunded_minor(self) -> int:
        return sum(refund.minor for refund in self.refunds)

    @property
    def is_given_back(self) -> bool:
        return bool(self.refunds) and self.refunded_minor == self.minor


class Credit(NamedTuple):
    """An order, and the sessions of first and last touch; None where nobody led to it.

    `credited` is one of the two, as the definitions say.
    """

    order: Order
    last: Stub | None
    first: Stub | None
    credited: Stub | None
    by_conversation: bool

    @property
    def cell(self) -> Cell:
        to = self.credited
        if to is None:
            return self.order.tenant, "none", "unknown", "unknown"
        return self.order.tenant, to["channel"], to["queue"], to["country"]


def minor(event: Told) -> int:
    """Its value in the currency's minor unit."""
    return round(Decimal(event.data["value"]).scaleb(DECIMALS.get(event.data["currency"], 2)))


def orders_of(tenant: str, customer: str, events: Sequence[Told]) -> list[Order]:
    """One customer's orders as they were first told, tests left out; from his events in order."""
    made: dict[str, Told] = {}
    refunds: dict[str, list[Told]] = defaultdict(list)
    for event in events:
        if event.what == "purchase.made":
            made.setdefault(event.data["order_id"], event)
        elif event.what == "purchase.refunded":
            refunds[event.data["order_id"]].append(event)
    return [
        Order(
            tenant,
            customer,
            order_id,
            event.at,
            minor(event),
            event.data["currency"],
            event.tells("conversation"),
            given_back(minor(event), event.data["currency"], refunds[order_id]),
        )
        for order_id, event in made.items()
        if not event.tells("test")
    ]


def given_back(value: int, currency: str, refunds: Sequence[Told]) -> list[Refund]:
    """Never more than the order's value; what is in another currency says nothing."""
    left, found = value, []
    for event in refunds:
        if event.data["currency"] == currency:
            amount = min(minor(event), left)
            left -= amount
            found.append(Refund(event.at, amount))
    return found


def credit(order: Order, sessions: Sequence[Stub], attribution_hours: int, touch: Touch) -> Credit:
    """Among the customer's answered sessions; those of the order's conversation come first."""
    candidates = [
        stub
        for stub in sessions
        if stub["outcome"] == "answered"
        and 0 <= order.made_at - stub["first_reply_at"] <= attribution_hours * HOUR_MS
    ]
    named = [stub for stub in candidates if stub["conversation"] == order.conversation]
    candidates = sorted(named or candidates, key=lambda stub: (stub["first_reply_at"], stub["session"]))
    if not candidates:
        return Credit(order, None, None, None, by_conversation=False)
    credited = candidates[-1 if touch == "last" else 0]
    return Credit(order, candidates[-1], candidates[0], credited, by_conversation=bool(named))


def path(order: Order, sessions: Sequence[Stub], attribution_hours: int) -> list[str]:
    """The channels of the customer's sessions before the order, oldest first.

    As with the credit, the window runs from the first reply; where nobody replied, from the start.
    """
    earlier = [
        stub
        for stub in sessions
        if stub["outcome"] != "invalid"
        and stub["started_at"] <= order.made_at
        and order.made_at <= (stub["first_reply_at"] or stub["started_at"]) + attribution_hours * HOUR_MS
    ]
    ordered = sorted(earlier, key=lambda stub: (stub["started_at"], stub["session"]))
    return [stub["channel"] for stub in ordered]


def outcome_of(credited: Credit, sessions: Sequence[Stub], attribution_hours: int) -> dict[str, Any]:
    """What OrderOutcome says."""
    order = credited.order
    joined_by = None
    if credited.last is not None:
        joined_by = "conversation" if credited.by_conversation else "customer"
    return {
        "tenant": order.tenant,
        "order_id": order.order_id,
        "customer": order.customer,
        "made_at": order.made_at,
        "value_minor": order.minor,
        "currency": order.currency,
        "refunded_minor": order.refunded_minor,
        "refunded_at": order.refunds[-1].at if order.refunds else None,
        "last_touch": credited.last["session"] if credited.last else None,
        "first_touch": credited.first["session"] if credited.first else None,
        "joined_by": joined_by,
        "path": path(order, sessions, attribution_hours),
    }
