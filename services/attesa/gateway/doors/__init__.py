"""Per platform: how its deliveries are verified, what it asks before it delivers, what it wants as an answer.

Data, and the answers to what platforms ask. What a delivery means is its adapter's.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from attesa.gateway.doors.signatures import STANDARD, Scheme, Signed, SignedAddress, SignedByKey, Token
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Wrong

# For platforms, and for versions of them, that sign nothing: a long token in the address.
URL_TOKEN = Token(query="token")

MOST_CHALLENGE = 256  # characters that are given back

Challenge = Literal["", "meta", "head", "slack"]


@dataclass(frozen=True)
class Door:
    """`schemes`: any of them verifies; none: nothing is signed, a token in the address is needed.

    `sns`: deliveries may come from Amazon SNS, whose secrets are the TopicArns that may deliver.
    `challenge`: who asks whether the address is ours. `status`: of the answer, with an empty body.
    `once`: the platform does not send again, or hardly: what is not taken at once is lost.
    """

    schemes: tuple[Scheme, ...] = ()
    sns: bool = False
    challenge: Challenge = ""
    status: int = 200
    once: bool = False

    @property
    def signs_address(self) -> bool:
        """Whether the address that was called is a part of what is signed."""
        return any(isinstance(scheme, SignedAddress) for scheme in self.schemes)


@dataclass(frozen=True)
class Answer:
    """To a challenge."""

    status: int
    text: str = ""


def challenged(door: Door, delivery: Delivery, tokens: Sequence[str]) -> Answer | None:
    """The answer to a platform's question; None where the delivery is none, and has to be verified.

    `tokens`: those that may stand in the address. Slack signs its question: verify that before.
    """
    if door.challenge == "meta" and delivery.method == "GET":
        return _subscribed(delivery, tokens)
    if door.challenge == "head" and delivery.method == "HEAD":
        return Answer(200)
    if door.challenge == "slack" and b"url_verification" in delivery.raw:
        try:
            body = delivery.json()
            if body.text("type") == "url_verification":
                return Answer(200, body.text("challenge"))
        except Wrong:
            return None
    return None


def _subscribed(delivery: Delivery, tokens: Sequence[str]) -> Answer:
    """Meta's GET: the token is one of ours, and the challenge is given back."""
    offered = delivery.query.get("hub.verify_token", "").encode("utf-8", "replace")
    known = sum(hmac.compare_digest(token.encode(), offered) for token in tokens if token)
    challenge = delivery.query.get("hub.challenge", "")
    if known and delivery.query.get("hub.mode") == "subscribe" and 0 < len(challenge) <= MOST_CHALLENGE:
        return Answer(200, challenge)
    return Answer(403)


_META = Signed("x-hub-signature-256", prefix="sha256=")

DOORS: dict[str, Door] = {
    "amazon_connect": Door((Token(header="x-api-key"),), sns=True),
    "chatwoot": Door(
        (
            Signed(
                "x-chatwoot-signature",
                prefix="sha256=",
                message="{timestamp}.{body}",
                timestamp="x-chatwoot-timestamp",
            ),
        ),
        once=True,
    ),
    "cloudevents": Door((STANDARD, SignedByKey())),
    "crisp": Door(
        (
            Signed(
                "x-crisp-signature",
                message="[{timestamp};{body}]",
                timestamp="x-crisp-request-timestamp",
                unit="ms",
                window_seconds=0,
            ),
        )
    ),
    "dixa": Door(
        (
            Signed(
                "x-dixa-signature",
                prefix="v1=",
                message="{timestamp}.{body}",
                timestamp="t",
                unit="ms",
                fields=True,
                keyed="hex",
            ),
        )
    ),
    # Tries again once, after a minute.
    "intercom": Door((Signed("x-hub-signature", "sha1", prefix="sha1="),), challenge="head", once=True),
    "livechat": Door((Token(body="secret_key"),), once=True),
    "matrix": Door((Token(header="authorization"),)),
    "messenger": Door((_META,), challenge="meta"),
    # Takes no other status than 200 for a success; its five retries live in its memory, for minutes.
    "rocketchat": Door((Token(header="x-rocketchat-livechat-token"),), once=True),
    "segment": Door((Signed("x-signature", "sha1"),)),
    "shopify": Door((Signed("x-shopify-hmac-sha256", encoding="base64"),)),
    "slack": Door(
        (
            Signed(
                "x-slack-signature",
                prefix="v0=",
                message="v0:{timestamp}:{body}",
                timestamp="x-slack-request-timestamp",
            ),
        ),
        challenge="slack",
    ),
    "standard_webhooks": Door((STANDARD, SignedByKey())),
    "sunshine_conversations": Door((Token(header="x-api-key"),)),
    "tawk": Door((Signed("x-tawk-signature", "sha1"),)),
    "tiledesk": Door((Token(header="x-hook-secret"),)),
    "twilio": Door((SignedAddress(),), status=204),
    "whatsapp_cloud": Door((_META,), challenge="meta"),
    "zammad": Door((Signed("x-hub-signature", "sha1", prefix="sha1="),)),
    "zendesk_events": Door(
        (
            Signed(
                "x-zendesk-webhook-signature",
                encoding="base64",
                message="{timestamp}{body}",
                timestamp="x-zendesk-webhook-signature-timestamp",
                unit="iso",
            ),
        )
    ),
}
