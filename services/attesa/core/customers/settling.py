"""How a customer's past is let go of: nothing goes on which something that is kept depends.

What goes keeps its counts. An order that is too old is settled first: its credit stays as it is, and it is
remembered for its refunds and tellings, with what became of its session.
"""

from collections.abc import Container

from attesa.core.customers.afterwards import Judged, Known, window_ms
from attesa.core.customers.attribution import NO_CREDIT, Sale, is_before, orders_of
from attesa.core.customers.recontacts import RECONTACT_MS, SPILL_OVER_MS
from attesa.core.customers.visits import Visit
from attesa.core.customers.wire import MADE, REFUNDED
from attesa.core.definitions import Definitions
from attesa.core.events.wire import Event
from attesa.core.partition.clocks import HOUR_MS, KEPT_MS

ORDERS_KEPT_MS = 31 * 24 * HOUR_MS + KEPT_MS


def kept_ms(definitions: Definitions) -> int:
    """How long a customer's sessions and the credits of his orders may still change."""
    return max(RECONTACT_MS, SPILL_OVER_MS, window_ms(definitions)) + KEPT_MS


def let_go_before(known: Known, judged: Judged, limit: int, definitions: Definitions) -> Known:
    """What is left of a customer when everything that was over before `limit` (ms) has been let go."""
    settled = _settled(known, judged, limit)
    live = {order_id: sale.order.at for order_id, sale in judged.sales.items() if order_id not in settled}
    gone = _gone(judged, limit, list(live.values()), window_ms(definitions))
    visits = {
        session: visit
        for session, visit in known.visits.items()
        if session not in gone and not (visit.deleted and visit.last_at < limit)
    }
    news = {order_id: judged.sales.get(order_id, sale).last_at for order_id, sale in settled.items()}
    young = {order_id for order_id, at in news.items() if at >= limit + kept_ms(definitions) - ORDERS_KEPT_MS}
    sales = _remembered(settled, visits, young)
    credited = {session for sale in sales.values() for session in (sale.credit.session, sale.credit.first)}
    past = known.sessions | {session: judged.sessions[session] for session in gone}
    return Known(
        visits,
        {event[2]: event for event in known.events.values() if _stays(event, limit, settled, live)},
        sales,
        {session: after for session, after in past.items() if session in credited},
        {session: before for session, before in known.preceded.items() if session in visits}
        | _preceded(judged, visits, gone),
    )


def _settled(known: Known, judged: Judged, limit: int) -> dict[str, Sale]:
    """All orders from before the limit, with those of their refunds that are from before it too."""
    found: dict[str, Sale] = {}
    for order_id, sale in judged.sales.items():
        if sale.settled or sale.order.at < limit:
            old = tuple(refund for refund in sale.refunds if refund.at < limit)
            found[order_id] = sale._replace(refunds=old, settled=True, settled_refunds=len(old))
    for order_id, order in orders_of(known.events.values()).items():
        if order.test and order.at < limit:
            found.setdefault(order_id, Sale(order, NO_CREDIT, settled=True))
    return {order_id: sale for order_id, sale in known.sales.items() if sale.order.test} | found


def _gone(judged: Judged, limit: int, orders_at: list[int], window: int) -> set[str]:
    """The sessions that go: over, and nothing from after the limit is counted because of them.

    `orders_at`: the instants of the orders whose credit may change. What keeps a session keeps those that
    followed it too: they began after its end, so every window that reaches it reaches them.
    """
    gone: set[str] = set()
    for visit in judged.visits:
        news = [visit.last_at, *(later.started_at for later in judged.follows[visit.session] if later)]
        if (
            not visit.is_open
            and max(news) < limit
            and not any(is_before(visit, at, window) for at in orders_at)
        ):
            gone.add(visit.session)
    return gone


def _remembered(settled: dict[str, Sale], visits: dict[str, Visit], young: set[str]) -> dict[str, Sale]:
    """The settled orders that are needed: young, or credited to a session that is kept or has a young one.

    By the first touch as by the credit: whether all of a session's orders were given back is asked of both.
    """
    needed = {settled[order_id].credit.session for order_id in young} | visits.keys()
    first = {settled[order_id].credit.first for order_id in young} | visits.keys()
    return {
        order_id: sale
        for order_id, sale in settled.items()
        if order_id in young
        or (sale.credit.session is not None and sale.credit.session in needed)
        or (sale.credit.first is not None and sale.credit.first in first)
    }


def _stays(event: Event, limit: int, settled: Container[str], live: Container[str]) -> bool:
    """Whether an event is still to be judged."""
    at, rank, _, body = event
    if rank == MADE:
        return body[0] not in settled
    return at >= limit or (rank == REFUNDED and body[0] in live)


def _preceded(judged: Judged, visits: dict[str, Visit], gone: set[str]) -> dict[str, str]:
    return {
        session: before
        for session in visits
        if session in judged.sessions and (before := judged.sessions[session].recontact_of) in gone
    }
