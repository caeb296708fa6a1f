"""Chatwoot: what newer, older and seldom seen webhooks look like, and what must not count."""

import pytest
from tests.gateway.sources.test_chatwoot import AGENT, CONVERSATION, CREATED_S, MESSAGE, changed, only

from attesa.gateway.sources import Ignored

INBOX = {"inbox": {"id": 2, "name": "Shop"}, "account": {"id": 1, "name": "Shop"}}
NEWEST = {"id": 41, "message_type": 1, "sender_type": "User", "sender_id": 3, "created_at": CREATED_S + 60}


def ignored(adapted):
    assert (adapted.events, adapted.unmapped, adapted.invalid) == ((), (), ())
    return adapted.ignored


def test_a_direction_is_the_same_as_a_word_and_as_a_number(adapt):
    words = ("incoming", "outgoing", "template")
    for number, word in zip((0, 1, 3), words, strict=True):
        told = [only(adapt("chatwoot", MESSAGE | AGENT | {"message_type": each})) for each in (number, word)]
        assert told[0] == told[1]


def test_a_contact_without_a_type_is_the_customer_because_of_the_direction(adapt):
    sender = {"id": 9, "name": "Ada", "email": None, "blocked": False, "account": {"id": 1}}
    assert only(adapt("chatwoot", MESSAGE | INBOX | {"sender": sender}))["data"]["author"] == "customer"


@pytest.mark.trap(6, "chatwoot")
@pytest.mark.parametrize("kind", ["captain_assistant", "agent_bot", "Captain::Assistant", "AgentBot"])
def test_an_assistant_is_a_bot_and_its_id_no_agents(adapt, kind):
    data = only(adapt("chatwoot", MESSAGE | AGENT | {"sender": {"id": 3, "type": kind}}))["data"]
    assert data["author"] == "bot"
    assert "agent" not in data


def test_an_agent_of_an_old_version_has_no_type(adapt):
    data = only(adapt("chatwoot", MESSAGE | AGENT | {"sender": {"id": 3, "name": "Anna"}}))["data"]
    with_type = only(adapt("chatwoot", MESSAGE | AGENT))["data"]
    assert data == with_type


@pytest.mark.parametrize("sender", [None, {"id": 9, "name": "Ada"}, {"id": 9, "type": "contact"}])
def test_what_an_agent_writes_in_the_channels_own_app_is_a_reply_without_a_name(adapt, sender):
    echo = {"sender": sender, "content_attributes": {"external_echo": True}, "source_id": "wamid.1"}
    data = only(adapt("chatwoot", MESSAGE | AGENT | echo))["data"]
    assert data["author"] == "agent"
    assert not data.keys() & {"agent", "kind"}


@pytest.mark.parametrize("sender", [None, {"id": 3, "type": "user"}])
def test_a_rules_message_is_no_reply_whoever_it_is_sent_for(adapt, sender):
    by_rule = {"sender": sender, "content_attributes": {"automation_rule_id": 12}}
    assert only(adapt("chatwoot", MESSAGE | AGENT | by_rule))["data"]["kind"] == "automatic"


@pytest.mark.parametrize("sender", [None, {"id": 3, "type": "user"}, {"id": 1, "type": "agent_bot"}])
def test_a_campaign_is_the_businesses_whoever_it_is_sent_for(adapt, sender):
    campaign = MESSAGE | AGENT | {"sender": sender, "additional_attributes": {"campaign_id": 5}}
    data = only(adapt("chatwoot", campaign))["data"]
    assert (data["author"], data["kind"]) == ("agent", "campaign")


def test_an_answering_machine_at_the_customers_address_asks_for_nobody(adapt):
    mail = {"content_type": "incoming_email", "content_attributes": {"email": {"auto_reply": True}}}
    assert only(adapt("chatwoot", MESSAGE | mail))["data"]["author"] == "system"
    asked = {"content_type": "incoming_email", "content_attributes": {"email": {"auto_reply": False}}}
    assert only(adapt("chatwoot", MESSAGE | asked))["data"]["author"] == "customer"


