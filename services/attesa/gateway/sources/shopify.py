"""Shopify's webhooks on orders: what was bought, by whom, and what was given back."""

from decimal import Decimal

from attesa.gateway.sources import orders
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

TOPIC = "x-shopify-topic"
BUYING = {"orders/create", "orders/paid"}
# These tell the whole order again: what was given back is read of them, the purchase is not told anew.
CHANGING = {"orders/updated", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"}
REFUND = "refunds/create"
IGNORED = {
    "orders/edited": "what was changed in an order",
    "orders/delete": "an order that is no more",
    "order_transactions/create": "a step of a payment",
    "checkouts/create": "nothing is bought yet",
    "checkouts/update": "nothing is bought yet",
    "checkouts/delete": "nothing is bought",
    "carts/create": "nothing is bought yet",
    "carts/update": "nothing is bought yet",
    "customers/create": "a customer without an order",
    "customers/update": "a customer without an order",
    "app/uninstalled": "the app was taken out of the shop: nothing comes any more",
}
UNPAID = {"pending", "voided", "expired"}
NOT_GIVEN_BACK = {"failure", "error"}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    topic = delivery.headers.get(TOPIC) or _topic(body)
    if topic in IGNORED:
        to.ignore(topic, IGNORED[topic])
    elif topic == REFUND:
        _refund_alone(body, to)
    elif topic in BUYING | CHANGING:
        _order(topic, body, to)
    else:
        to.unmapped(topic)


def _topic(body: Reader) -> str:
    """Of a body without its headers, as in a file."""
    if body.has("total_price"):
        return "orders/create"
    return REFUND if body.has("order_id") and body.has("transactions") else "a body without its topic"


def _order(topic: str, body: Reader, to: Telling) -> None:
    order, hints = body.id("id"), _hints(body)
    test = True if body.flag("test") else None
    customer = _customer(body, hints, to) or to.context.customer(f"order/{order}")
    if topic in BUYING:
        _purchase(topic, body, to, customer, hints)
    elif not body.get("refunds"):
        to.ignore(topic, "nothing was given back")
    for refund in body.each("refunds"):
        _refund(refund, to, customer, order, test=test)


def _purchase(topic: str, body: Reader, to: Telling, customer: str, hints: dict[str, object]) -> None:
    """The same fact in `orders/create` and `orders/paid`, at the instant of buying."""
    order, status = body.id("id"), body.maybe_text("financial_status")
    test = body.flag("test")
    if status in UNPAID and not test:
        to.ignore(topic, f"not paid ({status}): orders/paid will tell it")
        return
    code, at = orders.currency(body, "currency"), body.instant_iso("created_at")
    to.tell_customer(
        "purchase.made",
        customer,
        f"order-{order}",
        at,
        order_id=order,
        value=str(orders.amount(body, "total_price", code)),
        currency=code,
        conversation=orders.hinted_conversation(hints.get(orders.CONVERSATION)),
        test=True if test else None,
    )
    for same_as in () if test else _also(body, to):
        to.link(customer, same_as, f"order-{order}", at)


def _refund_alone(body: Reader, to: Telling) -> None:
    """A refund's own body names its order and nobody; whoever forwards it may add the order's customer."""
    customer = _customer(body, _hints(body), to)
    if customer is None:
        to.ignore(REFUND, "it does not say whose order: orders/updated tells the same refund")
    else:
        _refund(body, to, customer, body.id("order_id"))


def _refund(refund: Reader, to: Telling, customer: str, order: str, *, test: bool | None = None) -> None:
    given: dict[str, Decimal] = {}
    for payment in refund.each("transactions"):
        if payment.text("kind") == "refund" and payment.maybe_text("status") not in NOT_GIVEN_BACK:
            code = orders.currency(payment, "currency")
            given[code] = given.get(code, Decimal(0)) + orders.amount(payment, "amount", code)
            test = True if payment.flag("test") else test
    if not given:
        to.ignore(REFUND, "goods came back, no money was given back")
    for code, value in given.items():
        to.tell_customer(
            "purchase.refunded",
            customer,
            f"order-{order}/refund-{refund.id('id')}-{code}",
            refund.instant_iso("created_at"),
            order_id=order,
            value=str(value),
            currency=code,
            test=test,
        )


def _hints(body: Reader) -> dict[str, object]:
    """The landing page's query, and over it what the shop's pages wrote into the order."""
    hints: dict[str, object] = dict(orders.hints_of(body.get("landing_site")))
    noted = ((each.get("name"), each.get("value")) for each in body.each("note_attributes"))
    return hints | {name: value for name, value in noted if isinstance(name, str)}


def _customer(body: Reader, hints: dict[str, object], to: Telling) -> str | None:
    """Who wrote in the chat, where the order says so; else the shop's customer, else an address."""
    hinted = orders.hinted_customer(to.context, hints.get(orders.CUSTOMER))
    return hinted or next(iter(_also(body, to)), None)


def _also(body: Reader, to: Telling) -> list[str]:
    """All names of the buyer."""
    customer, address = body.maybe_id("customer.id"), body.maybe_text("email")
    number = body.maybe_text("phone")
    known = [to.context.customer(customer)] if customer else []
    known += [to.context.email(address)] if address else []
    return known + ([to.context.phone(number)] if number and number.startswith("+") else [])


ADAPTER = Adapter(
    title="Shopify",
    read=read,
    tells=Tells(purchase=EXACT),
    notes=(
        "An order is told at its creation, or else once it is paid; its value is `total_price`.",
        "`refunds/create` does not say whose order it is: subscribe to `orders/updated` for refunds.",
        "The note attributes `attesa_customer` (`platform/instance/id`), `attesa_conversation` join a chat.",
        "The same names in the landing page's query do so too; else the address does, in ClickHouse alone.",
    ),
)
