"""LiveChat: versions 3.1 to 3.6, what is sent in an agent's name, and absent or unheard-of fields."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.livechat_making import (
    ADA,
    ANN,
    BOB,
    CUSTOMER,
    ROBOT,
    added,
    clock,
    closed,
    form,
    incoming,
    opened,
    rated,
    received,
    said,
    system,
    transferred,
    user,
    webhook,
)  # fmt: skip

PLATFORM = "livechat"
SECONDS = 1_795_604_400  # 11:00


@pytest.fixture
def told(adapt):
    """The events of a webhook that is known and whole."""

    def run(body, second=3000):
        adapted = adapt(PLATFORM, body, received_at=received(second))
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def kinds(events):
    return [event["type"].removeprefix("attesa.") for event in events]


@pytest.mark.trap(7, "livechat")
@pytest.mark.parametrize("field", ["recipients", "visibility"])
def test_a_whisper_is_not_visible_under_the_name_that_it_has_in_each_version(told, field):
    event = said("T1_3", 5, ANN)
    del event["recipients"]
    (whisper,) = told(incoming(event | {field: "agents"}))
    (reply,) = told(incoming(event | {field: "all"}))
    assert (whisper["data"]["visible"], "visible" in reply["data"]) == (False, False)


@pytest.mark.trap(7, "livechat")
def test_a_bots_whisper_is_no_bot_that_the_customer_talks_to(told):
    (whisper,) = told(incoming(said("T1_3", 5, ROBOT, visibility="agents")))
    assert (whisper["data"]["author"], whisper["data"]["visible"]) == ("bot", False)


@pytest.mark.trap(6, "livechat")
@pytest.mark.parametrize(
    "lc2",
    [
        {"welcome_message": True},
        {"welcome_message": {"value": True}},
        {"greeting_id": 7, "greeting_unique_id": "g-1"},
        {"greeting_unique_id": "g-1"},
    ],
)
@pytest.mark.parametrize("kind", ["message", "rich_message"])
def test_a_welcome_or_a_greeting_in_an_agents_name_is_no_reply(told, lc2, kind):
    (message,) = told(incoming(said("T1_2", 1, ANN, type=kind, properties={"lc2": lc2})))
    assert (message["data"]["author"], message["data"]["kind"]) == ("agent", "automatic")


@pytest.mark.parametrize(
    "properties", [None, {}, {"lc2": None}, {"lc2": {"welcome_message": False}}, {"x": []}]
)
def test_what_an_agent_wrote_himself_is_a_reply(told, properties):
    (message,) = told(incoming(said("T1_2", 1, ANN, properties=properties)))
    assert "kind" not in message["data"]


@pytest.mark.parametrize(
    ("former", "today"),
    [
        (opened(0) | {"action": "incoming_chat_thread"}, opened(0)),
        (closed(ANN) | {"action": "thread_closed"}, closed(ANN)),
        (rated(1) | {"action": "chat_thread_properties_updated"}, rated(1)),
        (added(ANN) | {"action": "chat_user_added"}, added(ANN)),
        (
            webhook("agent_status_changed", agent_id=ANN, status="accepting chats"),
            webhook("routing_status_set", agent_id=ANN, status="accepting_chats"),
        ),
    ],
)
def test_the_names_of_former_versions_tell_the_same(told, former, today):
    assert told(former) == told(today)


@pytest.mark.trap(1, "livechat")
def test_a_thread_of_the_first_version_began_in_seconds(told):
    thread = opened(0)
    del thread["payload"]["chat"]["thread"]["created_at"]
    thread["payload"]["chat"]["thread"]["timestamp"] = SECONDS
    assert told(thread)[0]["time"] == told(opened(0))[0]["time"] == "2026-11-25T11:00:00.000Z"


@pytest.mark.parametrize("place", ["properties", "itself"])
def test_a_form_before_the_chat_is_known_by_either_sign(told, place):
    event = form("T1_1", 0)
    if place == "itself":
        event |= {"properties": {}, "form_type": "prechat"}
    assert told(opened(0, event))[0]["data"]["form_fields"] == 2


@pytest.mark.trap(12, "livechat")
def test_whom_a_bot_adds_to_the_chat_takes_it_over_and_has_not_answered(adapt):
    bodies = [
        opened(0, said("T1_1", 1), users=(CUSTOMER, user(ROBOT))),
        incoming(said("T1_2", 2, ROBOT, "Hello, I am a robot")),
        added(ANN) | {"payload": added(ANN)["payload"] | {"requester_id": ROBOT}},
        incoming(said("T1_3", 90, ANN, "Good morning")),
    ]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body, received_at=received(60)), bodies)
    assert (row.outcome, row.wait_ms) == ("answered", 30_000)
    (assigned,) = adapt(PLATFORM, added(BOB)).events
    assert assigned["type"] == "attesa.agent.assigned"


def test_an_agent_whose_id_is_no_address_is_known_by_what_the_webhook_says(told, adapt):
    body = added("ann")
    assert kinds(told(body)) == ["agent.assigned"]
    del body["payload"]["user"]["type"]
    assert kinds(told(body)) == ["agent.assigned"]
    del body["payload"]["user_type"]
    assert [wrong.path for wrong in adapt(PLATFORM, body).invalid] == ["payload.user.id"]


@pytest.mark.parametrize(
    "action",
    [
        "access_granted", "access_revoked", "chat_thread_tagged", "chat_thread_untagged",
        "chat_thread_properties_deleted", "follow_up_requested", "customer_visit_started", "customer_created",
        "agent_unsuspended", "auto_accesses_updated", "group_deleted", "tag_created", "event_deleted",
        "chat_access_granted", "chat_access_updated", "incoming_rich_message_postback", "thread_summary_set",
        "user_removed_from_chat", "chat_user_removed", "events_marked_as_seen", "incoming_customer",
    ],
)  # fmt: skip
def test_every_action_that_says_nothing_is_known(adapt, action):
    adapted = adapt(PLATFORM, {"action": action, "payload": None})
    assert (adapted.events, adapted.unmapped, adapted.invalid) == ((), (), ())
    assert [each.native for each in adapted.ignored] == [action]


@pytest.mark.parametrize(
    "kind",
    [
        "agent_added", "agent_left", "chat_transferred", "customer_updated", "rating.chat_rated",
        "routing.assigned_inactive", "routing.unassigned_other", "routing.idle", "a.new_one",
    ],
)  # fmt: skip
def test_system_messages_that_end_nothing_are_nobodys_words(told, kind):
    assert told(incoming(system("T1_9", 98, kind))) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"users": [CUSTOMER | {"email": None, "name": None, "last_visit": None}]},
        {"users": [CUSTOMER | {"last_visit": {"geolocation": {"country_code": "Italy"}}}]},
        {"properties": None},
        {"properties": {"routing": {"continuous": {"value": False}}}},
        {"access": None, "an_unheard_of_field": [None]},
        {"users": [CUSTOMER, user(BOB) | {"type": "supervisor"}]},
    ],
)
def test_what_is_null_or_new_keeps_no_thread_from_beginning(told, change):
    body = opened(0, said("T1_1", 1))
    body["payload"]["chat"] |= change
    body["payload"]["chat"]["thread"] |= {"tags": [], "queue": None, "properties": None}
    events = told(body)
    assert kinds(events)[0] == "session.started"
    assert "message.sent" in kinds(events)


def test_a_message_without_text_and_one_of_any_script_are_messages(told):
    (empty,) = told(incoming(said("T1_3", 5, text=None)))
    (other,) = told(incoming(said("T1_4", 6, text="你好 开门吗 Zoë")))
    assert ("length" in empty["data"], other["data"]["length"]) == (False, 10)


@pytest.mark.trap(10, "livechat")
def test_a_chat_that_is_taken_up_again_is_a_new_thread_and_a_new_session(told):
    first, again = told(opened(0)), told(opened(3000, thread="T2", previous_thread_id="T1"), 3100)
    assert first[0]["subject"] != again[0]["subject"]
    assert first[0]["data"]["customer"] == again[0]["data"]["customer"]


@pytest.mark.parametrize("thread", [{"thread_id": None}, {}])
def test_a_transfer_of_a_chat_without_a_thread_is_ignored(adapt, thread):
    body = transferred(thread=None)
    del body["payload"]["thread_id"]
    body["payload"] |= thread
    assert [each.why for each in adapt(PLATFORM, body).ignored] == ["a chat without an open thread"]


@pytest.mark.trap(3, "livechat")
def test_what_has_no_time_says_so(told):
    for body in (closed(ADA), rated(0), added(ANN), transferred()):
        assert all(event["timesource"] == "received" for event in told(body))
    (message,) = told(incoming(said("T1_3", 5) | {"created_at": clock(5)}))
    assert "timesource" not in message
