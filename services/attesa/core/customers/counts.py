"""What one customer's sessions and orders add to the counts afterwards, dated at what decided it."""

from collections.abc import Callable, Iterator

from attesa.core.customers.afterwards import Afterwards, Judged
from attesa.core.customers.attribution import Place, Sale
from attesa.core.customers.recontacts import Follow
from attesa.core.customers.visits import Visit
from attesa.core.partition.amounts import Amounts, Group, amounts, one
from attesa.core.partition.cells import Cell
from attesa.core.rows.counts import COLUMN, money_column

CellOf = Callable[[Place], Cell]

_FIRST_TOUCH = one("converted_first_touch")
_SPILL_OVER = {
    "public": one("spill_over_public"),
    "private": one("spill_over_private"),
}


def groups(judged: Judged, cell_of: CellOf) -> tuple[Group, ...]:
    """Everything that is not settled yet, and may change."""
    found: list[Group] = []
    for visit in judged.visits:
        follow, after = judged.follows[visit.session], judged.sessions[visit.session]
        if follow.recontact is None and follow.spill_over is None and not _led_to_a_sale(after):
            continue
        cell = cell_of((visit.channel, visit.queue, visit.country))
        found += _follow(visit, follow, after, cell)
        found += _conversion(visit, after, cell)
    for sale in judged.sales.values():
        found += _sale(sale, cell_of(sale.credit.place))
    return tuple(found)


def _led_to_a_sale(after: Afterwards) -> bool:
    return after.converted_at is not None or after.first_touch_at is not None


def _follow(visit: Visit, follow: Follow, after: Afterwards, cell: Cell) -> Iterator[Group]:
    if follow.recontact is not None:
        yield (
            cell,
            follow.recontact.started_at,
            amounts(
                recontacted=1,
                recontacted_other_team=after.recontacted_other_team,
                resolved_recontacted=visit.resolved,
                dropped=after.dropped,
                self_service_failed=after.self_service == "failed",
            ),
        )
    if follow.spill_over is not None and after.spill_over is not None:
        yield cell, follow.spill_over.started_at, _SPILL_OVER[after.spill_over]


def _conversion(visit: Visit, after: Afterwards, cell: Cell) -> Iterator[Group]:
    """A session converts once, at the first order credited to it."""
    if after.converted_at is not None:
        answer = visit.would_have_bought
        yield (
            cell,
            after.converted_at,
            amounts(
                converted=1,
                sales_converted=visit.purpose == "sales",
                video_converted=visit.video,
                incremental_answers=answer is not None,
                incremental=answer is False,
            ),
        )
    if after.first_touch_at is not None:
        yield cell, after.first_touch_at, _FIRST_TOUCH


def _sale(sale: Sale, cell: Cell) -> Iterator[Group]:
    currency = sale.order.currency
    if not sale.settled:
        yield cell, sale.order.at, _with_money("orders", "revenue_minor", currency, sale.order.value_minor)
    for refund in sale.refunds[sale.settled_refunds :]:
        yield cell, refund.at, _with_money("refunds", "refunded_minor", currency, refund.minor)


def _with_money(count: str, money: str, currency: str, minor: int) -> Amounts:
    return ((COLUMN[count], 1), (money_column(money, currency), minor))
