"""Wrong numbers that users of other systems complained about, and the right ones: queues and losses."""

from tests.core.making import declined, of
from tests.core.numbers import facts, numbers, seconds
from tests.oracle.stories import accepted, agent, customer, ended, queued, started, transferred


def test_the_time_in_the_queue_of_an_abandoned_chat_stays_when_somebody_closes_it() -> None:
    """https://github.com/DeskDirector/UserVoice/issues/82: closed by an agent, its time in queue is lost."""
    told = [queued(0, queue="support"), ended(75, "customer")]
    before = facts(*told, until=80)
    after = facts(*told, ended(3_600, "agent"))

    assert (before.outcome, seconds(before.time_to_abandon_ms)) == ("abandoned", 75)
    assert (after.outcome, seconds(after.time_to_abandon_ms)) == ("abandoned", 75)


def test_a_hundred_and_fifty_waiting_customers_are_a_hundred_and_fifty() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/18637: over 100 waiting, and they vanish from view."""
    asked = [one for number in range(150) for one in of(f"c-{number}", queued(number, queue="support"))]
    found = numbers(*asked, until=200)

    assert sum(row.outcome == "waiting" for row in found.sessions) == 150
    assert found.totals["offered"] == 150


def test_being_queued_taken_and_forwarded_are_told_apart() -> None:
    """https://github.com/RocketChat/Rocket.Chat/pull/17503: start, queued, taken, forwarded were not told."""
    row = facts(
        started(0, queue="sales"),
        queued(5, queue="sales"),
        accepted(20, queue="sales"),
        agent(25),
        transferred(100, to_queue="support"),
        accepted(160, queue="support"),
        agent(165),
        ended(300, "agent"),
    )

    assert (seconds(row.wait_ms), seconds(row.pickup_ms)) == (20, 15)
    assert row.leg_queues == ("sales", "support")
    assert [seconds(wait) for wait in row.leg_wait_ms] == [20, 65]


def test_a_transfer_does_not_start_the_customers_wait_anew() -> None:
    """https://github.com/RocketChat/Rocket.Chat/pull/17503: forwarded before anybody has answered."""
    row = facts(queued(0, queue="sales"), transferred(100, to_queue="support"), agent(130))

    assert seconds(row.wait_ms) == 130
    assert [seconds(wait) for wait in row.leg_wait_ms] == [None, 30]
    assert (row.queue, row.service_class) == ("sales", "tolerable")


def test_a_chat_offered_to_five_agents_is_one_chat() -> None:
    """https://github.com/chatwoot/chatwoot/issues/13312: everybody it was ever given to counts it again."""
    found = numbers(
        queued(0),
        *(declined(10 * number, agent=f"a-{number}") for number in range(1, 6)),
        accepted(60, agent="a-6"),
        agent(65),
        customer(90),
    ).totals

    assert (found["offered"], found["answered"], found["accepted"]) == (1, 1, 1)


def test_whoever_leaves_while_being_transferred_is_not_counted_as_served_to_the_end() -> None:
    """https://github.com/RocketChat/Rocket.Chat/pull/17503: lost between two departments."""
    row = facts(
        queued(0, queue="sales"), agent(10), transferred(60, to_queue="support"), ended(200, "customer")
    )

    assert (row.outcome, row.abandoned_in_transfer) == ("answered", True)
