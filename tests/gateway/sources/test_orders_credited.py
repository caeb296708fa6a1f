"""Orders of shops, delivered again and in any order, credited to the chat by the real processors."""

from datetime import UTC, datetime

import pytest
from tests.gateway.sources.both_processors import disturbed, folded
from tests.gateway.sources.test_segment import CALL
from tests.gateway.sources.test_shopify import ORDER, PAYMENT, REFUND

NOW = datetime(2026, 11, 25, 11, 59, tzinfo=UTC)
VISITOR = {"_id": "v9", "username": "guest-3"}
CHAT = {
    "_id": "R1",
    "type": "LivechatSession",
    "createdAt": "2026-11-25T09:00:00.000Z",
    "visitor": VISITOR,
    "messages": [
        {"_id": "m1", "username": "guest-3", "msg": "?", "ts": "2026-11-25T09:00:02.000Z"},
        {"_id": "m2", "username": "ann", "agentId": "u1", "msg": "!", "ts": "2026-11-25T09:00:22.000Z"},
    ],
    "closedAt": "2026-11-25T09:05:00.000Z",
    "closer": "visitor",
}
HINTS = {"attesa_conversation": "rocketchat/main/R1", "attesa_customer": "rocketchat/main/v9"}
NOTED = ORDER | {"note_attributes": [{"name": name, "value": value} for name, value in HINTS.items()]}
WHOLE = REFUND | {"created_at": "2026-11-25T11:30:00Z", "transactions": [PAYMENT | {"amount": "403.00"}]}


def shopify(adapt, topic, body):
    return adapt("shopify", body, headers={"x-shopify-topic": topic})


@pytest.mark.parametrize("seed", range(8))
def test_an_order_told_by_two_topics_is_credited_once_to_the_chat_that_it_names(adapt, seed):
    deliveries = [
        adapt("rocketchat", CHAT),
        shopify(adapt, "orders/create", NOTED),
        shopify(adapt, "orders/paid", NOTED),
    ]
    found = folded(disturbed(deliveries, seed), NOW)
    order = found.orders["820982911946154508"]
    assert order.last_touch == found.session.session
    assert (order.value_minor, order.currency) == (40_300, "EUR")
    assert (found.session.wait_ms, found.outcomes[order.last_touch].converted) == (20_000, True)
    assert "conflicting" not in found.reasons


def test_a_whole_refund_takes_the_credit_back(adapt):
    deliveries = [
        adapt("rocketchat", CHAT),
        shopify(adapt, "orders/paid", NOTED),
        shopify(adapt, "orders/updated", NOTED | {"refunds": [WHOLE]}),
    ]
    found = folded(deliveries, NOW)
    assert found.outcomes[found.session.session].converted is False


def test_a_test_order_is_credited_to_nobody(adapt):
    found = folded([adapt("rocketchat", CHAT), shopify(adapt, "orders/paid", NOTED | {"test": True})], NOW)
    assert not any(outcome.converted for outcome in found.outcomes.values())


@pytest.mark.parametrize("seed", range(8))
def test_an_order_of_segment_is_credited_to_the_chat_that_it_names(adapt, seed):
    call = CALL | {"properties": CALL["properties"] | HINTS}
    deliveries = [adapt("rocketchat", CHAT), adapt("segment", call), adapt("segment", [call])]
    found = folded(disturbed(deliveries, seed), NOW)
    assert found.orders["50314b8e"].last_touch == found.session.session


def test_an_order_that_names_no_chat_is_credited_to_none(adapt):
    found = folded([adapt("rocketchat", CHAT), shopify(adapt, "orders/paid", ORDER)], NOW)
    assert found.orders["820982911946154508"].last_touch is None
