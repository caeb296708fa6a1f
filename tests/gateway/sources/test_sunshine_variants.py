"""Zendesk messaging: what is sent in the name of persons, reasons, every kind of event and of message."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.sunshine_bodies import (
    BOT,
    BUSINESS,
    CUSTOMER,
    DESK,
    PLATFORM,
    WEB,
    delivery,
    event,
    message,
)

AGENT_ID = "__zendesk_msg.agent.id"
FROM_DESK = {"type": "zd:agentWorkspace"}


@pytest.fixture
def told(adapt):
    """The events of one delivery, all of whose native events are known and whole."""

    def run(*events):
        adapted = adapt(PLATFORM, delivery(*events))
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def kinds(events):
    return [each["type"].removeprefix("attesa.") for each in events]


def only(events, kind):
    (found,) = [each for each in events if each["type"] == f"attesa.{kind}"]
    return found


def from_desk(name, second, author=BUSINESS, **more):
    sent = message(name, second, author, DESK, FROM_DESK)
    sent["payload"]["message"] |= more
    return sent


@pytest.mark.trap(6, "sunshine_conversations")
@pytest.mark.parametrize(
    ("author", "more"),
    [
        ({}, {"metadata": {AGENT_ID: "__trigger"}}),
        ({}, {"metadata": {AGENT_ID: ""}}),
        ({}, {"metadata": {AGENT_ID: None}}),
        ({}, {"metadata": {"type": "csat"}}),
        ({"displayName": "Automated Response"}, {}),
        ({"subtypes": ["activity"]}, {}),
    ],
)
def test_what_nobody_wrote_is_no_reply_though_the_agents_desk_sent_it(told, author, more):
    said = only(told(from_desk("m1", 20, BUSINESS | author, **more)), "message.sent")
    assert (said["data"]["author"], said["data"]["kind"]) == ("system", "automatic")


@pytest.mark.trap(6, "sunshine_conversations")
def test_what_an_ai_wrote_is_a_bots_even_where_persons_hold_control(told):
    said = only(told(from_desk("m1", 20, BUSINESS | {"subtypes": ["AI"]})), "message.sent")
    assert said["data"]["author"] == "bot"


@pytest.mark.parametrize("metadata", [{}, None, {"other": 7}, {AGENT_ID: "384"}, {AGENT_ID: 384}])
def test_an_agents_words_are_a_reply_and_name_a_pseudonym_where_zendesk_names_him(told, metadata):
    said = only(told(from_desk("m1", 20, metadata=metadata)), "message.sent")
    assert said["data"]["author"] == "agent"
    assert "kind" not in said["data"]
    assert ("agent" in said["data"]) is (AGENT_ID in (metadata or {}))
    assert "384" not in str(said)


@pytest.mark.trap(12, "sunshine_conversations")
def test_a_trigger_that_answers_at_once_ends_no_wait(adapt):
    passed = event("switchboard:passControl", 30, DESK)
    bodies = [
        delivery(message("m1", 1)),
        delivery(passed, from_desk("m2", 31, metadata={AGENT_ID: "__trigger"})),
        delivery(from_desk("m3", 90, metadata={AGENT_ID: "384"})),
    ]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.wait_ms) == ("answered", 60_000)


@pytest.mark.parametrize(
    ("native", "holds", "reason", "ended"),
    [
        ("switchboard:releaseControl", None, None, {"by": "agent"}),
        ("switchboard:releaseControl", None, "ticketClosed", {"by": "agent", "reason": "ticket_closed"}),
        ("switchboard:releaseControl", None, "something new", {"by": "agent"}),
        ("switchboard:passControl", BOT, "ticketClosed", {"by": "agent", "reason": "ticket_closed"}),
        ("switchboard:passControl", BOT, "transferToEmail", {"by": "agent", "reason": "transfer_to_email"}),
        ("switchboard:passControl", BOT, None, None),
    ],
)
def test_a_ticket_that_is_closed_ends_the_session_whoever_gets_control(told, native, holds, reason, ended):
    events = told(event(native, 30, holds, reason=reason))
    assert [each["data"] for each in events] == ([ended] if ended else [])


@pytest.mark.trap(11, "sunshine_conversations")
def test_a_hand_over_names_the_group_where_the_bot_does(told):
    group = {"dataCapture.systemField.group_id": "651", "dataCapture.ticketField.7": "x"}
    (named,) = told(event("switchboard:passControl", 30, DESK, metadata=group))
    assert named["data"] == {"kind": "bot_to_person", "to_queue": "group-651"}
    for nothing in (None, {}, {"dataCapture.systemField.group_id": ""}):
        (bare,) = told(event("switchboard:passControl", 30, DESK, metadata=nothing))
        assert bare["data"] == {"kind": "bot_to_person"}


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ({"type": "image", "text": None, "mediaType": "image/png"}, {"kind": "image"}),
        ({"type": "location", "coordinates": {"lat": 1, "long": 2}}, {"kind": "location"}),
        ({"type": "carousel", "items": []}, {"kind": "carousel"}),
        ({"type": "list", "items": [{}]}, {"kind": "list"}),
        ({"type": "form", "fields": []}, {"kind": "form"}),
        ({"type": "template", "template": {}}, {"kind": "template"}),
        ({"type": "text", "text": "", "htmlText": "<p></p>"}, {}),
        ({"type": "something new"}, {"kind": "something new"}),
    ],
)  # fmt: skip
def test_a_message_of_any_kind_is_a_message(told, content, data):
    said = message("m1", 20)
    said["payload"]["message"]["content"] = content
    told_of = only(told(said), "message.sent")["data"]
    assert told_of == {"author": "customer", "message_id": "m1", "length": 0} | data


@pytest.mark.trap(4, "sunshine_conversations")
def test_receipts_of_one_message_are_no_messages_and_a_message_told_twice_is_one(told):
    reports = [
        event(f"conversation:message:delivery:{whom}", second, message={"id": "m1"}, isFinalEvent=final)
        for second, (whom, final) in enumerate([("channel", False), ("user", True), ("failure", True)])
    ]
    assert told(*reports) == ()
    twice = told(message("m1", 20), message("m1", 20) | {"id": "another webhook's"})
    assert kinds(twice) == ["session.started", "message.sent"]


@pytest.mark.trap(20, "sunshine_conversations")
def test_an_id_is_the_same_as_a_number_and_as_text(told):
    def written(ident):
        said = message("m1", 20, CUSTOMER | {"userId": ident})
        said["payload"]["conversation"]["id"] = said["payload"]["message"]["id"] = ident
        return told(said)

    assert written(912382197) == written("912382197")


@pytest.mark.trap(19, "sunshine_conversations")
def test_deliveries_that_share_every_id_and_time_are_apart_by_what_they_tell(told):
    """As all examples of the platform's do."""
    natives = ("switchboard:offerControl", "switchboard:acceptControl", "switchboard:releaseControl")
    both = {"activeSwitchboardIntegration": DESK, "pendingSwitchboardIntegration": DESK}
    events = [event(native, 20, conversation=both) | {"id": "same"} for native in natives]
    assert len({each["id"] for single in events for each in told(single)}) == len(natives)


