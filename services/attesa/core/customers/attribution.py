"""Which session a purchase is credited to, and what a refund takes back (METRICS.md, "conversion rate")."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from attesa.core.customers.visits import Visit
from attesa.core.customers.wire import MADE, REFUNDED
from attesa.core.definitions import UNKNOWN
from attesa.core.definitions.policies import Touch
from attesa.core.events.wire import Event

JoinedBy = Literal["conversation", "customer"]
Place = tuple[str, str, str]  # channel, queue, country

NONE = "none"  # the channel of orders without a session
NOWHERE: Place = (NONE, UNKNOWN, UNKNOWN)


class Order(NamedTuple):
    """An order as its first telling, in (time, hash), tells it."""

    at: int
    hash: int
    order_id: str
    value_minor: int
    currency: str
    conversation: str | None
    test: bool


class Refund(NamedTuple):
    """A refund, cut to what was left of its order's value."""

    at: int
    hash: int
    minor: int


class Credit(NamedTuple):
    """To whom an order is credited; `session` is the crediting touch, and `place` its cell."""

    last: str | None
    first: str | None
    session: str | None
    place: Place
    joined_by: JoinedBy | None
    path: tuple[str, ...]


class Sale(NamedTuple):
    """An order, its credit and its refunds in order.

    `settled`: it is too old for its credit to change, and so are its first `settled_refunds`.
    """

    order: Order
    credit: Credit
    refunds: tuple[Refund, ...] = ()
    settled: bool = False
    settled_refunds: int = 0

    @property
    def refunded_minor(self) -> int:
        return sum(refund.minor for refund in self.refunds)

    @property
    def refunded_whole(self) -> bool:
        return bool(self.refunds) and self.refunded_minor >= self.order.value_minor

    @property
    def last_at(self) -> int:
        """The last news of it."""
        return max(self.order.at, self.refunds[-1].at) if self.refunds else self.order.at


NO_CREDIT = Credit(None, None, None, NOWHERE, None, ())


def orders_of(events: Iterable[Event]) -> dict[str, Order]:
    """The orders that purchases tell of, by their id: the first telling of each holds."""
    found: dict[str, Order] = {}
    for at, rank, identity, body in events:
        if rank == MADE:
            told = Order(at, identity, *body)
            known = found.get(told.order_id)
            if known is None or told[:2] < known[:2]:
                found[told.order_id] = told
    return found


def refunds_of(events: Iterable[Event]) -> dict[tuple[str, str], list[Refund]]:
    """Refunds as they were told, in order, by order id and currency."""
    found: dict[tuple[str, str], list[Refund]] = {}
    for at, rank, identity, body in sorted(events):
        if rank == REFUNDED:
            order_id, minor, currency = body
            found.setdefault((order_id, currency), []).append(Refund(at, identity, minor))
    return found


def cut(refunds: Iterable[Refund], left_minor: int) -> tuple[Refund, ...]:
    """Refunds in order, none of them more than what those before it left."""
    found = []
    for refund in refunds:
        minor = max(0, min(refund.minor, left_minor))
        left_minor -= minor
        found.append(refund._replace(minor=minor))
    return tuple(found)


def by_reply(visits: Iterable[Visit]) -> list[Visit]:
    """Answered sessions in the order of their first reply, then of their names."""
    answered = [visit for visit in visits if visit.outcome == "answered" and visit.first_reply_at is not None]
    return sorted(answered, key=lambda visit: (visit.first_reply_at, visit.session))


def candidates(at: int, answered: Sequence[Visit], window_ms: int) -> Sequence[Visit]:
    """The sessions that a purchase at `at` may be credited to: replied at most so long before it."""
    first = bisect_left(answered, at - window_ms, key=lambda visit: visit.touched_at)
    return answered[first : bisect_right(answered, at, key=lambda visit: visit.touched_at)]


def is_before(visit: Visit, at: int, window_ms: int) -> bool:
    """Whether the session is on the way to a purchase at `at`: begun by then, touched not too long ago."""
    return visit.started_at <= at <= visit.touched_at + window_ms


def credit(
    order: Order, ordered: Sequence[Visit], answered: Sequence[Visit], window_ms: int, touch: Touch
) -> Credit:
    """Credit one order; `ordered` are the customer's sessions by start, `answered` by first reply."""
    found = candidates(order.at, answered, window_ms)
    path = tuple(
        visit.channel for visit in ordered if visit.is_valid and is_before(visit, order.at, window_ms)
    )
    if not found:
        return NO_CREDIT._replace(path=path)
    named = [visit for visit in found if visit.conversation == order.conversation]
    joined_by: JoinedBy = "conversation" if named else "customer"
    first, last = (named or found)[0], (named or found)[-1]
    chosen = last if touch == "last" else first
    place = (chosen.channel, chosen.queue, chosen.country)
    return Credit(last.session, first.session, chosen.session, place, joined_by, path)
