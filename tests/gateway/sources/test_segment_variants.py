"""Segment: events of both its specifications, names, clocks, and calls without an order."""

import json

import pytest
from tests.gateway.sources.both_processors import folded
from tests.gateway.sources.test_orders_credited import CHAT, HINTS, NOW
from tests.gateway.sources.test_segment import CALL, call, only, order, told


@pytest.mark.parametrize(
    "name", ["Order Completed", "Completed Order", "order_completed", " ORDER COMPLETED "]
)
def test_an_order_has_its_name_in_the_present_and_in_the_first_specification(adapt, name):
    assert adapt("segment", call(event=name)).events == adapt("segment", CALL).events


def test_the_first_specifications_name_of_an_orders_id_is_read_too(adapt):
    old = order(order_id=None, orderId="50314b8e")
    assert adapt("segment", old).events == adapt("segment", CALL).events


@pytest.mark.parametrize("name", ["Order Cancelled", "order canceled"])
def test_a_cancelled_order_is_given_back_once_however_often_it_is_told(adapt, name):
    cancelled = [adapt("segment", call(event=name, messageId=each)) for each in ("m-8", "m-9")]
    assert cancelled[0].events == cancelled[1].events
    bought = adapt("segment", CALL | {"properties": CALL["properties"] | HINTS})
    later = {"timestamp": "2026-11-25T10:50:00.000Z", "properties": CALL["properties"] | HINTS}
    found = folded([adapt("rocketchat", CHAT), bought, adapt("segment", call(event=name, **later))], NOW)
    assert found.outcomes[found.session.session].converted is False


@pytest.mark.parametrize(
    "name",
    [
        *("Order Updated", "Product Added", "Product Viewed", "Cart Viewed", "Checkout Started"),
        *(
            "Checkout Step Completed",
            "Payment Info Entered",
            "Coupon Applied",
            "Signed Up",
            "Ordine completato",
        ),
    ],
)
def test_what_is_no_order_is_no_news_whatever_its_properties(adapt, name):
    adapted = adapt("segment", call(event=name, properties={"order_id": 7, "revenue": "much"}))
    assert (adapted.events, adapted.invalid) == ((), ())
    assert adapted.ignored[0].native == "track"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"total": None, "revenue": None, "value": 9.99}, "9.99"),
        ({"total": 1e3}, "1000.00"),
        ({"total": 19.995}, "20.00"),
        ({"total": 10, "products": [{"price": "?"}]}, "10.00"),
    ],
)
def test_an_amount_is_told_with_its_currencys_decimals(adapt, change, value):
    assert only(adapt("segment", order(**change)), "purchase.made")["data"]["value"] == value


@pytest.mark.parametrize("total", ["27,50", "€ 27.50", "", [27.5], {"amount": 27.5}, 1e300])
def test_an_amount_that_is_none_is_not_guessed(adapt, total):
    (wrong,) = adapt("segment", order(total=total)).invalid
    assert wrong.path == "properties.total"


def test_without_a_currency_there_is_no_revenue_and_the_reason_says_so(adapt):
    (wrong,) = adapt("segment", order(currency=None)).invalid
    assert (wrong.path, "not guessed" in wrong.detail) == ("properties.currency", True)


def test_a_browser_without_a_user_buys_under_its_own_name(adapt):
    alone = [adapt("segment", call(userId=user, anonymousId="a-1")) for user in (None, "")]
    assert alone[0].events == alone[1].events
    assert not told(alone[0], "customer.linked")
    assert (
        only(alone[0], "purchase.made")["subject"] != only(adapt("segment", CALL), "purchase.made")["subject"]
    )


def test_a_user_is_the_same_as_number_and_as_text(adapt):
    assert adapt("segment", call(userId=7)).events == adapt("segment", call(userId="7")).events


@pytest.mark.parametrize(
    "known",
    [
        {"context": {"traits": {"email": "Ada@example.com"}}},
        {"properties": CALL["properties"] | {"email": "ada@example.com"}},
    ],
)
def test_an_address_that_comes_with_an_order_links_its_user(adapt, known):
    adapted = adapt("segment", call(**known))
    link = only(adapted, "customer.linked")
    identified = adapt("segment", call(type="identify", traits={"email": "ada@example.com"}))
    assert link["data"] == only(identified, "customer.linked")["data"]
    assert "example" not in json.dumps(adapted.events)


@pytest.mark.parametrize("traits", [None, "x", {"email": None}, {"email": 7}])
def test_traits_of_any_other_kind_do_not_cost_the_order(adapt, traits):
    assert told(adapt("segment", call(context={"traits": traits})), "purchase.made")


def test_of_three_clocks_the_corrected_one_counts_and_without_it_segments_receipt(adapt):
    skewed = call(originalTimestamp="2031-01-01T00:00:00.000Z", sentAt="2031-01-01T00:00:01.000Z")
    assert only(adapt("segment", skewed), "purchase.made")["time"] == "2026-11-25T10:30:00.905Z"
    none = only(adapt("segment", call(timestamp=None)), "purchase.made")
    assert (none["time"], none["timesource"]) == ("2026-11-25T10:31:00.909Z", "received")
    bare = only(adapt("segment", call(timestamp=None, receivedAt=None)), "purchase.made")
    assert (bare["time"], bare["timesource"]) == ("2026-11-25T12:00:00.000Z", "received")


@pytest.mark.parametrize("kind", ["page", "screen", "group"])
def test_pages_screens_and_groups_are_ignored(adapt, kind):
    named = call(type=kind, name="Home", groupId="g", event=None)
    assert adapt("segment", named).ignored[0].native == kind


@pytest.mark.parametrize("body", [[], {"batch": []}])
def test_an_empty_batch_says_that_it_is_empty(adapt, body):
    assert adapt("segment", body).ignored[0].why == "there is nothing in it"


def test_of_a_batch_each_call_has_its_outcome(adapt):
    batch = {
        "batch": [CALL, call(type="page"), call(type="sing"), call(userId=None), "x", None],
        "sentAt": "x",
    }
    adapted = adapt("segment", batch)
    assert len(adapted.events) == 1
    assert [each.native for each in adapted.ignored] == ["page"]
    assert [each.native for each in adapted.unmapped] == ["sing"]
    assert [each.path for each in adapted.invalid] == ["batch.3.userId", "batch.4.type", "batch.5.type"]
