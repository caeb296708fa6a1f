"""Shopify: guests, other currencies, cancelled orders, orders brought over, and topics about other things."""

import json

import pytest
from tests.gateway.sources.both_processors import folded
from tests.gateway.sources.test_orders_credited import CHAT, NOTED, NOW
from tests.gateway.sources.test_shopify import ORDER, PAYMENT, REFUND, only, sent, told

GUEST = ORDER | {"customer": None, "email": None}
ABROAD = {
    "presentment_currency": "USD",
    "total_price_set": {
        "shop_money": {"amount": "403.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "450.00", "currency_code": "USD"},
    },
}


def refunded(*payments, **more):
    return ORDER | more | {"refunds": [REFUND | {"transactions": list(payments)}]}


@pytest.mark.trap(20, "shopify")
def test_an_order_beyond_2_to_the_53_keeps_every_digit_as_number_and_as_text(adapt):
    as_number = sent(adapt, "orders/paid", ORDER | {"id": 9_007_199_254_740_993})
    as_text = sent(adapt, "orders/paid", ORDER | {"id": "9007199254740993"})
    assert as_number.events == as_text.events
    assert only(as_number, "purchase.made")["data"]["order_id"] == "9007199254740993"


@pytest.mark.trap(1, "shopify")
@pytest.mark.parametrize(
    "created", ["2026-11-25T12:30:00+02:00", "2026-11-25T05:30:00-05:00", "2026-11-25T10:30:00Z"]
)
def test_an_instant_in_the_shops_offset_is_the_same_instant(adapt, created):
    body = ORDER | {"created_at": created, "processed_at": None}
    assert only(sent(adapt, "orders/create", body), "purchase.made")["time"] == "2026-11-25T10:30:00.000Z"


@pytest.mark.trap(4, "shopify")
def test_one_order_under_three_topics_and_two_subscriptions_is_bought_once(adapt):
    topics = ["orders/create", "orders/paid", "orders/paid", "orders/updated", "orders/fulfilled"]
    ids = ({"x-shopify-webhook-id": str(number), "x-shopify-event-id": "e1"} for number in range(5))
    events = [
        event
        for topic, names in zip(topics, ids, strict=True)
        for event in adapt("shopify", ORDER, headers={"x-shopify-topic": topic} | names).events
        if event["type"] == "attesa.purchase.made"
    ]
    assert len(events) == 3
    assert len({json.dumps(event) for event in events}) == 1


def test_a_guest_is_known_by_the_address_alone(adapt):
    paths = [{"email": "ada@example.com"}, {"contact_email": "Ada@example.com"}]
    subjects = {only(sent(adapt, "orders/paid", GUEST | path), "purchase.made")["subject"] for path in paths}
    assert len(subjects) == 1
    customer = {"customer": {"id": None, "email": "ADA@example.com"}}
    assert only(sent(adapt, "orders/paid", GUEST | customer), "purchase.made")["subject"] in subjects


def test_an_order_over_the_counter_of_nobody_known_is_nobodys_and_counts(adapt):
    counter = GUEST | {
        "email": "",
        "phone": None,
        "source_name": "pos",
        "location_id": 9,
        "contact_email": None,
    }
    made = only(sent(adapt, "orders/paid", counter), "purchase.made")
    assert made["data"]["value"] == "403.00"
    assert made["subject"].startswith("c-")


@pytest.mark.parametrize(
    ("price", "value"), [("0.00", "0.00"), ("0", "0.00"), ("403.0", "403.00"), (403, "403.00")]
)
def test_an_order_paid_by_a_gift_card_or_for_nothing_is_an_order_of_its_value(adapt, price, value):
    body = ORDER | {"total_price": price, "payment_gateway_names": ["gift_card"]}
    assert only(sent(adapt, "orders/paid", body), "purchase.made")["data"]["value"] == value


def test_the_value_is_in_the_shops_currency_and_not_in_the_buyers(adapt):
    data = only(sent(adapt, "orders/paid", ORDER | ABROAD), "purchase.made")["data"]
    assert (data["value"], data["currency"]) == ("403.00", "EUR")


@pytest.mark.parametrize(
    ("payment", "value"),
    [
        ({"amount": "450.00", "currency": "USD"}, "403.00"),
        ({"amount": "100.00", "currency": "USD"}, "89.56"),
        ({"amount": "89.56", "currency": "EUR"}, "89.56"),
        (
            {
                "amount": "100.00",
                "currency": "USD",
                "amount_set": {"shop_money": {"amount": "89.50", "currency_code": "EUR"}},
            },
            "89.50",
        ),
    ],
)
def test_a_refund_in_the_buyers_currency_is_told_in_the_shops(adapt, payment, value):
    body = refunded(PAYMENT | payment, **ABROAD)
    given = only(sent(adapt, "orders/updated", body), "purchase.refunded")
    assert (given["data"]["value"], given["data"]["currency"]) == (value, "EUR")


def test_a_refund_in_a_third_currency_is_told_as_it_is(adapt):
    body = refunded(PAYMENT | {"currency": "GBP"}, **ABROAD)
    assert only(sent(adapt, "orders/updated", body), "purchase.refunded")["data"]["currency"] == "GBP"


def test_a_whole_refund_abroad_takes_the_credit_back(adapt):
    payments = [
        PAYMENT | {"amount": "150.00", "currency": "USD"},
        PAYMENT | {"amount": "300.00", "currency": "USD"},
    ]
    back = refunded(*payments, **ABROAD, note_attributes=NOTED["note_attributes"])
    deliveries = [sent(adapt, "orders/paid", NOTED | ABROAD), sent(adapt, "orders/updated", back)]
    found = folded([adapt("rocketchat", CHAT), *deliveries], NOW)
    assert found.outcomes[found.session.session].converted is False
    assert "orphan_refund" not in found.reasons


def test_an_order_cancelled_before_its_payment_was_captured_is_given_back_whole(adapt):
    authorized = sent(adapt, "orders/create", NOTED | {"financial_status": "authorized"})
    gone = {"financial_status": "voided", "cancelled_at": "2026-11-25T11:30:00Z", "cancel_reason": "customer"}
    tellings = [sent(adapt, topic, NOTED | gone) for topic in ("orders/cancelled", "orders/updated")]
    assert tellings[0].events == tellings[1].events
    found = folded([adapt("rocketchat", CHAT), authorized, *tellings], NOW)
    assert found.outcomes[found.session.session].converted is False


def test_an_order_that_was_never_paid_and_is_cancelled_counts_nowhere(adapt):
    gone = {"financial_status": "voided", "cancelled_at": "2026-11-25T11:30:00Z"}
    deliveries = [
        sent(adapt, "orders/create", NOTED | {"financial_status": "pending"}),
        sent(adapt, "orders/cancelled", NOTED | gone),
    ]
    found = folded([adapt("rocketchat", CHAT), *deliveries], NOW)
    assert not found.orders
    assert not found.outcomes[found.session.session].converted


def test_an_order_brought_over_from_another_shop_was_bought_when_it_was_bought(adapt):
    old = ORDER | {"processed_at": "2021-03-01T10:00:00+01:00"}
    assert only(sent(adapt, "orders/create", old), "purchase.made")["time"] == "2021-03-01T09:00:00.000Z"


@pytest.mark.parametrize(
    "status", ["paid", "authorized", "partially_paid", "partially_refunded", "refunded", None]
)
def test_an_order_that_is_or_will_be_paid_is_a_purchase(adapt, status):
    assert told(sent(adapt, "orders/create", ORDER | {"financial_status": status}), "purchase.made")


@pytest.mark.parametrize("status", ["pending", "voided", "expired"])
def test_an_order_that_nobody_has_paid_is_none(adapt, status):
    assert not sent(adapt, "orders/create", ORDER | {"financial_status": status}).events


@pytest.mark.parametrize(
    "topic",
    [
        *("orders/edited", "orders/delete", "checkouts/create", "draft_orders/update", "carts/update"),
        *("customers/redact", "customers/data_request", "shop/redact", "app/uninstalled", "disputes/create"),
        *("fulfillments/create", "returns/approve", "products/update", "inventory_levels/update"),
        *("order_transactions/create", "tender_transactions/create", "app/scopes_update"),
    ],
)
def test_topics_about_anything_but_an_order_or_money_given_back_are_ignored(adapt, topic):
    adapted = sent(adapt, topic, {"id": 1, "order_edit": {}})
    assert (adapted.events, adapted.invalid, adapted.unmapped) == ((), (), ())
    assert adapted.ignored[0].native == topic


def test_what_is_null_or_new_in_an_order_changes_nothing(adapt):
    more = {
        "landing_site": None,
        "note_attributes": None,
        "refunds": None,
        "phone": None,
        "cancelled_at": None,
        "line_items": [],
        "hologram": {},
        "presentment_currency": "EUR",
    }
    assert sent(adapt, "orders/paid", ORDER | more).events == sent(adapt, "orders/paid", ORDER).events


def test_nothing_of_the_buyer_leaves_in_clear(adapt):
    body = ORDER | {"phone": "+393331234567", "contact_email": "ada@example.com"}
    events = json.dumps(sent(adapt, "orders/paid", body).events).lower()
    assert not [part for part in ("example.com", "333123", "115310627314723954") if part in events]


def test_a_refund_of_an_older_version_is_in_the_orders_currency_and_at_the_instant_of_its_processing(adapt):
    payment = {name: value for name, value in PAYMENT.items() if name != "currency"}
    refund = REFUND | {"created_at": None, "processed_at": REFUND["created_at"], "transactions": [payment]}
    old = sent(adapt, "orders/updated", ORDER | {"refunds": [refund]})
    assert old.events == sent(adapt, "orders/updated", refunded(PAYMENT)).events
    alone = sent(adapt, "refunds/create", refund | {"customer": ORDER["customer"]})
    assert [wrong.path for wrong in alone.invalid] == ["transactions.0.currency"]
