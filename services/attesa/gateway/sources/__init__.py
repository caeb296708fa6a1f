"""The chat platforms that attesa can read: for each a pure function from a delivery to events.

A new one is a module with an ADAPTER, a test beside the others, and a line in REGISTRY.
"""

from attesa.gateway.sources import (
    amazon_connect,
    chatwoot,
    cloudevents,
    intercom,
    livechat,
    rocketchat,
    segment,
    shopify,
    standard_webhooks,
    sunshine_conversations,
    whatsapp_cloud,
)
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import Certainty, Tells, kpis
from attesa.gateway.sources.delivery import Adapted, Context, Delivery, Ignored, Invalid, Unmapped

__all__ = [
    "REGISTRY",
    "Adapted",
    "Adapter",
    "Certainty",
    "Context",
    "Delivery",
    "Ignored",
    "Invalid",
    "Tells",
    "Unmapped",
    "kpis",
]

REGISTRY: dict[str, Adapter] = {
    "amazon_connect": amazon_connect.ADAPTER,
    "chatwoot": chatwoot.ADAPTER,
    "cloudevents": cloudevents.ADAPTER,
    "intercom": intercom.ADAPTER,
    "livechat": livechat.ADAPTER,
    "rocketchat": rocketchat.ADAPTER,
    "segment": segment.ADAPTER,
    "shopify": shopify.ADAPTER,
    "standard_webhooks": standard_webhooks.ADAPTER,
    "sunshine_conversations": sunshine_conversations.ADAPTER,
    "whatsapp_cloud": whatsapp_cloud.ADAPTER,
}
