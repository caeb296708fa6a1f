"""What became of customers after their sessions: outcomes per session and order, and their counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tests.oracle.counting import Added
from tests.oracle.facts import Session
from tests.oracle.orders import Credit, credit, orders_of, outcome_of
from tests.oracle.returning import Stub, afterwards, returns
from tests.oracle.telling import Event, one_per_id

from attesa.core.definitions import Definitions


class Outcomes(NamedTuple):
    """By tenant and session, tenant and order, tenant and both pseudonyms; and all that they add."""

    sessions: dict[tuple[str, str], dict[str, Any]]
    orders: dict[tuple[str, str], dict[str, Any]]
    links: dict[tuple[str, str, str], int]
    added: list[Added]


def stub_of(session: Session) -> Stub | None:
    """What the customers processor has to know of a session; None without a customer."""
    facts = session.facts
    if facts["customer"] is None:
        return None
    same = (
        "tenant", "customer", "session", "conversation", "channel", "queue", "country", "started_at",
        "requested_at", "first_reply_at", "ended_at", "ended_by", "outcome", "team", "visibility", "purpose",
        "video_stage", "video", "would_have_bought",
    )  # fmt: skip
    return {name: facts[name] for name in same} | {
        "resolved": facts["ended_reason"] == "resolved",
        "in_bot": session.in_bot,
    }


def outcomes(stubs: Iterable[Stub], deliveries: Iterable[Event], definitions: Definitions) -> Outcomes:
    """Of all customers' sessions and purchases, whatever the order in which they became known."""
    sessions: dict[tuple[str, str], list[Stub]] = defaultdict(list)
    for stub in stubs:
        sessions[stub["tenant"], stub["customer"]].append(stub)
    events: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in deliveries:
        events[event["tenant"], event["subject"]].append(event)
    found = Outcomes({}, {}, {}, [])
    for tenant, customer in sorted(sessions.keys() | events.keys()):
        one_customer(found, sessions[tenant, customer], events[tenant, customer], definitions)
    return found


def one_customer(
    found: Outcomes, sessions: list[Stub], deliveries: list[Event], definitions: Definitions
) -> None:
    hours = definitions.attribution_hours
    credits_: list[Credit] = []
    if deliveries:
        tenant, customer = deliveries[0]["tenant"], deliveries[0]["subject"]
        events = one_per_id(deliveries)
        orders = orders_of(tenant, customer, events)
        credits_ = [credit(order, sessions, hours, definitions.touch) for order in orders]
        for event in events:
            if event.what == "customer.linked":
                found.links.setdefault((tenant, customer, event.data["same_as"]), event.at)
    for credited in credits_:
        found.orders[credited.order.tenant, credited.order.order_id] = outcome_of(credited, sessions, hours)
        found.added.extend(of_order(credited))
    for stub in sessions:
        found.sessions[stub["tenant"], stub["session"]] = afterwards(stub, sessions) | conversion(
            stub, credits_
        )
        found.added.extend(returns(stub, sessions) + of_conversion(stub, credits_))


def touched(stub: Stub, credits_: Sequence[Credit], touch: str) -> list[Credit]:
    """The orders that are credited to a session, in the order of time."""
    return [each for each in credits_ if getattr(each, touch) is stub]


def conversion(stub: Stub, credits_: Sequence[Credit]) -> dict[str, Any]:
    """What SessionOutcome says of purchases. Where all was given back, nobody was converted."""
    credited, first = touched(stub, credits_, "credited"), touched(stub, credits_, "first")
    revenue: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for each in credited:
        revenue[each.order.currency] += each.order.minor
        refunded[each.order.currency] += each.order.refunded_minor
    bought_anyway = stub["would_have_bought"]
    return {
        "tenant": stub["tenant"],
        "session": stub["session"],
        "customer": stub["customer"],
        "converted": any(not each.order.is_given_back for each in credited),
        "converted_at": credited[0].order.made_at if credited else None,
        "converted_first_touch": any(not each.order.is_given_back for each in first),
        "orders": [each.order.order_id for each in credited],
        "revenue_minor": dict(revenue),
        "refunded_minor": {currency: amount for currency, amount in refunded.items() if amount},
        "incremental": not bought_anyway if credited and bought_anyway is not None else None,
    }


def of_order(credited: Credit) -> list[Added]:
    """At the sale, and at each refund's own time, in the cell of the session that led to it."""
    order, cell = credited.order, credited.cell
    found = [
        Added(cell, order.made_at, "orders", 1),
        Added(cell, order.made_at, ("revenue_minor", order.currency), order.minor),
    ]
    for refund in order.refunds:
        found.append(Added(cell, refund.at, "refunds", 1))
        found.append(Added(cell, refund.at, ("refunded_minor", order.currency), refund.minor))
    return found


def of_conversion(stub: Stub, credits_: Sequence[Credit]) -> list[Added]:
    """Once per session, at its first order; a refund takes nothing back here."""
    cell = (stub["tenant"], stub["channel"], stub["queue"], stub["country"])
    credited, first = touched(stub, credits_, "credited"), touched(stub, credits_, "first")
    found: list[Added] = []
    if first:
        found.append(Added(cell, first[0].order.made_at, "converted_first_touch", 1))
    if credited:
        kinds = {
            "converted": True,
            "sales_converted": stub["purpose"] == "sales",
            "video_converted": stub["video"],
            "incremental_answers": stub["would_have_bought"] is not None,
            "incremental": stub["would_have_bought"] is False,
        }
        found += [Added(cell, credited[0].order.made_at, name, int(yes)) for name, yes in kinds.items()]
    return found
