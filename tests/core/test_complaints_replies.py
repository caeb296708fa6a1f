"""Wrong numbers that users of other systems complained about, and the right ones: replies after the first."""

from tests.core.numbers import DAY, HOUR, MINUTE, facts, numbers, seconds
from tests.oracle.stories import agent, customer, ended, queued, started


def test_a_reply_time_runs_from_customer_to_agent_not_from_creation_to_the_last_activity() -> None:
    """https://github.com/zammad/zammad/issues/3410: update_in_min measured creation to last activity."""
    row = facts(
        started(0, channel="chat"),
        customer(0),
        agent(5 * MINUTE),
        customer(2 * HOUR),  # the segment begins with the earliest ...
        customer(2 * HOUR + 10 * MINUTE),
        agent(2 * HOUR + 30 * MINUTE),  # ... and ends with the earliest
        agent(3 * HOUR),
        customer(4 * HOUR),
        agent(4 * HOUR + 10 * MINUTE),
        ended(9 * HOUR, "agent"),
    )

    assert (row.next_replies, seconds(row.next_reply_ms)) == (2, 40 * MINUTE)
    assert seconds(row.longest_silence_ms) == 30 * MINUTE


def test_nothing_is_missed_while_the_agent_was_the_last_to_write() -> None:
    """https://github.com/zammad/zammad/issues/3140: escalates although the agent answered last."""
    found = numbers(started(0, channel="email"), customer(0), agent(HOUR), until=5 * DAY).totals

    assert found["met_good"] == 1
    assert found["missed_good"] == found["next_missed_good"] == 0


def test_each_reply_moves_the_deadline_and_each_is_missed_at_its_own_instant() -> None:
    """https://github.com/zammad/zammad/issues/2082: escalation_at is not updated by the first reply."""
    told = [queued(0), agent(20), customer(100)]

    assert facts(*told, until=130).next_missed_good == 0  # due at 130: not over yet
    assert facts(*told, until=130.001).next_missed_good == 1
    assert facts(*told, agent(120), until=200).next_missed_good == 0
    again = [*told, agent(120), customer(150)]
    assert facts(*again, until=180).next_missed_good == 0  # due at 180 now
    assert facts(*again, until=180.001).next_missed_good == 1


def test_a_customers_answer_starts_the_clock_again_by_whichever_way_it_comes() -> None:
    """https://github.com/zammad/zammad/issues/2082: a customer's answer does not trigger it again."""
    row = facts(started(0, channel="chat"), customer(0), agent(60), customer(120, kind="email"), until=4_000)

    assert row.next_missed_good == 1


def test_a_turn_that_is_open_at_the_end_is_no_reply_and_is_not_forgotten() -> None:
    """https://github.com/zammad/zammad/issues/3410: unfinished segments are left out; here they are told."""
    row = facts(queued(0), agent(10), customer(60), ended(200, "agent"))

    assert (row.next_replies, row.next_missed_good) == (0, 1)
    assert (row.left_unanswered, row.hung_up) == (True, True)
    assert seconds(row.longest_silence_ms) == 140
