"""Conversations whose customer leaves the queue unanswered, of platforms that tell of queue and leaving."""

from tests.gateway.sources.connect_making import bridged, clock, contact, notified, queue, said
from tests.gateway.sources.livechat_making import closed, incoming, opened, system
from tests.gateway.sources.livechat_making import queue as livechat_queue
from tests.gateway.sources.livechat_making import said as livechat_said
from tests.gateway.sources.test_rocketchat_conversation import VISITOR, Chat, at
from tests.integration.platforms.scripts import SCRIPTS, Script
from tests.integration.platforms.sending import Told


def _amazon_connect() -> list[Told]:
    """Without an agent in the last events nobody says who ended it: the customer."""
    gone = queue(20) | {"disconnectTimestamp": clock(80)}
    events = [contact("INITIATED"), contact("QUEUED", **queue(20)), contact("DISCONNECTED", **gone)]
    return [*(Told(bridged(event)) for event in events), Told(notified(said("m1", 5)))]


def _livechat() -> list[Told]:
    left = incoming(system("T1_3", 62, "archived_customer_disconnected"))
    return [Told(opened(0, livechat_said("T1_1", 1), **livechat_queue(2))), Told(left), Told(closed())]


def _rocketchat() -> list[Told]:
    chat = Chat()
    chat.event("LivechatSessionQueued", 1)
    chat.message("m1", 2)
    end = {"closedAt": at(61), "closer": "visitor", "closedBy": {"_id": VISITOR["_id"]}}
    chat.event("LivechatSession", 62, **end)
    return [Told(body) for body, _ in chat.deliveries]


def _left(platform: str, told: list[Told], time_to_abandon_ms: int, **facts: object) -> Script:
    lost = {
        "outcome": "abandoned", "ended_by": "customer", "time_to_abandon_ms": time_to_abandon_ms,
        "wait_ms": None, "first_reply_at": None, "pickup_ms": None, "agent": None, "agent_messages": 0,
        "nps": None,
    }  # fmt: skip
    main = SCRIPTS[platform]
    tenant = f"{platform}_left"
    return Script(told, lost | facts, main.private, main.renamed, tenant=tenant)


LEFT = {
    "amazon_connect": _left("amazon_connect", _amazon_connect(), 60_000, queue="sales"),
    "livechat": _left("livechat", _livechat(), 60_000, queue="group-1", ended_reason="lost_presence"),
    "rocketchat": _left("rocketchat", _rocketchat(), 61_000),
}
SOURCES = {f"{name}/main": script for name, script in SCRIPTS.items()}
SOURCES |= {f"{name}/left": script for name, script in LEFT.items()}