def test_a_blocked_contacts_message_does_not_wait_for_ever(adapt):
    sender = {"id": 9, "blocked": True}
    (why,) = ignored(adapt("chatwoot", MESSAGE | {"sender": sender}))
    assert "blocked" in why.why


@pytest.mark.parametrize("event", ["message_created", "message_updated"])
def test_a_telephone_call_is_not_read_as_a_message_that_nobody_answers(adapt, event):
    data = {"data": {"call_sid": "CA1", "status": "ringing", "call_direction": "inbound"}}
    call = {"event": event, "content_type": "voice_call", "content": "Voice Call", "content_attributes": data}
    assert ignored(adapt("chatwoot", MESSAGE | call))


@pytest.mark.parametrize(("sort", "kind"), [("audio", "voice"), ("image", "image"), ("file", "file")])
def test_an_attachment_without_text_is_a_message_without_length(adapt, sort, kind):
    attachments = [{"id": 4, "file_type": sort, "data_url": "https://shop.example/4"}]
    data = only(adapt("chatwoot", MESSAGE | {"content": None, "attachments": attachments}))["data"]
    assert (data["kind"], data["length"]) == (kind, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"content_attributes": {"deleted": True}, "content": "This message was deleted"},
        {"content_attributes": {"submitted_values": [{"title": "Yes", "value": "yes"}]}},
        {"content_attributes": {"submitted_email": "ada@shop.example"}},
        {"content_attributes": None, "status": "read"},
        {"content_attributes": {"external_error": "131049"}, "status": "failed"},
    ],
)
def test_an_edited_removed_delivered_or_answered_message_is_no_second_one(adapt, change):
    assert ignored(adapt("chatwoot", MESSAGE | {"event": "message_updated"} | change))


@pytest.mark.trap(4, "chatwoot")
@pytest.mark.parametrize("rating", [4, "4"])
def test_a_rating_and_then_its_remark_are_one_answer(adapt, rating):
    asked = MESSAGE | {"event": "message_updated", "message_type": "template", "content_type": "input_csat"}
    told = [
        only(
            adapt(
                "chatwoot", asked | {"content_attributes": {"submitted_values": {"csat_survey_response": a}}}
            )
        )
        for a in ({"rating": rating}, {"rating": rating, "feedback_message": "grazie"})
    ]
    assert told[0] == told[1]
    assert told[0]["data"]["value"] == 4


def test_ids_are_text_whether_written_as_numbers_or_as_text(adapt):
    as_text = MESSAGE | {"id": "41", "conversation": {"id": "7"}, "account": {"id": "1"}}
    assert only(adapt("chatwoot", as_text))["id"] == only(adapt("chatwoot", MESSAGE))["id"]


def test_the_change_itself_tells_its_time_and_not_the_conversation_as_it_is_later(adapt):
    touched = CONVERSATION | {"updated_at": CREATED_S + 75.5}
    changes = [
        {"status": {"previous_value": "open", "current_value": "resolved"}},
        {"waiting_since": {"previous_value": "2026-11-25T10:00:00.000Z", "current_value": None}},
        {
            "updated_at": {
                "previous_value": "2026-11-25T09:46:50.000Z",
                "current_value": "2026-11-25T09:47:40.125Z",
            }
        },
    ]
    body = touched | {"event": "conversation_updated", "changed_attributes": changes}
    assert only(adapt("chatwoot", body))["time"] == "2026-11-25T09:47:40.125Z"


def test_a_reply_that_takes_the_conversation_from_the_bot_stands_at_the_request(adapt):
    taken = changed(status=("pending", "open")) | {"messages": [NEWEST]}
    later = changed(status=("pending", "open")) | {"messages": [NEWEST | {"created_at": CREATED_S}]}
    by_bot = changed(status=("pending", "open")) | {"messages": [NEWEST | {"sender_type": "AgentBot"}]}
    times = [only(adapt("chatwoot", body))["time"][-7:] for body in (taken, later, by_bot)]
    assert times == ["40.000Z", "40.750Z", "40.750Z"]


