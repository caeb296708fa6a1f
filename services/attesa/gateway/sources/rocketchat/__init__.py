"""Rocket.Chat Omnichannel's webhooks. A room is one conversation; most deliveries tell all of it again."""

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.rocketchat import messages, rooms
from attesa.gateway.sources.rocketchat.forms import left
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "LivechatEdit": "the closed room's data were saved again",
    "LeadCapture": "a telephone number or an address was found in a message",
}
TEST_ROOM = "fasd6f5a4sd6f8a4sdf"  # what the button "Send test" of the settings calls its room
LIFE = {
    "LivechatSessionStart": rooms.started,
    "LivechatSessionStarted": rooms.started,
    "LivechatSessionQueued": rooms.queued,
    "LivechatSessionTaken": rooms.taken,
    "LivechatSessionForwarded": rooms.forwarded,
    "LivechatSession": rooms.closed,
}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("type")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native == "LivechatOfflineMessage":
        left(body, to)
    elif native != "Message" and native not in LIFE:
        to.unmapped(native)
    elif body.get("_id") == TEST_ROOM:
        to.ignore(native, "the test of the settings")
    else:
        rooms.known(body, to)
        if native != "Message":
            LIFE[native](body, to)
        messages.written(body, to)


ADAPTER = Adapter(
    title="Rocket.Chat Omnichannel",
    read=read,
    tells=Tells(
        requested=INFERRED, queued=EXACT, accepted=INFERRED, author=INFERRED, transfer=EXACT, end=EXACT
    ),
    notes=(
        "The first queueing is the room's beginning, or, where bots are configured, the first message.",
        "A later one, and forwarding into a queue, have no instant: the time of receipt stands for it.",
        "A room that is taken may have been given by automatic routing: no proof that the agent has seen it.",
        "Bots look like agents: name their accounts in the configuration; apps' accounts end in `.bot`.",
        "A room closed by rocket.cat was closed by a time-out.",
        "The form shown while nobody is on duty is a session that was rejected at once.",
        "Every event has its own switch in the settings: all should be on.",
        "Five times it sends again, and forgets them at a restart.",
    ),
    export=Export(ids=("_id", "rid", "room_id"), started=("ts", "createdAt")),
)
