"""Zendesk messaging: who holds control, which event hands over, and how often one delivery tells it."""

import pytest
from tests.gateway.sources.folding import in_any_order

from attesa.gateway.sources import Ignored, Invalid, Unmapped

PLATFORM = "sunshine_conversations"
BOT = {"id": "i1", "name": "bot", "integrationType": "custom"}
DESK = {"id": "i2", "name": "zd-agentWorkspace", "integrationType": "zd:agentWorkspace"}
CUSTOMER = {"type": "user", "userId": "u1", "displayName": "Ada", "user": {"id": "u1"}}
BUSINESS = {"type": "business", "displayName": "Bo", "avatarUrl": "https://chat.example/bo.png"}
WEB = {"type": "web", "integrationId": "w1"}


def clock(second):
    return f"2026-11-25T11:{second // 60:02d}:{second % 60:02d}.250Z"


def event(native, second, holds=None, **payload):
    conversation = {"id": "c1", "type": "personal"} | (
        {"activeSwitchboardIntegration": holds} if holds else {}
    )
    conversation |= payload.pop("conversation", {})
    return {
        "id": f"e-{native}-{second}",
        "createdAt": clock(second),
        "type": native,
        "payload": {"conversation": conversation, **payload},
    }


def message(name, second, author=CUSTOMER, holds=BOT, source=WEB, **content):
    content = {"type": "text", "text": "Hello?"} | content
    said = {"id": name, "received": clock(second), "author": author, "content": content, "source": source}
    return event("conversation:message", second + 2, holds, message=said)


def delivery(*events):
    return {"app": {"id": "a"}, "webhook": {"id": "w", "version": "v2"}, "events": list(events)}


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


def conversation():
    """A bot answers, is asked for a person and offers control; the desk takes it, answers and closes."""
    began = event("conversation:create", 0, BOT, user={"id": "u1"}, creationReason="message", source=WEB)
    offered = {"activeSwitchboardIntegration": BOT, "pendingSwitchboardIntegration": DESK}
    return [
        delivery(began, message("m1", 1)),
        delivery(message("m2", 3, BUSINESS), event("conversation:typing", 4)),
        delivery(message("m3", 20)),
        delivery(event("switchboard:offerControl", 30, conversation=offered)),
        delivery(event("switchboard:acceptControl", 34, DESK), message("m4", 75, BUSINESS, DESK)),
        delivery(message("m5", 90, holds=DESK)),
        delivery(message("m6", 100, BUSINESS, DESK, text="You are welcome")),
        delivery(event("switchboard:releaseControl", 160)),
    ]


def test_a_conversation_with_a_hand_over_is_one_session_however_it_is_delivered(adapt):
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), conversation())
    assert (row.outcome, row.channel) == ("answered", "live_chat")
    assert (row.wait_ms, row.bot_ms) == (45_000, 30_000)
    assert (row.ended_by, row.total_ms) == ("agent", 130_000)
    assert (row.transfers, row.next_replies, row.next_reply_ms) == (0, 1, 10_000)
    assert row.customer.startswith("c-")


def test_who_leaves_the_bot_without_asking_for_a_person_was_never_waiting(adapt):
    bodies = [*conversation()[:3], delivery(event("switchboard:releaseControl", 160))]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.requested_at) == ("left_before_queue", None)


def test_who_writes_again_after_the_end_opens_the_next_session_with_the_bot(adapt):
    again = delivery(message("m9", 600, holds=BOT))
    first, second = in_any_order(lambda body: adapt(PLATFORM, body), [*conversation(), again])
    assert (first.outcome, second.outcome) == ("answered", "open")
    assert second.customer == first.customer


STARTED, SAID = "attesa.session.started", "attesa.message.sent"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "conversation_create",
            [(STARTED, "started", "2020-09-30T15:14:29.834Z", {"bot_first": True, "channel": "live_chat"})],
        ),
        (
            "conversation_message",
            [
                (
                    STARTED,
                    "written-5f74c7d84a146f3abd72af1d",
                    "2020-09-30T18:00:56.820Z",
                    {"bot_first": True, "channel": "chat"},
                ),
                (
                    SAID,
                    "message-5f74c7d84a146f3abd72af1d",
                    "2020-09-30T18:00:56.820Z",
                    {"author": "customer", "length": 5},
                ),
            ],
        ),
        (
            "conversation_referral",
            [
                (
                    STARTED,
                    "referral-5f74a0d52b5315fc007e798a",
                    "2026-11-25T12:00:00.000Z",
                    {"entry_point": "referral"},
                )
            ],
        ),
        (
            "switchboard_offerControl",
            [
                (
                    "attesa.session.transferred",
                    "offerControl-1601478869834",
                    "2020-09-30T15:14:29.834Z",
                    {"kind": "bot_to_person"},
                )
            ],
        ),
        (
            "switchboard_releaseControl",
            [("attesa.session.ended", "released-1601478869834", "2020-09-30T15:14:29.834Z", {"by": "agent"})],
        ),
        ("conversation_join", []),
        ("conversation_message_delivery_channel", []),
        ("conversation_message_delivery_user", []),
        ("conversation_read", []),
        ("conversation_remove", []),
        ("conversation_typing", []),
        ("switchboard_acceptControl", []),
        ("switchboard_acceptControl_failure", []),
        ("switchboard_offerControl_failure", []),
        ("switchboard_passControl_failure", []),
    ],
)
def test_the_official_examples(adapt, payload, name, facts):
    adapted = adapt(PLATFORM, payload(PLATFORM, f"{name}.json"))
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    assert bool(adapted.ignored) is not bool(facts)
    subject = "sunshine_conversations/main/f52b01137aa6c250bc7251fa"
    found = [(each["type"], each["id"], each["time"]) for each in adapted.events]
    assert found == [(kind, f"{subject}/{fact}", time) for kind, fact, time, _ in facts]
    for each, (_, _, _, data) in zip(adapted.events, facts, strict=True):
        assert data.items() <= each["data"].items()
        assert "26508c10541a4b0ff472e5e2" not in str(each)
