"""Chatwoot's account webhooks. One source per account: a conversation's number is the account's own."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.chatwoot.conversations import changed, created, resolved
from attesa.gateway.sources.chatwoot.messages import edited, written
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.export import Export
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
RULES = ("automation_event.", "macro_event.", "macro.")


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("event")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native.startswith(RULES):
        to.ignore(native, "a rule's or a macro's copy of what the account's webhook tells")
    elif native == "message_created":
        written(body, to)
    elif native == "message_updated":
        edited(body, to)
    elif native == "conversation_created":
        created(body, to)
    elif native == "conversation_resolved":
        resolved(body, to)
    elif native in {"conversation_status_changed", "conversation_updated"}:
        changed(native, body, to)
    else:
        to.unmapped(native)


ADAPTER = Adapter(
    title="Chatwoot",
    read=read,
    tells=Tells(
        requested=INFERRED, queued=INFERRED, author=EXACT, transfer=INFERRED, end=INFERRED, survey=EXACT
    ),
    notes=(
        "Who resolved a conversation is not told; it is taken for the agent.",
        "The request is the first message, or the status going from pending to open after a bot.",
        "A reply that itself takes a conversation from the bot is both the request and its answer.",
        "The queue is the team, from its assignment on.",
        "What an agent writes in the channel's own app is an agent's, without a name.",
        "Telephone calls are not read: who took one, and when, is not told.",
    ),
    export=Export(
        ids=("display_id", "id", "conversation_id"),
        started=("created_at", "conversation_created_at", "timestamp"),
    ),
)
