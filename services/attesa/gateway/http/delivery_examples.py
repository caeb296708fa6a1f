"""One delivery of each platform for /docs, of its shape and with invented values. Data."""

from typing import Any, NamedTuple


class Example(NamedTuple):
    """A body, and the headers (besides signatures) without which it says nothing."""

    body: Any
    headers: dict[str, str]


_AT = "2026-01-31T11:59:00.250Z"
_AT_S = 1_769_860_740
_ADA = {"id": "u1", "name": "Ada"}
_LIVECHAT_MESSAGE = {
    "id": "T1_2",
    "type": "message",
    "text": "Hello?",
    "author_id": "345f8235-d60d-433e-63c5-7f813a6ffe25",
}
_LIVECHAT_TIMES = {"created_at": "2026-01-31T11:59:00.250000Z", "recipients": "all"}
_ZENDESK_MESSAGE = {
    "id": "m1",
    "received": _AT,
    "author": {"type": "user", "userId": "u1", "user": {"id": "u1"}},
    "content": {"type": "text", "text": "Hello?"},
    "source": {"type": "web", "integrationId": "w1"},
}
_CONVERSATION = {
    "type": "conversation",
    "id": "c1",
    "created_at": _AT_S,
    "updated_at": _AT_S,
    "source": {"id": "s1", "delivered_as": "customer_initiated", "body": "<p>Hello?</p>"}
    | {"type": "conversation", "author": _ADA | {"type": "user"}},
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "u1"}]},
    "conversation_parts": {"conversation_parts": [], "total_count": 0},
}
_WHATSAPP = {
    "messaging_product": "whatsapp",
    "metadata": {"display_phone_number": "390212345678", "phone_number_id": "106540352242922"},
    "contacts": [{"profile": {"name": "Ada"}, "wa_id": "393331234567"}],
    "messages": [
        {
            "from": "393331234567",
            "id": "wamid.HBgMMzkzMzMxMjM0NTY3",
            "timestamp": str(_AT_S),
            "type": "text",
            "text": {"body": "Hello?"},
        }
    ],
}

EXAMPLES: dict[str, Example] = {
    "amazon_connect": Example(
        {
            "AbsoluteTime": _AT,
            "Content": "Hello?",
            "ContentType": "text/plain",
            "Id": "m1",
            "Type": "MESSAGE",
            "ParticipantId": "p1",
            "ParticipantRole": "CUSTOMER",
            "InitialContactId": "c1",
            "ContactId": "c1",
        },
        {},
    ),
    "chatwoot": Example(
        {
            "event": "message_created",
            "id": 9001,
            "created_at": _AT,
            "message_type": "incoming",
            "content": "Hello?",
            "sender": {"id": 77, "name": "Ada"},
            "conversation": {"id": 42, "meta": {"sender": {"id": 77, "name": "Ada"}}},
            "account": {"id": 3, "name": "Shop"},
        },
        {},
    ),
    "cloudevents": Example(
        {
            "specversion": "1.0",
            "id": "chat-42/m1",
            "source": "shop.example/chat",
            "type": "attesa.message.sent",
            "time": _AT,
            "subject": "chat-42",
            "data": {"author": "agent", "length": 48},
        },
        {"content-type": "application/cloudevents+json"},
    ),
    "intercom": Example(
        {
            "type": "notification_event",
            "id": "notif_1",
            "topic": "conversation.user.created",
            "created_at": _AT_S,
            "first_sent_at": _AT_S,
            "delivery_attempts": 1,
            "data": {"type": "notification_event_data", "item": _CONVERSATION},
        },
        {},
    ),
    "livechat": Example(
        {
            "webhook_id": "w",
            "secret_key": "the secret of the webhook",
            "action": "incoming_event",
            "organization_id": "o",
            "payload": {"chat_id": "K1", "thread_id": "T1", "event": _LIVECHAT_MESSAGE | _LIVECHAT_TIMES},
            "additional_data": {},
        },
        {},
    ),
    "rocketchat": Example(
        {
            "_id": "R1",
            "type": "LivechatSessionStart",
            "label": "Ada",
            "createdAt": _AT,
            "lastMessageAt": None,
            "visitor": {"_id": "v9", "name": "Ada", "username": "guest-3"},
            "messages": [],
        },
        {},
    ),
    "segment": Example(
        {
            "type": "track",
            "event": "Order Completed",
            "messageId": "m-1",
            "userId": "u-7",
            "timestamp": _AT,
            "properties": {"order_id": "50314b8e", "total": 27.5, "currency": "EUR"},
        },
        {},
    ),
    "shopify": Example(
        {
            "id": 820982911946154508,
            "created_at": "2026-01-31T12:59:00+01:00",
            "total_price": "403.00",
            "currency": "EUR",
            "financial_status": "paid",
            "test": False,
            "customer": {"id": 115310627314723954},
            "note_attributes": [],
            "refunds": [],
        },
        {"x-shopify-topic": "orders/create"},
    ),
    "standard_webhooks": Example(
        {
            "type": "attesa.message.sent",
            "timestamp": _AT,
            "data": {"conversation": "chat-42", "author": "agent", "agent": "ann", "length": 48},
        },
        {"webhook-id": "msg_1"},
    ),
    "sunshine_conversations": Example(
        {
            "app": {"id": "a"},
            "webhook": {"id": "w", "version": "v2"},
            "events": [
                {
                    "id": "e1",
                    "createdAt": _AT,
                    "type": "conversation:message",
                    "payload": {
                        "conversation": {"id": "c1", "type": "personal"},
                        "message": _ZENDESK_MESSAGE,
                    },
                }
            ],
        },
        {},
    ),
    "whatsapp_cloud": Example(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": _WHATSAPP}]}],
        },
        {},
    ),
}
