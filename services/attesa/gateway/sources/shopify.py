"""Shopify's webhooks on orders: what was bought, by whom, and what was given back."""

from decimal import Decimal

from attesa.gateway.sources import orders
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

TOPIC = "x-shopify-topic"
BUYING = {"orders/create", "orders/paid"}
# These tell the whole order again: what was given back is read of them, the purchase is not told anew.
CHANGING = {"orders/updated", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"}
REFUND = "refunds/create"
IGNORED = {
    "orders/edited": "what was changed in an order",
    "orders/delete": "an order that is no more",
    "orders/risk_assessment_changed": "how sure the shop is of an order",
    "orders/shopify_protect_eligibility_changed": "how sure the shop is of an order",
    "customers/redact": "a request to forget a customer; there is a pseudonym of him here, and no more",
    "customers/data_request": "a request to tell a customer's data; there is a pseudonym of him here",
    "shop/redact": "a request to forget a shop's customers; there are pseudonyms of them here",
}
OTHERS = {  # by what a topic is about, before the stroke
    **dict.fromkeys(("carts", "checkouts", "draft_orders"), "nothing is bought yet"),
    **dict.fromkeys(("order_transactions", "tender_transactions", "disputes"), "a step of a payment"),
    **dict.fromkeys(("fulfillments", "fulfillment_events", "fulfillment_orders"), "a step of a delivery"),
    **dict.fromkeys(
        ("returns", "reverse_deliveries"), "goods on their way back: orders/updated tells the money"
    ),
    **dict.fromkeys(("customers", "customer_payment_methods"), "a customer without an order"),
    **dict.fromkeys(
        ("products", "collections", "inventory_items", "inventory_levels"), "what there is to buy"
    ),
    **dict.fromkeys(("app", "shop", "themes", "locations", "markets", "domains", "locales"), "settings"),
}
UNPAID = {"pending", "voided", "expired"}
NOT_GIVEN_BACK = {"failure", "error"}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    topic = delivery.headers.get(TOPIC) or _topic(body)
    other = IGNORED.get(topic) or OTHERS.get(topic.partition("/")[0])
    if other:
        to.ignore(topic, other)
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
    customer = _customer(body, hints, to) or to.context.customer(f"order/{order}")
    if topic in BUYING:
        _purchase(topic, body, to, customer, hints)
    elif _is_voided(body):
        _voided(body, to, customer, order)
    elif not body.get("refunds"):
        to.ignore(topic, "nothing was given back")
    for refund in body.each("refunds"):
        _refund(refund, body, to, customer, order)


def _is_voided(body: Reader) -> bool:
    """Cancelled before the money was taken: there is nothing to give back, and no sale either."""
    return body.get("financial_status") == "voided" and body.has("cancelled_at")


def _voided(body: Reader, to: Telling, customer: str, order: str) -> None:
    code = orders.currency(body, "currency")
    to.tell_customer(
        "purchase.refunded",
        customer,
        f"order-{order}/voided",
        body.instant_iso("cancelled_at"),
        order_id=order,
        value=str(orders.amount(body, "total_price", code)),
        currency=code,
        test=True if body.flag("test") else None,
    )


def _purchase(topic: str, body: Reader, to: Telling, customer: str, hints: dict[str, object]) -> None:
    """The same fact in `orders/create` and `orders/paid`, at the instant of buying."""
    order, status = body.id("id"), body.maybe_text("financial_status")
    test = body.flag("test")
    if status in UNPAID and not test:
        to.ignore(topic, f"not paid ({status}): orders/paid will tell it")
        return
    code, at = orders.currency(body, "currency"), _bought_at(body)
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


def _bought_at(body: Reader) -> Instant:
    """Orders brought over from another shop bear the instant of buying beside that of their coming."""
    made, bought = body.instant_iso("created_at"), body.maybe_instant_iso("processed_at")
    return bought if bought and bought.at < made.at else made


def _refund_alone(body: Reader, to: Telling) -> None:
    """A refund's own body names its order and nobody; whoever forwards it may add the order's customer."""
    customer = _customer(body, _hints(body), to)
    if customer is None:
        to.ignore(REFUND, "it does not say whose order: orders/updated tells the same refund")
    else:
        _refund(body, body, to, customer, body.id("order_id"))


def _refund(refund: Reader, body: Reader, to: Telling, customer: str, order: str) -> None:
    given: dict[str, Decimal] = {}
    test = body.flag("test")
    for payment in refund.each("transactions"):
        if payment.text("kind") == "refund" and payment.maybe_text("status") not in NOT_GIVEN_BACK:
            code, value = _in_shop_money(payment, body)
            given[code] = given.get(code, Decimal(0)) + value
            test = test or payment.flag("test")
    if not given:
        to.ignore(REFUND, "goods came back, no money was given back")
    for code, value in given.items():
        to.tell_customer(
            "purchase.refunded",
            customer,
            f"order-{order}/refund-{refund.id('id')}-{code}",
            refund.maybe_instant_iso("created_at") or refund.instant_iso("processed_at"),
            order_id=order,
            value=str(value),
            currency=code,
            test=True if test else None,
        )


def _in_shop_money(payment: Reader, body: Reader) -> tuple[str, Decimal]:
    """A payment is in the buyer's currency; an order's value, and what is taken off it, in the shop's."""
    if payment.has("amount_set.shop_money.amount"):
        code = orders.currency(payment, "amount_set.shop_money.currency_code")
        return code, orders.amount(payment, "amount_set.shop_money.amount", code)
    named = payment if payment.has("currency") or not body.has("currency") else body
    code = orders.currency(named, "currency")
    value, shop = orders.amount(payment, "amount", code), body.maybe_text("currency") or code
    if code == shop or body.get("presentment_currency") != code or not body.has("total_price_set"):
        return code, value
    ours = orders.amount(body, "total_price_set.shop_money.amount", shop)
    theirs = orders.amount(body, "total_price_set.presentment_money.amount", code)
    return (shop, orders.rounded(value * ours / theirs, shop)) if theirs else (code, value)


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
    """All names of the buyer: of a guest the address alone."""
    customer = body.maybe_id("customer.id")
    addresses = [body.maybe_text(path) for path in ("email", "contact_email", "customer.email")]
    numbers = [body.maybe_text(path) for path in ("phone", "customer.phone")]
    known = [to.context.customer(customer)] if customer else []
    known += [to.context.email(address) for address in addresses if address]
    known += [to.context.phone(number) for number in numbers if number and number.startswith("+")]
    return list(dict.fromkeys(known))


ADAPTER = Adapter(
    title="Shopify",
    read=read,
    tells=Tells(purchase=EXACT),
    notes=(
        "An order is told at its creation, or else once it is paid; its value is `total_price`.",
        "Money is the shop's: refunds in another currency are converted at the order's own rate.",
        "An order that is cancelled before its payment was captured is given back whole.",
        "`refunds/create` does not say whose order it is: subscribe to `orders/updated` for refunds.",
        "The note attributes `attesa_customer` (`platform/instance/id`), `attesa_conversation` join a chat.",
        "The same names in the landing page's query do so too; else the address does, in ClickHouse alone.",
    ),
)
