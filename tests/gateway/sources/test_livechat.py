"""LiveChat: what each webhook says of a thread, whose time it has, and the traps of its payloads."""

import pytest
from tests.gateway.sources.livechat_making import (
    ADA,
    ANN,
    BOB,
    CUSTOMER,
    NEVER,
    ROBOT,
    added,
    clock,
    closed,
    form,
    incoming,
    opened,
    queue,
    rated,
    received,
    said,
    transferred,
    user,
    webhook,
)  # fmt: skip

from attesa.gateway.sources import Ignored, Unmapped

PLATFORM = "livechat"
SUBJECT = "livechat/main/T1"


@pytest.fixture
def told(adapt):
    """The events of a webhook that is known and whole."""

    def run(body, second=3000):
        adapted = adapt(PLATFORM, body, received_at=received(second))
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def only(events, kind):
    (found,) = [event for event in events if event["type"] == f"attesa.{kind}"]
    return found


def test_a_thread_begins_with_its_customer_as_a_pseudonym_its_group_and_its_form(told):
    events = told(opened(0.000125, form("T1_1", 0)))
    started = only(events, "session.started")
    assert (started["id"], started["time"]) == (f"{SUBJECT}/started", clock(0.000125))
    assert started["data"]["customer"].startswith("c-")
    assert started["data"] == {
        "channel": "live_chat",
        "customer": started["data"]["customer"],
        "country": "IT",
        "queue": "group-1",
        "form_fields": 2,
    }
    assert only(events, "customer.linked")["subject"] == started["data"]["customer"]
    assert not [word for word in (ADA, "Ada", "home.example") if word in str(events)]


@pytest.mark.trap(5, "livechat")
def test_the_messages_that_opened_a_thread_are_the_facts_that_their_own_webhooks_tell(told):
    first, welcome = said("T1_1", 1), said("T1_2", 1, ANN, properties={"lc2": {"welcome_message": True}})
    events = told(opened(0, first, welcome, users=(CUSTOMER, user(ANN))))
    assert [event for event in events if event["type"] == "attesa.message.sent"] == [
        *told(incoming(first)),
        *told(incoming(welcome)),
    ]


@pytest.mark.trap(2, "livechat")
def test_an_agent_who_has_not_seen_anything_yet_has_the_first_hour_of_1970_and_nothing_follows(told):
    assert told(opened(0, users=(CUSTOMER | {"events_seen_up_to": NEVER},)))


def test_a_form_of_any_length_is_a_form(told):
    longest = form("T1_1", 0) | {"fields": [{}] * 1_500}
    assert only(told(opened(0, longest)), "session.started")["data"]["form_fields"] == 1_000


@pytest.mark.trap(14, "livechat")
def test_a_queue_that_a_thread_begins_in_is_the_request_and_its_estimate_no_promise(told):
    queued = only(told(opened(0, **queue(2))), "session.queued")
    assert queued["time"] == "2026-11-25T11:00:02.000Z"
    assert queued["data"] == {"queue": "group-1"}


def test_a_thread_that_only_a_bot_attends_begins_with_the_bot(told):
    bot_alone = told(opened(0, users=(CUSTOMER, user(ROBOT))))
    assert only(bot_alone, "session.started")["data"]["bot_first"] is True
    both = told(opened(0, users=(CUSTOMER, user(ROBOT), user(ANN))))
    assert "bot_first" not in only(both, "session.started")["data"]


@pytest.mark.trap(9, "livechat")
def test_a_chat_that_an_agent_opens_is_outbound(told):
    body = opened(0)
    body["payload"]["requester_id"] = ANN
    started = only(told(body), "session.started")
    assert (started["data"]["direction"], started["data"]["by"]) == ("outbound", "agent")


def test_a_continuous_chat_is_no_live_chat(told):
    started = only(told(opened(0, properties={"routing": {"continuous": True}})), "session.started")
    assert started["data"]["channel"] == "chat"


@pytest.mark.parametrize(
    ("who", "by"), [(ADA, "customer"), (ANN, "agent"), (ROBOT, "system"), (None, "timeout")]
)
@pytest.mark.trap(3, "livechat")
def test_who_closed_is_told_and_missing_where_the_router_did_and_the_time_is_the_receipts(told, who, by):
    (ended,) = told(closed(who), second=99)
    assert (ended["time"], ended["timesource"]) == ("2026-11-25T11:01:39.000Z", "received")
    assert ended["data"] == {"by": by}


