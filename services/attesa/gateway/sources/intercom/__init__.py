"""Intercom: webhooks of API 1.x and 2.x. A ticket of a customer is the conversation that it came from."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.intercom.notifications import read

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
        "The request is the first message, or the hand-over by a bot that had spoken with the customer:",
        "its assignment, a message while it is escalated, or an agent's taking over.",
        "Where Fin answers, what the customer had written asks for nobody yet.",
        "The queue is the id of the team that a conversation was assigned to.",
        "An agent who assigns to another after a reply transfers; being assigned is not accepting.",
        "What an agent, a campaign or a rule begins is outbound: an answer to it asks for nobody.",
        "Replies to a customer's ticket are read, tickets among colleagues and telephone calls are not.",
        "Presence is the away mode, and logging in and out; how much an agent takes is not told.",
        "Intercom sends again once, after a minute.",
    ),
    export=Export(
        ids=("conversation_id", "id"),
        started=("created_at", "conversation_created_at", "conversation_started_at", "started_at"),
    ),
)
