"""When a customer asked, when somebody came, when somebody answered (METRICS.md, "Clocks of a session")."""

from typing import Any

import pytest
from tests.core.making import DEFINITIONS, Event, assert_facts, case, declined, facts, in_seconds, system
from tests.oracle.stories import (
    accepted,
    agent,
    assigned,
    bot,
    customer,
    ended,
    handed_over,
    queued,
    started,
    transferred,
)

REQUESTS = [
    case("the first customer message asks where nothing else does", customer(3), customer(5), requested_at=3),
    case("nobody has asked before the customer writes", started(0), accepted(1), agent(2), requested_at=None),
    case("entering a queue asks", started(0), queued(4), requested_at=4),
    case("a queue entry replaces the message before it as the request",
         customer(0), queued(4), requested_at=4),
    case("the first of two queue entries counts", queued(4), queued(9), requested_at=4),
    case("a message after the queue entry asks nothing more", queued(4), customer(9), requested_at=4),
    case("a queue entry after the reply is no new request", customer(0), agent(5), queued(9), requested_at=0),
    case("the hand-over from the bot asks", bot(0), customer(1), handed_over(20), requested_at=20),
    case("a message behind a bot asks for nobody", bot(0), customer(1), customer(2), requested_at=None),
    case("so does a message behind a bot announced at the start",
         started(0, bot_first=True), customer(1), requested_at=None),
    case("a bot that answers the first message takes no request back", customer(0), bot(1), requested_at=0),
    case("a transfer between people asks for nobody", bot(0), customer(1), transferred(2), requested_at=None),
    case("a session that the business began has no implied request",
         started(0, direction="outbound"), customer(5), requested_at=None),
    case("nor has one that an agent began", started(0, by="agent"), customer(5), requested_at=None),
    case("there too an explicit request counts",
         started(0, by="system"), customer(5), queued(7), requested_at=7),
    case("a request after the end is the next session's",
         started(0), ended(5, "agent"), customer(6), session="c/2", requested_at=6),
    case("an early event that comes last counts as if it had come first",
         customer(5), customer(3), requested_at=3),
]  # fmt: skip

REPLIES = [
    case("the first visible message of a person replies",
         customer(0), agent(12), agent(15), first_reply_at=12, wait=12),
    case("a private note does not", customer(0), agent(12, visible=False), first_reply_at=None, wait=None),
    case("a campaign does not", customer(0), agent(12, kind="campaign"), first_reply_at=None),
    case("an echo does not", customer(0), agent(12, kind="echo"), first_reply_at=None),
    case("an automatic greeting does not", customer(0), agent(12, kind="automatic"), first_reply_at=None),
    case("an image does", customer(0), agent(12, kind="image"), first_reply_at=12),
    case("a bot does not", customer(0), bot(12), first_reply_at=None),
    case("a system message does not", customer(0), system(12), first_reply_at=None),
    case("the customer's own next message does not", customer(0), customer(12), first_reply_at=None),
    case("being assigned does not", customer(0), assigned(12), first_reply_at=None),
    case("a decline does not", customer(0), declined(12), first_reply_at=None),
    case("joining does not", customer(0), accepted(12), first_reply_at=None, outcome="waiting"),
    case("a pick-up that stands for the reply does",
         queued(0), accepted(7, is_reply=True), first_reply_at=7, wait=7),
    case("a message before the request does not", bot(0), agent(3), handed_over(5), first_reply_at=None),
    case("the one after the request does",
         bot(0), agent(3), handed_over(5), agent(9), first_reply_at=9, wait=4),
    case("a message after the end does not",
         customer(0), ended(10, "customer"), agent(11), first_reply_at=None),
    case("the request that a reply answered stays",
         customer(0), agent(5), handed_over(6), wait=5, requested_at=0),
]  # fmt: skip

# Who asks, who answers and who ends at one instant:
#      request ┐
#        reply ┤ 5 s
#          end ┘
EQUAL_INSTANTS = [
    case("a reply at the instant of the message waits nothing",
         customer(5), agent(5), wait=0, outcome="answered"),
    case("and of the queue entry", queued(5), agent(5), wait=0),
    case("and of the hand-over", bot(0), handed_over(5), agent(5), wait=0),
    case("a pick-up at the instant of the message counts",
         customer(5), accepted(5, is_reply=True), wait=0, pickup=0),
    case("and of the hand-over too", bot(0), handed_over(5), accepted(5, is_reply=True), wait=0, pickup=0),
    case("a reply at the instant of the end comes before it",
         customer(0), agent(5), ended(5, "agent"), wait=5, outcome="answered"),
    case("a request at the instant of the end comes before it",
         customer(5), ended(5, "customer"), outcome="abandoned"),
    case("a queue entry at the instant of the reply is the request",
         customer(0), queued(5), agent(5), requested_at=5, wait=0),
    case("the customer is faster than the bot of the same instant", bot(5), customer(5), requested_at=5),
]  # fmt: skip

