"""Segment: amounts as binary fractions, three clocks in one call, and who is who."""

import json

import pytest

from attesa.gateway.sources import Ignored, Unmapped

CALL = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "m-1",
    "userId": "u-7",
    "timestamp": "2026-11-25T10:30:00.905Z",
    "originalTimestamp": "2026-11-25T10:29:00.000Z",
    "sentAt": "2026-11-25T10:31:00.581Z",
    "receivedAt": "2026-11-25T10:31:00.909Z",
    "properties": {"order_id": "50314b8e", "total": 27.5, "revenue": 22.5, "currency": "EUR"},
}


def call(**changes):
    return CALL | changes


def order(**changes):
    return CALL | {"properties": CALL["properties"] | changes}


def told(adapted, kind):
    return [event for event in adapted.events if event["type"] == f"attesa.{kind}"]


def only(adapted, kind):
    (event,) = told(adapted, kind)
    return event


def test_an_order_is_told_at_the_corrected_instant(adapt):
    made = only(adapt("segment", CALL), "purchase.made")
    assert made["time"] == "2026-11-25T10:30:00.905Z"
    assert made["data"] == {"order_id": "50314b8e", "value": "27.50", "currency": "EUR"}
    assert made["subject"].startswith("c-")
    assert "u-7" not in str(made)


def test_a_call_without_its_instant_takes_that_of_its_receipt(adapt):
    assert only(adapt("segment", call(timestamp=None)), "purchase.made")["timesource"] == "received"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"total": 0.1 + 0.2}, "0.30"),
        ({"total": "27.50"}, "27.50"),
        ({"total": None}, "22.50"),
        ({"total": 1999, "currency": "jpy"}, "1999"),
        ({"total": 0}, "0.00"),
    ],
)
def test_a_number_is_rounded_to_the_currencys_decimals(adapt, change, value):
    assert only(adapt("segment", order(**change)), "purchase.made")["data"]["value"] == value


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (order(currency=None), "properties.currency"),
        (order(total=None, revenue=None), "properties.total"),
        (order(total=-1), "properties.total"),
        (order(total=True), "properties.total"),
        (order(order_id=None), "properties.order_id"),
        (call(properties=None), "properties"),
        (call(userId=None), "userId"),
        (call(timestamp="2037-01-01T00:00:00Z"), "timestamp"),
        (call(type=None), "type"),
        ([CALL, call(userId=None)], "1.userId"),
        ({"batch": [call(event=7)]}, "batch.0.event"),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, body, path):
    assert [wrong.path for wrong in adapt("segment", body).invalid] == [path]


def test_one_order_is_one_fact_and_each_refund_of_it_another(adapt):
    calls = [
        call(),
        call(messageId="m-2"),
        call(event="Order Refunded"),
        call(event="Order Refunded", messageId="m-2"),
    ]
    ids = [adapt("segment", each).events[0]["id"] for each in calls]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_call_sent_twice_in_a_batch_is_one_event(adapt):
    assert len(adapt("segment", [CALL, CALL]).events) == 1
    assert adapt("segment", {"batch": [CALL]}).events == adapt("segment", CALL).events


def test_identify_links_the_user_with_browser_address_and_telephone(adapt):
    traits = {"email": "Ada@example.com", "phone": "+39 06 123"}
    adapted = adapt("segment", call(type="identify", anonymousId="a-1", traits=traits))
    user = only(adapt("segment", CALL), "purchase.made")["subject"]
    assert [link["subject"] for link in adapted.events] == [user] * 3
    assert len({link["data"]["same_as"] for link in adapted.events}) == 3
    assert "example" not in str(adapted)


def test_identify_of_one_name_alone_says_nothing(adapt):
    assert adapt("segment", call(type="identify")).ignored == (Ignored("identify", "nobody else is named"),)


def test_alias_links_the_former_id(adapt):
    link = only(adapt("segment", call(type="alias", previousId="a-1")), "customer.linked")
    bought = adapt("segment", call(userId=None, anonymousId="a-1"))
    assert link["data"]["same_as"] == only(bought, "purchase.made")["subject"]


def test_an_order_of_a_known_user_links_the_browser_that_chatted(adapt):
    adapted = adapt("segment", call(anonymousId="a-1"))
    assert only(adapted, "customer.linked")["subject"] == only(adapted, "purchase.made")["subject"]


def test_properties_join_an_order_to_the_conversation_and_to_who_wrote_in_it(adapt):
    joined = order(attesa_conversation="rocketchat/main/R1", attesa_customer="rocketchat/main/v9")
    adapted = adapt("segment", joined)
    assert only(adapted, "purchase.made")["data"]["conversation"] == "rocketchat/main/R1"
    user = only(adapt("segment", CALL), "purchase.made")["subject"]
    assert only(adapted, "customer.linked")["data"]["same_as"] == user


def test_other_calls_say_nothing_and_other_types_are_unmapped(adapt):
    assert adapt("segment", {"type": "page"}).ignored[0].native == "page"
    assert adapt("segment", {"type": "sing"}).unmapped == (Unmapped("sing"),)


def test_the_documented_properties_in_the_documented_call_are_an_order(adapt, payload):
    common = json.loads(payload("segment", "common_fields.track.json"))
    properties = json.loads(payload("segment", "Order_Completed.properties.json"))
    adapted = adapt("segment", common | {"event": "Order Completed", "properties": properties})
    made = only(adapted, "purchase.made")
    assert made["time"] == "2015-12-10T04:08:31.905Z"
    data = {"order_id": "50314b8e9bcf000000000000", "value": "27.50", "currency": "USD"}
    assert made["data"] == data
    assert only(adapted, "customer.linked")["subject"] == made["subject"]


def test_the_documented_payloads_alone_are_another_track_and_no_call(adapt, payload):
    other = adapt("segment", payload("segment", "common_fields.track.json"))
    assert other.ignored == (Ignored("track", "neither an order nor a refund"),)
    bare = adapt("segment", payload("segment", "Order_Completed.properties.json"))
    assert [wrong.path for wrong in bare.invalid] == ["type"]
