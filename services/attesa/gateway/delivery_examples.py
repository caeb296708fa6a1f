"""One delivery of each platform for /docs, of its shape and with invented values. Data."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "chatwoot": {
        "event": "message_created",
        "id": 9001,
        "created_at": "2026-01-31T11:59:00.250Z",
        "message_type": "incoming",
        "content": "Is the blue one in stock?",
        "sender": {"id": 77, "name": "Ada Example"},
        "conversation": {"id": 42, "meta": {"sender": {"id": 77, "name": "Ada Example"}}},
        "account": {"id": 3, "name": "Shop"},
    },
}
