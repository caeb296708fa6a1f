"""Shopify: one order told by several topics, money as text, ids beyond 2^53, and whose order it is."""

import pytest

from attesa.gateway.sources import Ignored, Unmapped

ORDER = {
    "id": 820982911946154508,
    "email": "Ada@example.com",
    "created_at": "2026-11-25T12:30:00+02:00",
    "processed_at": "2026-11-25T12:31:00+02:00",
    "total_price": "403.00",
    "currency": "EUR",
    "financial_status": "paid",
    "test": False,
    "customer": {"id": 115310627314723954},
    "note_attributes": [],
    "landing_site": None,
    "refunds": [],
}
PAYMENT = {"kind": "refund", "status": "success", "amount": "41.94", "currency": "EUR", "test": False}
REFUND = {
    "id": 509562969,
    "order_id": 820982911946154508,
    "created_at": "2026-11-25T11:00:00-01:00",
    "transactions": [PAYMENT],
}


def sent(adapt, topic, body):
    return adapt("shopify", body, headers={"x-shopify-topic": topic})


def told(adapted, kind):
    return [event for event in adapted.events if event["type"] == f"attesa.{kind}"]


def only(adapted, kind):
    (event,) = told(adapted, kind)
    return event


def noted(**hints):
    return ORDER | {"note_attributes": [{"name": name, "value": value} for name, value in hints.items()]}


def test_an_order_is_a_purchase_of_a_pseudonym_at_the_shops_instant_in_utc(adapt):
    made = only(sent(adapt, "orders/create", ORDER), "purchase.made")
    assert made["time"] == "2026-11-25T10:30:00.000Z"
    assert made["data"] == {"order_id": "820982911946154508", "value": "403.00", "currency": "EUR"}
    assert made["subject"].startswith("c-")


def test_the_topics_of_one_order_tell_one_fact(adapt):
    created, paid = (sent(adapt, f"orders/{topic}", ORDER).events for topic in ("create", "paid"))
    assert created == paid


def test_an_order_that_is_not_paid_yet_is_told_once_it_is(adapt):
    pending = sent(adapt, "orders/create", ORDER | {"financial_status": "pending"})
    assert not pending.events
    assert pending.ignored[0].why.startswith("not paid (pending)")
    assert told(sent(adapt, "orders/paid", ORDER), "purchase.made")


def test_a_test_order_is_told_as_one_and_links_nobody(adapt):
    adapted = sent(adapt, "orders/paid", ORDER | {"test": True, "financial_status": "voided"})
    assert only(adapted, "purchase.made")["data"]["test"] is True
    assert len(adapted.events) == 1


@pytest.mark.parametrize(
    ("written", "code", "value"),
    [("1000", "JPY", "1000"), ("1000.00", "JPY", "1000"), ("1.5", "BHD", "1.500"), ("0", "eur", "0.00")],
)
def test_an_amount_has_the_decimals_of_its_currency(adapt, written, code, value):
    body = ORDER | {"total_price": written, "currency": code}
    data = only(sent(adapt, "orders/paid", body), "purchase.made")["data"]
    assert (data["value"], data["currency"]) == (value, code.upper())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"total_price": "403,00"}, "total_price"),
        ({"total_price": "403.001"}, "total_price"),
        ({"total_price": "-1.00"}, "total_price"),
        ({"total_price": "1e40"}, "total_price"),
        ({"total_price": "NaN"}, "total_price"),
        ({"total_price": None}, "total_price"),
        ({"currency": "euro"}, "currency"),
        ({"created_at": "2026-11-25T12:30:00"}, "created_at"),
        ({"id": 8.20982911946154e17}, "id"),
        (
            {"refunds": [REFUND | {"transactions": [PAYMENT | {"amount": "?"}]}]},
            "refunds.0.transactions.0.amount",
        ),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, change, path):
    adapted = sent(adapt, "orders/paid", ORDER | change)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]


def test_the_buyers_address_links_the_same_customer_elsewhere(adapt):
    adapted = sent(adapt, "orders/paid", ORDER)
    link = only(adapted, "customer.linked")
    assert link["subject"] == only(adapted, "purchase.made")["subject"]
    elsewhere = sent(adapt, "orders/paid", ORDER | {"customer": None, "id": 7})
    assert only(elsewhere, "purchase.made")["subject"] == link["data"]["same_as"]
    assert "example.com" not in str(adapted).lower()


