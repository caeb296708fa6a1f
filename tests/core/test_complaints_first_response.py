"""Wrong numbers that users of other systems complained about, and the right ones: first responses."""

from tests.core import making
from tests.core.making import of
from tests.core.numbers import DAY, HOUR, MINUTE, facts, numbers, seconds
from tests.oracle import stories
from tests.oracle.stories import accepted, agent, assigned, bot, customer, ended, handed_over, queued, started

from attesa.core.definitions import Definitions, TenantPolicy

SHOWING_AGENTS = Definitions(tenants={stories.HISTORY: TenantPolicy(clock="data", agents=True)})


def test_the_share_answered_within_30_seconds_counts_everybody_who_asked_first_and_next_apart() -> None:
    """https://github.com/chatwoot/chatwoot/issues/9747: "% SLAs met", first and next response under 30 s."""
    found = numbers(
        *of("quick", queued(0), agent(20), customer(60), agent(95), ended(100, "agent")),
        *of("quicker", queued(0), agent(30), customer(60), agent(90), ended(100, "agent")),
        *of("slow", queued(0), agent(31), ended(100, "agent")),
        *of("never", queued(0), ended(300, "agent")),
    ).totals

    assert (found["met_good"], found["missed_good"]) == (2, 2)
    assert (found["next_met_good"], found["next_missed_good"]) == (1, 1)


def test_an_old_conversation_does_not_make_a_quick_reply_slow() -> None:
    """https://github.com/chatwoot/chatwoot/issues/6548 and /6418: about 3 h shown, agents reply at once."""
    row = facts(
        started(0, direction="outbound", by="system"),
        agent(1, kind="campaign"),
        customer(3 * HOUR),
        queued(3 * HOUR + 5),
        agent(3 * HOUR + 25),
    )

    assert seconds(row.wait_ms) == 20


def test_a_message_that_arrives_late_is_dated_when_it_was_written() -> None:
    """https://github.com/chatwoot/chatwoot/issues/6418: messages show up an hour late, only on refresh."""
    told = [queued(0), agent(15), customer(40), agent(52), ended(90, "customer")]

    assert facts(*told) == facts(*reversed(told))
    assert seconds(facts(*reversed(told)).wait_ms) == 15


def test_neither_bots_nor_assignments_nor_the_time_before_the_request_count() -> None:
    """https://github.com/chatwoot/chatwoot/issues/13312: bots included, wrong starts and ends."""
    row = facts(
        started(0, bot_first=True),
        bot(1),
        customer(2 * MINUTE),
        bot(2 * MINUTE + 1),
        handed_over(10 * MINUTE, to_queue="sales"),
        assigned(10 * MINUTE + 5, agent="a-1", queue="sales"),
        agent(10 * MINUTE + 25),
        ended(20 * MINUTE, "customer"),
    )

    assert (seconds(row.wait_ms), seconds(row.bot_ms)) == (25, 10 * MINUTE)
    assert row.agent_messages == 1


def test_a_chat_that_was_assigned_and_never_answered_is_in_no_average_and_is_lost() -> None:
    """https://github.com/chatwoot/chatwoot/issues/13312: "assigned but never replied" was averaged in."""
    found = numbers(
        *of("answered", queued(0), agent(40)),
        *of("ignored", queued(0), assigned(5, agent="a-1"), accepted(8, agent="a-1"), ended(900, "agent")),
    ).totals

    assert (found["answered"], found["wait_ms"]) == (1, 40_000)
    assert (found["unanswered"], found["unanswered_agent"]) == (1, 1)


def test_a_first_reply_belongs_to_its_sender_not_to_the_assignee() -> None:
    """https://github.com/chatwoot/chatwoot/pull/9605: credited to the assignee, analytics broken."""
    row = facts(
        queued(0),
        assigned(2, agent="a-assignee", team="night"),
        agent(12, agent="a-sender", team="day"),
        assigned(60, agent="a-latecomer", team="night"),
        definitions=SHOWING_AGENTS,
    )

    assert (row.agent, row.team) == ("a-sender", "day")


def test_every_reply_has_its_time_not_the_first_one_alone() -> None:
    """https://github.com/chatwoot/chatwoot/issues/4744 and /pull/7545: only the first response was there."""
    row = facts(
        queued(0),
        agent(10),
        customer(60),
        customer(70),  # still the same turn: he waits since 60
        agent(90),
        customer(120),
        agent(130),
        ended(140, "customer"),
    )

    assert (row.next_replies, seconds(row.next_reply_ms)) == (2, 30 + 10)


def test_a_first_response_is_known_as_soon_as_it_is_there() -> None:
    """https://github.com/zammad/zammad/issues/4516 and /2579: first_response_in_min stays null."""
    reply = [started(0, channel="email"), customer(0), agent(HOUR)]

    assert seconds(facts(*reply, until=HOUR).wait_ms) == HOUR
    assert facts(*reply, ended(HOUR, "agent", reason="resolved")).total_ms == HOUR * 1_000
    assert facts(*reply[:2], until=HOUR).wait_ms is None


def test_the_first_response_is_judged_by_its_own_threshold_whatever_comes_next() -> None:
    """https://github.com/zammad/zammad/issues/5177: a shorter update time overruled the first response's."""
    row = facts(
        started(0, channel="email"),
        customer(0),
        customer(30 * MINUTE),
        agent(23 * HOUR),
        customer(23 * HOUR + 60),
        ended(23 * HOUR + 90, "customer"),
    )

    assert (row.verdict_good, row.service_class) == ("met", "good")
    assert (row.next_met_good, row.next_missed_good) == (0, 0)


def test_the_share_answered_within_a_day_is_there_with_its_counts() -> None:
    """https://github.com/freescout-help-desk/freescout/issues/2074: how many were answered within 24 h?"""

    def mail(name: str, *later: making.Event) -> list[making.Event]:
        return of(name, started(0, channel="email"), customer(0), *later)

    found = numbers(
        *mail("same-day", agent(6 * HOUR)),
        *mail("at-the-last-second", agent(DAY)),
        *mail("next-day", agent(DAY + 1)),
        *mail("never"),
    ).totals

    assert (found["met_good"], found["missed_good"]) == (2, 2)
    assert (found["answered"], found["unanswered_timeout"]) == (3, 1)
