"""Rows of `attesa.outcomes`: what became of one customer's sessions and orders, told where it changed."""

from collections.abc import Iterator
from typing import NamedTuple

from attesa.core.customers.afterwards import Afterwards, Judged
from attesa.core.customers.attribution import Sale
from attesa.core.definitions import DEFINITION_VERSION
from attesa.core.rows import LinkOutcome, OrderOutcome, SessionOutcome, cell_key, encode

Told = tuple[bytes, bytes]


class Teller(NamedTuple):
    """Who tells, and of whom."""

    tenant: str
    customer: str
    partition: int
    epoch: int

    def changes(self, before: Judged, after: Judged) -> Iterator[Told]:
        """The rows of everything that is otherwise than it was told before."""
        for session, found in after.sessions.items():
            known = before.sessions.get(session)
            if known != found:
                row = self.session(session, found)
                if known is None or self.session(session, known) != row:
                    yield row
        for order_id, sale in after.sales.items():
            sold = before.sales.get(order_id)
            if sold != sale:
                row = self.order(sale)
                if sold is None or self.order(sold) != row:
                    yield row
        for session in before.sessions.keys() - after.sessions.keys():
            yield self.session(session, before.sessions[session], deleted=True)
        for order_id in before.sales.keys() - after.sales.keys():
            yield self.order(before.sales[order_id], deleted=True)

    def session(self, session: str, after: Afterwards, *, deleted: bool = False) -> Told:
        row = SessionOutcome(
            tenant=self.tenant,
            session=session,
            customer=self.customer,
            partition=self.partition,
            epoch=self.epoch,
            definition_version=DEFINITION_VERSION,
            deleted=deleted,
            recontact_of=after.recontact_of,
            recontacted_at=after.recontacted_at,
            recontacted_by=after.recontacted_by,
            recontacted_other_team=after.recontacted_other_team,
            dropped=after.dropped,
            spill_over=after.spill_over,
            first_contact_resolution=after.first_contact_resolution,
            self_service=after.self_service,
            converted=after.converted_at is not None and not after.refunded_whole,
            converted_at=after.converted_at,
            converted_first_touch=after.first_touch_at is not None and not after.first_touch_refunded,
            orders=after.orders,
            revenue_minor=dict(after.revenue),
            refunded_minor=dict(after.refunded),
            incremental=incremental(after),
        )
        return cell_key(self.tenant, "session", session, self.customer), encode(row)

    def order(self, sale: Sale, *, deleted: bool = False) -> Told:
        order, credit = sale.order, sale.credit
        row = OrderOutcome(
            tenant=self.tenant,
            order_id=order.order_id,
            customer=self.customer,
            partition=self.partition,
            epoch=self.epoch,
            definition_version=DEFINITION_VERSION,
            deleted=deleted,
            made_at=order.at,
            value_minor=order.value_minor,
            currency=order.currency,
            refunded_minor=sale.refunded_minor,
            refunded_at=sale.refunds[-1].at if sale.refunds else None,
            last_touch=credit.last,
            first_touch=credit.first,
            joined_by=credit.joined_by,
            path=credit.path,
        )
        return cell_key(self.tenant, "order", order.order_id, self.customer), encode(row)

    def link(self, same_as: str, at: int) -> Told:
        row = LinkOutcome(
            tenant=self.tenant,
            customer=self.customer,
            same_as=same_as,
            partition=self.partition,
            epoch=self.epoch,
            at=at,
        )
        return cell_key(self.tenant, "link", self.customer, same_as), encode(row)


def incremental(after: Afterwards) -> bool | None:
    """Whether the credited buyer would not have bought without the session; None: nobody can say."""
    if after.converted_at is None or after.would_have_bought is None:
        return None
    return not after.would_have_bought
