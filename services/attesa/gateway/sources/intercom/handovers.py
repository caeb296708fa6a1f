"""From bot to person and from person to person: what Intercom tells of it only by who acts, and in what."""

from attesa.gateway.sources.intercom.people import author_of, is_ai
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

ESCALATED = ("escalated", "routed_to_team", "procedure_handoff")
FIRST_REPLY = "statistics.first_admin_reply_at"
FIRST_ASSIGNMENT = "statistics.first_assignment_at"
LAST_WORDS = "statistics.last_contact_reply_at"


def tell_ai_leads(item: Reader, part: Reader, at: Instant, to: Telling) -> None:
    """Fin answers: what the customer wrote before it was for Fin, and asked for nobody."""
    if not is_ai(part):
        return
    wrote = _instant(item, LAST_WORDS)
    if wrote is None and item.has("source.author") and author_of(item.child("source")) == "customer":
        wrote = item.instant_s("created_at")
    if wrote is not None and wrote.at <= at.at:
        fact = f"ai-{wrote.milliseconds}"
        to.tell("session.started", item.id("id"), fact, wrote, bot_first=True)


def tell_asked(item: Reader, part: Reader, author: str, at: Instant, to: Telling) -> None:
    """Who waits for a person, where nothing was assigned: since the customer's last words.

    Fin says that it has given up. Of a bot's conversation a person's first words say it, too, unless it was
    assigned before, which told it; later ones say nothing of who waited for whom.
    """
    escalated = item.hint("ai_agent.resolution_state") in ESCALATED
    since = at if author == "customer" else _instant(item, LAST_WORDS)
    if author == "agent":
        untold = not _replied(item, at) and not _before(item, FIRST_ASSIGNMENT, at)
        asked = since is not None and untold and (escalated or _bot_led(item))
    else:
        asked = escalated and author != "system"
    if asked:
        began = since if since is not None and since.at <= at.at else at
        fact = f"asked-{part.id('id')}"
        to.tell("session.transferred", item.id("id"), fact, began, kind="bot_to_person")


def transfer_kind(
    item: Reader, part: Reader, author: str, at: Instant, *, is_self: bool, speaks: bool
) -> str | None:
    """Whether an assignment hands over: the platform tells who assigned to whom, not who had it before."""
    if author == "bot":
        return "bot_to_person" if _bot_led(item) else None
    if part.text("part_type") == "away_mode_assignment":
        return "person_to_person"
    if author != "agent":
        return None
    replied = _replied(item, at)
    if not replied and _bot_led(item):
        return "bot_to_person"
    return "person_to_person" if (replied or speaks) and not is_self else None


def _replied(item: Reader, at: Instant) -> bool:
    """Whether a person had replied before; the statistics count what the assignment itself says."""
    return not item.has("statistics") or _before(item, FIRST_REPLY, at)


def _before(item: Reader, path: str, at: Instant) -> bool:
    first = _instant(item, path)
    return first is not None and first.at < at.at


def _bot_led(item: Reader) -> bool:
    """Whether a bot spoke with the customer: else its assignment is only the routing of the request."""
    opened = item.maybe_text("source.author.type") == "bot"
    return (
        opened
        or item.maybe_text("source.delivered_as") == "operator_initiated"
        or item.flag("ai_agent_participated")
    )


def _instant(item: Reader, path: str) -> Instant | None:
    """Of the statistics: text in webhooks, seconds in the reference."""
    is_text = isinstance(item.get(path), str)
    return item.maybe_instant_iso(path) if is_text else item.maybe_instant_s(path)
