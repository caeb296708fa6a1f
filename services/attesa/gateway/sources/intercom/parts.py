"""The parts of an Intercom conversation: messages, notes, assignments, the end; which part is which."""

from typing import Any

from attesa.gateway.sources.intercom.handovers import tell_ai_leads, tell_asked, transfer_kind
from attesa.gateway.sources.intercom.people import author_of
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling
from attesa.gateway.texts import plain

ASSIGNMENTS = frozenset(
    {
        "assignment",
        "assign_and_reopen",
        "assign_and_unsnooze",
        "away_mode_assignment",
        "default_assignment",
    }
)
AUTOMATIC = frozenset({"channel_and_reply_time_expectation"})  # "we reply within two hours"
# An agent's answer may ride inside what assigns, opens, closes or snoozes.
SPEAKING = ASSIGNMENTS | AUTOMATIC | {"comment", "open", "close", "snoozed", "unsnoozed", "quick_reply"}
ENDED_BY = {"customer": "customer", "agent": "agent", "bot": "system", "system": "system"}
KINDS = {"audio": "voice", "video": "video", "image": "image"}


def tell_part(topic: str, item: Reader, part: Reader, to: Telling) -> None:
    """What one part says, whichever topic brought it. Raises Wrong."""
    kind, at, name = part.text("part_type"), part.instant_s("created_at"), part.id("id")
    author = author_of(part)
    is_note = kind.startswith("note")
    speaks = (is_note or kind in SPEAKING or topic.endswith(".replied")) and says_something(part)
    if speaks and kind in AUTOMATIC:
        tell_message(item, part, at, to, author="system", kind="automatic")
    elif speaks:
        if not is_note:
            tell_ai_leads(item, part, at, to)
            tell_asked(item, part, author, at, to)
        tell_message(item, part, at, to, visible=False if is_note else None)
    if kind in ASSIGNMENTS:
        _assigned(topic, item, part, author, at, to)
    elif kind == "close":
        reason = "resolved" if author == "agent" else None
        to.tell("session.ended", item.id("id"), f"closed-{name}", at, by=ENDED_BY[author], reason=reason)
    elif not speaks:
        to.ignore(topic, "a part that says nothing")


def tell_message(item: Reader, said: Reader, at: Instant, to: Telling, **changes: Any) -> None:
    """A message: a part, or the first one of a conversation. `changes` to what is read of it."""
    told = author_of(said)
    author, name = changes.pop("author", told), said.maybe_id("id") or "first"
    customer_name = item.maybe_text("user.name") or item.maybe_text("source.author.name") or ""
    seen = to.context.look(plain(said.maybe_text("body") or ""), author, customer_name)
    fields = {
        "author": author,
        "message_id": name,
        "kind": _kind(said),
        "agent": to.context.agent(said.id("author.id")) if author == "agent" else None,
    }
    given = {field: value for field, value in changes.items() if value is not None}
    to.tell("message.sent", item.id("id"), f"message-{name}", at, **{**fields, **given, **seen.fields})


def _assigned(topic: str, item: Reader, part: Reader, author: str, at: Instant, to: Telling) -> None:
    taker = part.maybe_child("assigned_to")
    sort = taker.maybe_text("type") if taker else None
    if taker is None or sort not in {"admin", "team"}:
        to.ignore(topic, "assigned to nobody")
        return
    conversation, name = item.id("id"), part.id("id")
    native = taker.id("id")
    queue = native if sort == "team" else item.maybe_id("team_assignee_id")
    queue = None if queue == "0" else queue
    agent = to.context.agent(native) if sort == "admin" else None
    to.tell("agent.assigned", conversation, f"assigned-{name}", at, agent=agent, queue=queue)
    is_self = author == "agent" and sort == "admin" and part.id("author.id") == native
    kind = transfer_kind(item, part, author, at, is_self=is_self, speaks=says_something(part))
    if kind:
        fact = f"transferred-{name}"
        to.tell("session.transferred", conversation, fact, at, kind=kind, to_queue=queue)


def says_something(part: Reader) -> bool:
    return bool(plain(part.maybe_text("body") or "")) or bool(_kind(part))


def _kind(said: Reader) -> str | None:
    """Of an attachment."""
    if not said.get("attachments"):
        return None
    return KINDS.get((said.maybe_text("attachments.0.content_type") or "").partition("/")[0], "file")
