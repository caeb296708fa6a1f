"""How each platform posts a delivery: its headers, its signature, and what differs when it sends it again.

Written from the platforms' documentation, apart from what attesa verifies with.
"""

import base64
import hmac
import json
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from standardwebhooks import Webhook
from tests.integration.platforms.local_sns import LocalSns

JSON = {"content-type": "application/json"}
Headers = dict[str, str]


class Told(NamedTuple):
    """A body, and the headers that say what it is."""

    body: Any
    headers: Mapping[str, str] = MappingProxyType({})


class Post(NamedTuple):
    """One request, as it arrives."""

    source: str
    raw: bytes
    headers: Headers


class Senders:
    """The platforms, each with a secret of its own; `secrets` by variable of the environment."""

    def __init__(self, sns: LocalSns) -> None:
        self.sns = sns
        self.secrets = {f"E2E_{name.upper()}": f"{name}-{uuid.uuid4().hex}" for name in _BY_PLATFORM}
        for name in ("E2E_CLOUDEVENTS", "E2E_STANDARD_WEBHOOKS"):
            self.secrets[name] = f"whsec_{base64.b64encode(uuid.uuid4().bytes * 2).decode()}"

    def secret(self, platform: str) -> str:
        return self.secrets[f"E2E_{platform.upper()}"]

    def post(self, source: str, told: Told, attempt: int = 1) -> Post:
        """The request of an attempt, the first or a later one."""
        body, headers = _BY_PLATFORM[source.partition("/")[0]](self, told, attempt)
        return Post(source, body, {**JSON, **told.headers, **headers})


Sent = tuple[bytes, Headers]


def written(body: Any) -> bytes:
    return json.dumps(body).encode()


def _hex(secret: str, message: bytes, algorithm: str) -> str:
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def _amazon_connect(to: Senders, told: Told, attempt: int) -> Sent:
    """Messages by SNS, which signs them; events by EventBridge's API destination, with a key. Both repeat."""
    body = told.body
    if body.get("Type") not in {"Notification", "SubscriptionConfirmation"}:
        return written(body), {"x-api-key": to.secret("amazon_connect")}
    signed = to.sns.signed(body, "2" if attempt == 1 else "1")
    return written(signed), {"x-amz-sns-message-type": body["Type"], "content-type": "text/plain"}


def _livechat(to: Senders, told: Told, attempt: int) -> Sent:
    """Sends once; but a second webhook that is registered for the same action tells the same."""
    body = told.body | {"secret_key": to.secret("livechat"), "webhook_id": f"w-{attempt}"}
    return written(body), {}


def _sunshine_conversations(to: Senders, told: Told, attempt: int) -> Sent:
    body = told.body | {"webhook": {"id": f"w-{attempt}", "version": "v2"}}
    return written(body), {"x-api-key": to.secret("sunshine_conversations")}


def _intercom(to: Senders, told: Told, attempt: int) -> Sent:
    later = {"delivery_attempts": attempt, "delivered_at": int(time.time()) if attempt > 1 else 0}
    raw = written(told.body | later)
    return raw, {"x-hub-signature": f"sha1={_hex(to.secret('intercom'), raw, 'sha1')}"}


def _chatwoot(to: Senders, told: Told, attempt: int) -> Sent:
    """Signed anew for each attempt."""
    raw, stamp = written(told.body), str(int(time.time()) - 2 + attempt)
    digest = _hex(to.secret("chatwoot"), f"{stamp}.".encode() + raw, "sha256")
    named = {"x-chatwoot-delivery": str(uuid.uuid5(uuid.NAMESPACE_URL, raw.hex()))}
    return raw, {**named, "x-chatwoot-timestamp": stamp, "x-chatwoot-signature": f"sha256={digest}"}


def _rocketchat(to: Senders, told: Told, _attempt: int) -> Sent:
    return written(told.body), {"x-rocketchat-livechat-token": to.secret("rocketchat")}


def _whatsapp_cloud(to: Senders, told: Told, _attempt: int) -> Sent:
    raw = written(told.body)
    return raw, {"x-hub-signature-256": f"sha256={_hex(to.secret('whatsapp_cloud'), raw, 'sha256')}"}


def _shopify(to: Senders, told: Told, _attempt: int) -> Sent:
    raw = written(told.body)
    digest = hmac.digest(to.secret("shopify").encode(), raw, "sha256")
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, raw.hex() + told.headers["x-shopify-topic"]))
    signature = base64.b64encode(digest).decode()
    return raw, {"x-shopify-webhook-id": name, "x-shopify-hmac-sha256": signature}


def _segment(to: Senders, told: Told, attempt: int) -> Sent:
    sent_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raw = written(told.body | ({"sentAt": sent_at} if attempt > 1 else {}))
    return raw, {"x-signature": _hex(to.secret("segment"), raw, "sha1")}


def _standard(to: Senders, told: Told, attempt: int, platform: str = "standard_webhooks") -> Sent:
    """The id is the delivery's, the time the attempt's; the reference library signs."""
    raw = written(told.body)
    at = datetime.fromtimestamp(int(time.time()) - 2 + attempt, UTC)
    name = told.headers.get("webhook-id") or f"msg_{uuid.uuid5(uuid.NAMESPACE_URL, raw.hex())}"
    signature = Webhook(to.secret(platform)).sign(name, at, raw.decode())
    stamp = str(int(at.timestamp()))
    return raw, {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def _cloudevents(to: Senders, told: Told, attempt: int) -> Sent:
    return _standard(to, told, attempt, "cloudevents")


_BY_PLATFORM: dict[str, Callable[[Senders, Told, int], Sent]] = {
    "amazon_connect": _amazon_connect,
    "chatwoot": _chatwoot,
    "cloudevents": _cloudevents,
    "intercom": _intercom,
    "livechat": _livechat,
    "rocketchat": _rocketchat,
    "segment": _segment,
    "shopify": _shopify,
    "standard_webhooks": _standard,
    "sunshine_conversations": _sunshine_conversations,
    "whatsapp_cloud": _whatsapp_cloud,
}
