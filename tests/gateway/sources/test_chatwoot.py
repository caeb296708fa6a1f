"""Chatwoot: who wrote, what changed, and in which of its two notations of time."""

import pytest

from attesa.gateway.sources import Ignored, Invalid, Unmapped

CREATED_S = 1_795_600_000
MESSAGE = {
    "event": "message_created",
    "id": 41,
    "content": "Buongiorno?",
    "created_at": "2026-11-25T11:00:00.250Z",
    "message_type": "incoming",
    "content_type": "text",
    "private": False,
    "sender": {"id": 9, "type": "contact"},
    "conversation": {"id": 7, "meta": {"sender": {"name": "Ada"}}},
}
AGENT = {"message_type": "outgoing", "sender": {"id": 3, "type": "user"}}
CONVERSATION = {
    "id": 7,
    "channel": "Channel::WebWidget",
    "status": "open",
    "created_at": CREATED_S,
    "updated_at": CREATED_S + 60.75,
    "timestamp": CREATED_S + 60,
    "meta": {"sender": {"id": 9}},
    "messages": [],
}


def changed(event="conversation_updated", **changes):
    attributes = [{name: {"previous_value": a, "current_value": b}} for name, (a, b) in changes.items()]
    return CONVERSATION | {"event": event, "changed_attributes": attributes}


def only(adapted):
    assert (adapted.unmapped, adapted.invalid, adapted.ignored) == ((), (), ())
    (event,) = adapted.events
    return event


def test_a_message_of_a_customer_is_told_without_its_text(adapt):
    event = only(adapt("chatwoot", MESSAGE))
    assert (event["type"], event["time"]) == ("attesa.message.sent", "2026-11-25T11:00:00.250Z")
    assert (event["id"], event["subject"]) == ("chatwoot/main/7/message-41", "chatwoot/main/7")
    assert (event["source"], event["tenant"]) == ("chatwoot/main", "default")
    assert event["data"]["author"] == "customer"
    assert (event["data"]["length"], event["data"]["questions"]) == (11, 1)
    assert "Buongiorno" not in str(event)


def test_a_customer_who_writes_may_open_a_session_and_tells_what_its_beginning_would(adapt):
    """The webhook of the beginning may be lost, or older than the source here."""
    told = {"id": 7, "channel": "Channel::Email", "status": "pending", "meta": {"sender": {"id": 9}}}
    opens, written = adapt("chatwoot", MESSAGE | {"conversation": told}).events
    begun = adapt("chatwoot", CONVERSATION | {"event": "conversation_created"}).events[0]
    assert (opens["type"], opens["id"]) == ("attesa.session.started", "chatwoot/main/7/written-41")
    assert (opens["data"]["channel"], opens["data"]["bot_first"]) == ("email", True)
    assert opens["data"]["customer"] == begun["data"]["customer"]
    assert opens["time"] == written["time"]


@pytest.mark.parametrize(
    ("change", "author"),
    [
        (AGENT, "agent"),
        (AGENT | {"sender": {"id": 3, "type": "agent_bot"}}, "bot"),
        (AGENT | {"sender": None}, "system"),
        ({"message_type": "template", "sender": None}, "system"),
    ],
)
def test_who_wrote_follows_from_direction_and_sender(adapt, change, author):
    assert only(adapt("chatwoot", MESSAGE | change))["data"]["author"] == author


@pytest.mark.trap(7, "chatwoot")
def test_an_agents_note_is_not_visible_and_the_agent_is_a_pseudonym(adapt):
    data = only(adapt("chatwoot", MESSAGE | AGENT | {"private": True}))["data"]
    assert data["visible"] is False
    assert data["agent"].startswith("a-")
    assert len(data["agent"]) == 34


def test_a_campaign_is_no_reply(adapt):
    campaign = MESSAGE | AGENT | {"additional_attributes": {"campaign_id": 5}}
    assert only(adapt("chatwoot", campaign))["data"]["kind"] == "campaign"


def test_a_conversation_that_begins_pending_begins_with_the_bot(adapt):
    begun = CONVERSATION | {"event": "conversation_created", "status": "pending"}
    event = only(adapt("chatwoot", begun))
    assert (event["type"], event["data"]["bot_first"]) == ("attesa.session.started", True)
    assert event["data"]["channel"] == "live_chat"


