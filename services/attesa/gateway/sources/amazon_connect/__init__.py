"""Amazon Connect: contact events, chat message streaming, agent events, however they are wrapped.

A contact is one leg; the conversation is the initial contact. Events come in no order, and some never:
each contact event tells again all that it knows of its contact.
"""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.amazon_connect.contacts import OF_NO_CUSTOMER
from attesa.gateway.sources.amazon_connect.envelopes import read
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.export import Export

ADAPTER = Adapter(
    title="Amazon Connect",
    read=read,
    tells=Tells(
        requested=EXACT,
        queued=EXACT,
        accepted=EXACT,
        author=EXACT,
        transfer=EXACT,
        end=INFERRED,
        presence=EXACT,
    ),
    notes=(
        "Three streams make the whole: contact events, agent events, and message streaming.",
        "Replies in a chat are told by message streaming alone: without it no chat counts as answered.",
        "The request is the entry into a queue; before it the customer talks to a flow, as to a bot.",
        "An agent's joining is the reply of a telephone call only.",
        "A transfer is told as soon as its queue is known.",
        "It replaces the end of the contact before it, and so counts as `conflicting`.",
        "Where no reason of the end is told, a contact without an agent was left by the customer.",
        "Queues are named by their identifiers, agents' own queues `agent-queue`; the customer is not named.",
        "Message streaming tells an end where the customer leaves; of any other the contact's events tell.",
        "A callback is a transfer: the customer goes on waiting. Who is called in is no leg.",
        "Tasks, e-mails, agents' guides, supervisors' contacts and what a disconnect flow does are not read.",
        "Events may come in batches of Kinesis, Firehose, SQS or SNS; contact records are not read.",
    ),
    export=Export(
        ids=("InitialContactId", "ContactId", "Contacts.Id"),
        started=("InitiationTimestamp", "StartTimestamp"),
        apart={
            "Channel": {"task": "tasks", "email": "e-mails"},
            "InitiationMethod": {name.casefold(): why for name, why in OF_NO_CUSTOMER.items()},
        },
    ),
)
