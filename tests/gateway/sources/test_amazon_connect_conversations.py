"""Amazon Connect: whole conversations, folded as they are live, and the platform's own examples."""

import pytest
from tests.gateway.sources.connect_making import (
    BOB,
    CARE,
    SECOND,
    agent,
    bridged,
    clock,
    contact,
    happened,
    notified,
    queue,
    said,
)  # fmt: skip
from tests.gateway.sources.folding import in_any_order

PLATFORM = "amazon_connect"
LEG = {"initiationTimestamp": clock(100)}  # the second contact begins


def leg(native, **more):
    return bridged(contact(native, SECOND, "c-1", "TRANSFER", **queue(101, CARE), **more) | LEG)


def note(name, second, text):
    return notified(said(name, second, "AGENT", text), MessageVisibility="AGENT")


def conversation():
    """A flow greets, the queue holds, one agent answers and transfers, the customer leaves the other."""
    first = queue(20) | agent(50)
    return [
        bridged(contact("INITIATED")),
        bridged(contact("CONNECTED_TO_SYSTEM", connectedToSystemTimestamp=clock(0.5))),
        notified(said("m1", 2, "SYSTEM", "Welcome!")),
        notified(said("m2", 5)),
        bridged(contact("QUEUED", **queue(20))),
        notified(said("m3", 40, text="Anybody?")),
        bridged(contact("CONNECTED_TO_AGENT", **first)),
        notified(happened("e1", 50, "participant.joined", "AGENT")),
        notified(said("m4", 65, "AGENT", "Good morning")),
        notified(happened("e2", 68, "typing", "CUSTOMER")),
        notified(said("m5", 70, text="My order?")),
        note("m6", 80, "for the colleagues"),
        leg("INITIATED"),
        notified(happened("e3", 100, "participant.left", "AGENT")),
        notified(happened("e4", 100, "transfer.succeeded", "AGENT")),
        bridged(contact("DISCONNECTED", **first, disconnectTimestamp=clock(100.2))),
        leg("QUEUED"),
        leg("CONNECTED_TO_AGENT", **agent(110, BOB)),
        notified(said("m7", 120, "AGENT", "It is on its way", SECOND)),
        notified(happened("e5", 180, "participant.left", "CUSTOMER", SECOND)),
        notified(happened("e6", 180.1, "chat.ended", None, SECOND)),
        leg("DISCONNECTED", **agent(110, BOB), disconnectTimestamp=clock(180.2)),
        bridged(contact("COMPLETED", **first, disconnectTimestamp=clock(100.2))),
        leg("COMPLETED", **agent(110, BOB), disconnectTimestamp=clock(180.2)),
    ]


@pytest.mark.trap(10, "amazon_connect")
@pytest.mark.trap(16, "amazon_connect")
def test_a_conversation_with_a_transfer_is_one_session_however_it_is_delivered(adapt):
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), conversation())
    assert (row.outcome, row.queue, row.channel) == ("answered", "sales", "live_chat")
    assert (row.wait_ms, row.pickup_ms, row.bot_ms) == (45_000, 30_000, 20_000)
    assert (row.transfers, row.transfers_without_note) == (1, 0)
    assert (row.ended_by, row.total_ms) == ("customer", 160_000)
    assert (row.next_replies, row.next_reply_ms) == (1, 50_000)


@pytest.mark.trap(17, "amazon_connect")
def test_contact_events_that_are_lost_are_made_up_for_by_those_that_come(adapt):
    lost = {"INITIATED", "QUEUED", "CONNECTED_TO_AGENT"}
    kept = [body for body in conversation() if body.get("detail", {}).get("eventType") not in lost]
    (whole,) = in_any_order(lambda body: adapt(PLATFORM, body), conversation())
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), kept)
    assert (row.wait_ms, row.pickup_ms, row.transfers) == (whole.wait_ms, whole.pickup_ms, 1)


@pytest.mark.trap(13, "amazon_connect")
def test_who_leaves_the_queue_without_an_agent_has_abandoned(adapt):
    gone = contact("DISCONNECTED", **queue(20), disconnectTimestamp=clock(80))
    bodies = [contact("INITIATED"), said("m1", 5), contact("QUEUED", **queue(20)), gone]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.time_to_abandon_ms) == ("abandoned", 60_000)