@pytest.mark.trap(9, "chatwoot")
def test_an_agent_who_replies_later_does_not_make_a_conversation_outbound(adapt):
    begun = CONVERSATION | {"event": "conversation_created"}
    late = only(adapt("chatwoot", begun | {"messages": [NEWEST | {"created_at": CREATED_S + 3}]}))
    at_once = only(adapt("chatwoot", begun | {"messages": [NEWEST | {"created_at": CREATED_S}]}))
    assert "direction" not in late["data"]
    assert at_once["data"]["direction"] == "outbound"


@pytest.mark.trap(9, "chatwoot")
def test_a_conversation_that_a_campaign_opens_is_outbound(adapt):
    first = {"message_type": 1, "sender_type": None, "created_at": CREATED_S}
    campaign = first | {"additional_attributes": {"campaign_id": 5}}
    begun = CONVERSATION | {"event": "conversation_created", "messages": [campaign]}
    assert only(adapt("chatwoot", begun))["data"]["direction"] == "outbound"


def test_the_team_that_a_conversation_is_given_to_is_its_queue(adapt):
    meta = {"meta": {"sender": {"id": 9}, "team": {"id": 5, "name": "sales"}}}
    event = only(adapt("chatwoot", changed(team_id=(None, 5)) | meta))
    assert (event["type"], event["data"]) == ("attesa.agent.assigned", {"team": "sales", "queue": "sales"})


def test_another_team_is_a_transfer_into_its_queue_even_where_the_agent_changes_with_it(adapt):
    meta = {"meta": {"sender": {"id": 9}, "team": {"id": 6, "name": "returns"}}}
    told = adapt("chatwoot", changed(team_id=(5, 6), assignee_id=(3, 4)) | meta).events
    assert [event["type"] for event in told] == ["attesa.agent.assigned", "attesa.session.transferred"]
    assert told[1]["data"] == {"kind": "person_to_person", "to_queue": "returns"}


def test_taking_a_conversation_from_its_bot_is_a_hand_over(adapt):
    event = only(adapt("chatwoot", changed(assignee_agent_bot_id=(2, None), assignee_id=(None, 3))))
    assert event["data"] == {"kind": "bot_to_person"}


@pytest.mark.parametrize(
    "change",
    [
        {"status": ("open", "snoozed"), "snoozed_until": (None, "2026-11-26T09:00:00.000Z")},
        {"status": ("snoozed", "open")},
        {"status": ("resolved", "open")},
        {"status": ("open", "pending")},
        {"label_list": ([], ["vip"])},
        {"custom_attributes": ({}, {"order": "7"})},
        {"priority": (None, "urgent")},
        {"first_reply_created_at": (None, "2026-11-25T09:47:40.125Z")},
        {"assignee_id": (None, None)},
        {"team_id": (5, None)},
    ],
)
def test_a_change_that_is_no_end_no_hand_over_and_no_assignment_is_ignored(adapt, change):
    assert ignored(adapt("chatwoot", changed(**change)))


def test_a_resolved_conversation_that_gets_a_label_does_not_end_again(adapt):
    labelled = CONVERSATION | {"event": "conversation_updated", "status": "resolved"}
    assert ignored(adapt("chatwoot", labelled))
    assert ignored(adapt("chatwoot", labelled | {"changed_attributes": None}))
    ended = labelled | {"event": "conversation_status_changed"}
    assert only(adapt("chatwoot", ended))["type"] == "attesa.session.ended"


@pytest.mark.parametrize(
    "event", ["automation_event.conversation_created", "automation_event.message_created", "macro.executed"]
)
def test_a_rules_copy_of_a_webhook_is_not_counted_again(adapt, event):
    assert ignored(adapt("chatwoot", CONVERSATION | {"event": event}))


def test_typing_and_settings_are_ignored(adapt):
    typing = {"event": "conversation_typing_on", "user": {"id": 3}, "conversation": CONVERSATION}
    assert ignored(adapt("chatwoot", typing)) == (Ignored("conversation_typing_on", "typing"),)
    assert ignored(adapt("chatwoot", {"event": "inbox_updated", "id": 2, "changed_attributes": []}))


