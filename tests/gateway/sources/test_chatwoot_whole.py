"""Chatwoot: a whole conversation, told by webhooks that come twice, in any order, and two for one change."""

import pytest
from tests.gateway.sources.conftest import NOW
from tests.gateway.sources.folding import in_any_order

START_S = int(NOW.timestamp()) - 3_600
ADA = {"id": 9, "type": "contact", "name": "Ada Bianchi"}
ANNA = {"id": 3, "type": "user", "name": "Anna"}
BOT = {"id": 1, "type": "agent_bot"}


def iso(second):
    return f"2026-11-25T11:{second // 60:02}:{second % 60:02}.000Z"


def conversation(event, second, state="open", /, **changes):
    body = {
        "event": event,
        "id": 7,
        "channel": "Channel::WebWidget",
        "status": state,
        "created_at": START_S,
        "updated_at": START_S + second + 0.5,
        "timestamp": START_S + second,
        "messages": [],
        "meta": {"sender": ADA, "team": {"name": "sales"}},
    }
    attributes = [{name: {"previous_value": a, "current_value": b}} for name, (a, b) in changes.items()]
    return body | ({"changed_attributes": attributes} if attributes else {})


def message(number, second, sender, text="", **more):
    return {
        "event": "message_created",
        "id": number,
        "created_at": iso(second),
        "message_type": "incoming" if sender is ADA else "outgoing",
        "content_type": "text",
        "content": text,
        "private": False,
        "sender": sender,
        "conversation": {"id": 7, "meta": {"sender": ADA}},
    } | more


def rated(number, second, rating):
    values = {"submitted_values": {"csat_survey_response": {"rating": rating}}}
    asked = message(number, 230, None, content_type="input_csat", message_type="template")
    return asked | {"event": "message_updated", "updated_at": iso(second), "content_attributes": values}


STORY = [
    conversation("conversation_created", 0, "pending"),
    message(1, 1, ADA, "ciao"),
    message(2, 2, BOT, "Come posso aiutare?"),
    message(3, 20, ADA, "una persona, per favore"),
    conversation("conversation_updated", 30, status=("pending", "open")),
    conversation("conversation_status_changed", 30, status=("pending", "open")),
    conversation("conversation_updated", 40, assignee_id=(None, 3)),
    message(4, 50, ANNA, "controlla tu?", private=True),
    message(5, 75, ANNA, "Buongiorno Ada, un attimo che controllo"),
    message(6, 120, ANNA, "Arriva domani. Posso fare altro?"),
    message(7, 200, ADA, "no grazie"),
    message(8, 230, None, content_type="input_csat", message_type="template"),
    conversation("conversation_updated", 240, "resolved", status=("open", "resolved")),
    conversation("conversation_status_changed", 240, "resolved", status=("open", "resolved")),
    rated(8, 250, 5),
]


def told(adapt, bodies):
    return in_any_order(lambda body: adapt("chatwoot", body), bodies)


@pytest.mark.trap(16, "chatwoot")
@pytest.mark.trap(12, "chatwoot")
def test_the_wait_runs_from_the_hand_over_to_the_first_visible_reply(adapt):
    (row,) = told(adapt, STORY)
    assert (row.outcome, row.channel, row.wait_ms) == ("answered", "live_chat", 44_500)
    assert row.bot_ms == 30_500
    assert row.first_useful_reply_at - row.first_reply_at == 45_000
    assert (row.greeting, row.name, row.more_help) == (1, 1, 1)
    assert (row.ended_by, row.csat) == ("agent", 5)


@pytest.mark.trap(10, "chatwoot")
def test_a_customer_who_writes_after_the_end_opens_the_next_session(adapt):
    rows = told(adapt, [*STORY, message(9, 900, ADA, "ancora una cosa")])
    assert [row.outcome for row in rows] == ["answered", "waiting"]


def test_nobody_waits_in_a_conversation_that_an_agent_begins(adapt):
    first = {"messages": [{"message_type": 1, "sender_type": "User"}]}
    begun = conversation("conversation_created", 0) | first
    (row,) = told(adapt, [begun, message(1, 1, ANNA, "Buongiorno"), message(2, 60, ADA, "salve")])
    assert (row.outcome, row.requested_at) == ("outbound", None)


@pytest.mark.trap(17, "chatwoot")
def test_of_a_lost_webhook_no_more_is_missing_than_it_told(adapt):
    (row,) = told(adapt, STORY[1:4] + STORY[5:-3] + STORY[-2:])
    assert (row.outcome, row.wait_ms, row.ended_by) == ("answered", 44_500, "agent")
    assert (row.language, row.csat) == (None, 5)
    assert row.customer is not None  # every message of his tells it again


def test_an_agent_who_replies_into_a_bots_conversation_has_answered_at_once(adapt):
    newest = {"messages": [{"id": 3, "message_type": 1, "sender_type": "User", "created_at": START_S + 75}]}
    taken = {"status": ("pending", "open"), "waiting_since": (iso(1), None)}
    bodies = [
        *STORY[:3],
        message(3, 75, ANNA, "Buongiorno, sono Anna"),
        conversation("conversation_updated", 75, **taken) | newest,
        conversation("conversation_status_changed", 75, status=("pending", "open")) | newest,
        message(4, 90, ADA, "ah, bene"),
    ]
    (row,) = told(adapt, bodies)
    assert (row.outcome, row.wait_ms, row.bot_ms) == ("answered", 0, 75_000)


def test_a_survey_that_is_rated_after_the_end_belongs_to_the_session(adapt):
    (row,) = told(adapt, [*STORY[:-1], rated(8, 3_000, 2), rated(8, 3_400, 2)])
    assert (row.outcome, row.csat, row.ended_by) == ("answered", 2, "agent")


def test_a_campaign_and_its_answer_wait_for_nobody_until_a_person_is_asked_for(adapt):
    campaign = {"additional_attributes": {"campaign_id": 5}}
    first = {"messages": [{"message_type": 1, "sender_type": None, "created_at": START_S} | campaign]}
    begun = conversation("conversation_created", 0) | first
    bodies = [begun, message(1, 0, None, "Sconti!", **campaign), message(2, 60, ADA, "grazie")]
    (row,) = told(adapt, bodies)
    assert (row.outcome, row.requested_at) == ("outbound", None)
