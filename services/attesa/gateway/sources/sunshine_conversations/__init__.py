"""Zendesk messaging (Sunshine Conversations): who holds control of a conversation tells who answers in it."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import INFERRED, Tells
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.sunshine_conversations.events import read

ADAPTER = Adapter(
    title="Zendesk messaging (Sunshine Conversations)",
    read=read,
    tells=Tells(requested=INFERRED, queued=INFERRED, author=INFERRED, transfer=INFERRED, end=INFERRED),
    notes=(
        "Authors are user or business; what the business writes while a bot holds control is the bot's.",
        "Persons are in Zendesk's agent workspace, or in an integration named agent, human or person.",
        "The request is control offered or passed to persons, or the first message where no bot holds it.",
        "Which agent wrote, and for which group a bot hands over, is told where Zendesk or the bot writes it",
        "into metadata; who accepted or passed a conversation on is not told.",
        "What triggers, surveys of satisfaction and the system send in the name of persons is no reply.",
        "The end is the release of control, taken for the agent's; control passed back to a bot is one where",
        "the ticket was closed or goes on by mail. Deliveries of version 1 are not read.",
    ),
    export=Export(
        ids=("conversation_id", "conversation.id", "id"),
        started=("createdAt", "conversation.createdAt", "created_at"),
    ),
)
