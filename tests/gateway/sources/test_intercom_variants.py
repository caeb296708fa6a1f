"""Intercom: topics and shapes beyond the usual ones: tickets, Fin, absent fields, other versions."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.intercom_bodies import (
    ADA,
    BEGAN_S,
    BO,
    CY,
    FIN,
    PLATFORM,
    SALES,
    conversation,
    conversation_of_v1,
    notification,
    part,
    ticket,
    ticket_part,
)

AT = "2026-11-25T09:46:40.000Z"  # BEGAN_S
FINS_FIRST = {"last_contact_reply_at": AT, "first_admin_reply_at": None}
WORKFLOW = {"type": "bot", "id": "99", "name": "Fin", "from_ai_agent": False, "is_ai_answer": False}


def kinds(adapted):
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    return [event["type"].removeprefix("attesa.") for event in adapted.events]


@pytest.fixture
def facts(adapt):
    """The facts of the session of these notifications, in any order and twice over."""

    def run(*bodies):
        (row,) = in_any_order(lambda body: adapt(PLATFORM, body), list(bodies))
        return row

    return run


def test_a_reply_in_a_ticket_is_the_same_fact_as_in_its_conversation(adapt):
    by_ticket = adapt(
        PLATFORM, notification("ticket.admin.replied", ticket(ticket_part("p1", 60, body="Yes")))
    )
    reply = notification("conversation.admin.replied", conversation(part("p1", 60, body="Yes")))
    assert by_ticket.events == adapt(PLATFORM, reply).events


@pytest.mark.parametrize(
    ("topic", "author", "kind", "more", "told"),
    [
        ("contact.replied", ADA, "comment", {"body": "And?"}, ["message.sent"]),
        (
            "admin.replied",
            BO,
            "assignment",
            {"body": "Hm", "assigned_to": BO},
            ["message.sent", "agent.assigned"],
        ),
        ("admin.assigned", BO, "assignment", {"assigned_to": BO}, ["agent.assigned"]),
        (
            "team.assigned",
            BO,
            "assignment",
            {"assigned_to": SALES},
            ["agent.assigned", "session.transferred"],
        ),
        ("note.created", BO, "note", {"body": "Holidays?"}, ["message.sent"]),
    ],
)
def test_what_happens_in_a_ticket_is_told_by_its_newest_part(adapt, topic, author, kind, more, told):
    item = ticket(ticket_part("p0", 1, body="before"), ticket_part("p1", 60, kind, author, **more))
    adapted = adapt(PLATFORM, notification(f"ticket.{topic}", item))
    assert kinds(adapted) == told
    assert {event["id"].rpartition("-")[2] for event in adapted.events} == {"p1"}
    assert ("visible" in adapted.events[0]["data"]) is (kind == "note")


@pytest.mark.parametrize("nested", [True, False])
def test_a_ticket_ends_where_its_conversation_is_closed_in_either_generation(adapt, nested):
    item = ticket(
        ticket_part("p1", 60, body="Yes"), ticket_part("p2", 90, "close"), ticket_part("p3", 91, "x")
    )
    adapted = adapt(PLATFORM, notification("ticket.closed", item if nested else item["ticket"]))
    (ended,) = adapted.events
    assert ended["id"] == "intercom/main/c1/closed-p2"
    assert ended["data"] == {"by": "agent", "reason": "resolved"}


def test_a_ticket_that_is_resolved_and_not_closed_or_among_colleagues_says_nothing(adapt):
    resolved = ticket(ticket_part("p1", 60, "ticket_state_updated_by_admin"))
    assert kinds(adapt(PLATFORM, notification("ticket.closed", resolved))) == []
    for category in ("Back-office", "Tracker"):
        inside = ticket(ticket_part("p1", 60, body="Look"), category=category)
        assert kinds(adapt(PLATFORM, notification("ticket.admin.replied", inside))) == []


def test_a_chat_that_became_a_ticket_is_answered_in_it(facts):
    row = facts(
        notification("conversation.user.created", conversation(), 0),
        notification("ticket.admin.replied", ticket(ticket_part("p1", 60, body="Yes")), 60),
        notification("ticket.closed", ticket(ticket_part("p2", 90, "close")), 90),
    )
    assert (row.outcome, row.wait_ms, row.ended_by) == ("answered", 60_000, "agent")


def test_whom_fin_answers_has_asked_for_nobody_until_fin_hands_over(facts):
    asked = notification("conversation.user.created", conversation(statistics=None), 0)
    fin = {"ai_agent_participated": True, "statistics": FINS_FIRST}
    answer = part("p1", 3, "comment", FIN, "<p>We open at nine</p>")
    answered = notification("conversation.operator.replied", conversation(answer, **fin), 3)
    closed = notification(
        "conversation.admin.closed", conversation(part("p9", 600, "close", FIN), **fin), 600
    )
    served = facts(asked, answered, closed)
    assert (served.outcome, served.requested_at) == ("left_before_queue", None)

    given = part("p2", 60, "assignment", FIN, None, assigned_to=SALES)
    handed = notification("conversation.admin.assigned", conversation(given, **fin), 60)
    fin["statistics"] = FINS_FIRST | {"first_assignment_at": "2026-11-25T09:47:40.000Z"}
    reply = notification("conversation.admin.replied", conversation(part("p3", 90, body="Hello"), **fin), 90)
    row = facts(asked, answered, handed, reply)
    assert (row.outcome, row.wait_ms, row.bot_ms) == ("answered", 30_000, 60_000)


@pytest.mark.parametrize("told_by", [slice(0, 2), slice(1, 3), slice(0, 3)])
def test_where_fin_escalates_without_assigning_the_customers_last_words_ask(facts, told_by):
    """Fin's last words tell it, a person's first words tell it too, and so does what the customer writes."""
    first = {"ai_agent_participated": True, "statistics": FINS_FIRST}
    last = {"last_contact_reply_at": "2026-11-25T09:47:00.000Z", "first_admin_reply_at": None}
    gone = first | {"ai_agent": {"resolution_state": "escalated"}, "statistics": last}
    escalated = [
        notification(
            "conversation.user.replied", conversation(part("p2", 20, "comment", ADA, "A person!"), **first)
        ),
        notification(
            "conversation.operator.replied", conversation(part("p3", 22, "comment", FIN, "OK"), **gone)
        ),
        notification("conversation.admin.replied", conversation(part("p4", 50, body="Hello"), **gone)),
    ]
    row = facts(
        notification("conversation.user.created", conversation(statistics=None), 0),
        notification(
            "conversation.operator.replied", conversation(part("p1", 3, "comment", FIN, "So?"), **first), 3
        ),
        *escalated[told_by],
    )
    assert row.requested_at == (BEGAN_S + 20) * 1000


@pytest.mark.parametrize("kind", ["comment", "assignment"])
def test_a_workflow_that_assigns_nobody_leaves_the_customer_waiting_since_his_last_words(facts, kind):
    begun, last = conversation(statistics=None), {"last_contact_reply_at": "2026-11-25T09:47:00.000Z"}
    begun["source"] |= {"author": WORKFLOW, "delivered_as": "operator_initiated"}
    assigned = {"assigned_to": BO} if kind == "assignment" else {}
    reply = part("p3", 50, kind, BO, "Hello", **assigned)
    row = facts(
        notification("conversation.user.created", begun, 0),
        notification(
            "conversation.user.replied",
            begun | conversation(part("p2", 20, "comment", ADA, "My order")) | {"source": begun["source"]},
        ),
        notification(
            "conversation.admin.replied", conversation(reply, source=begun["source"], statistics=last)
        ),
    )
    assert (row.outcome, row.wait_ms) == ("answered", 30_000)


def test_an_agent_who_takes_a_conversation_from_fin_ends_the_bots_part(adapt):
    fin = {"ai_agent_participated": True}
    taking = part("p2", 60, "assignment", BO, "<p>Hello</p>", assigned_to=BO)
    first = {"first_admin_reply_at": "2026-11-25T09:47:40.000Z"}  # the assignment's own words
    adapted = adapt(
        PLATFORM, notification("conversation.admin.assigned", conversation(taking, statistics=first, **fin))
    )
    assert kinds(adapted) == ["message.sent", "agent.assigned", "session.transferred"]
    assert adapted.events[2]["data"]["kind"] == "bot_to_person"


@pytest.mark.trap(6, "intercom")
def test_what_a_workflow_says_in_fins_name_takes_no_request_away(facts):
    item = conversation(part("p1", 4, "comment", WORKFLOW, "How can we reach you?"), statistics=FINS_FIRST)
    row = facts(
        notification("conversation.user.created", conversation(statistics=None), 0),
        notification("conversation.operator.replied", item, 4),
        notification("conversation.admin.replied", conversation(part("p2", 40, body="Hello")), 40),
    )
    assert (row.outcome, row.wait_ms, row.bot_ms) == ("answered", 40_000, None)


@pytest.mark.trap(7, "intercom")
def test_a_bots_note_to_the_agents_is_no_bot_that_the_customer_talks_to(adapt):
    item = conversation(part("p1", 4, "note", WORKFLOW, "VIP"))
    (note,) = adapt(PLATFORM, notification("conversation.admin.noted", item)).events
    assert (note["data"]["author"], note["data"]["visible"]) == ("system", False)


@pytest.mark.trap(14, "intercom")
def test_the_platforms_own_waits_change_nothing(adapt):
    """Office hours are taken off them, and they are of the first reply that Intercom counts."""
    reply = part("p1", 60, body="Yes")
    own = {"time_to_admin_reply": 1, "median_time_to_reply": 1, "first_admin_reply_at": BEGAN_S}
    plain, with_waits = conversation(reply), conversation(reply, statistics=own, waiting_since=BEGAN_S + 59)
    topic = "conversation.admin.replied"
    assert adapt(PLATFORM, notification(topic, plain)) == adapt(PLATFORM, notification(topic, with_waits))


@pytest.mark.trap(1, "intercom")
@pytest.mark.parametrize("before", ["2026-11-25T09:47:39.000Z", BEGAN_S + 59])
def test_an_instant_of_the_statistics_is_text_in_webhooks_and_seconds_in_the_reference(adapt, before):
    given = part("p1", 60, "assignment", BO, None, assigned_to=CY)
    item = conversation(given, statistics={"first_admin_reply_at": before})
    adapted = adapt(PLATFORM, notification("conversation.admin.assigned", item))
    assert kinds(adapted) == ["agent.assigned", "session.transferred"]


@pytest.mark.trap(2, "intercom")
def test_nought_means_never(adapt):
    rating = {"rating": 5, "created_at": 0, "updated_at": 0}
    body = notification("conversation.rating.added", conversation(conversation_rating=rating))
    (answered,) = adapt(PLATFORM, body).events  # neither asked in 1970, nor answered
    assert (body["delivered_at"], answered["time"]) == (0, "2026-11-25T10:01:40.000Z")


@pytest.mark.trap(13, "intercom")
@pytest.mark.parametrize("topic", ["call.started", "call.ended", "call.answered"])
def test_calls_say_nothing_for_those_abandoned_are_not_told(adapt, topic):
    adapted = adapt(PLATFORM, notification(topic, {"type": "call", "id": "7", "state": "ended"}))
    assert kinds(adapted) == []
    by_phone = conversation()
    by_phone["source"] |= {"type": "phone_call", "body": None}
    assert kinds(adapt(PLATFORM, notification("conversation.user.created", by_phone))) == []


@pytest.mark.trap(19, "intercom")
def test_a_part_that_contradicts_its_topic_is_told_as_what_it_is(adapt):
    """A known example of `unsnoozed` shows a part that snoozes; the topic decides nothing."""
    item = conversation(part("p1", 60, "snoozed", BO, None), state="snoozed")
    assert kinds(adapt(PLATFORM, notification("conversation.admin.unsnoozed", item))) == []
    said = conversation(part("p1", 60, "snoozed", BO, "<p>Tomorrow</p>"), state="snoozed")
    told = [
        adapt(PLATFORM, notification(f"conversation.admin.{topic}", said))
        for topic in ("snoozed", "unsnoozed")
    ]
    assert told[0].events == told[1].events


@pytest.mark.parametrize(
    "topic",
    [
        "contact.lead.added_email", "contact.user.tag.created", "contact.merged", "visitor.signed_up",
        "company.contact.attached", "article.published", "content_stat.series", "event.created",
        "granular.unsubscribe", "api.request.completed", "admin.removed_from_workspace",
        "admin.activity_log_event.created", "conversation.company.updated", "conversation.contact.attached",
        "conversation.admin.replied.translated", "ticket.created", "ticket.state.updated", "ticket.resolved",
        "conversation.deleted", "conversation_part.redacted", "ping",
    ],
)  # fmt: skip
def test_what_tells_of_no_conversation_is_known_and_ignored(adapt, topic):
    adapted = adapt(PLATFORM, notification(topic, {"type": "whatever"}))
    assert kinds(adapted) == []
    assert [each.native for each in adapted.ignored] == [topic]


def test_contacts_that_were_merged_are_one_customer_where_both_are_told(adapt):
    merged = {"type": "contact", "id": "u1", "merged_from": {"type": "contact", "id": "u2"}}
    (linked,) = adapt(PLATFORM, notification("contact.merged", merged)).events
    started = adapt(PLATFORM, notification("conversation.user.created", conversation())).events[0]
    assert linked["data"]["same_as"] == started["data"]["customer"] != linked["subject"]


@pytest.mark.parametrize("delivered", ["campaigns_initiated", "automated"])
def test_a_message_to_many_is_a_campaign_under_either_name(adapt, delivered):
    item = conversation(part("p1", 600, "comment", ADA, "Oh?"))
    item["source"] |= {"author": BO, "delivered_as": delivered}
    adapted = adapt(PLATFORM, notification("conversation.user.created", item))
    started, said, answer = (event["data"] for event in adapted.events)
    assert (started["direction"], said["kind"], answer["author"]) == ("outbound", "campaign", "customer")


@pytest.mark.parametrize(
    ("change", "customer"),
    [
        ({"contacts": {"type": "contact.list", "contacts": []}}, True),
        ({"contacts": None}, True),
        ({"conversation_parts": None}, True),
        ({"statistics": None, "ai_agent": None, "title": None, "teammates": None}, True),
        ({"source": {"id": None, "type": None, "author": ADA, "body": None, "attachments": None}}, True),
        (
            {"source": {"id": "s1", "type": "whatsapp", "author": None, "body": "Hello"}, "contacts": {}},
            False,
        ),
        ({"an_unheard_of_field": [{"deep": [None]}]}, True),
    ],
)
def test_what_is_null_or_absent_or_new_keeps_no_conversation_from_beginning(adapt, change, customer):
    adapted = adapt(PLATFORM, notification("conversation.user.created", conversation() | change))
    assert kinds(adapted)[:2] == ["session.started", "message.sent"]
    assert ("customer" in adapted.events[0]["data"]) is customer


def test_a_visitor_is_a_customer_and_an_author_of_no_kind_is_the_system(adapt):
    item = conversation(
        part("p1", 60, "comment", {"type": "visitor", "id": "v1"}, "Hello"),
        part("p2", 61, "comment", None, "Routed"),
        part("p3", 62, "said_otherwise", ADA, "Still a reply"),
    )
    adapted = adapt(PLATFORM, notification("conversation.user.replied", item))
    assert [event["data"]["author"] for event in adapted.events] == ["customer", "system", "customer"]


def test_html_and_plain_text_of_any_language_have_the_same_length(adapt):
    """From version 2.15 on bodies are plain."""
    lengths = []
    for body in ("<p class='x'>Grüße,<br>Zoë &amp; 李 🎟</p>", "Grüße,\nZoë & 李 🎟"):
        item = conversation_of_v1(part("p1", 60, body=body))
        (said,) = adapt(PLATFORM, notification("conversation.admin.replied", item)).events
        lengths.append(said["data"]["length"])
    assert lengths == [16, 16]
