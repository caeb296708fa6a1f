"""Intercom: topics and shapes beyond the usual ones: absent fields, other versions, other clocks."""

import pytest
from tests.gateway.sources.intercom_bodies import (
    ADA,
    BEGAN_S,
    BO,
    CY,
    PLATFORM,
    conversation,
    conversation_of_v1,
    notification,
    part,
)


def kinds(adapted):
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    return [event["type"].removeprefix("attesa.") for event in adapted.events]


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
