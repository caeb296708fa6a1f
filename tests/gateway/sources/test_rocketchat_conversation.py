"""Whole chats as Rocket.Chat delivers them: repeated, in any order, folded by the real processors."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.gateway.sources.both_processors import disturbed, folded

START = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
LATER = START + timedelta(hours=1)
VISITOR = {"_id": "v9", "name": "Ada", "username": "guest-3", "email": [{"address": "ada@example.com"}]}


def at(seconds):
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def says(name, seconds, who="guest-3", **more):
    agent = {} if who == "guest-3" else {"agentId": f"id-{who}"}
    return {"_id": name, "username": who, "msg": "Hello?", "ts": at(seconds)} | agent | more


def served(who, seconds):
    return {"_id": f"id-{who}", "username": who, "ts": at(seconds)}


class Chat:
    """Deliveries, each with the instant of its receipt; most repeat what was said before."""

    def __init__(self):
        self.deliveries = []
        self.said = []

    def event(self, kind, seconds, **fields):
        body = {"_id": "R1", "type": kind, "createdAt": at(0), "visitor": VISITOR, "messages": self.said[:]}
        self.deliveries.append((body | fields, START + timedelta(seconds=seconds)))

    def message(self, *args, **more):
        self.said.append(says(*args, **more))
        self.event("Message", args[1], messages=self.said[-1:])


def a_chat_with_a_transfer():
    chat = Chat()
    chat.event("LivechatSessionStart", 0, departmentId="sales")
    chat.event("LivechatSessionQueued", 1, departmentId="sales")
    chat.message("m1", 2)
    chat.event("LivechatSessionTaken", 30, departmentId="sales", servedBy=served("ann", 30))
    chat.message("m2", 41, "ann")
    chat.message("m3", 60)
    fields = {"departmentId": "help", "oldDepartmentId": "sales", "servedBy": served("bob", 90)}
    chat.event("LivechatSessionForwarded", 90, **fields)
    chat.event("LivechatSessionTaken", 90, departmentId="help", servedBy=served("bob", 90))
    chat.message("m4", 100, "bob")
    end = {"closedAt": at(200), "closer": "visitor", "closedBy": {"_id": "v9", "username": "guest-3"}}
    chat.said.append(says("m5", 201, closingMessage=True))
    chat.event("LivechatSession", 202, departmentId="help", servedBy=served("bob", 90), **end)
    return chat


def told(adapt, deliveries, **more):
    return [adapt("rocketchat", body, received_at=received, **more) for body, received in deliveries]


@pytest.mark.trap(12, "rocketchat")
@pytest.mark.trap(16, "rocketchat")
@pytest.mark.parametrize("seed", range(12))
def test_a_chat_repeated_and_shuffled_is_one_session_with_its_wait_transfer_and_end(adapt, seed):
    found = folded(told(adapt, disturbed(a_chat_with_a_transfer().deliveries, seed)), LATER)
    row = found.session
    assert (row.outcome, row.queue, row.ended_by) == ("answered", "sales", "customer")
    assert (row.wait_ms, row.pickup_ms, row.total_ms) == (41_000, 30_000, 200_000)
    assert (row.transfers, row.agent) == (
        1,
        adapt("rocketchat", agents_message("ann")).events[-1]["data"]["agent"],
    )
    assert list(row.leg_queues) == ["sales", "help"]
    assert (row.customer_messages, row.agent_messages) == (2, 2)
    assert not {"conflicting", "after_end", "unknown_field"} & found.reasons.keys()


def agents_message(who):
    return {
        "_id": "R1",
        "type": "Message",
        "createdAt": at(0),
        "visitor": VISITOR,
        "messages": [says("m", 9, who)],
    }


def test_a_visitor_who_closes_a_room_that_nobody_took_has_abandoned_it(adapt):
    chat = Chat()
    chat.event("LivechatSessionQueued", 1)
    chat.message("m1", 2)
    chat.event("LivechatSession", 62, closedAt=at(61), closer="visitor", closedBy={"_id": "v9"})
    row = folded(told(adapt, chat.deliveries), LATER).session
    assert (row.outcome, row.time_to_abandon_ms) == ("abandoned", 61_000)
    assert row.wait_ms is None


@pytest.mark.trap(17, "rocketchat")
def test_the_close_alone_tells_the_whole_chat_where_every_other_delivery_was_lost(adapt):
    last = a_chat_with_a_transfer().deliveries[-1:]
    row = folded(told(adapt, last), LATER).session
    assert (row.outcome, row.ended_by, row.wait_ms) == ("answered", "customer", 39_000)


def test_a_chat_that_a_bot_leads_waits_from_its_handing_over(adapt):
    chat = Chat()
    chat.event("LivechatSessionQueued", 0)
    chat.event("LivechatSessionTaken", 0, servedBy=served("robby", 0))
    chat.message("m1", 2)
    chat.message("m2", 3, "robby")
    chat.event("LivechatSessionForwarded", 60, departmentId="sales", servedBy=served("ann", 60))
    chat.message("m3", 75, "ann")
    chat.event("LivechatSession", 90, closedAt=at(90), closer="user", closedBy=served("ann", 60))
    row = folded(told(adapt, chat.deliveries, bots=frozenset({"robby"})), LATER).session
    assert (row.outcome, row.wait_ms, row.bot_ms) == ("answered", 15_000, 60_000)
    assert (row.queue, row.transfers, row.ended_by) == ("sales", 0, "agent")


def test_a_bot_that_solves_it_alone_leaves_nobody_unanswered(adapt):
    chat = Chat()
    chat.event("LivechatSessionTaken", 0, servedBy=served("robby", 0))
    chat.message("m1", 2)
    chat.message("m2", 3, "robby")
    chat.event("LivechatSession", 90, closedAt=at(90), closer="visitor", closedBy={"_id": "v9"})
    row = folded(told(adapt, chat.deliveries, bots=frozenset({"robby"})), LATER).session
    assert (row.outcome, row.wait_ms) == ("left_before_queue", None)


def test_the_next_room_of_the_same_visitor_is_another_session_of_his(adapt):
    first, second = Chat(), Chat()
    first.message("m1", 2)
    second.message("n1", 300)
    for body, _ in second.deliveries:
        body["_id"] = "R2"
    rows = folded(told(adapt, first.deliveries + second.deliveries), LATER).sessions
    assert len(rows) == 2
    assert len({row.customer for row in rows}) == 1


def test_a_queueing_that_is_delivered_late_does_not_shorten_the_wait(adapt):
    chat = Chat()
    chat.message("m1", 2)
    chat.event("LivechatSessionTaken", 30, servedBy=served("ann", 30))
    late = {
        "_id": "R1",
        "type": "LivechatSessionQueued",
        "createdAt": at(0),
        "visitor": VISITOR,
        "messages": [],
    }
    chat.deliveries.append((late, START + timedelta(seconds=100)))
    chat.message("m2", 120, "ann")
    row = folded(told(adapt, chat.deliveries), LATER).session
    assert (row.outcome, row.wait_ms) == ("answered", 120_000)
