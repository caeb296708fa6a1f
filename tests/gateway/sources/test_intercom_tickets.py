"""Intercom: a ticket of a customer is the conversation that it came from."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.intercom_bodies import (
    ADA,
    BO,
    PLATFORM,
    SALES,
    conversation,
    notification,
    part,
    ticket,
    ticket_part,
)


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