def test_who_leaves_the_flow_was_never_waiting(adapt):
    gone = contact("DISCONNECTED", disconnectTimestamp=clock(80))
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), [contact("INITIATED"), said("m1", 5), gone])
    assert (row.outcome, row.requested_at) == ("left_before_queue", None)


def test_who_is_moved_from_queue_to_queue_has_not_abandoned_the_first(adapt):
    moved = contact("QUEUED", SECOND, "c-1", "QUEUE_TRANSFER", **queue(101, CARE)) | LEG
    left = contact("DISCONNECTED", **queue(20), disconnectTimestamp=clock(100.3))
    answer = said("m1", 140, "AGENT", "Here I am", SECOND)
    bodies = [contact("QUEUED", **queue(20)), left, moved, answer]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.wait_ms, row.transfers) == ("answered", 120_000, 1)


def test_a_call_that_is_taken_is_answered(adapt):
    call = {"channel": "VOICE", "initiationMethod": "INBOUND"}
    over = contact("DISCONNECTED", **queue(20), **agent(32), disconnectTimestamp=clock(90)) | call
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), [contact("QUEUED", **queue(20)) | call, over])
    assert (row.outcome, row.wait_ms, row.ended_by) == ("answered", 12_000, "agent")


ONES = "11111111-1111-1111-1111-111111111111"
ODD = "12345678-1234-1234-1234-123456789012"
CHAT, CALL = "a0498048-4512-4800-95b8-34a60362468d", "58092a11-6075-4025-a57d-6ada88b26d5b"


@pytest.mark.parametrize(
    ("name", "subject", "facts"),
    [
        (
            "chat_message.agent.json",
            CHAT,
            [("message.sent", "2022-07-08T09:19:55.806Z", {"author": "agent", "length": 20})],
        ),
        (
            "contact_event.CONNECTED_TO_AGENT.voice.json",
            ONES,
            [
                ("session.started", "2021-08-04T17:17:53.000Z", {"bot_first": True}),
                ("session.queued", "2021-08-04T17:29:04.000Z", {"queue": ODD}),
                ("agent.accepted", "2021-08-04T17:29:09.000Z", {"queue": ODD, "is_reply": True}),
            ],
        ),
        (
            "contact_event.CONTACT_DATA_UPDATED.chat.routing_step_expired.json",
            ODD,
            [
                ("session.started", "2023-11-01T18:33:00.716Z", {"bot_first": True}),
                ("session.queued", "2023-11-01T18:33:03.062Z", {"queue": ODD}),
            ],
        ),
        (
            "contact_event.DISCONNECTED.before_queue.json",
            CALL,
            [("session.ended", "2021-08-29T18:39:44.000Z", {"by": "customer"})],
        ),
    ],
)
def test_the_platforms_own_examples(adapt, payload, name, subject, facts):
    adapted = adapt(PLATFORM, payload(PLATFORM, name))
    assert (adapted.unmapped, adapted.invalid, adapted.ignored, adapted.received) == ((), (), (), 0)
    assert {each["subject"] for each in adapted.events} == {f"amazon_connect/main/{subject}"}
    found = [(each["type"].removeprefix("attesa."), each["time"]) for each in adapted.events]
    assert found == [(kind, time) for kind, time, _ in facts]
    for each, (_, _, data) in zip(adapted.events, facts, strict=True):
        assert data.items() <= each["data"].items()


@pytest.mark.parametrize(
    ("name", "invalid", "ignored"),
    [
        ("contact_event.DISCONNECTED.voice.json", ["detail.queueInfo.enqueueTimestamp"], 0),
        ("contact_event.DISCONNECTED.voice.source.txt", [""], 0),  # commas before closing braces
        ("agent_event.source.txt", [""], 0),  # with comments
        ("sns.SubscriptionConfirmation.json", [], 1),
    ],
)
def test_examples_that_tell_nothing_say_why(adapt, payload, name, invalid, ignored):
    adapted = adapt(PLATFORM, payload(PLATFORM, name))
    assert [wrong.path for wrong in adapted.invalid] == invalid
    assert (len(adapted.ignored), adapted.events, adapted.unmapped) == (ignored, (), ())