def test_an_order_of_nobody_known_is_told_of_a_customer_of_its_own(adapt):
    first, other = (
        only(sent(adapt, "orders/paid", ORDER | {"customer": None, "email": "", "id": n}), "purchase.made")
        for n in (1, 2)
    )
    assert first["subject"] != other["subject"]


def test_a_note_of_the_shop_joins_an_order_to_the_conversation_and_to_who_wrote_in_it(adapt):
    hints = {"attesa_conversation": "rocketchat/main/R1", "attesa_customer": "rocketchat/main/v9"}
    made = only(sent(adapt, "orders/paid", noted(**hints)), "purchase.made")
    room = {
        "_id": "R1",
        "type": "LivechatSessionStart",
        "createdAt": ORDER["created_at"],
        "visitor": {"_id": "v9"},
    }
    start = adapt("rocketchat", room).events[0]
    assert made["subject"] == start["data"]["customer"]
    assert made["data"]["conversation"] == start["subject"]


def test_the_landing_page_joins_too_and_the_note_comes_first(adapt):
    landed = ORDER | {"landing_site": "/chat?utm=x&attesa_conversation=chatwoot%2Fshop%2F7"}
    assert (
        only(sent(adapt, "orders/paid", landed), "purchase.made")["data"]["conversation"] == "chatwoot/shop/7"
    )
    both = landed | {"note_attributes": noted(attesa_conversation="chatwoot/shop/8")["note_attributes"]}
    assert (
        only(sent(adapt, "orders/paid", both), "purchase.made")["data"]["conversation"] == "chatwoot/shop/8"
    )


@pytest.mark.parametrize("hint", ["ada@example.com", "", 7, None, "x" * 300, "c-not-a-pseudonym"])
def test_a_hint_that_is_none_leaves_the_customer_of_the_shop(adapt, hint):
    made = only(sent(adapt, "orders/paid", noted(attesa_customer=hint)), "purchase.made")
    assert made["subject"] == only(sent(adapt, "orders/paid", ORDER), "purchase.made")["subject"]


def test_refunds_are_read_of_the_order_that_tells_them_again(adapt):
    adapted = sent(adapt, "orders/updated", ORDER | {"refunds": [REFUND]})
    given = only(adapted, "purchase.refunded")
    assert not told(adapted, "purchase.made")
    assert given["time"] == "2026-11-25T12:00:00.000Z"
    assert given["data"] == {"order_id": "820982911946154508", "value": "41.94", "currency": "EUR"}
    assert given["subject"] == only(sent(adapt, "orders/paid", ORDER), "purchase.made")["subject"]


def test_a_refund_alone_does_not_say_whose_order_it_is(adapt):
    assert not sent(adapt, "refunds/create", REFUND).events
    named = sent(adapt, "refunds/create", REFUND | {"customer": ORDER["customer"]})
    again = sent(adapt, "orders/updated", ORDER | {"refunds": [REFUND]})
    assert named.events == again.events


def test_of_a_refund_the_payments_that_did_not_fail_add_up(adapt):
    payments = [
        PAYMENT,
        PAYMENT | {"status": "pending"},
        PAYMENT | {"status": "failure"},
        PAYMENT | {"kind": "void"},
    ]
    adapted = sent(adapt, "orders/updated", ORDER | {"refunds": [REFUND | {"transactions": payments}]})
    assert only(adapted, "purchase.refunded")["data"]["value"] == "83.88"
    nothing = sent(adapt, "orders/updated", ORDER | {"refunds": [REFUND | {"transactions": []}]})
    assert nothing.ignored == (Ignored("refunds/create", "goods came back, no money was given back"),)


def test_known_topics_that_say_nothing_are_ignored_and_others_unmapped(adapt):
    assert sent(adapt, "carts/update", {}).ignored == (Ignored("carts/update", "nothing is bought yet"),)
    assert sent(adapt, "orders/updated", ORDER).ignored == (
        Ignored("orders/updated", "nothing was given back"),
    )
    assert sent(adapt, "songs/publish", {}).unmapped == (Unmapped("songs/publish"),)
    assert adapt("shopify", {"id": 1}).unmapped


def test_the_shops_own_test_notification_is_a_test_order(adapt, payload):
    (made,) = adapt("shopify", payload("shopify", "orders.test_notification.json")).events
    assert (made["type"], made["time"]) == ("attesa.purchase.made", "2019-06-04T17:53:06.000Z")
    data = {"order_id": "820982911946154508", "value": "403.00", "currency": "USD", "test": True}
    assert made["data"] == data
