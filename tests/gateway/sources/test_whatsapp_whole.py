"""WhatsApp Cloud: whole conversations, and payloads of others."""

import json

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.whatsapp_bodies import PLATFORM, delivery, echo, message, messages, status


def story():
    """Ada asks twice, gets her answer in the Business app, thanks, and rates by a Flow."""
    flow = {"nfm_reply": {"response_json": json.dumps({"csat": "5"}), "name": "flow"}}
    rated = message(6, 400, type="interactive", interactive=flow)
    return [
        delivery(messages(message(1, 0), message(2, 5, type="image", image={}))),
        delivery(echo(3, 90), status(9, 91, "delivered", "service")),
        delivery(messages(message(4, 120, text={"body": "Also on Sunday?"}))),
        delivery(status(9, 130, "read", "service"), echo(5, 150)),
        delivery(messages(message(7, 160, type="reaction", reaction={"emoji": "x"}))),
        delivery(messages(rated)),
    ]


@pytest.mark.trap(16, "whatsapp_cloud")
def test_a_conversation_is_one_session_however_it_is_delivered(adapt):
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), story())
    assert (row.outcome, row.channel, row.country, row.country_source) == ("answered", "chat", "IT", "phone")
    assert (row.wait_ms, row.next_replies, row.next_reply_ms) == (90_000, 1, 30_000)
    assert (row.customer_messages, row.agent_messages, row.csat) == (3, 2, 5)
    assert row.ended_by is None


@pytest.mark.trap(9, "whatsapp_cloud")
def test_an_answer_to_a_campaign_waits_for_nobody(adapt):
    bodies = [delivery(status(1, 0, "sent", "marketing")), delivery(messages(message(2, 60)))]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.requested_at) == ("outbound", None)


def test_a_customer_whom_nobody_answers_in_the_app_waits(adapt):
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), story()[:1])
    assert row.outcome == "waiting"


STARTED, SAID, LINKED = "attesa.session.started", "attesa.message.sent", "attesa.customer.linked"
FROM_ISRAEL = {"channel": "chat", "phone_country": "IL"}


def asked(time, started=FROM_ISRAEL, **said):
    return [(STARTED, time, started), (SAID, time, {"author": "customer"} | said)]


@pytest.mark.parametrize(
    ("file", "facts"),
    [
        ("messages.button_quick_reply", asked("2023-10-25T21:23:47.000Z", kind="button", length=5)),
        ("messages.edit", []),
        ("messages.interactive_button_reply", asked("2023-10-25T20:45:30.000Z", kind="button", length=5)),
        ("messages.interactive_nfm_reply_flow", asked("2023-12-13T21:21:13.000Z", kind="form", length=0)),
        ("messages.reaction", []),
        (
            "messages.referral_ctwa",
            asked("2023-10-11T17:23:20.000Z", FROM_ISRAEL | {"entry_point": "ad or post"}, length=4),
        ),
        ("messages.reply_with_context", asked("2023-10-11T17:19:06.000Z", length=12)),
        ("messages.system_user_changed_number", [(LINKED, "2025-07-30T04:55:15.000Z", {})]),
        ("messages.text", asked("2023-10-11T16:53:43.000Z", length=9)),
        ("messages.unsupported", asked("2023-10-11T17:18:26.000Z", kind="unsupported", length=0)),
        (
            "official.messages.text",
            asked("2025-06-08T20:59:43.000Z", {"phone_country": "US"}, length=30, questions=1),
        ),
        ("statuses.delivered", []),
        ("statuses.read", []),
        ("statuses.sent", []),
    ],
)
def test_payloads_of_others(adapt, payload, file, facts):
    adapted = adapt(PLATFORM, payload(PLATFORM, f"{file}.json"))
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    assert bool(adapted.ignored) is not bool(facts)
    assert [(each["type"], each["time"]) for each in adapted.events] == [fact[:2] for fact in facts]
    for each, (_, _, data) in zip(adapted.events, facts, strict=True):
        assert data.items() <= each["data"].items()
        assert not [number for number in ("9729", "1650555", "wamid", "US.1349") if number in str(each)]


@pytest.mark.trap(10, "whatsapp_cloud")
def test_who_writes_again_after_a_day_opens_the_next_session_under_the_same_number(adapt):
    earlier = delivery(messages(message(20, -30 * 3600)))
    rows = in_any_order(lambda body: adapt(PLATFORM, body), [earlier, *story()[:2]])
    assert [row.outcome for row in rows] == ["unanswered", "answered"]
    assert rows[0].customer == rows[1].customer
