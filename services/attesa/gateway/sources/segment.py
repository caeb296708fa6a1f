"""Segment's calls: orders and refunds of its e-commerce events, and who is who."""

from attesa.gateway.sources import orders
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "page": "somebody opened a page",
    "screen": "somebody opened a screen",
    "group": "what somebody belongs to",
}
COMPLETED = {"order completed", "completed order"}  # the second form is that of the first specification
GIVEN_BACK = {"order refunded": "refund", "order cancelled": "cancelled", "order canceled": "cancelled"}
TOTALS = ("total", "revenue", "value")  # with shipping and taxes, as other shops tell it; else without


def read(delivery: Delivery, to: Telling) -> None:
    """One call, an array of calls, or a batch of them."""
    body = delivery.json()
    if isinstance(body.value, list) or body.has("batch"):
        for call in body.each("" if isinstance(body.value, list) else "batch"):
            with to.part(call.path):
                _call(call, to)
    else:
        _call(body, to)


def _call(call: Reader, to: Telling) -> None:
    native = call.text("type")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native == "track":
        _track(call, to)
    elif native == "identify":
        _identify(call, to)
    elif native == "alias":
        customer = to.context.customer(call.id("userId"))
        _link(call, to, customer, [to.context.customer(call.id("previousId"))])
    else:
        to.unmapped(native)


def _track(call: Reader, to: Telling) -> None:
    """Its names are the customer's own: what is no order is no news."""
    name = call.text("event").strip().replace("_", " ").lower()
    if name in COMPLETED:
        _order("purchase.made", call, to, "")
    elif name in GIVEN_BACK:  # an order is cancelled once; given back in parts: each call is one
        part = GIVEN_BACK[name]
        _order("purchase.refunded", call, to, f"/refund-{_message(call)}" if part == "refund" else f"/{part}")
    else:
        to.ignore("track", "neither an order nor a refund")


def _order(kind: str, call: Reader, to: Telling, part: str) -> None:
    properties = call.child("properties")
    order = properties.maybe_id("order_id") or properties.maybe_id("orderId") or properties.id("order_id")
    if not properties.has("currency"):
        raise properties.wrong("currency", "the currency is missing: it is not guessed")
    code = orders.currency(properties, "currency")
    total = next((name for name in TOTALS if properties.has(name)), TOTALS[0])
    hinted = orders.hinted_customer(to.context, properties.get(orders.CUSTOMER))
    known = _names(call, to)
    to.tell_customer(
        kind,
        hinted or known[0],
        f"order-{order}{part}",
        _at(call),
        order_id=order,
        value=str(orders.amount(properties, total, code)),
        currency=code,
        conversation=orders.hinted_conversation(properties.get(orders.CONVERSATION)),
    )
    _link(call, to, hinted or known[0], known + _addresses(call, to))


def _addresses(call: Reader, to: Telling) -> list[str]:
    """What a call knows of its user besides: traits come along with some libraries, in the context."""
    found = (call.get(path) for path in ("properties.email", "context.traits.email", "traits.email"))
    return [to.context.email(address) for address in found if isinstance(address, str) and "@" in address]


def _identify(call: Reader, to: Telling) -> None:
    known = _names(call, to)
    address, number = call.maybe_text("traits.email"), call.maybe_text("traits.phone")
    known += [to.context.email(address)] if address else []
    known += [to.context.phone(number)] if number and number.startswith("+") else []
    if len(set(known)) < 2:
        to.ignore("identify", "nobody else is named")
    _link(call, to, known[0], known)


def _link(call: Reader, to: Telling, customer: str, known: list[str]) -> None:
    for same_as in known:
        to.link(customer, same_as, f"call-{_message(call)}", _at(call))


def _names(call: Reader, to: Telling) -> list[str]:
    """The user, then the browser; at least one of them."""
    user, anonymous = call.maybe_id("userId"), call.maybe_id("anonymousId")
    if user is None and anonymous is None:
        raise call.wrong("userId", "neither userId nor anonymousId")
    return [to.context.customer(name) for name in (user, anonymous) if name is not None]


def _message(call: Reader) -> str:
    """A call's id, the same however often it is sent."""
    return call.maybe_id("messageId") or str(call.instant_iso("timestamp").milliseconds)


def _at(call: Reader) -> Instant:
    """`timestamp`, which Segment has put right for the sender's wrong clock; never `sentAt`."""
    received = call.maybe_instant_iso("receivedAt") or call.received  # Segment's, which is nearer
    return call.maybe_instant_iso("timestamp") or Instant(received.at, "received")


ADAPTER = Adapter(
    title="Segment",
    read=read,
    tells=Tells(purchase=EXACT),
    notes=(
        "The value is `total`, else `revenue` or `value`, rounded to the currency's decimals.",
        "An order without a currency is invalid: Segment would take it for dollars, and it is not guessed.",
        "A cancelled order is given back.",
        "The properties `attesa_customer` (`platform/instance/id`) and `attesa_conversation` join a chat.",
        "Of a batch Segment signs the first call alone: let it send each call singly.",
        "`identify` and `alias` link customers, in ClickHouse alone.",
        "Browser and server that both track an order: let both name the user, else it counts twice.",
        "Where the shop is a source too, take its orders from one of them: told by two, they count twice.",
    ),
)
