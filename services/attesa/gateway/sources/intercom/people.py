"""Who is who in Intercom: the kinds of authors, agents and their presence, contacts that are one."""

from attesa.gateway.sources.intercom.topics import SESSIONS_OF_AGENTS
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

AUTHORS = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
    "admin": "agent",
    "bot": "bot",
    "team": "system",
    "nobody_admin": "system",
}
MOST_TEAMS = 50


def author_of(said: Reader) -> str:
    """Operator and Fin are bots even where they have an admin's form. Raises Wrong."""
    author = said.maybe_child("author")
    if author is None:
        return "system"
    kind = author.text("type")
    if kind not in AUTHORS:
        raise author.wrong("type", "user, lead, contact, visitor, admin, bot or team")
    address = author.maybe_text("email") or ""
    is_operator = address.startswith("operator+") and address.endswith("@intercom.io")
    if kind == "admin" and (is_operator or is_ai(said)):
        return "bot"
    return AUTHORS[kind]


def is_ai(said: Reader) -> bool:
    """Fin's own words; what an automation says in Fin's name is none of them."""
    return said.flag("author.from_ai_agent") or said.flag("author.is_ai_answer")


def customer_of(item: Reader, to: Telling) -> str | None:
    """By the id that both generations give a contact."""
    native = item.maybe_id("user.id") or item.maybe_id("contacts.contacts.0.id")
    if native is None and item.has("source.author") and author_of(item.child("source")) == "customer":
        native = item.maybe_id("source.author.id")
    return to.context.customer(native) if native else None


def tell_presence(topic: str, body: Reader, to: Telling) -> None:
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


def tell_merged(body: Reader, to: Telling) -> None:
    """The contact that is left has the id of the item."""
    gone = to.context.customer(body.id("data.item.merged_from.id"))
    stays = to.context.customer(body.id("data.item.id"))
    to.tell_customer("customer.linked", gone, f"merged-{stays}", body.instant_s("created_at"), same_as=stays)