@pytest.mark.trap(3, "livechat")
@pytest.mark.trap(11, "livechat")
def test_a_transfer_has_the_time_of_its_queueing_or_else_of_its_receipt(told):
    (queued,) = told(transferred(**queue(90)))
    (at_once,) = told(transferred(agents=[BOB]), second=95)
    assert queued["data"] == at_once["data"] == {"kind": "person_to_person", "to_queue": "group-2"}
    assert (queued["time"], "timesource" in queued) == ("2026-11-25T11:01:30.000Z", False)
    assert (at_once["time"], at_once["timesource"]) == ("2026-11-25T11:01:35.000Z", "received")
    assert BOB not in str(at_once)


def test_a_transfer_delivered_twice_is_one_fact_whenever_it_comes(told):
    assert told(transferred(), second=90)[0]["id"] == told(transferred(), second=95)[0]["id"]


def test_a_transfer_by_a_bot_is_a_request_and_one_by_the_router_an_assignment(told, adapt):
    assert told(transferred(ROBOT))[0]["data"]["kind"] == "bot_to_person"
    (assigned,) = told(transferred(reason="assigned", agents=[BOB]))
    assert assigned["type"] == "attesa.agent.assigned"
    assert adapt(PLATFORM, transferred(thread=None)).ignored


@pytest.mark.trap(12, "livechat")
def test_being_added_is_being_assigned_and_not_accepting(told, adapt):
    (assigned,) = told(added(ANN))
    assert (assigned["type"], list(assigned["data"])) == ("attesa.agent.assigned", ["agent"])
    assert told(added(ANN) | {"action": "chat_user_added"}) == (assigned,)
    for nobody in (added(ROBOT), added(ADA), added(BOB, visibility="agents")):
        assert not adapt(PLATFORM, nobody).events


def test_a_rating_is_an_answer_of_one_or_nought(told, adapt):
    (answer,) = told(rated(0))
    assert answer["data"] == {"question": "csat", "scale": "0-1", "value": 0}
    assert not adapt(PLATFORM, rated(None)).events


def test_a_rating_of_a_chat_says_not_of_which_thread_and_is_ignored(adapt):
    body = rated(1) | {"action": "chat_properties_updated"}
    del body["payload"]["thread_id"]
    assert adapt(PLATFORM, body).ignored[0].why == "a rating of a chat that names no thread"


@pytest.mark.parametrize(
    ("status", "word"),
    [("accepting chats", "available"), ("accepting_chats", "available"), ("not accepting chats", "away")],
)
def test_a_routing_status_is_written_with_blanks_or_underscores(told, status, word):
    (event,) = told(webhook("routing_status_set", agent_id=ANN, status=status), second=60)
    assert (event["type"], event["data"]) == ("attesa.agent.presence", {"status": word})
    assert event["subject"].startswith("a-")
    assert event["timesource"] == "received"


def test_a_bot_that_is_there_is_no_staff(adapt):
    status = webhook("routing_status_set", agent_id=ROBOT, status="accepting chats")
    assert adapt(PLATFORM, status).ignored == (Ignored("routing_status_set", "a bot"),)


@pytest.mark.parametrize(
    "action",
    ["incoming_sneak_peek", "incoming_typing_indicator", "event_updated", "thread_tagged", "bot_updated"],
)
def test_previews_typing_edits_tags_and_settings_are_ignored(adapt, action):
    assert [each.native for each in adapt(PLATFORM, webhook(action)).ignored] == [action]


def test_what_is_new_is_unmapped(adapt):
    assert adapt(PLATFORM, webhook("chat_sung")).unmapped == (Unmapped("chat_sung"),)
    sung = incoming(said("T1_3", 5, type="song"))
    assert adapt(PLATFORM, sung).unmapped == (Unmapped("incoming_event: song"),)


def test_a_broken_event_does_not_take_the_thread_with_it(adapt):
    adapted = adapt(PLATFORM, opened(0, said("T1_1", 1, created_at=7), said("T1_2", 2)))
    assert [wrong.path for wrong in adapted.invalid] == ["payload.chat.thread.events.0.created_at"]
    assert only(adapted.events, "message.sent")["data"]["message_id"] == "T1_2"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "action"),
        ({"action": "incoming_chat"}, "payload"),
        (opened(0, created_at="yesterday"), "payload.chat.thread.created_at"),
        (opened(0, users=({"type": "customer"},)), "payload.chat.users.0.id"),
        (opened(0, access={"group_ids": 3}), "payload.chat.thread.access.group_ids"),
        (incoming(said("T1_1", 9000)), "payload.event.created_at"),
        (closed(thread=None), "payload.thread_id"),
        (closed("nobody"), "payload.user_id"),
        (rated("good"), "payload.properties.rating.score"),
        (webhook("routing_status_set", agent_id=ANN, status="asleep"), "payload.status"),
        (transferred(agents=[7.5]), "payload.transferred_to.agent_ids.0"),
    ],
)
def test_a_broken_body_is_told_by_its_path(adapt, body, path):
    adapted = adapt(PLATFORM, body)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]