@pytest.mark.parametrize(
    "native",
    [
        "conversation:read", "conversation:typing", "conversation:join", "conversation:leave",
        "conversation:remove",
        "switchboard:releaseControl:failure", "client:add", "client:remove", "client:update", "user:update",
        "user:removal", "passthrough:messaging",
    ],
)  # fmt: skip
def test_every_event_that_says_nothing_is_known(adapt, native):
    adapted = adapt(PLATFORM, delivery({"id": "e", "type": native}))
    assert (adapted.events, adapted.unmapped, adapted.invalid) == ((), (), ())
    assert [each.native for each in adapted.ignored] == [native]


def test_a_delivery_of_the_first_version_is_unmapped_by_its_trigger(adapt):
    first = {"trigger": "message:appUser", "version": "v1.1", "messages": [{"_id": "m1", "role": "appUser"}]}
    assert [each.native for each in adapt(PLATFORM, first).unmapped] == ["v1: message:appUser"]


def test_a_batch_of_several_conversations_and_users_is_read_one_by_one(told):
    other = message("m2", 21)
    other["payload"]["conversation"]["id"] = "c2"
    users = {"surviving": {"id": "u1"}, "discarded": {"id": "u2"}}
    merge = {"id": "e", "createdAt": "2026-11-25T11:00:00.000Z", "type": "user:merge"}
    merge["payload"] = {"mergedUsers": users, "mergedConversations": None}
    events = told(message("m1", 20), other, merge)
    assert kinds(events).count("message.sent") == 2
    assert kinds(events)[-1] == "customer.linked"
    assert told() == ()


@pytest.mark.parametrize(
    "change",
    [
        {"user": None, "source": None, "creationReason": None},
        {"user": {"id": "u1", "externalId": 912, "profile": None}, "source": WEB | {"client": None}},
        {"creationReason": "none", "user": {"id": "u1"}, "source": {"type": "api:conversations"}},
        {"referral": {}, "user": {"id": "u1"}, "an_unheard_of_field": [None]},
    ],
)
def test_what_is_null_or_new_keeps_no_conversation_from_beginning(told, change):
    (started,) = told(event("conversation:create", 0, BOT, **change))
    assert started["data"]["bot_first"] is True
    assert "direction" not in started["data"]


@pytest.mark.parametrize(
    "holds", [{"id": "i", "name": None}, {"id": "i", "integrationType": None, "name": "x"}]
)
def test_an_integration_without_a_name_is_no_person(told, holds):
    said = only(told(message("m1", 20, BUSINESS, holds, None)), "message.sent")
    assert said["data"]["author"] == "bot"
