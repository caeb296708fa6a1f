"""How a conversation begins: by whom, on which channel, and with which first message."""

from attesa.gateway.sources.intercom.parts import tell_message
from attesa.gateway.sources.intercom.people import author_of, customer_of
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

CHANNELS = {
    "conversation": "live_chat",
    "email": "email",
    "facebook": "social",
    "instagram": "social",
    "twitter": "social",
}
CAMPAIGNS = frozenset({"campaign_initiated", "campaigns_initiated", "automated"})
BY_BUSINESS = CAMPAIGNS | {"admin_initiated"}
BY_BOT = "operator_initiated"


def tell_start(item: Reader, to: Telling) -> None:
    """The conversation and its first message, which has no time of its own."""
    conversation, at = item.id("id"), item.instant_s("created_at")
    first = item.child("source" if item.has("source") else "conversation_message")
    author = author_of(first)
    delivered = first.maybe_text("delivered_as")
    outbound = delivered != BY_BOT and (author == "agent" or delivered in BY_BUSINESS)
    bot_leads = author == "bot" or delivered == BY_BOT or item.flag("ai_agent_participated")
    sort = first.maybe_text("type")
    customer = customer_of(item, to)
    to.tell(
        "session.started",
        conversation,
        "started",
        at,
        channel=CHANNELS.get(sort, "chat") if item.has("source") and sort else None,
        direction="outbound" if outbound else None,
        by="agent" if outbound and author == "agent" else None,
        bot_first=True if bot_leads and not outbound else None,
        customer=customer,
    )
    kind = "campaign" if delivered in CAMPAIGNS else None
    tell_message(item, first, at, to, kind=kind)
    address = item.maybe_text("user.email") or (
        first.maybe_text("author.email") if author == "customer" else ""
    )
    if customer and address:
        to.link(customer, to.context.email(address), conversation, at)
