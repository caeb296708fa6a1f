"""Intercom's webhooks, of API 1.x and 2.x: a conversation, and the parts of it that are new. Seconds."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.intercom_parts import author_of, tell_message, tell_part
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "ping": "a test of the webhook",
    "conversation.read": "a receipt",
    "conversation.deleted": "a conversation was deleted",
    "conversation.priority.updated": "a priority",
    "conversation.contact.attached": "a member of a group",
    "conversation.contact.detached": "a member of a group",
    "conversation_part.tag.created": "a tag on a part that was told before",
    "conversation_part.redacted": "a part that was told before",
    "conversation.rating.remark.added": "a remark on an answer that was told before",
    "contact.created": "a contact without a conversation",
    "contact.lead.created": "a contact without a conversation",
    "contact.user.created": "a contact without a conversation",
    "contact.user.updated": "a contact without a conversation",
    "contact.lead.updated": "a contact without a conversation",
    "user.created": "a contact without a conversation",
    "user.email.updated": "a contact without a conversation",
}
BEGINNINGS = frozenset({"conversation.user.created", "conversation.admin.single.created"})
SPOKEN = frozenset(
    {
        "conversation.user.replied",
        "conversation.admin.replied",
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.closed",
        "conversation.operator.replied",
    }
)
QUIET = frozenset(
    {
        "conversation.admin.opened",
        "conversation.admin.open.assigned",
        "conversation.admin.snoozed",
        "conversation.admin.unsnoozed",
    }
)
SESSIONS_OF_AGENTS = {"admin.logged_in": "available", "admin.logged_out": "offline"}
RATED = "conversation.rating.added"
CHANNELS = {
    "conversation": "live_chat",
    "email": "email",
    "facebook": "social",
    "instagram": "social",
    "twitter": "social",
}
BY_BUSINESS = frozenset({"admin_initiated", "campaign_initiated", "automated"})
BY_BOT = "operator_initiated"
MOST_TEAMS = 50


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    topic = body.text("topic")
    if topic in IGNORED:
        to.ignore(topic, IGNORED[topic])
    elif topic in BEGINNINGS:
        _begun(body.child("data.item"), to)
        _parts(topic, body.child("data.item"), to)
    elif topic in SPOKEN:
        if not _parts(topic, body.child("data.item"), to):
            path = "data.item.conversation_parts.conversation_parts"
            raise body.wrong(path, "no part says what happened")
    elif topic in QUIET:
        if not _parts(topic, body.child("data.item"), to):
            to.ignore(topic, "nothing that counts")
    elif topic == RATED:
        _rated(body, to)
    elif topic == "admin.away_mode_updated" or topic in SESSIONS_OF_AGENTS:
        _presence(topic, body, to)
    else:
        to.unmapped(topic)


def _begun(item: Reader, to: Telling) -> None:
    """The conversation and its first message, which has no time of its own."""
    conversation, at = item.id("id"), item.instant_s("created_at")
    first = item.child("source" if item.has("source") else "conversation_message")
    author = author_of(first.child("author"))
    delivered = first.maybe_text("delivered_as")
    outbound = delivered != BY_BOT and (author == "agent" or delivered in BY_BUSINESS)
    sort = first.maybe_text("type")
    customer = _customer(item, to)
    to.tell(
        "session.started",
        conversation,
        "started",
        at,
        channel=CHANNELS.get(sort, "chat") if item.has("source") and sort else None,
        direction="outbound" if outbound else None,
        by="agent" if outbound and author == "agent" else None,
        bot_first=True if author == "bot" or delivered == BY_BOT else None,
        customer=customer,
    )
    kind = "campaign" if delivered in {"campaign_initiated", "automated"} else None
    tell_message(item, first, at, to, kind=kind)
    address = item.maybe_text("user.email") or (
        first.maybe_text("author.email") if author == "customer" else ""
    )
    if customer and address:
        to.link(customer, to.context.email(address), conversation, at)


def _parts(topic: str, item: Reader, to: Telling) -> int:
    """A notification may hold several parts; a broken one does not take the others with it."""
    count = 0
    for part in item.each("conversation_parts.conversation_parts"):
        count += 1
        with to.part(part.path):
            tell_part(topic, item, part, to)
    return count


def _rated(body: Reader, to: Telling) -> None:
    """`created_at` of a rating is when it was asked for."""
    conversation = body.id("data.item.id")
    rating = body.child("data.item.conversation_rating")
    asked = rating.maybe_instant_s("created_at")
    if asked is not None:
        fact = f"survey-{asked.milliseconds}"
        to.tell("survey.requested", conversation, fact, asked, question="csat", scale="1-5")
    at = rating.maybe_instant_s("updated_at") or body.instant_s("created_at")
    value = rating.number("rating")
    fact = f"rated-{at.milliseconds}"
    to.tell("survey.answered", conversation, fact, at, question="csat", scale="1-5", value=value)


def _presence(topic: str, body: Reader, to: Telling) -> None:
    admin, at = body.child("data.item"), body.instant_s("created_at")
    status = SESSIONS_OF_AGENTS.get(topic)
    if status is None and not admin.has("away_mode_enabled"):
        raise admin.wrong("away_mode_enabled", "the field is missing")
    if status != "offline" and admin.flag("away_mode_enabled"):
        status = "away"
    teams = [team.id("") for team in admin.each("team_ids")][:MOST_TEAMS]
    named = to.context.agent(admin.id("id"))
    fact = f"presence-{at.milliseconds}"
    to.tell_agent(named, fact, at, status=status or "available", queues=teams or None)


def _customer(item: Reader, to: Telling) -> str | None:
    native = item.maybe_id("user.id") or item.maybe_id("contacts.contacts.0.id")
    return to.context.customer(native) if native else None


ADAPTER = Adapter(
    title="Intercom",
    read=read,
    tells=Tells(
        requested=INFERRED,
        queued=INFERRED,
        author=EXACT,
        transfer=INFERRED,
        end=EXACT,
        survey=EXACT,
        presence=INFERRED,
    ),
    notes=(
        "The request is the first message, or the assignment by a bot that had spoken with the customer.",
        "The queue is the id of the team that a conversation was assigned to.",
        "An agent who assigns to another after a reply transfers; being assigned is not accepting.",
        "What an agent, a campaign or a rule begins is outbound: an answer to it asks for nobody.",
        "Presence is the away mode, and logging in and out; how much an agent takes is not told.",
    ),
    export=Export(
        ids=("conversation_id", "id"),
        started=("created_at", "conversation_created_at", "conversation_started_at", "started_at"),
    ),
)
