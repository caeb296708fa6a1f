"""The conversation of a platform's own list is the one that its adapter tells of."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.reconcile.reading import contacts_of

from attesa.gateway.http.delivery_examples import EXAMPLES
from attesa.gateway.sources import REGISTRY, Context, Delivery

AT_MS = 1_769_860_740_000  # 2026-01-31T11:59:00Z
AT = "2026-01-31T11:59:00.000Z"

# As each platform's REST interface lists the conversation of which its example in EXAMPLES tells.
LISTED: dict[str, Any] = {
    "amazon_connect": {
        "Contacts": [{"Id": "c1", "Channel": "CHAT", "InitiationTimestamp": AT_MS // 1000}],
        "TotalCount": 1,
    },
    "chatwoot": {
        "data": {
            "meta": {"mine_count": 0, "all_count": 1},
            "payload": [
                {
                    "meta": {"sender": {"id": 77, "name": "Ada"}},
                    "id": 42,
                    "messages": [{"id": 9001, "created_at": AT_MS // 1000}],
                    "created_at": AT_MS // 1000,
                    "status": "open",
                }
            ],
        }
    },
    "cloudevents": [{"conversation_id": "chat-42", "started_at": AT}],
    "intercom": {
        "type": "conversation.list",
        "pages": {"type": "pages", "page": 1},
        "total_count": 1,
        "conversations": [{"type": "conversation", "id": "c1", "created_at": AT_MS // 1000}],
    },
    "livechat": {
        "chats": [
            {
                "id": "K1",
                "users": [{"id": "345f8235-d60d-433e-63c5-7f813a6ffe25", "type": "customer"}],
                "thread": {"id": "T1", "created_at": "2026-01-31T11:59:00.000000Z"},
            }
        ],
        "found_chats": 1,
    },
    "rocketchat": {
        "rooms": [{"_id": "R1", "v": {"_id": "v9", "token": "t"}, "ts": AT, "open": True}],
        "count": 1,
        "success": True,
    },
    "standard_webhooks": [{"chat_id": "chat-42", "created_at": AT}],
    "sunshine_conversations": {
        "conversations": [{"id": "c1", "type": "personal", "createdAt": AT}],
        "meta": {"hasMore": False},
    },
}
HAVE_A_LIST = sorted(name for name, adapter in REGISTRY.items() if adapter.export)


def test_every_list_that_an_adapter_declares_is_tried():
    assert sorted(LISTED) == HAVE_A_LIST


@pytest.mark.parametrize("name", HAVE_A_LIST)
def test_a_listed_conversation_is_named_as_its_events_name_it(name: str):
    export, example = REGISTRY[name].export, EXAMPLES[name]
    context = Context("shop", name, "main", b"a key of the tests")
    delivery = Delivery(
        json.dumps(example.body).encode(), datetime(2026, 1, 31, 12, tzinfo=UTC), example.headers
    )
    told = {event["subject"] for event in REGISTRY[name].adapt(delivery, context).events}
    (listed,) = contacts_of(
        json.dumps(LISTED[name]).encode(),
        " ".join(export.ids),
        " ".join(export.started),
        conversation=lambda native: export.subject(context.source, native),
        apart=export.apart,
    )

    assert listed.apart is None
    assert listed.at == AT_MS
    assert told == {listed.conversation}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"ContactId": "t", "Channel": "TASK"}, "tasks"),
        ({"ContactId": "m", "Channel": "VOICE", "InitiationMethod": "MONITOR"}, "a supervisor listens"),
        ({"ContactId": "d", "Channel": "CHAT", "InitiationMethod": "API"}, None),
    ],
)
def test_what_amazon_connect_lists_and_the_adapter_does_not_read_stays_apart(row: dict[str, str], why: str):
    export = REGISTRY["amazon_connect"].export
    (found,) = contacts_of(json.dumps([row]).encode(), " ".join(export.ids), apart=export.apart)

    assert found.apart == why
