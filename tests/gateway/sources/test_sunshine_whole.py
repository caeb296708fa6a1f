"""Zendesk messaging: whole conversations, and the official examples."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.sunshine_bodies import BOT, BUSINESS, DESK, PLATFORM, WEB, delivery, event, message


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


@pytest.mark.trap(16, "sunshine_conversations")
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


@pytest.mark.trap(10, "sunshine_conversations")
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
