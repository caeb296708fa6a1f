"""Chatwoot's account webhooks. One source per account: a conversation's number is the account's own."""

from typing import Any

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "webwidget_triggered": "somebody opened the page; there is no conversation yet",
    "conversation_opened": "status changes tell it",
    "conversation_typing_on": "typing",
    "conversation_typing_off": "typing",
    "contact_created": "a contact without a conversation",
    "contact_updated": "a contact without a conversation",
    "inbox_created": "settings",
    "inbox_updated": "settings",
}
CHANNELS = {
    "Channel::WebWidget": "live_chat",
    "Channel::Email": "email",
    "Channel::TwitterProfile": "social",
}
KINDS = {"audio": "voice", "video": "video"}  # of an attachment; others are called as they are


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("event")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native == "message_created":
        _message(body, to)
    elif native == "message_updated":
        _updated_message(body, to)
    elif native == "conversation_created":
        _created(body, to)
    elif native == "conversation_resolved":
        _resolved(body, to)
    elif native in {"conversation_status_changed", "conversation_updated"}:
        _changed(native, body, to)
    else:
        to.unmapped(native)


def _created(body: Reader, to: Telling) -> None:
    conversation = body.id("id")
    at = _instant(body, "created_at") or body.instant_s("timestamp")
    channel, native = body.maybe_text("channel"), body.maybe_id("meta.sender.id")
    customer = to.context.customer(native) if native else None
    to.tell(
        "session.started",
        conversation,
        "started",
        at,
        channel=CHANNELS.get(channel, "chat") if channel else None,
        bot_first=True if body.maybe_text("status") == "pending" else None,
        direction="outbound" if _begun_by_agent(body) else None,
        customer=customer,
        language=body.maybe_text("additional_attributes.browser_language"),
    )
    email = body.maybe_text("meta.sender.email")
    if customer and email:
        to.link(customer, to.context.email(email), conversation, at)


def _begun_by_agent(body: Reader) -> bool:
    """Whether the only message that there is yet is a person's of ours: nested, directions are numbers."""
    return (body.get("messages.0.message_type"), body.get("messages.0.sender_type")) == (1, "User")


def _changed(native: str, body: Reader, to: Telling) -> None:
    """Two webhooks may tell one change: the time of the change names the fact in both."""
    changes = _changes(body)
    before, after = changes.get("status", (None, None))
    if after == "resolved" or (not changes and body.maybe_text("status") == "resolved"):
        _resolved(body, to)
    elif (before, after) == ("pending", "open"):
        at = _changed_at(body)
        to.tell("session.transferred", body.id("id"), f"handed-over-{_second(at)}", at, kind="bot_to_person")
    elif changes.keys() & {"assignee_id", "team_id"}:
        _assigned(body, changes, to)
    else:
        to.ignore(native, "neither the status nor the assignee changed")


def _assigned(body: Reader, changes: dict[str, tuple[Any, Any]], to: Telling) -> None:
    at, conversation = _changed_at(body), body.id("id")
    before, agent = changes.get("assignee_id", (None, None))
    team = body.maybe_text("meta.team.name")
    if agent is not None:
        named = to.context.agent(str(agent))
        fact = f"assigned-{_second(at)}-{named}"
        to.tell("agent.assigned", conversation, fact, at, agent=named, team=team)
    if before is not None or changes.get("team_id", (None, None))[0] is not None:
        fact = f"transferred-{_second(at)}"
        to.tell("session.transferred", conversation, fact, at, kind="person_to_person", to_queue=team)
    elif agent is None:
        to.ignore("conversation_updated", "a team without an agent, or nobody any more")


def _resolved(body: Reader, to: Telling) -> None:
    """Chatwoot does not say who resolved it: nearly always an agent."""
    at = _changed_at(body)
    to.tell("session.ended", body.id("id"), f"resolved-{_second(at)}", at, by="agent", reason="resolved")


def _message(body: Reader, to: Telling) -> None:
    conversation, message = body.id("conversation.id"), body.id("id")
    at = _instant(body, "created_at") or body.received
    kind = body.text("message_type")
    if kind == "activity":
        to.ignore("message_created", "a note of the system on the conversation")
    elif body.maybe_text("content_type") == "input_csat":
        fact = f"survey-{message}"
        to.tell("survey.requested", conversation, fact, at, question="csat", scale="1-5")
    else:
        author = _author(body, kind)
        name = body.maybe_text("conversation.meta.sender.name") or ""
        seen = to.context.look(body.maybe_text("content") or "", author, name)
        writer = body.maybe_id("sender.id") if author == "agent" else None
        to.tell(
            "message.sent",
            conversation,
            f"message-{message}",
            at,
            author=author,
            message_id=message,
            visible=False if body.flag("private") else None,
            kind=_kind(body, kind),
            agent=to.context.agent(writer) if writer else None,
            **seen.fields,
        )


def _author(body: Reader, kind: str) -> str:
    """Of the message's direction and its sender; a template is the system's (greeting, out of office)."""
    if kind == "incoming":
        return "customer"
    if kind == "template":
        return "system"
    if kind != "outgoing":
        raise body.wrong("message_type", "incoming, outgoing, template or activity")
    sender = body.maybe_text("sender.type")
    return {"user": "agent", "agent_bot": "bot"}.get(sender or "", "system")


def _kind(body: Reader, message_type: str) -> str | None:
    if body.has("additional_attributes.campaign_id"):
        return "campaign"
    if message_type == "template" or body.has("content_attributes.automation_rule_id"):
        return "automatic"
    sort = body.maybe_text("attachments.0.file_type")
    return KINDS.get(sort, sort) if sort else None


def _updated_message(body: Reader, to: Telling) -> None:
    answer = body.maybe_child("content_attributes.submitted_values.csat_survey_response")
    if answer is None:
        to.ignore("message_updated", "an edit or a delivery report")
        return
    at = _instant(body, "updated_at") or body.received
    fact = f"rated-{body.id('id')}"
    conversation, rating = body.id("conversation.id"), answer.number("rating")
    to.tell("survey.answered", conversation, fact, at, question="csat", scale="1-5", value=rating)


def _changes(body: Reader) -> dict[str, tuple[Any, Any]]:
    """Attribute to (before, after), of a list of one-attribute objects."""
    found = {}
    for change in body.each("changed_attributes"):
        for name in change.child("").value:
            found[name] = (change.get(f"{name}.previous_value"), change.get(f"{name}.current_value"))
    return found


def _changed_at(body: Reader) -> Instant:
    return _instant(body, "updated_at") or body.instant_s("timestamp")


def _instant(body: Reader, path: str) -> Instant | None:
    """Chatwoot writes one field as ISO text in messages and as seconds in conversations."""
    if isinstance(body.get(path), str):
        return body.maybe_instant_iso(path)
    return body.maybe_instant_s(path)


def _second(at: Instant) -> int:
    """The versions differ in fractions."""
    return at.milliseconds // 1000


ADAPTER = Adapter(
    title="Chatwoot",
    read=read,
    tells=Tells(requested=INFERRED, author=EXACT, transfer=INFERRED, end=INFERRED, survey=EXACT),
    notes=(
        "Who resolved a conversation is not told; it is taken for the agent.",
        "The request is the first message, or the status going from pending to open after a bot.",
    ),
)
