"""Zendesk messaging: who holds control, which event hands over, and how often one delivery tells it."""

import pytest
from tests.gateway.sources.sunshine_bodies import (
    BOT,
    BUSINESS,
    DESK,
    PLATFORM,
    WEB,
    clock,
    delivery,
    event,
    message,
)

from attesa.gateway.sources import Ignored, Invalid, Unmapped


@pytest.fixture
def told(adapt):
    """The events of one delivery, all of whose native events are known and whole."""

    def run(*events):
        adapted = adapt(PLATFORM, delivery(*events))
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def only(events, kind):
    (found,) = [each for each in events if each["type"] == f"attesa.{kind}"]
    return found


def test_the_time_of_a_message_is_its_receipt_by_the_platform_not_the_channels_clock_nor_the_webhooks(told):
    slow = WEB | {"originalMessageTimestamp": "2026-11-25T10:59:00.000Z"}
    said = only(told(message("m1", 20, source=slow)), "message.sent")
    assert said["time"] == "2026-11-25T11:00:20.250Z"
    assert said["id"] == "sunshine_conversations/main/c1/message-m1"
    assert said["data"] == {"author": "customer", "message_id": "m1", "length": 6, "questions": 1}


@pytest.mark.parametrize(
    ("holds", "source", "author"),
    [
        (BOT, {"type": "api:conversations"}, "bot"),
        (DESK, {"type": "zd:agentWorkspace"}, "agent"),
        (DESK, {"type": "zd:answerBot"}, "bot"),
        (BOT, {"type": "zd:agentWorkspace"}, "agent"),
        (BOT | {"name": "Human"}, None, "agent"),
        (BOT | {"name": "ai-agent"}, None, "bot"),
        (None, None, "agent"),
    ],
)
@pytest.mark.trap(6, "sunshine_conversations")
def test_a_message_of_the_business_is_a_bots_while_a_bot_holds_control(told, holds, source, author):
    said = only(told(message("m1", 20, BUSINESS, holds, source)), "message.sent")
    assert said["data"]["author"] == author
    assert "Bo" not in str(said)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"type": "file", "mediaType": "audio/ogg"}, "voice"),
        ({"type": "file", "mediaType": "video/mp4"}, "video"),
        ({"type": "file", "mediaType": "application/pdf"}, "file"),
        ({"type": "formResponse", "textFallback": "Ada"}, "formResponse"),
    ],
)
def test_what_is_no_text_has_a_kind(told, content, kind):
    assert only(told(message("m1", 20, text=None, **content)), "message.sent")["data"]["kind"] == kind


def test_who_writes_while_a_bot_holds_control_asks_for_nobody_in_a_later_session_either(told):
    first = only(told(message("m1", 20)), "session.started")
    assert (first["data"]["bot_first"], first["data"]["channel"]) == (True, "live_chat")
    assert first["data"]["customer"].startswith("c-")
    assert "bot_first" not in only(told(message("m1", 20, holds=DESK)), "session.started")["data"]


@pytest.mark.parametrize(
    ("reason", "direction"),
    [
        ("message", None),
        ("prechatCapture", None),
        ("notification", "outbound"),
        ("proactiveMessaging", "outbound"),
    ],
)
@pytest.mark.trap(9, "sunshine_conversations")
def test_a_conversation_that_the_business_begins_is_outbound(told, reason, direction):
    began = event("conversation:create", 0, BOT, user={"id": "u1"}, creationReason=reason, source=WEB)
    (started,) = told(began)
    assert started["data"].get("direction") == direction
    assert started["data"]["entry_point"] == reason


@pytest.mark.parametrize(
    ("native", "conversation"),
    [
        ("switchboard:passControl", {"activeSwitchboardIntegration": DESK}),
        ("switchboard:acceptControl", {"activeSwitchboardIntegration": DESK}),
        (
            "switchboard:offerControl",
            {"activeSwitchboardIntegration": BOT, "pendingSwitchboardIntegration": DESK},
        ),
    ],
)
@pytest.mark.trap(11, "sunshine_conversations")
@pytest.mark.trap(12, "sunshine_conversations")
def test_control_that_goes_to_persons_is_the_hand_over_of_the_bot(told, native, conversation):
    (handed,) = told(event(native, 30, conversation=conversation))
    assert (handed["type"], handed["data"]) == ("attesa.session.transferred", {"kind": "bot_to_person"})


def test_control_that_goes_to_a_bot_or_nowhere_is_neither_request_nor_end(adapt):
    back = event("switchboard:passControl", 30, BOT)
    failed = event("switchboard:passControl:failure", 30, BOT, error={"code": "x", "message": "y"})
    assert adapt(PLATFORM, delivery(back, failed)).ignored == (
        Ignored("switchboard:passControl", "control went to a bot"),
        Ignored("switchboard:passControl:failure", "nothing changed hands"),
    )


@pytest.mark.trap(19, "sunshine_conversations")
def test_events_of_one_delivery_that_share_an_id_and_a_time_are_still_several_facts(told):
    twins = [message("m1", 20), message("m2", 20, BUSINESS, DESK), event("switchboard:releaseControl", 20)]
    events = told(*[twin | {"id": "same", "createdAt": clock(60)} for twin in twins])
    assert len({each["id"] for each in events}) == len(events) == 4


def test_a_broken_event_does_not_take_its_neighbours_with_it(adapt):
    broken = message("m2", 21)
    del broken["payload"]["message"]["received"]
    adapted = adapt(PLATFORM, delivery(message("m1", 20), broken, event("conversation:sung", 22)))
    assert len(adapted.events) == 2
    assert adapted.invalid == (Invalid("events.1.payload.message.received", "the field is missing"),)
    assert adapted.unmapped == (Unmapped("conversation:sung"),)


@pytest.mark.trap(3, "sunshine_conversations")
def test_a_referral_without_a_time_has_that_of_its_receipt_and_says_so(adapt):
    came = event(
        "conversation:referral", 0, BOT, user={"id": "u1", "externalId": 912}, source=WEB, referral={}
    )
    del came["createdAt"]
    adapted = adapt(PLATFORM, delivery(came))
    (started,) = adapted.events
    assert (adapted.received, started["timesource"]) == (1, "received")
    assert started["data"]["entry_point"] == "referral"


def test_two_users_who_are_one_are_linked_by_pseudonyms(told):
    users = {"surviving": {"id": "u1"}, "discarded": {"id": "u2"}}
    (linked,) = told(
        {"id": "e", "createdAt": clock(0), "type": "user:merge", "payload": {"mergedUsers": users}}
    )
    assert linked["type"] == "attesa.customer.linked"
    assert linked["subject"] != linked["data"]["same_as"]
    assert not {"u1", "u2"} & set(linked["id"].replace("/", " ").split())


@pytest.mark.trap(4, "sunshine_conversations")
def test_receipts_and_typing_are_ignored(adapt):
    natives = ["conversation:read", "conversation:typing", "conversation:message:delivery:user"]
    adapted = adapt(PLATFORM, delivery(*[event(native, 0) for native in natives]))
    assert [ignored.native for ignored in adapted.ignored] == natives
    assert not adapted.events


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"events": 7}', b'{"events": [7]}', b'{"events": [{}]}']
)
def test_any_other_bytes_are_invalid(adapt, body):
    assert len(adapt(PLATFORM, body).invalid) == 1
