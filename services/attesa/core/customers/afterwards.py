"""What became of a customer's sessions and orders afterwards: a function of what is known of him."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from attesa.core.customers.attribution import Order, Sale, by_reply, credit, cut, orders_of, refunds_of
from attesa.core.customers.recontacts import (
    Follow,
    follows_of,
    in_order,
    other_team,
    preceded_by,
    served_itself,
)
from attesa.core.customers.recontacts import is_dropped as came_back_at_once
from attesa.core.customers.visits import Visit
from attesa.core.definitions import Definitions
from attesa.core.events.fields import Visibility
from attesa.core.events.wire import Event
from attesa.core.partition.clocks import HOUR_MS

Money = tuple[tuple[str, int], ...]  # minor units by currency


class Afterwards(NamedTuple):
    """What became of one session; `converted_at` and what follows tell of the orders credited to it."""

    recontact_of: str | None
    recontacted_at: int | None
    recontacted_by: str | None
    recontacted_other_team: bool | None
    dropped: bool
    spill_over: Visibility | None
    first_contact_resolution: bool | None
    self_service: Literal["served", "failed"] | None
    would_have_bought: bool | None
    first_touch_at: int | None  # its first order by first touch
    converted_at: int | None = None  # its first order by the crediting touch
    orders: tuple[str, ...] = ()
    revenue: Money = ()
    refunded: Money = ()
    refunded_whole: bool = False  # all of its orders
    first_touch_refunded: bool = False  # all of its orders by first touch, whole


class Known(NamedTuple):
    """What is known of a customer, by session, event id and order id.

    `sales` and `sessions` are settled: too old to change but by refunds. `preceded`: of sessions that are
    kept, the one that each is a recontact of, where that one was let go.
    """

    visits: dict[str, Visit]
    events: dict[int, Event]
    sales: dict[str, Sale]
    sessions: dict[str, Afterwards]
    preceded: dict[str, str]


class Judged(NamedTuple):
    """`visits` are the sessions that are there, in order; the others by session and by order id."""

    visits: list[Visit]
    follows: dict[str, Follow]
    sessions: dict[str, Afterwards]
    sales: dict[str, Sale]


NOTHING_JUDGED = Judged([], {}, {}, {})


def window_ms(definitions: Definitions) -> int:
    return definitions.attribution_hours * HOUR_MS


def judge(known: Known, definitions: Definitions) -> Judged:
    """Everything that became of one customer's sessions and orders. Test orders are left out."""
    visits = in_order(list(known.visits.values()))
    follows = follows_of(visits)
    sales = _sales(known, visits, definitions)
    preceded = preceded_by(follows, known.visits) | known.preceded if len(visits) > 1 else known.preceded
    first_touches = _first_touches(sales.values())
    sessions = dict(known.sessions)
    for visit in visits:
        sessions[visit.session] = _after(
            visit,
            follows[visit.session],
            preceded.get(visit.session),
            first_touches.get(visit.session),
        )
    _credit(sessions, sales.values())
    return Judged(visits, follows, sessions, sales)


def _sales(known: Known, visits: Sequence[Visit], definitions: Definitions) -> dict[str, Sale]:
    if not known.events and not known.sales:
        return {}
    answered, refunds = by_reply(visits), refunds_of(known.events.values())
    window, touch = window_ms(definitions), definitions.touch
    found = dict(known.sales)
    for order_id, order in orders_of(known.events.values()).items():
        if order_id not in found:
            found[order_id] = Sale(order, credit(order, visits, answered, window, touch))
    for order_id, sale in found.items():
        more = refunds.get((order_id, sale.order.currency))
        if more:
            left_minor = sale.order.value_minor - sale.refunded_minor
            found[order_id] = sale._replace(refunds=sale.refunds + cut(more, left_minor))
    return {order_id: sale for order_id, sale in found.items() if not sale.order.test}


def _after(visit: Visit, follow: Follow, preceded_by: str | None, first_touch_at: int | None) -> Afterwards:
    later = follow.recontact
    spill_over = follow.spill_over
    return Afterwards(
        recontact_of=preceded_by,
        recontacted_at=None if later is None else later.started_at,
        recontacted_by=None if later is None else later.session,
        recontacted_other_team=None if later is None else other_team(visit, later),
        dropped=later is not None and came_back_at_once(visit, later),
        spill_over=None if spill_over is None else spill_over.visibility or "public",
        first_contact_resolution=later is None if visit.resolved else None,
        self_service=None if not served_itself(visit) else "served" if later is None else "failed",
        would_have_bought=visit.would_have_bought,
        first_touch_at=first_touch_at,
    )


def in_time(sales: Iterable[Sale]) -> list[Sale]:
    """Sales in the order of (time, hash)."""
    return sorted(sales, key=lambda sale: sale.order[:2])


def _first_touches(sales: Iterable[Sale]) -> dict[str, int]:
    """By session, its first order by first touch."""
    found: dict[str, int] = {}
    for sale in sales:
        session = sale.credit.first
        if session is not None:
            found[session] = min(sale.order.at, found.get(session, sale.order.at))
    return found


def _credit(sessions: dict[str, Afterwards], sales: Iterable[Sale]) -> None:
    """Give each session the orders that are credited to it, and take first touches back by refunds."""
    credited: dict[str, list[Sale]] = {}
    first: dict[str, list[Sale]] = {}
    for sale in in_time(sales):
        for session, found in ((sale.credit.session, credited), (sale.credit.first, first)):
            if session is not None and session in sessions:
                found.setdefault(session, []).append(sale)
    for session, own in first.items():
        refunded = all(sale.refunded_whole for sale in own)
        sessions[session] = sessions[session]._replace(first_touch_refunded=refunded)
    for session, own in credited.items():
        sessions[session] = sessions[session]._replace(
            converted_at=own[0].order.at,
            orders=tuple(sale.order.order_id for sale in own),
            revenue=_by_currency((sale.order, sale.order.value_minor) for sale in own),
            refunded=_by_currency((sale.order, sale.refunded_minor) for sale in own if sale.refunds),
            refunded_whole=all(sale.refunded_whole for sale in own),
        )


def _by_currency(amounts: Iterable[tuple[Order, int]]) -> Money:
    found: Counter[str] = Counter()
    for order, minor in amounts:
        found[order.currency] += minor
    return tuple(sorted(found.items()))
