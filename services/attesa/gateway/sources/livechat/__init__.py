"""LiveChat (text.com): webhooks. A chat is the customer's for good, a thread one conversation in it."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.livechat.webhooks import read

ADAPTER = Adapter(
    title="LiveChat",
    read=read,
    tells=Tells(
        requested=INFERRED,
        queued=EXACT,
        author=INFERRED,
        transfer=EXACT,
        end=INFERRED,
        survey=INFERRED,
        presence=INFERRED,
    ),
    notes=(
        "The request is the queueing, the transfer from a bot, or else the customer's first message.",
        "No webhook says that an agent took a chat.",
        "Who wrote follows from the form of an identifier: an address, a UUID, or a bot's 32 characters.",
        "Welcomes and greetings, sent in an agent's name, are no replies.",
        "Closings, transfers, ratings and routing statuses carry no time: the receipt's stands for it.",
        "System messages tell most closings exactly, and why.",
        "A rating is 1 or 0, told as `csat` on the scale 0-1; that it was asked for is not told.",
        "Groups are named by their identifiers, as `group-3`.",
    ),
    export=Export(
        ids=("thread.id", "thread_id", "threads.id"),
        started=("thread.created_at", "thread_created_at", "created_at", "started_at"),
    ),
)