def test_a_conversation_that_an_agent_begins_is_outbound(adapt):
    messages = [{"message_type": 1, "sender_type": "User"}]
    begun = CONVERSATION | {"event": "conversation_created", "messages": messages}
    assert only(adapt("chatwoot", begun))["data"]["direction"] == "outbound"


def test_an_address_links_the_customer_of_this_source_with_that_of_all(adapt):
    sender = {"meta": {"sender": {"id": 9, "email": "Ada@example.org"}}}
    told = adapt("chatwoot", CONVERSATION | sender | {"event": "conversation_created"})
    started, linked = told.events
    assert linked["type"] == "attesa.customer.linked"
    assert linked["subject"] == started["data"]["customer"]
    assert linked["data"]["same_as"] not in {linked["subject"], "Ada@example.org"}
    assert "example.org" not in str(told)


def test_from_pending_to_open_the_bot_hands_over(adapt):
    event = only(adapt("chatwoot", changed(status=("pending", "open"))))
    assert (event["type"], event["data"]) == ("attesa.session.transferred", {"kind": "bot_to_person"})


@pytest.mark.trap(4, "chatwoot")
def test_one_change_told_by_two_webhooks_is_one_fact(adapt):
    resolved = {"status": ("open", "resolved")}
    told = [
        only(adapt("chatwoot", changed("conversation_updated", **resolved))),
        only(adapt("chatwoot", changed("conversation_status_changed", **resolved))),
        only(adapt("chatwoot", CONVERSATION | {"event": "conversation_resolved"})),
    ]
    assert told[0] == told[1] == told[2]
    assert told[0]["data"] == {"by": "agent", "reason": "resolved"}


@pytest.mark.trap(11, "chatwoot")
def test_another_agent_is_a_transfer_and_the_first_one_is_not(adapt):
    first = adapt("chatwoot", changed(assignee_id=(None, 3)))
    then = adapt("chatwoot", changed(assignee_id=(3, 4)))
    assert [event["type"] for event in first.events] == ["attesa.agent.assigned"]
    assert [event["type"] for event in then.events] == ["attesa.agent.assigned", "attesa.session.transferred"]


def test_the_survey_is_asked_by_a_message_and_answered_by_its_update(adapt):
    asked = MESSAGE | {"message_type": "template", "content_type": "input_csat", "sender": None}
    values = {"submitted_values": {"csat_survey_response": {"rating": 5, "feedback_message": "x"}}}
    answered = asked | {"event": "message_updated", "content_attributes": values}
    assert only(adapt("chatwoot", asked))["data"] == {"question": "csat", "scale": "1-5"}
    assert only(adapt("chatwoot", answered))["data"] == {"question": "csat", "scale": "1-5", "value": 5}
    assert adapt("chatwoot", answered).received == 1


def test_what_says_nothing_is_ignored_and_what_is_new_is_unmapped(adapt):
    ignored = adapt("chatwoot", {"event": "conversation_typing_on"})
    assert ignored.ignored == (Ignored("conversation_typing_on", "typing"),)
    assert adapt("chatwoot", {"event": "label_sung"}).unmapped == (Unmapped("label_sung"),)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"conversation": {}}, "conversation.id"),
        ({"created_at": CREATED_S * 1000}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"message_type": True}, "message_type"),
        ({"message_type": 4}, "message_type"),
        (AGENT | {"sender": {"id": 3, "type": "ghost"}}, "sender.type"),
        ({"message_type": "sung"}, "message_type"),
        ({"id": True}, "id"),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, change, path):
    adapted = adapt("chatwoot", MESSAGE | change)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]


@pytest.mark.parametrize("body", [b"", b"\xff", b"[", b"[]", b"null", b"7", b'{"event": 7}'])
def test_any_other_bytes_are_invalid(adapt, body):
    (wrong,) = adapt("chatwoot", body).invalid
    assert isinstance(wrong, Invalid)


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("message_created", ["attesa.session.started", "attesa.message.sent"]),
        ("conversation_resolved", ["attesa.session.ended"]),
        ("conversation_opened", []),
        ("webwidget_triggered", []),
    ],
)
def test_captured_payloads(adapt, payload, name, types):
    adapted = adapt("chatwoot", payload("chatwoot", f"{name}.json"))
    assert [event["type"] for event in adapted.events] == types
    assert not adapted.invalid
    assert not adapted.unmapped
