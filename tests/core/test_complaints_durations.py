"""Wrong numbers that users of other systems complained about, and the right ones: durations and presence."""

from tests.core.making import of, read_ms
from tests.core.numbers import HOUR, MINUTE, facts, numbers, seconds
from tests.oracle.stories import accepted, agent, customer, ended, event, ms, queued


def test_chats_that_lie_open_side_by_side_do_not_make_a_working_day_longer() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/33080: 133 chats of 1 h 09 min in six hours."""
    chats = 133
    found = numbers(
        *(
            one
            for number in range(chats)
            for one in of(
                f"c-{number}",
                queued(number * 160),
                agent(number * 160 + 20),
                customer(number * 160 + 80),
                agent(number * 160 + 140),
                ended(number * 160 + 69 * MINUTE, "agent"),  # closed when there was time for it
            )
        )
    ).totals

    assert found["measured"] == chats
    assert found["total_ms"] / chats / 1_000 == 69 * MINUTE
    assert found["effective_ms"] / chats / 1_000 == 60 + 60  # what was really talked
    assert found["effective_ms"] / 1_000 < 6 * HOUR


def test_only_who_really_took_part_has_a_duration() -> None:
    """https://github.com/chatwoot/chatwoot/issues/13262: joining to close, only if really answered."""
    found = numbers(
        *of("answered", queued(0), accepted(10), agent(15), customer(60), agent(90), ended(100, "customer")),
        *of("joined", queued(0), accepted(10), ended(4 * HOUR, "agent")),
    ).totals

    assert (found["measured"], found["effective_ms"], found["total_ms"]) == (1, 75_000, 100_000)


def test_the_time_spent_is_that_of_the_talk_not_of_the_queue_nor_of_an_open_window() -> None:
    """https://github.com/LiveHelperChat/livehelperchat/issues/974: time spent while active is wrong."""
    row = facts(
        queued(0),
        agent(5 * MINUTE),  # the queue does not count
        customer(5 * MINUTE + 30),
        agent(6 * MINUTE),
        customer(40 * MINUTE),  # away for a while: two minutes at most
        agent(40 * MINUTE + 10),
        ended(3 * HOUR, "timeout"),  # nor does the window that was left open
    )

    assert seconds(row.effective_ms) == 30 + 30 + 120 + 10


def test_a_duration_that_the_source_measured_is_taken_as_it_is() -> None:
    """https://github.com/LiveHelperChat/livehelperchat/issues/974: the source's own active time is kept."""
    row = facts(queued(0), agent(10), ended(900, "agent", effective_seconds=212.5))

    assert seconds(row.effective_ms) == 212.5


def test_an_agents_time_on_duty_is_counted_to_the_millisecond() -> None:
    """https://github.com/RocketChat/Rocket.Chat/pull/16979: the activity monitor counted time wrongly."""
    told = of(
        "a-1",
        event("agent.presence", 0, status="available", capacity=3, queues=["sales"]),
        event("agent.presence", 600.25, status="away", capacity=3, queues=["sales"]),
        event("agent.presence", 900, status="busy", capacity=3, queues=["sales"]),
        event("agent.presence", 1_800, status="offline"),
    )

    def staffed(until: float) -> tuple[int, int]:
        so_far = (one for one in told if read_ms(one) <= ms(until))
        totals = numbers(*so_far, until=until).totals
        return totals["staffed"], totals["capacity"]

    # staffed   |-------|        |--------|
    #           0     600.25    900     1,800
    for until, level in ((600, 1), (600.25, 0), (899.999, 0), (900, 1), (1_799.999, 1), (1_800, 0)):
        assert staffed(until) == (level, 3 * level), until


def test_an_agent_who_never_signs_off_is_not_on_duty_for_ever() -> None:
    """https://github.com/RocketChat/Rocket.Chat/pull/16979: what is never closed goes on counting."""
    told = of("a-1", event("agent.presence", 0, status="available", capacity=2))

    assert numbers(*told, until=24 * HOUR).totals["staffed"] == 1
    assert numbers(*told, until=24 * HOUR + 0.001).totals["staffed"] == 0
