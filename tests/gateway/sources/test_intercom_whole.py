"""Intercom: whole conversations, and payloads that were captured from it."""

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
)


def story(item=conversation):
    """Ada asks, a rule routes her, Bo answers inside his assignment and gives her to Cy, who closes."""
    rule = {"type": "bot", "id": "5"}
    rating = {"rating": 5, "created_at": BEGAN_S + 330, "updated_at": BEGAN_S + 350}
    notice = "channel_and_reply_time_expectation"
    steps = [
        ("conversation.operator.replied", part("p1", 1, notice, FIN, "<p>Soon</p>")),
        ("conversation.admin.assigned", part("p2", 2, "assignment", rule, assigned_to=SALES)),
        ("conversation.admin.assigned", part("p3", 40, "assignment", BO, "<p>Yes</p>", assigned_to=BO)),
        ("conversation.user.replied", part("p4", 60, "comment", ADA, "<p>And tomorrow?</p>")),
        ("conversation.admin.noted", part("p5", 65, "note", BO, "<p>Holidays?</p>")),
        ("conversation.admin.assigned", part("p6", 70, "assignment", BO, assigned_to=CY)),
        ("conversation.admin.replied", part("p7", 100, "comment", CY, "<p>No</p>")),
        ("conversation.admin.snoozed", part("p8", 110, "snoozed", CY)),
        ("conversation.admin.closed", part("p9", 300, "close", CY)),
    ]
    return [
        notification("conversation.user.created", item(), 0),
        *[notification(topic, item(said), said["created_at"] - BEGAN_S) for topic, said in steps],
        notification("conversation.rating.added", item() | {"conversation_rating": rating}, 350),
    ]


@pytest.mark.parametrize("item", [conversation, conversation_of_v1])
@pytest.mark.trap(16, "intercom")
def test_a_conversation_with_a_transfer_is_one_session_however_it_is_delivered(adapt, item):
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), story(item))
    assert (row.outcome, row.channel, row.queue) == ("answered", "live_chat", "7")
    assert (row.wait_ms, row.total_ms, row.ended_by) == (40_000, 300_000, "agent")
    assert (row.transfers, row.transfers_without_note, row.leg_wait_ms) == (1, 0, (40_000, 30_000))
    assert (row.next_replies, row.next_reply_ms, row.bot_ms) == (1, 40_000, None)
    assert row.csat == 5


@pytest.mark.trap(10, "intercom")
def test_a_reply_that_reopens_is_the_request_of_the_next_session(adapt):
    back = conversation(part("p10", 600, "open", ADA, "<p>Still there?</p>"))
    again = notification("conversation.user.replied", back, 600)
    first, second = in_any_order(lambda body: adapt(PLATFORM, body), [*story(), again])
    assert (first.outcome, second.outcome) == ("answered", "waiting")
    assert second.requested_at == (BEGAN_S + 600) * 1000
    assert second.customer == first.customer


@pytest.mark.trap(9, "intercom")
def test_an_answer_to_an_agent_who_wrote_first_waits_for_nobody(adapt):
    item = conversation()
    item["source"] |= {"author": BO, "delivered_as": "admin_initiated"}
    bodies = [
        notification("conversation.admin.single.created", item, 0),
        notification("conversation.user.replied", conversation(part("p1", 60, "comment", ADA, "Thanks"))),
    ]
    (row,) = in_any_order(lambda body: adapt(PLATFORM, body), bodies)
    assert (row.outcome, row.requested_at) == ("outbound", None)


SAID, ASSIGNED, STARTED = "attesa.message.sent", "attesa.agent.assigned", "attesa.session.started"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "admin.away_mode_updated.v2",
            [
                (
                    "attesa.agent.presence",
                    "presence-1768016828000",
                    "2026-01-10T03:47:08.000Z",
                    {"status": "away"},
                )
            ],
        ),
        (
            "conversation.admin.assigned.v1",
            [(ASSIGNED, "137324500000000/assigned-6073773149", "2020-08-05T13:43:28.000Z", {})],
        ),
        (
            "conversation.admin.assigned.with_body.v1",
            [
                (
                    SAID,
                    "21322009097/message-2824382500",
                    "2019-03-22T21:45:11.000Z",
                    {"author": "agent", "length": 27, "questions": 1},
                ),
                (ASSIGNED, "21322009097/assigned-2824382500", "2019-03-22T21:45:11.000Z", {}),
            ],
        ),
        (
            "conversation.admin.closed.v1",
            [
                (
                    "attesa.session.ended",
                    "137324500000000/closed-6073838784",
                    "2020-08-05T13:49:28.000Z",
                    {"by": "agent", "reason": "resolved"},
                )
            ],
        ),
        (
            "conversation.admin.replied.v1",
            [
                (
                    SAID,
                    "137324500000000/message-6073780765",
                    "2020-08-05T13:44:09.000Z",
                    {"author": "agent", "length": 6},
                )
            ],
        ),
        (
            "conversation.admin.single.created.v1",
            [
                (STARTED, "137324500000000/started", "2020-08-05T13:40:05.000Z", {"direction": "outbound"}),
                (SAID, "137324500000000/message-608953158", "2020-08-05T13:40:05.000Z", {"author": "agent"}),
                ("attesa.customer.linked", "137324500000000/c-", "2020-08-05T13:40:05.000Z", {}),
            ],
        ),
        (
            "conversation.user.created.v1",
            [
                (STARTED, "21321941764/started", "2019-03-22T21:29:58.000Z", {}),
                (
                    SAID,
                    "21321941764/message-331494375",
                    "2019-03-22T21:29:58.000Z",
                    {"author": "customer", "length": 15},
                ),
            ],
        ),
        ("conversation.admin.snoozed.v1", []),
        ("conversation.admin.unsnoozed.v1", []),
        ("conversation_part.tag.created.v1", []),
    ],
)
def test_captured_payloads(adapt, payload, name, facts):
    adapted = adapt(PLATFORM, payload(PLATFORM, f"{name}.json"))
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    assert bool(adapted.ignored) is not bool(facts)
    assert [(each["type"], each["time"]) for each in adapted.events] == [(f[0], f[2]) for f in facts]
    for each, (_, fact, _, data) in zip(adapted.events, facts, strict=True):
        assert f"/{fact}" in each["id"]
        assert data.items() <= each["data"].items()
        assert not [
            name for name in ("@", "Bob", "Andy", "3330619", "5ee3d479", "1957471") if name in str(each)
        ]
