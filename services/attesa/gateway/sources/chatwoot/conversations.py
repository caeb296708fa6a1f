"""Chatwoot's conversations: their beginning, and what changed in them.

A body shows the conversation as it is when the webhook is sent, a little after the change; so does the one
message in it, the newest. Only `changed_attributes` belong to the change itself.
"""

from typing import Any

from attesa.gateway.sources.chatwoot.messages import CHANNELS, instant, is_person
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

STATUSES = ("open", "resolved", "pending", "snoozed")  # some versions tell changes by their numbers
AT_ONCE_MS = 2_000  # between a conversation's beginning, or change, and the message that caused it

Changes = dict[str, tuple[Any, Any]]


def created(body: Reader, to: Telling) -> None:
    conversation = body.id("id")
    at = instant(body, "created_at") or body.instant_s("timestamp")
    channel, native = body.maybe_text("channel"), body.maybe_id("meta.sender.id")
    customer = to.context.customer(native) if native else None
    to.tell(
        "session.started",
        conversation,
        "started",
        at,
        channel=CHANNELS.get(channel, "chat") if channel else None,
        bot_first=True if body.get("status") == "pending" else None,
        direction="outbound" if _is_outbound(body, at) else None,
        queue=body.maybe_text("meta.team.name"),
        customer=customer,
        language=body.maybe_text("additional_attributes.browser_language"),
    )
    if customer is None:
        return
    if email := body.maybe_text("meta.sender.email"):
        to.link(customer, to.context.email(email), conversation, at)
    number = body.maybe_text("meta.sender.phone_number")
    if number and number.startswith("+"):
        to.link(customer, to.context.phone(number), conversation, at)


def _is_outbound(body: Reader, at: Instant) -> bool:
    """Whether the message that the conversation began with is the business's own."""
    newest = body.maybe_child("messages.0")
    if newest is None or not _at_once(newest, at):
        return False
    return is_person(newest) or newest.has("additional_attributes.campaign_id")


def _at_once(message: Reader, at: Instant) -> bool:
    """Whether the newest message is no later one: a webhook may be sent late."""
    written = instant(message, "created_at")
    return written is None or abs(at.milliseconds - written.milliseconds) <= AT_ONCE_MS


def changed(native: str, body: Reader, to: Telling) -> None:
    """Two webhooks may tell one change: its time names the fact in both."""
    changes = _changes(body)
    before, after = (_status(told) for told in changes.get("status", (None, None)))
    untold = native == "conversation_status_changed" and not changes
    if after == "resolved" or (untold and body.maybe_text("status") == "resolved"):
        resolved(body, to)
    elif (before, after) == ("pending", "open") or _is_taken_from_bot(changes):
        at = _handed_over_at(body)
        to.tell("session.transferred", body.id("id"), f"handed-over-{_second(at)}", at, kind="bot_to_person")
    elif changes.keys() & {"assignee_id", "team_id"}:
        _assigned(native, body, changes, to)
    else:
        to.ignore(native, "neither the end, nor a hand-over, nor an assignment")


def _status(told: Any) -> Any:
    numbered = isinstance(told, int) and not isinstance(told, bool) and 0 <= told < len(STATUSES)
    return STATUSES[told] if numbered else told


def _is_taken_from_bot(changes: Changes) -> bool:
    """Newer versions assign conversations to bots as well."""
    bot, bot_after = changes.get("assignee_agent_bot_id", (None, None))
    return bot is not None and bot_after is None and changes.get("assignee_id", (None, None))[1] is not None


def _handed_over_at(body: Reader) -> Instant:
    """The time of the change; where an agent's reply caused it, that of the reply, which is a little before.

    Else the reply would stand before the request that it answers.
    """
    at = _changed_at(body)
    newest = body.maybe_child("messages.0")
    if newest is None or not is_person(newest) or not _at_once(newest, at):
        return at
    return min(at, instant(newest, "created_at") or at, key=lambda each: each.milliseconds)


def _assigned(native: str, body: Reader, changes: Changes, to: Telling) -> None:
    at, conversation = _changed_at(body), body.id("id")
    before, agent = changes.get("assignee_id", (None, None))
    team_before, team_id = changes.get("team_id", (None, None))
    team = body.maybe_text("meta.team.name") if team_id is not None or "team_id" not in changes else None
    named = to.context.agent(str(agent)) if agent is not None else None
    if named or (team and team_id is not None):
        fact = f"assigned-{_second(at)}-{named or f'team-{team_id}'}"
        to.tell("agent.assigned", conversation, fact, at, agent=named, team=team, queue=team)
    if before is not None or (team_before is not None and team_id is not None):
        fact = f"transferred-{_second(at)}"
        to.tell("session.transferred", conversation, fact, at, kind="person_to_person", to_queue=team)
    elif named is None and not team:
        to.ignore(native, "assigned to nobody")


def resolved(body: Reader, to: Telling) -> None:
    """Chatwoot does not say who resolved it: nearly always an agent."""
    at = _changed_at(body)
    to.tell("session.ended", body.id("id"), f"resolved-{_second(at)}", at, by="agent", reason="resolved")


def _changes(body: Reader) -> Changes:
    """Attribute to (before, after), of a list of one-attribute objects."""
    found = {}
    for change in body.each("changed_attributes"):
        for name in change.child("").value:
            found[name] = (change.get(f"{name}.previous_value"), change.get(f"{name}.current_value"))
    return found


def _changed_at(body: Reader) -> Instant:
    """Of the change itself, where it is told; else of the conversation's last, perhaps a little later."""
    for change in body.each("changed_attributes"):
        if isinstance(change.get("updated_at.current_value"), str):
            return change.instant_iso("updated_at.current_value")
    return instant(body, "updated_at") or body.instant_s("timestamp")


def _second(at: Instant) -> int:
    """The versions differ in fractions."""
    return at.milliseconds // 1000
