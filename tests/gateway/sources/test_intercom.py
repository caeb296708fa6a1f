"""Intercom: two generations of its payloads, who speaks in which part, and what an assignment says."""

import pytest
from tests.gateway.sources.intercom_bodies import (
    ADA,
    BEGAN_S,
    BO,
    CY,
    FIN,
    OPERATOR,
    PLATFORM,
    SALES,
    conversation,
    conversation_of_v1,
    notification,
    part,
)

from attesa.gateway.sources import Invalid, Unmapped


def told(adapted):
    """The short types and data of events, where nothing is unmapped or invalid."""
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    return [(event["type"].removeprefix("attesa."), event["data"]) for event in adapted.events]


@pytest.fixture
def one_part(adapt):
    """What a notification with one part tells."""

    def run(topic, *given, item=conversation, **more):
        return told(adapt(PLATFORM, notification(f"conversation.{topic}", item(part(*given, **more)))))

    return run


def test_both_generations_of_a_new_conversation_tell_the_same(adapt):
    events = [
        told(adapt(PLATFORM, notification("conversation.user.created", item)))
        for item in (conversation(), conversation_of_v1())
    ]
    for (started, first), (said, message), (linked, _) in events:
        assert (started, said, linked) == ("session.started", "message.sent", "customer.linked")
        assert first["customer"].startswith("c-")
        assert message == {"author": "customer", "message_id": "s1", "length": 11, "questions": 1}
    assert events[0][0][1].pop("channel") == "live_chat"
    assert events[0] == events[1]


@pytest.mark.trap(1, "intercom")
def test_the_time_of_a_part_is_when_it_was_made_in_seconds(adapt):
    item = conversation(part("p1", 60, body="Yes"))
    (event,) = adapt(PLATFORM, notification("conversation.admin.replied", item)).events
    assert event["time"] == "2026-11-25T09:47:40.000Z"
    assert event["id"] == "intercom/main/c1/message-p1"


@pytest.mark.parametrize(
    ("author", "who"),
    [
        (ADA, "customer"),
        (ADA | {"type": "lead"}, "customer"),
        (ADA | {"type": "contact"}, "customer"),
        (BO, "agent"),
        (FIN, "bot"),
        (OPERATOR, "bot"),
        (BO | {"from_ai_agent": True}, "bot"),
        ({"type": "team", "id": "7"}, "system"),
    ],
)
@pytest.mark.trap(6, "intercom")
def test_operator_and_fin_are_bots_even_in_an_admins_form(one_part, author, who):
    *_, (_, said) = one_part("admin.replied", "p1", 60, "comment", author, "Hello")
    assert said["author"] == who
    assert ("agent" in said) is (who == "agent")


@pytest.mark.trap(8, "intercom")
def test_an_agents_answer_inside_an_assignment_is_a_reply(one_part):
    events = one_part("admin.assigned", "p1", 60, "assignment", BO, "<p>Hi!</p>", assigned_to=BO)
    assert [kind for kind, _ in events] == ["message.sent", "agent.assigned"]
    assert events[0][1]["author"] == "agent"


@pytest.mark.parametrize("kind", ["open", "comment", "snoozed"])
@pytest.mark.trap(8, "intercom")
def test_an_agents_answer_inside_any_other_part_is_a_reply(one_part, kind):
    ((name, said),) = one_part("admin.replied", "p1", 60, kind, BO, "<p>Hi!</p>")
    assert (name, said["author"], said["length"]) == ("message.sent", "agent", 3)


@pytest.mark.trap(7, "intercom")
def test_a_note_is_not_visible(one_part):
    ((_, said),) = one_part("admin.noted", "p1", 60, "note", BO, "<p>Rich</p>")
    assert said["visible"] is False


@pytest.mark.trap(6, "intercom")
def test_the_automatic_notice_of_operator_is_no_bot_and_no_reply(one_part):
    kind = "channel_and_reply_time_expectation"
    ((_, said),) = one_part("operator.replied", "p1", 1, kind, FIN, "<p>We reply in two hours</p>")
    assert (said["author"], said["kind"]) == ("system", "automatic")


def test_an_attachment_without_text_is_a_message(one_part):
    files = [{"type": "upload", "content_type": "audio/mpeg"}]
    ((_, said),) = one_part("admin.replied", "p1", 60, "comment", BO, None, attachments=files)
    assert (said["kind"], said["length"]) == ("voice", 0)


@pytest.mark.trap(9, "intercom")
def test_a_conversation_that_an_agent_begins_is_outbound(adapt):
    item = conversation()
    item["source"] |= {"author": BO, "delivered_as": "admin_initiated"}
    (_, started), (_, said) = told(adapt(PLATFORM, notification("conversation.admin.single.created", item)))
    assert (started["direction"], started["by"], said["author"]) == ("outbound", "agent", "agent")


@pytest.mark.trap(9, "intercom")
def test_a_campaign_is_no_reply(adapt):
    item = conversation()
    item["source"] |= {"author": BO, "delivered_as": "campaign_initiated"}
    (_, started), (_, said) = told(adapt(PLATFORM, notification("conversation.user.created", item)))
    assert (started["direction"], said["kind"]) == ("outbound", "campaign")


def test_a_conversation_that_a_bot_begins_begins_with_the_bot(adapt):
    item = conversation()
    item["source"] |= {"author": FIN, "delivered_as": "operator_initiated"}
    (_, started), (_, said) = told(adapt(PLATFORM, notification("conversation.user.created", item)))
    assert (started["bot_first"], said["author"]) == (True, "bot")
    assert "direction" not in started


