"""Chat message streaming: who wrote, to whom it is shown, and who left."""

from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.telling import Telling

AUTHORS = {
    "CUSTOMER": "customer",
    "AGENT": "agent",
    "SUPERVISOR": "agent",
    "CUSTOM_BOT": "bot",
    "SYSTEM": "system",
}
EVENT = "application/vnd.amazonaws.connect.event."
IGNORED = {
    "typing": "typing",
    "participant.invited": "an invitation",
    "participant.joined": "the contact's events tell who took it",
    "participant.active": "presence in the chat",
    "participant.inactive": "presence in the chat",
    "participant.idle": "presence in the chat",
    "participant.returned": "presence in the chat",
    "participant.autodisconnection": "the end is told by itself",
    "transfer.succeeded": "the new contact tells it",
    "transfer.failed": "nothing changed hands",
    "message.delivered": "a receipt",
    "message.read": "a receipt",
    "message.metadata": "a receipt",
    "connection.acknowledged": "a connection",
    "chat.ended": "the contact's events tell who ended it",
    "chat.rehydrated": "an older chat is shown again",
}
TEXTS = frozenset({"text/plain", "text/markdown"})
KINDS = {"audio": "voice", "video": "video"}  # of an attachment


def read(body: AnyCase, visibility: str | None, to: Telling) -> None:
    """`visibility`: CUSTOMER, AGENT or ALL, as the notification around it says."""
    kind = body.maybe_text("Type")
    if kind == "EVENT":
        _event(body, to)
    elif kind == "MESSAGEMETADATA":
        to.ignore(kind, "a receipt")
    elif kind in {"MESSAGE", "ATTACHMENT"}:
        _message(kind, body, visibility, to)
    else:
        to.unmapped(body.text("Type"))


def _message(kind: str, body: AnyCase, visibility: str | None, to: Telling) -> None:
    role, shown = body.text("ParticipantRole"), visibility or body.maybe_text("MessageVisibility")
    if role not in AUTHORS:
        raise body.wrong("ParticipantRole", f"one of {', '.join(AUTHORS)} is expected")
    content = body.maybe_text("ContentType") or "text/plain"
    written = content.split(";")[0].strip() in TEXTS and kind == "MESSAGE"
    text = body.maybe_text("Content") if written else None
    seen = to.context.look(text, AUTHORS[role]).fields if text is not None else {}
    to.tell(
        "message.sent",
        _conversation(body),
        f"message-{body.id('Id')}",
        body.instant_iso("AbsoluteTime"),
        author=AUTHORS[role],
        message_id=body.id("Id"),
        visible=False if shown == "AGENT" else None,
        kind=None if written else _kind(kind, body),
        **seen,
    )


def _kind(kind: str, body: AnyCase) -> str:
    if kind == "MESSAGE":
        return "interactive"
    sort = (body.maybe_text("Attachments.0.ContentType") or "").split("/")[0]
    return KINDS.get(sort, "file")


def _event(body: AnyCase, to: Telling) -> None:
    content = body.text("ContentType")
    name, role = content.removeprefix(EVENT), body.maybe_text("ParticipantRole")
    if name in IGNORED:
        to.ignore(content, IGNORED[name])
    elif name == "participant.left" and role != "CUSTOMER":
        to.ignore(content, "the chat may go on without this one")
    elif name == "participant.left":
        fact, at = f"left-{body.id('Id')}", body.instant_iso("AbsoluteTime")
        to.tell("session.ended", _conversation(body), fact, at, by="customer")
    else:
        to.unmapped(content)


def _conversation(body: AnyCase) -> str:
    return body.maybe_id("InitialContactId") or body.id("ContactId")