def test_what_is_null_or_unknown_does_not_keep_a_conversation_from_beginning(adapt):
    spare = {
        "event": "conversation_created",
        "meta": {"sender": {"id": 9, "email": None, "phone_number": None}, "assignee": None, "team": None},
        "additional_attributes": None,
        "messages": [{"message_type": 9, "sender_type": "Ghost", "created_at": CREATED_S}],
        "labels": [],
        "group_contacts": [],
        "hologram": {"x": 1},
    }
    data = only(adapt("chatwoot", CONVERSATION | spare))["data"]
    assert data.keys() == {"channel", "customer"}


@pytest.mark.trap(1, "chatwoot")
def test_one_instant_is_the_same_in_each_of_its_notations(adapt):
    written = [
        "2026-11-25T09:46:40.000Z",
        "2026-11-25 09:46:40 UTC",
        CREATED_S,
        float(CREATED_S),
        str(CREATED_S),
    ]
    times = {only(adapt("chatwoot", MESSAGE | {"created_at": each}))["time"] for each in written[:4]}
    assert times == {"2026-11-25T09:46:40.000Z"}
    assert adapt("chatwoot", MESSAGE | {"created_at": written[4]}).invalid


@pytest.mark.trap(2, "chatwoot")
def test_nought_means_never_and_not_1970(adapt):
    unseen = {"agent_last_seen_at": 0, "contact_last_seen_at": 0, "waiting_since": 0, "created_at": 0}
    event = only(adapt("chatwoot", CONVERSATION | unseen | {"event": "conversation_created"}))
    assert event["time"] == "2026-11-25T09:47:40.000Z"


@pytest.mark.trap(19, "chatwoot")
def test_the_name_of_the_webhook_counts_and_not_the_status_beside_it(adapt):
    ended = only(adapt("chatwoot", CONVERSATION | {"event": "conversation_resolved", "status": "open"}))
    assert ended["type"] == "attesa.session.ended"
    assert ignored(adapt("chatwoot", CONVERSATION | {"event": "conversation_opened", "status": "pending"}))


def test_a_telephone_number_with_its_countrys_prefix_links_the_customer(adapt):
    sender = {"meta": {"sender": {"id": 9, "phone_number": "+393331234567"}}}
    _, linked = adapt("chatwoot", CONVERSATION | sender | {"event": "conversation_created"}).events
    assert linked["type"] == "attesa.customer.linked"
    national = {"meta": {"sender": {"id": 9, "phone_number": "333 1234567"}}}
    assert len(adapt("chatwoot", CONVERSATION | national | {"event": "conversation_created"}).events) == 1


@pytest.mark.parametrize(
    ("words", "numbers"), [(("open", "resolved"), (0, 1)), (("pending", "open"), (2, 0))]
)
def test_a_status_is_the_same_as_a_word_and_as_a_number(adapt, words, numbers):
    told = [only(adapt("chatwoot", changed(status=each))) for each in (words, numbers)]
    assert told[0] == told[1]
    assert ignored(adapt("chatwoot", changed(status=(0, 3))))
    assert ignored(adapt("chatwoot", changed(status=(None, True))))


@pytest.mark.parametrize(
    ("native", "channel"),
    [
        ("WebWidget", "live_chat"),
        ("Email", "email"),
        ("FacebookPage", "social"),
        ("Instagram", "social"),
        ("Whatsapp", "chat"),
        ("Api", "chat"),
        ("Telegram", "chat"),
        ("Hologram", "chat"),
    ],
)
def test_each_channel_has_its_thresholds(adapt, native, channel):
    body = CONVERSATION | {"event": "conversation_created", "channel": f"Channel::{native}"}
    assert only(adapt("chatwoot", body))["data"]["channel"] == channel


def test_a_conversation_that_its_agent_lets_go_is_a_transfer_and_its_taking_by_the_next_one_is_none(adapt):
    let_go = adapt("chatwoot", changed(assignee_id=(3, None))).events
    taken = adapt("chatwoot", changed(assignee_id=(None, 4))).events
    assert [event["type"] for event in (*let_go, *taken)] == [
        "attesa.session.transferred",
        "attesa.agent.assigned",
    ]