@pytest.mark.trap(12, "intercom")
def test_being_assigned_is_neither_accepting_nor_a_transfer(one_part):
    given = ("admin.assigned", "p1", 60, "assignment", BO, None)
    ((name, assigned),) = one_part(*given, assigned_to=BO)
    assert name == "agent.assigned"
    assert assigned["agent"].startswith("a-")
    assert one_part(*given, assigned_to=None) == []
    assert one_part(*given, assigned_to={"type": "nobody_admin", "id": None}) == []


def test_an_assignment_to_a_team_names_the_queue(one_part):
    rule = {"type": "bot", "id": "5"}
    events = one_part("admin.assigned", "p1", 1, "assignment", rule, None, assigned_to=SALES)
    assert events == [("agent.assigned", {"queue": "7"})]


@pytest.mark.trap(11, "intercom")
def test_an_agent_who_assigns_to_another_after_a_reply_transfers(one_part):
    given = ("admin.assigned", "p1", 60, "assignment", BO, None)
    events = one_part(*given, assigned_to=CY)
    assert events[1] == ("session.transferred", {"kind": "person_to_person"})
    assert one_part(*given, assigned_to=SALES)[1][1]["to_queue"] == "7"

    def before_a_reply(*parts):
        return conversation(*parts, statistics={"first_admin_reply_at": None})

    assert [name for name, _ in one_part(*given, item=before_a_reply, assigned_to=CY)] == ["agent.assigned"]


@pytest.mark.trap(11, "intercom")
def test_a_bot_that_spoke_with_the_customer_hands_over(one_part):
    def with_fin(*parts):
        return conversation(*parts, ai_agent_participated=True)

    given = ("admin.assigned", "p1", 60, "assignment", FIN, None)
    events = one_part(*given, item=with_fin, assigned_to=SALES)
    assert events[1] == ("session.transferred", {"kind": "bot_to_person", "to_queue": "7"})
    assert len(one_part(*given, assigned_to=SALES)) == 1


@pytest.mark.parametrize(
    ("author", "ended"),
    [(BO, {"by": "agent", "reason": "resolved"}), (ADA, {"by": "customer"}), (FIN, {"by": "system"})],
)
def test_who_closed_is_the_author_of_the_closing_part(one_part, author, ended):
    assert one_part("admin.closed", "p1", 60, "close", author) == [("session.ended", ended)]


@pytest.mark.parametrize("topic", ["admin.snoozed", "admin.unsnoozed", "admin.opened"])
def test_snoozing_and_opening_without_words_say_nothing(one_part, topic):
    assert one_part(topic, "p1", 60, "snoozed") == []


def test_a_rating_was_asked_when_it_was_made_and_answered_when_it_changed(adapt):
    rating = {"rating": 4, "remark": "ok", "created_at": BEGAN_S + 700, "updated_at": BEGAN_S + 720}
    body = notification("conversation.rating.added", conversation(conversation_rating=rating))
    asked, answered = adapt(PLATFORM, body).events
    assert (asked["type"], asked["time"]) == ("attesa.survey.requested", "2026-11-25T09:58:20.000Z")
    assert (answered["data"]["value"], answered["time"]) == (4, "2026-11-25T09:58:40.000Z")


@pytest.mark.parametrize(
    ("topic", "away", "status"),
    [
        ("admin.away_mode_updated", True, "away"),
        ("admin.away_mode_updated", False, "available"),
        ("admin.logged_in", True, "away"),
        ("admin.logged_in", False, "available"),
        ("admin.logged_out", False, "offline"),
    ],
)
@pytest.mark.trap(20, "intercom")
def test_an_agent_is_the_same_whether_the_id_is_a_number_or_text(adapt, topic, away, status):
    admin = {"type": "admin", "id": 11, "away_mode_enabled": away, "team_ids": [7]}
    (event,) = adapt(PLATFORM, notification(topic, admin)).events
    assert (event["data"], event["time"]) == ({"status": status, "queues": ["7"]}, "2026-11-25T10:01:40.000Z")
    reply = notification("conversation.admin.replied", conversation(part("p1", 60, body="Yes")))
    assert adapt(PLATFORM, reply).events[0]["data"]["agent"] == event["subject"]


@pytest.mark.trap(5, "intercom")
def test_the_part_of_a_tag_is_not_told_again(adapt):
    item = conversation(part("p1", 60, "open", BO, "<p>Hi</p>"))
    adapted = adapt(PLATFORM, notification("conversation_part.tag.created", item))
    assert (adapted.events, len(adapted.ignored)) == ((), 1)


def test_a_broken_part_does_not_take_its_neighbours_with_it(adapt):
    item = conversation(
        part("p1", 60, body="a"), part("p2", 61, author={"type": "ghost"}), part("p3", 62, body="b")
    )
    adapted = adapt(PLATFORM, notification("conversation.admin.replied", item))
    assert [event["data"]["message_id"] for event in adapted.events] == ["p1", "p3"]
    (wrong,) = adapted.invalid
    assert wrong.path == "data.item.conversation_parts.conversation_parts.1.author.type"


def test_what_is_new_is_unmapped_and_what_has_no_part_is_invalid(adapt):
    assert adapt(PLATFORM, notification("conversation.sung", {})).unmapped == (Unmapped("conversation.sung"),)
    (wrong,) = adapt(PLATFORM, notification("conversation.admin.closed", conversation())).invalid
    assert wrong.path == "data.item.conversation_parts.conversation_parts"
    late = conversation(part("p1", 60, body="a", created_at=BEGAN_S * 1000))
    (wrong,) = adapt(PLATFORM, notification("conversation.admin.replied", late)).invalid
    assert wrong.path.endswith(".0.created_at")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"topic": 7}', b'{"topic": "conversation.user.created"}']
)
def test_any_other_bytes_are_invalid(adapt, body):
    (wrong,) = adapt(PLATFORM, body).invalid
    assert isinstance(wrong, Invalid)
