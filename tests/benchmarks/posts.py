"""Whole HTTP requests as bytes, of distinct messages: a platform's signed deliveries, batches of events."""

import hmac
import json
import time
from collections.abc import Iterator

from attesa.replay.deliveries import event

SECRET = "the-benchmark-signs-with-this"
TOKEN = "the-benchmark-sends-with-this"
SOURCE = "chatwoot"
CONFIGURATION = """\
tenants:
  bench: {pseudonym_key: BENCH_PSEUDONYMS}
sources:
  chatwoot: {tenant: bench, secrets: [BENCH_SECRET]}
"""
ENVIRONMENT = {
    "BENCH_PSEUDONYMS": "a key of at least sixteen characters",
    "BENCH_SECRET": SECRET,
    "ATTESA_GATEWAY_TOKENS": f"bench={TOKEN}",
    "ATTESA_SOURCE_REQUESTS_PER_SECOND": "1000000",
}
MESSAGES_PER_CHAT = 8
TEXTS = (
    "Hello, my order has not arrived yet, can you tell me where it is?",
    "Hi Ada, thanks for your patience! I am looking into it right now, one moment please.",
    "It is the one with the blue shoes, I paid for it last Tuesday.",
    "I see, and what is the number on the confirmation that you got by e-mail?",
    "One moment, I have to look for it.",
    "Take your time.",
    "Here it is: 100-2931-77",
    "Found it. It left us this morning and will be there tomorrow. Can I help you with anything else?",
)


def deliveries(count: int | None = None, first: int = 0) -> Iterator[bytes]:
    """Chatwoot's deliveries of messages, about 1.9 kB each, signed now; for ever where no count is given."""
    number = first
    while count is None or number < first + count:
        at_s = int(time.time())
        body = _message(number, at_s)
        digest = hmac.digest(SECRET.encode(), b"%d.%b" % (at_s, body), "sha256").hex()
        headers = {"x-chatwoot-timestamp": str(at_s), "x-chatwoot-signature": f"sha256={digest}"}
        yield request(f"/v1/sources/{SOURCE}", "application/json", body, headers)
        number += 1


def batches(count: int, events: int) -> Iterator[bytes]:
    """Requests with this many events each."""
    now_ms = time.time_ns() // 1_000_000
    for number in range(count):
        body = json.dumps([_event(number * events + place, now_ms) for place in range(events)]).encode()
        headers = {"authorization": f"Bearer {TOKEN}"}
        yield request("/v1/events", "application/cloudevents-batch+json", body, headers)


def request(path: str, media_type: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST as a platform's client writes it."""
    written = {
        "host": "127.0.0.1",
        "user-agent": "benchmark",
        "accept": "*/*",
        "content-type": media_type,
        "content-length": str(len(body)),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in written.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _event(number: int, now_ms: int) -> dict[str, object]:
    chat = f"chat-{number // MESSAGES_PER_CHAT}"
    author = "agent" if number % 2 else "customer"
    return event(
        "message.sent", now_ms, identity=f"{chat}/{number}", source="bench", tenant="bench", subject=chat,
        data={"author": author, "message_id": str(number), "length": 20 + number % 100},
    )  # fmt: skip


def _message(number: int, at_s: int) -> bytes:
    """A message as Chatwoot tells it, with all that stands around it there."""
    agent = number % 2
    chat = number // MESSAGES_PER_CHAT
    told = {
        "event": "message_created",
        "id": number,
        "content": TEXTS[number % len(TEXTS)],
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at_s)),
        "message_type": "outgoing" if agent else "incoming",
        "sender": {"id": 7, "name": "Grace", "type": "user"} if agent else _CUSTOMER | {"id": chat},
        "conversation": _CONVERSATION | {"id": chat, "meta": {"sender": _CUSTOMER | {"id": chat}}},
    }
    return json.dumps(told | _REST).encode()


_CUSTOMER = {
    "additional_attributes": {"city": "Turin", "country_code": "IT"},
    "custom_attributes": {},
    "email": "ada@shop.example",
    "identifier": None,
    "name": "Ada Byron",
    "phone_number": None,
    "thumbnail": "",
    "type": "contact",
}
_REST = {
    "account": {"id": 3, "name": "Shop"},
    "content_type": "text",
    "content_attributes": {},
    "inbox": {"id": 11, "name": "Website"},
    "private": False,
    "source_id": None,
}
_CONVERSATION = {
    "additional_attributes": {
        "browser": {
            "browser_name": "Firefox",
            "browser_version": "140.0",
            "device_name": "Unknown",
            "platform_name": "Linux",
        },
        "browser_language": "it",
        "initiated_at": {"timestamp": "Sat Jan 31 2026 12:59:00 GMT+0100 (Central European Time)"},
        "referer": "https://shop.example/shoes/blue?size=42&from=newsletter",
    },
    "agent_last_seen_at": 1_769_860_740,
    "can_reply": True,
    "channel": "Channel::WebWidget",
    "contact_inbox": {
        "contact_id": 77,
        "hmac_verified": False,
        "id": 12,
        "inbox_id": 11,
        "source_id": "3d0e2c5f-0f0a-4f0e-9a5e-9a4bb5a3f0b1",
    },
    "contact_last_seen_at": 1_769_860_740,
    "inbox_id": 11,
    "labels": ["orders"],
    "messages": [
        {
            "content": "Get notified by e-mail",
            "content_type": "input_email",
            "conversation_id": 42,
            "created_at": 1_769_860_740,
            "id": 9000,
            "message_type": 3,
            "private": False,
            "sender_type": None,
            "status": "sent",
        }
    ],
    "status": "open",
    "timestamp": 1_769_860_740,
    "unread_count": 1,
}
