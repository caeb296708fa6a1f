"""Wrong numbers that users of other systems complained about: what is taken up again, and ends never told."""

from tests.core.numbers import DAY, HOUR, MINUTE, facts, numbers, seconds
from tests.oracle.stories import agent, bot, customer, ended, event, handed_over, queued, started


def test_a_chat_that_a_bot_resolved_and_is_reopened_days_later_waits_ten_minutes() -> None:
    """https://github.com/chatwoot/chatwoot/pull/12058: "5 days 1 hour 10 minutes" in place of 10 minutes."""
    friday = 4 * DAY + 5 * HOUR
    first, second = numbers(
        started(0, channel="chat", bot_first=True),
        customer(10),
        bot(12),
        ended(5 * MINUTE, "system", reason="resolved"),
        customer(friday),
        agent(friday + 10 * MINUTE),
    ).sessions

    assert (first.outcome, first.wait_ms) == ("left_before_queue", None)
    assert (second.outcome, seconds(second.wait_ms)) == ("answered", 10 * MINUTE)


def test_handed_over_after_the_reopening_the_wait_counts_from_the_hand_over() -> None:
    """https://github.com/chatwoot/chatwoot/pull/12058: the bot comes first in the second session too."""
    _, second = numbers(
        started(0, channel="chat", bot_first=True),
        bot(2),
        ended(5 * MINUTE, "system"),
        customer(5 * DAY),
        bot(5 * DAY + 2),
        handed_over(5 * DAY + 60, to_queue="support"),
        agent(5 * DAY + 90),
    ).sessions

    assert seconds(second.wait_ms) == 30


def test_closing_again_does_not_count_the_first_session_again() -> None:
    """https://github.com/chatwoot/chatwoot/issues/13312: durations that run from the very beginning."""
    told = [
        started(0, channel="chat"),
        customer(0),
        agent(60),
        ended(10 * MINUTE, "agent", reason="resolved"),
        customer(3 * DAY),
        agent(3 * DAY + 60),
        ended(3 * DAY + 5 * MINUTE, "agent", reason="resolved"),
    ]
    found = numbers(*told)

    assert [seconds(row.total_ms) for row in found.sessions] == [10 * MINUTE, 5 * MINUTE]
    assert (found.totals["ended"], found.totals["resolved"], found.totals["answered"]) == (2, 2, 2)


def test_a_session_whose_end_is_never_told_ends_by_time_out_at_its_own_instant() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/18132: the message of the close is never sent."""
    row = facts(queued(0), agent(10), customer(60), agent(70))

    assert (row.ended_by, row.ended_at) == ("timeout", row.last_event_at + 4 * HOUR * 1_000)
    assert row.outcome == "answered"


def test_a_room_that_got_stuck_is_lost_in_the_numbers_too() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/32137: 1 % of rooms stay open, and nobody notices."""
    found = numbers(queued(0), customer(20)).totals

    assert (found["unanswered"], found["unanswered_timeout"]) == (1, 1)
    assert (found["missed_good"], found["missed_bad"]) == (1, 1)


def test_a_conversation_without_a_beginning_is_offered_all_the_same() -> None:
    """https://github.com/chatwoot/chatwoot/issues/3897: there is no event at the opening."""
    row = facts(customer(0), agent(25), ended(60, "customer"))

    assert (row.outcome, seconds(row.wait_ms)) == ("answered", 25)


def test_only_a_hand_over_without_any_change_of_state_is_a_request() -> None:
    """https://github.com/chatwoot/chatwoot/issues/9277: pending to open tells no change of state."""
    row = facts(started(0, bot_first=True), bot(1), event("session.transferred", 40, kind="bot_to_person"))

    assert (row.outcome, seconds(row.bot_ms)) == ("unanswered", 40)


def test_each_session_has_its_own_survey() -> None:
    """https://github.com/chatwoot/chatwoot/issues/10628: a rating is asked at the first resolve only."""
    survey = {"question": "csat", "scale": "1-5"}
    found = numbers(
        started(0, channel="chat"),
        customer(0),
        agent(60),
        ended(600, "agent"),
        event("survey.requested", 601, **survey),
        event("survey.answered", 650, value=2, **survey),
        customer(DAY),
        agent(DAY + 60),
        ended(DAY + 600, "agent"),
        event("survey.requested", DAY + 601, **survey),
        event("survey.answered", DAY + 650, value=5, **survey),
    )

    assert [row.csat for row in found.sessions] == [2, 5]
    assert (found.totals["survey_asked"], found.totals["csat_answers"]) == (2, 2)
