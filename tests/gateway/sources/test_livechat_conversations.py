"""LiveChat: whole conversations, folded as they are live, and the fixtures of the platform's own client."""

import pytest
from tests.gateway.sources.folding import in_any_order
from tests.gateway.sources.livechat_making import (
    ADA,
    ANN,
    BOB,
    CUSTOMER,
    ROBOT,
    added,
    closed,
    form,
    incoming,
    opened,
    queue,
    rated,
    received,
    said,
    system,
    transferred,
    user,
)  # fmt: skip

PLATFORM = "livechat"


@pytest.fixture
def folded(adapt):
    """The sessions of webhooks, each with the second of its receipt."""

    def run(bodies):
        return in_any_order(lambda body: adapt(PLATFORM, body[0], received_at=received(body[1])), bodies)

    return run


def conversation(thread="T1", start=0):
    """A queue holds, one agent answers and transfers, the customer ends the chat with the other and rates."""

    def at(second):
        return start + second

    def line(name, second, author=ADA, **more):
        event = said(f"{thread}_{name}", at(second), author, **more)
        return (incoming(event, thread), at(second) + 0.4)

    first = said(f"{thread}_2", at(1), text="Where is my order?")
    last = incoming(system(f"{thread}_11", at(180), "manual_archived_customer"), thread)
    return [
        (opened(at(0), form(f"{thread}_1", at(0)), first, thread=thread, **queue(at(2))), at(2.5)),
        (incoming(first, thread), at(2.6)),
        (added(ANN, thread), at(30)),
        line("3", 30, ANN, properties={"lc2": {"welcome_message": True}}),
        line("4", 45, ANN, text="Good morning"),
        line("5", 60),
        line("6", 85, ANN, text="for the colleague", recipients="agents"),
        (transferred(thread=thread, **queue(at(90))), at(90.5)),
        (added(BOB, thread), at(110)),
        line("7", 120, BOB, text="It is on its way"),
        (last, at(180.3)),
        (closed(ADA, thread), at(180.5)),
        (closed(ADA, thread), at(240)),  # once more, later
        (rated(1, thread), at(200)),
    ]


@pytest.mark.trap(16, "livechat")
def test_a_conversation_with_a_transfer_and_a_rating_is_one_session_however_it_is_delivered(folded):
    (row,) = folded(conversation())
    assert (row.outcome, row.queue, row.country) == ("answered", "group-1", "IT")
    assert (row.wait_ms, row.form_fields) == (43_000, 2)
    assert (row.transfers, row.transfers_without_note) == (1, 0)
    assert (row.ended_by, row.total_ms) == ("customer", 178_000)
    assert (row.next_replies, row.next_reply_ms) == (1, 60_000)
    assert (row.csat, row.customer[:2]) == (1, "c-")


def test_where_no_system_message_comes_the_first_receipt_of_the_closing_is_the_end(folded):
    (row,) = folded([body for body in conversation() if "system_message" not in str(body)])
    assert (row.ended_by, row.total_ms) == ("customer", 178_500)


@pytest.mark.trap(10, "livechat")
def test_the_threads_of_a_continuous_chat_are_sessions_of_one_customer(folded):
    first, second = folded([*conversation(), *conversation("T2", 1000)])
    assert (first.session, second.session) == ("livechat/main/T1/1", "livechat/main/T2/1")
    assert first.customer == second.customer
    assert first.wait_ms == second.wait_ms == 43_000


def test_who_leaves_the_queue_has_abandoned(folded):
    left = incoming(system("T1_3", 62, "archived_customer_disconnected"))
    (row,) = folded([(opened(0, said("T1_1", 1), **queue(2)), 2.5), (left, 62.2), (closed(), 62.3)])
    assert (row.outcome, row.ended_reason) == ("abandoned", "lost_presence")


def test_what_is_written_to_a_bot_asks_for_nobody_until_it_hands_over(folded):
    begun = opened(0, said("T1_1", 1), users=(CUSTOMER, user(ROBOT)))
    answered = [(incoming(said("T1_2", 3, ROBOT)), 3.5), (incoming(said("T1_3", 70, ANN)), 70.2)]
    (row,) = folded([(begun, 1.5), *answered, (transferred(ROBOT), 50)])
    assert (row.outcome, row.wait_ms, row.transfers) == ("answered", 20_000, 0)


def test_a_welcome_message_ends_no_wait(folded):
    hello = said("T1_1", 1, ANN, properties={"lc2": {"welcome_message": True}})
    (row,) = folded([(opened(0, hello, said("T1_2", 5), users=(CUSTOMER, user(ANN))), 6)])
    assert (row.outcome, row.first_reply_at) == ("waiting", None)


STARTED, SAID, ENDED = "session.started", "message.sent", "session.ended"
T = "PZ070E0W1B"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "incoming_chat",
            [
                (
                    STARTED,
                    f"livechat/main/{T}/started",
                    "2020-05-07T07:11:28.288340Z",
                    {"channel": "live_chat", "country": "PL", "queue": "group-0", "form_fields": 2},
                ),
                ("customer.linked", None, "2020-05-07T07:11:28.288340Z", {}),
                (
                    SAID,
                    f"livechat/main/{T}/message-{T}_2",
                    "2019-10-11T09:40:59.249Z",
                    {"author": "agent", "kind": "automatic", "length": 26, "questions": 1},
                ),
            ],
        ),
        (
            "incoming_event",
            [
                (
                    SAID,
                    f"livechat/main/{T}/message-{T}_3",
                    "2019-10-11T09:41:00.877Z",
                    {"author": "customer", "length": 2},
                )
            ],
        ),
        (
            "chat_deactivated",
            [(ENDED, f"livechat/main/{T}/closed", "2026-11-25T12:00:00.000Z", {"by": "agent"})],
        ),
        ("access_set", []),
        ("chat_properties_updated", []),  # a rating that names no thread
        ("chat_user_added", []),  # a customer
        ("customer_created", []),
        ("event_updated", []),
        ("events_marked_as_seen", []),
        ("routing_status_set", []),  # of a bot
        ("thread_tagged", []),
        ("thread_untagged", []),
    ],
)
def test_the_fixtures_of_the_platforms_own_client(adapt, payload, name, facts):
    adapted = adapt(PLATFORM, payload(PLATFORM, f"{name}.json"))
    assert (adapted.unmapped, adapted.invalid) == ((), ())
    assert facts or adapted.ignored
    found = [(each["type"].removeprefix("attesa."), each["time"]) for each in adapted.events]
    assert found == [(kind, time) for kind, _, time, _ in facts]
    for each, (_, id_, _, data) in zip(adapted.events, facts, strict=True):
        assert id_ in {each["id"], None}
        assert data.items() <= each["data"].items()
        assert "example.com" not in str(each)


def test_an_example_that_is_cut_short_by_comments_is_no_json(adapt, payload):
    (wrong,) = adapt(PLATFORM, payload(PLATFORM, "incoming_chat.v3_6.partial.txt")).invalid
    assert wrong.detail.startswith("not JSON")
