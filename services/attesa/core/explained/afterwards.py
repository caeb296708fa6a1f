"""What became of a session afterwards, in words: recontact, spill-over, self-service, orders. No I/O."""

from collections.abc import Iterator

from attesa.core.customers.afterwards import Afterwards, Judged, window_ms
from attesa.core.customers.attribution import Sale, orders_of
from attesa.core.customers.customer import Customer
from attesa.core.customers.recontacts import DROPPED_MS, RECONTACT_MS, SPILL_OVER_MS, Follow
from attesa.core.customers.visits import Visit
from attesa.core.definitions import Definitions
from attesa.core.explained.lines import Line, Times, duration, money
from attesa.core.partition.clocks import HOUR_MS

_HOURS = f"{RECONTACT_MS // HOUR_MS} h"


def afterwards_lines(
    customer: Customer, session: str, definitions: Definitions, clock: int | None, times: Times
) -> list[Line]:
    """Of one session of a judged customer, each with its instant; first what it came after."""
    judged = customer.judged
    after = judged.sessions.get(session)
    if after is None:
        return []
    visit = customer.known.visits.get(session)
    found: list[Line] = []
    if after.recontact_of is not None:
        at = None if visit is None else visit.started_at
        found.append(Line(at, "recontact of", f"the customer came back after {after.recontact_of}"))
    if visit is not None:
        found += _follow(visit, judged.follows[session], after, clock)
        found += _self_service(after)
    orders = list(_orders(customer, session, visit, definitions, times))
    return [*found, *sorted(orders, key=lambda line: line.at or 0)]


def only(judged: Judged, session: str) -> Judged:
    """What of a customer's judgement counts because of this session."""
    return judged._replace(
        visits=[visit for visit in judged.visits if visit.session == session],
        sales={name: sale for name, sale in judged.sales.items() if sale.credit.session == session},
    )


def _follow(visit: Visit, follow: Follow, after: Afterwards, clock: int | None) -> Iterator[Line]:
    if visit.ended_at is None:
        yield Line(None, "recontact", "none: the session has not ended")
        return
    later = follow.recontact
    if later is None:
        seen = clock is not None and clock > visit.ended_at + RECONTACT_MS
        text = f"none within {_HOURS} after the end" if seen else f"none yet, within {_HOURS} after the end"
        yield Line(None, "recontact", text)
    else:
        gap = later.started_at - visit.ended_at
        text = f"{later.session} began {duration(gap)} after the end, within {_HOURS}"
        other = {True: ", and another team helped", False: ", and the same team helped"}
        team = "" if after.recontacted_other_team is None else other[after.recontacted_other_team]
        yield Line(later.started_at, "recontact", text + team)
        yield Line(later.started_at, "dropped", _dropped(visit, gap, dropped=after.dropped))
    if follow.spill_over is not None:
        later_ms = follow.spill_over.started_at - visit.ended_at
        said = f"{follow.spill_over.session}, {after.spill_over}, {duration(later_ms)} after the end"
        text = f"{said}, within {SPILL_OVER_MS // (24 * HOUR_MS)} days"
        yield Line(follow.spill_over.started_at, "spill-over", text)
    if after.first_contact_resolution is not None:
        solved = "yes: resolved, and no recontact" if after.first_contact_resolution else "no: a recontact"
        yield Line(None, "resolved at first contact", solved)


def _dropped(visit: Visit, gap: int, *, dropped: bool) -> str:
    if dropped:
        return f"yes: back within {duration(DROPPED_MS)} of an end by {visit.ended_by}"
    if visit.ended_by == "customer":
        return "no: the customer chose to end it"
    return f"no: {duration(gap)} are more than {duration(DROPPED_MS)}"


def _self_service(after: Afterwards) -> Iterator[Line]:
    if after.self_service == "served":
        yield Line(None, "self-service", "served: ended in the bot, and no recontact")
    elif after.self_service == "failed":
        yield Line(after.recontacted_at, "self-service", f"failed: a recontact within {_HOURS}")


def _orders(
    customer: Customer, session: str, visit: Visit | None, definitions: Definitions, times: Times
) -> Iterator[Line]:
    """Every order that is kept of the customer: credited here, or why not."""
    sales, window = customer.judged.sales, window_ms(definitions)
    for order_id, sale in sales.items():
        price = money(sale.order.value_minor, sale.order.currency)
        text = _credit(sale, session, visit, window, times)
        yield Line(sale.order.at, f"order {order_id}", f"{price}: {text}")
        if session in (sale.credit.last, sale.credit.first):
            yield from _refunds(sale, session)
    for order_id, order in orders_of(customer.known.events.values()).items():
        if order_id not in sales:
            yield Line(order.at, f"order {order_id}", "left out: a test order")


def _credit(sale: Sale, session: str, visit: Visit | None, window: int, times: Times) -> str:
    credit = sale.credit
    if session not in (credit.last, credit.first):
        elsewhere = "" if credit.session is None else f"; it is credited to {credit.session}"
        return f"not credited here: {_why_not(sale, visit, window, times)}{elsewhere}"
    touches = [name for name, to in (("last", credit.last), ("first", credit.first)) if to == session]
    joined = "the shop named its conversation" if credit.joined_by == "conversation" else "the same customer"
    touch = f"{' and '.join(touches)} touch"
    here = f"credited, {touch}" if credit.session == session else f"{touch}, credited to {credit.session}"
    if visit is None or visit.first_reply_at is None:
        return f"{here}: {joined}"
    gap = duration(sale.order.at - visit.first_reply_at)
    return f"{here}: {joined}; {gap} after the first reply, within {duration(window)}"


def _why_not(sale: Sale, visit: Visit | None, window: int, times: Times) -> str:
    if visit is None:
        return "the session was let go"
    if visit.first_reply_at is None or visit.outcome != "answered":
        return "no person replied in this session"
    if sale.order.at < visit.first_reply_at:
        return f"made before the first reply at {times.clock(visit.first_reply_at)}"
    if sale.order.at > visit.first_reply_at + window:
        return f"made more than {duration(window)} after the first reply"
    if sale.credit.joined_by == "conversation" and sale.order.conversation != visit.conversation:
        return "the shop named another conversation"
    return "another session was nearer"


def _refunds(sale: Sale, session: str) -> Iterator[Line]:
    left = sale.order.value_minor
    for refund in sale.refunds:
        left -= refund.minor
        given = money(refund.minor, sale.order.currency)
        if left > 0:
            text = f"{given} given back; {money(left, sale.order.currency)} stay, and so does the credit"
        elif sale.credit.session == session:
            text = f"{given} given back: nothing is left, and the credit is taken back in the cohort"
        else:
            text = f"{given} given back: nothing is left"
        yield Line(refund.at, f"refund of {sale.order.order_id}", text)
