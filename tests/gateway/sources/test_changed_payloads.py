"""Deliveries with anything changed in them, in several places: an outcome, never an exception."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.sources import test_cloudevents, test_segment, test_shopify, test_standard_webhooks
from tests.gateway.sources.rocketchat_rooms import HELLO, REPLY, SERVED, closed, room
from tests.gateway.sources.test_every_adapter import adapted, places, replaced, unhurried, values

FORWARDED = room("LivechatSessionForwarded", HELLO, REPLY, servedBy=SERVED, oldServedBy=SERVED)
OFFLINE = {"type": "LivechatOfflineMessage", "sentAt": SERVED["ts"], "visitor": {"email": "a@b.example"}}
REFUNDED = test_shopify.ORDER | {"refunds": [test_shopify.REFUND]}
IDENTIFY = test_segment.CALL | {"type": "identify", "anonymousId": "a", "traits": {"email": "a@b.example"}}
DELIVERIES = {
    "a closed room": ("rocketchat", closed(HELLO, REPLY, servedBy=SERVED), {}),
    "a room taken": (
        "rocketchat",
        room("LivechatSessionTaken", HELLO, departmentId="b", servedBy=SERVED),
        {},
    ),
    "a room forwarded": ("rocketchat", FORWARDED, {}),
    "a room queued": ("rocketchat", room("LivechatSessionQueued", HELLO, departmentId="b"), {}),
    "a form": ("rocketchat", OFFLINE, {}),
    "an order": (
        "shopify",
        test_shopify.noted(attesa_customer="chatwoot/7"),
        {"x-shopify-topic": "orders/paid"},
    ),
    "a changed order": ("shopify", REFUNDED, {"x-shopify-topic": "orders/updated"}),
    "a refund": ("shopify", test_shopify.REFUND | {"email": "a@b.example"}, {}),
    "an order's call": ("segment", [test_segment.CALL], {}),
    "a call that links": ("segment", IDENTIFY, {}),
    "a batch of events": ("cloudevents", [test_cloudevents.EVENT], {}),
    "binary mode": (
        "cloudevents",
        test_cloudevents.EVENT["data"],
        test_cloudevents.binary(test_cloudevents.EVENT),
    ),
    "a webhook": ("standard_webhooks", test_standard_webhooks.MESSAGE, test_standard_webhooks.ID),
}
MANY = 25_000
# What JSON can hold and programs stumble over.
ODD = ("\ud800", "\x00", "", "1e999", "9" * 5_000, 2**64, -1, 1e308, -0.0, True, [], {}, [[]], {"": None})


def changed(body, chance, other):
    for _ in range(chance.randint(1, 3)):
        body = replaced(body, chance.choice(list(places(body))), other(chance))
    return json.dumps(body).encode()


@pytest.mark.parametrize("name", DELIVERIES)
@unhurried
@given(seed=st.integers(0, 2**32), value=values | st.sampled_from(ODD))
def test_a_delivery_with_anything_changed_in_it_gives_an_outcome(name, seed, value):
    platform, body, headers = DELIVERIES[name]
    adapted(platform, changed(body, random.Random(seed), lambda _: value), headers=headers)


@pytest.mark.parametrize("name", DELIVERIES)
def test_the_delivery_itself_says_something_and_nothing_is_wrong_with_it(name):
    platform, body, headers = DELIVERIES[name]
    found = adapted(platform, json.dumps(body).encode(), headers=headers)
    assert found.events
    assert not found.invalid


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", DELIVERIES)
def test_many_more_changed_deliveries_give_an_outcome(name):
    platform, body, headers = DELIVERIES[name]
    fragments = [*ODD, None, 7, "2026-11-25T11:00:00Z", *(part for _, part, _ in DELIVERIES.values())]
    for seed in range(MANY):
        chance = random.Random(seed)
        adapted(platform, changed(body, chance, lambda chance: chance.choice(fragments)), headers=headers)
