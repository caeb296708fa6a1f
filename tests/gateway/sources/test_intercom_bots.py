"""Intercom: Fin, workflows and Operator: who spoke with the customer, and since when he asks for a person."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.intercom_bodies import (
    ADA,
    BEGAN_S,
    BO,
    FIN,
    PLATFORM,
    SALES,
    conversation,
    notification,
    part,
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
    assert (note["data"]["author"], note["data"]["visible"]) == ("bot", False)
