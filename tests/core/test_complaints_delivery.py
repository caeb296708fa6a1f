"""Wrong numbers that users of other systems complained about: told twice, out of order, or never."""

from itertools import permutations

from tests.core.numbers import numbers
from tests.oracle.stories import accepted, agent, customer, ended, event, queued, started

CHAT = (
    started(0, channel="live_chat", queue="sales", country="IT"),
    queued(5),
    agent(20),
    customer(60),
    agent(95),
    ended(120, "customer"),
)


def test_messages_that_are_told_twice_count_once() -> None:
    """https://github.com/chatwoot/chatwoot/issues/11901: message_created twice under fast sending."""
    once, twice = numbers(*CHAT), numbers(*(one for told in CHAT for one in (told, told)))

    assert twice.sessions == once.sessions
    assert twice.totals == once.totals
    assert twice.reasons["duplicate"] == len(CHAT)


def test_an_update_that_fires_twice_changes_nothing_the_second_time() -> None:
    """https://github.com/chatwoot/chatwoot/issues/7402 and /5966: conversation_updated twice, the same."""
    taken = accepted(10, team="sales-it")

    assert numbers(*CHAT, taken, *CHAT, taken).totals == numbers(*CHAT, taken).totals


def test_events_processed_in_any_order_give_the_same_numbers() -> None:
    """https://github.com/fazer-ai/chatwoot/issues/373: one job per event, out of order."""
    wanted = numbers(*CHAT)

    for told in permutations(CHAT):
        found = numbers(*told)
        assert (found.sessions, found.totals) == (wanted.sessions, wanted.totals)


def test_the_same_name_with_other_contents_has_one_outcome_in_both_orders_and_is_counted() -> None:
    """https://github.com/fazer-ai/chatwoot/issues/373: an edit overtakes what it edits."""
    first = ended(120, "customer") | {"id": "end"}
    edited = ended(120, "agent") | {"id": "end"}
    one, other = numbers(*CHAT[:-1], first, edited), numbers(*CHAT[:-1], edited, first)

    assert (one.sessions, one.totals) == (other.sessions, other.totals)
    assert one.reasons["conflicting"] == other.reasons["conflicting"] == 1


def test_a_message_that_is_lost_takes_nothing_else_with_it() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/20567: some webhooks do not fire."""
    for missing in CHAT:
        found = numbers(*(told for told in CHAT if told is not missing))
        assert found.totals["offered"] == found.totals["answered"] == 1, missing["type"]


def test_what_comes_after_the_end_changes_no_number_and_is_counted() -> None:
    """https://github.com/chatwoot/chatwoot/issues/7402: updates that come when all is over."""
    late = agent(200), ended(300, "agent"), event("agent.assigned", 400, agent="a-1")
    found = numbers(*CHAT, *late)

    assert found.totals == numbers(*CHAT).totals
    assert found.reasons["after_end"] == 3