PICKUPS = [
    case("pickup is from the request to the first joining",
         queued(2), accepted(9), accepted(12), accepted_at=9, pickup=7),
    case("whoever joined before the request picked nothing up",
         accepted(1), bot(1), handed_over(5), accepted_at=1, pickup=None),
    case("without a request there is no pickup", accepted(1), pickup=None),
    case("an invalid session has no pickup",
         queued(0), accepted(4), ended(9, "agent", reason="spam"), pickup=None),
]  # fmt: skip

DESCRIPTIONS = [
    case("the first channel that is told counts",
         started(0, channel="chat"), started(1, channel="email"), channel="chat"),
    case("without one it is live chat", customer(0), channel="live_chat"),
    case("a session belongs to its first queue",
         queued(0, queue="a"), transferred(5, to_queue="b"), queue="a"),
    case("a transfer can be the first to tell a queue", queued(0), transferred(5, to_queue="b"), queue="b"),
    case("so can an agent who joins", queued(0), accepted(5, queue="c"), queue="c"),
    case("an agent who declines tells none", queued(0), declined(5, queue="c"), queue="unknown"),
    case("country and language are the start's",
         started(0, country="IT", language="it"), country="IT", language="it"),
    case("an untold country is unknown, an untold language null",
         customer(0), country="unknown", language=None),
    case("transfers are those between people",
         queued(0), handed_over(1), transferred(2), transferred(3), transfers=2),
    case("private notes are no agent's messages",
         customer(0), agent(1), agent(2, visible=False), agent_messages=1),
    case("messages are counted by author",
         customer(0), customer(1), bot(2), agent(3), customer_messages=2, bot_messages=1),
    case("events after the end are kept and tell nothing",
         customer(0), ended(5, "customer"), agent(9), events=3, last_event_at=9, agent_messages=0,
         ended_at=5),
    case("the first end counts",
         customer(0), ended(5, "customer", reason="left"), ended(9, "agent"), ended_by="customer",
         ended_reason="left"),
    case("a session starts with its first event, of whatever kind", assigned(-4), started(0), started_at=-4),
    case("outbound is told by the direction", started(0, direction="outbound"), direction="outbound"),
    case("and by who began", started(0, by="agent"), direction="outbound"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "until", "wanted"), REQUESTS + REPLIES + EQUAL_INSTANTS + PICKUPS + DESCRIPTIONS
)
def test_the_clocks_of_a_session(told: list[Event], until: float | None, wanted: dict[str, Any]) -> None:
    assert_facts(told, until, wanted)


# 0    10        60          300       420      500
# ask  reply     customer    agent     (cap)    end      120 s is the idle cap
EFFECTIVE = [
    case("gaps between messages of people count from the reply on",
         customer(0), agent(10), customer(60), agent(80), ended(100, "agent"), effective=70, total=100),
    case("a gap counts up to the idle cap",
         customer(0), agent(10), customer(60), agent(300), ended(500, "agent"), effective=50 + 120),
    case("nothing counts before the reply",
         customer(0), customer(9), agent(10), ended(60, "agent"), effective=0),
    case("private notes, bots and campaigns make no gap",
         customer(0), agent(10), agent(20, visible=False), bot(30), agent(40, kind="campaign"),
         ended(60, "agent"), effective=0),
    case("the source's measure wins",
         customer(0), agent(10), customer(60), ended(100, "agent", effective_seconds=33.5), effective=33.5),
    case("even where it is zero",
         customer(0), agent(10), customer(60), ended(100, "agent", effective_seconds=0), effective=0),
    case("a pick-up is no message: it begins with the first one after it",
         queued(0), accepted(10, is_reply=True), customer(30), agent(40), ended(60, "agent"), effective=10),
    case("without messages it cannot be told",
         queued(0), accepted(10, is_reply=True), ended(60, "agent"), effective=None, total=60),
    case("an open session has none yet", customer(0), agent(10), customer(60), effective=None, total=None),
    case("an unanswered one has none",
         customer(0), ended(60, "customer", effective_seconds=5), effective=None, total=None),
]  # fmt: skip


@pytest.mark.parametrize(("told", "until", "wanted"), EFFECTIVE)
def test_effective_and_total_duration(told: list[Event], until: float | None, wanted: dict[str, Any]) -> None:
    assert_facts(told, until, wanted)


def test_the_idle_cap_is_the_channels_own() -> None:
    channels = DEFINITIONS.channels
    patient = channels["chat"].model_copy(update={"idle_cap_seconds": 600})
    definitions = DEFINITIONS.model_copy(update={"channels": {**channels, "chat": patient}})
    told = (started(0, channel="chat"), customer(0), agent(10), customer(400), ended(500, "agent"))
    assert in_seconds(facts(*told, definitions=definitions))["effective"] == 390
