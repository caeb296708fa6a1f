"""Events in a thread: messages, files, forms, and system messages, some of which say why a thread ended."""

from collections.abc import Mapping

from attesa.gateway.sources.livechat.users import kind_at
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

MESSAGES = frozenset({"message", "rich_message", "file"})
SILENT = {
    "filled_form": "a form filled in",
    "form": "a form",
    "custom": "an integration's own event",
    "annotation": "a note of the platform",
}
ENDS = {  # of system messages: who ended the thread, and why
    "manual_archived_agent": ("agent", None),
    "manual_archived_customer": ("customer", None),
    "archived_customer_disconnected": ("customer", "lost_presence"),
    "customer_banned": ("agent", "customer_banned"),
    "system_archived": ("system", "system_archived"),
    "routing.archived_inactive": ("timeout", "inactive"),
    "routing.archived_offline": ("system", "nobody_on_duty"),
    "routing.archived_deleted": ("system", "agent_deleted"),
    "routing.archived_disconnected": ("system", "agent_disconnected"),
    "routing.archived_other": ("system", "other"),
    "routing.archived_remotely_signed_out": ("system", "agent_signed_out"),
    "routing.archived_signed_out": ("system", "agent_signed_out"),
}
KINDS = {"audio": "voice", "video": "video"}  # of a file
SHOWN_TO = ("visibility", "recipients")  # since v3.4, and before
GREETINGS = ("properties.lc2.greeting_unique_id", "properties.lc2.greeting_id")
WELCOME = ("properties.lc2.welcome_message", "properties.lc2.welcome_message.value")


def tell_event(
    event: Reader, thread: str, native: str, to: Telling, kinds: Mapping[str, str] | None = None
) -> None:
    """The same event told by the thread that it opened and by a webhook of its own is one fact.

    `kinds`: of the users whom the delivery describes.
    """
    kind = event.text("type")
    if kind in MESSAGES:
        _message(kind, event, thread, to, kinds or {})
    elif kind == "system_message":
        _system_message(event, thread, native, to)
    elif kind in SILENT:
        to.ignore(native, SILENT[kind])
    else:
        to.unmapped(f"{native}: {kind}")


def _message(kind: str, event: Reader, thread: str, to: Telling, kinds: Mapping[str, str]) -> None:
    author = kinds.get(event.id("author_id")) or kind_at(event, "author_id")
    message = event.id("id")
    text = event.maybe_text("text")
    seen = to.context.look(text, author).fields if text is not None else {}
    to.tell(
        "message.sent",
        thread,
        f"message-{message}",
        event.instant_iso("created_at"),
        author=author,
        message_id=message,
        visible=False if any(event.maybe_text(path) == "agents" for path in SHOWN_TO) else None,
        kind="automatic" if _is_automatic(event) else _kind(kind, event),
        agent=to.context.agent(event.id("author_id")) if author == "agent" else None,
        **seen,
    )


def _is_automatic(event: Reader) -> bool:
    """A welcome or a greeting: sent in an agent's name, and written by nobody."""
    return any(event.has(path) for path in GREETINGS) or any(event.get(path) is True for path in WELCOME)


def _kind(kind: str, event: Reader) -> str | None:
    if kind == "message":
        return None
    sort = (event.maybe_text("content_type") or "").split("/", maxsplit=1)[0]
    return KINDS.get(sort, kind)


def _system_message(event: Reader, thread: str, native: str, to: Telling) -> None:
    kind = event.text("system_message_type")
    if kind not in ENDS:
        to.ignore(native, "a system message that ends nothing")
        return
    by, reason = ENDS[kind]
    at = event.instant_iso("created_at")
    to.tell("session.ended", thread, f"ended-{event.id('id')}", at, by=by, reason=reason)
