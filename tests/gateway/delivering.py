"""Deliveries of a chat platform to the gateway: a configuration, secrets, signed bodies."""

import hmac
import json
import time
from pathlib import Path
from typing import Any

from attesa.settings import Settings

SECRET = "chatwoot-signs-with-this"
URL_TOKEN = "a-long-token-in-the-address"
CUSTOMER = "customer-number-778899"
AGENT = "Ann of the shop"
TEXT = "do you have the blue one"
ENVIRONMENT = {
    "TEST_CHATWOOT_SECRET": SECRET,
    "TEST_CHATWOOT_BEFORE": "the-secret-before",
    "TEST_URL_TOKEN": URL_TOKEN,
    "TEST_PSEUDONYM_KEY": "a key of at least sixteen characters",
}
CONFIGURATION = """\
tenants:
  {tenant}: {{pseudonym_key: TEST_PSEUDONYM_KEY}}
sources:
  chatwoot/shop:
    tenant: {tenant}
    secrets: [TEST_CHATWOOT_SECRET, TEST_CHATWOOT_BEFORE]
  chatwoot/old:
    tenant: {tenant}
    tokens: [TEST_URL_TOKEN]
  sunshine_conversations:
    tenant: {tenant}
    secrets: [TEST_URL_TOKEN]
"""
SHOP = "/v1/sources/chatwoot/shop"
OLD = "/v1/sources/chatwoot/old"
ZENDESK = "/v1/sources/sunshine_conversations"


def configured(folder: Path, tenant: str = "default", text: str = CONFIGURATION, **others: Any) -> Settings:
    """Settings with the three sources; whoever asks sets ENVIRONMENT."""
    path = folder / "attesa.yaml"
    path.write_text(text.format(tenant=tenant), encoding="utf-8")
    return Settings(config=path, partitions=4, spool_dir=folder / "spool", **others)


def message(number: int, conversation: int = 42, **more: Any) -> dict[str, Any]:
    """An agent's message, as Chatwoot delivers it: one event, where a customer's begins the session too."""
    return {
        "event": "message_created",
        "id": number,
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "message_type": "outgoing",
        "content": TEXT,
        "sender": {"id": 3, "type": "user", "name": AGENT},
        "conversation": {"id": conversation, "meta": {"sender": {"id": CUSTOMER}}},
    } | more


def written(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def signed(raw: bytes, secret: str = SECRET, stamp: float | None = None) -> dict[str, str]:
    """The headers of a delivery that Chatwoot signed."""
    at = str(int(time.time() if stamp is None else stamp))
    digest = hmac.new(secret.encode(), f"{at}.".encode() + raw, "sha256").hexdigest()
    return {
        "content-type": "application/json",
        "x-chatwoot-timestamp": at,
        "x-chatwoot-signature": f"sha256={digest}",
    }
