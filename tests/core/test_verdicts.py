"""What became of a session, and its verdict on each threshold (METRICS.md, "Service level")."""

from typing import Any

import pytest
from tests.core.making import Event, assert_facts, case
from tests.oracle.stories import accepted, agent, bot, customer, ended, queued, started

OUTCOMES = [
    case("nobody has asked yet: open", started(0, bot_first=True), bot(1), customer(2), outcome="open"),
    case("asked, no reply, no end: waiting", customer(0), accepted(3), outcome="waiting"),
    case("a human reply: answered, whoever ends it",
         customer(0), agent(5), ended(9, "system"), outcome="answered"),
    case("ended by the customer before any reply: abandoned",
         customer(0), ended(9, "customer"), outcome="abandoned", time_to_abandon=9),
    case("ended by the system before any reply: rejected",
         queued(0), ended(0, "system", reason="full"), outcome="rejected", ended_reason="full",
         time_to_abandon=None),
    case("ended by an agent before any reply: unanswered",
         customer(0), ended(9, "agent"), outcome="unanswered"),
    case("timed out before any reply: unanswered",
         customer(0), ended(900, "timeout"), outcome="unanswered", ended_by="timeout"),
    case("a private note is no reply: unanswered",
         customer(0), agent(3, visible=False), ended(9, "agent"), outcome="unanswered"),
    case("ended in the bot: left before queue",
         started(0, bot_first=True), customer(2), ended(9, "customer"), outcome="left_before_queue"),
    case("whoever ended it there",
         started(0, bot_first=True), ended(9, "timeout"), outcome="left_before_queue"),
    case("ended as spam: invalid, even if answered",
         customer(0), agent(5), ended(9, "agent", reason="spam"), outcome="invalid", wait=None),
    case("as a test", customer(0), ended(9, "agent", reason="test"), outcome="invalid", verdict_good=None),
    case("as a broken record", started(0), ended(9, "system", reason="broken"), outcome="invalid"),
    case("begun by the business without a request: outbound",
         started(0, direction="outbound"), agent(1), customer(5), agent(6), outcome="outbound"),
    case("and it stays that when it ends",
         started(0, by="agent"), agent(1), ended(5, "agent"), outcome="outbound"),
    case("begun by the business, and the customer asks: waiting",
         started(0, by="agent"), queued(5), outcome="waiting"),
]  # fmt: skip

ABANDONS = [
    case("leaving at the tenth second is a short abandon",
         customer(0), ended(10, "customer"), short_abandon=True),
    case("a millisecond later it is none",
         customer(0), ended(10.001, "customer"), short_abandon=False, time_to_abandon=10.001),
    case("an early rejection is none", customer(0), ended(1, "system"), short_abandon=False),
]  # fmt: skip

# Live chat: good 30 s, bad 180 s.
#   0 ─── asks ────────────── 30 ──────────────────────────── 180 ───▶
VERDICTS = [
    case("met at the reply",
         customer(0), agent(12), verdict_good="met", verdict_good_at=12, verdict_bad="met"),
    case("met exactly at the threshold", customer(0), agent(30), verdict_good="met", service_class="good"),
    case("missed a millisecond later",
         customer(0), agent(30.001), verdict_good="missed", verdict_good_at=30, verdict_bad="met",
         verdict_bad_at=30.001),
    case("a late reply is missed at the deadline, not at the reply",
         customer(0), agent(200), verdict_good_at=30, verdict_bad="missed", verdict_bad_at=180),
    case("nothing is certain before the deadline",
         customer(0), until=29, verdict_good=None, service_class=None),
    case("nor at it", customer(0), until=30, verdict_good=None),
    case("with nobody writing it is missed once the deadline is past",
         customer(0), until=30.001, verdict_good="missed", verdict_good_at=30, verdict_bad=None,
         outcome="waiting"),
    case("each threshold at its own deadline",
         customer(0), until=1_000, verdict_good_at=30, verdict_bad="missed", verdict_bad_at=180),
    case("an agent's close before the deadline is missed at the close",
         customer(0), ended(9, "agent"), verdict_good="missed", verdict_good_at=9, verdict_bad_at=9),
    case("a system's too", customer(0), ended(9, "system"), verdict_good="missed", verdict_good_at=9),
    case("a time-out's too",
         customer(0), ended(100, "timeout"), verdict_good_at=30, verdict_bad="missed", verdict_bad_at=100),
    case("whoever left early has no verdict",
         customer(0), ended(9, "customer"), verdict_good="none", verdict_good_at=9, verdict_bad="none",
         service_class=None),
    case("leaving at the threshold is early", customer(0), ended(30, "customer"), verdict_good="none"),
    case("leaving later is missed at the deadline",
         customer(0), ended(30.001, "customer"), verdict_good="missed", verdict_good_at=30,
         verdict_bad="none"),
    case("the clock does not matter once it is decided",
         customer(0), ended(9, "customer"), until=9_999, verdict_good="none"),
    case("without a request there is no verdict",
         bot(0), customer(1), ended(400, "agent"), verdict_good=None, verdict_bad=None),
    case("deadlines count from the request, not from the start",
         started(0, bot_first=True), queued(100), agent(125), verdict_good="met"),
    case("a chat's thresholds are an hour and ten",
         started(0, channel="chat"), customer(0), agent(3_600), verdict_good="met"),
    case("social's three hours and twelve",
         started(0, channel="social"), customer(0), agent(10_801), verdict_good="missed", verdict_bad="met"),
    case("e-mail's a day and two",
         started(0, channel="email"), customer(0), agent(172_801), verdict_bad="missed"),
]  # fmt: skip

CLASSES = [
    case("good: replied within the good threshold", customer(0), agent(30), service_class="good"),
    case("tolerable: replied within the bad one", customer(0), agent(180), service_class="tolerable"),
    case("bad: replied later", customer(0), agent(181), service_class="bad"),
    case("bad: turned away", customer(0), ended(1, "system"), service_class="bad"),
    case("bad: left after the good threshold", customer(0), ended(31, "customer"), service_class="bad"),
    case("not known yet between the two", customer(0), until=60, service_class=None),
    case("bad: waits beyond both", customer(0), until=181, service_class="bad"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "until", "wanted"), OUTCOMES + ABANDONS)
def test_the_outcome(told: list[Event], until: float | None, wanted: dict[str, Any]) -> None:
    assert_facts(told, until, wanted)


@pytest.mark.parametrize(("told", "until", "wanted"), VERDICTS + CLASSES)
def test_the_verdict(told: list[Event], until: float | None, wanted: dict[str, Any]) -> None:
    assert_facts(told, until, wanted)
