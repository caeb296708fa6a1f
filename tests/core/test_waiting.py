"""Who waits now and since when; and the sum that holds after every event."""

import pytest
from hypothesis import given, settings
from tests.core import oracle, oracle_sums, strategies
from tests.core.making import (
    HISTORY,
    agent,
    customer,
    ended,
    feed,
    ms,
    of,
    processor,
    progress,
    queued,
    started,
    take,
)
from tests.core.running import columns, smaller
from tests.core.strategies import World

from attesa.core.rows import OFFERED

core = settings.get_profile("core")
pytestmark = pytest.mark.timeout(3_000)  # with --long


def oldest(*steps: list[dict]) -> list[float | None]:
    """After each step: since when the one waits who has waited longest, in seconds."""
    sessions = processor()
    found = []
    for told in steps:
        feed(sessions, *told)
        (row,) = take(sessions).totals
        since = row.oldest_requested_at
        found.append(None if since is None else (since - ms(0)) / 1000)
    return found


def test_the_oldest_is_the_earliest_request_of_those_who_wait() -> None:
    first, second = of("a", queued(5), agent(20)), of("b", queued(9), ended(30, "customer"))
    assert oldest([second[0]], [first[0]], [first[1]], [second[1]]) == [9, 5, 9, None]


def test_a_request_told_late_makes_somebody_wait_longer() -> None:
    assert oldest([customer(9)], [customer(4)], [queued(6)]) == [9, 4, 6]


def test_whoever_waits_again_after_a_correction_is_seen_waiting_again() -> None:
    reply = agent(20)
    note = reply | {"data": {"author": "agent", "visible": False}}
    assert smaller(reply, note) == note
    assert oldest([queued(5)], [reply], [note]) == [5, None, 5]


def test_restless_sessions_are_seen_once_they_wait() -> None:
    # Nobody asks behind a bot; a hand-over asks; without the bot the message had asked.
    bots = started(0, bot_first=True)
    without = bots | {"data": {}}
    assert smaller(bots, without) == without
    assert oldest([customer(3)], [bots], [without]) == [3, None, 3]


@core
@given(strategies.worlds())
def test_offered_is_answered_lost_and_waiting_after_every_event(world: World) -> None:
    sessions = processor()
    told: list[dict] = []
    for event in world.deliveries:
        feed(sessions, event)
        told.append(event)
        taken = take(sessions)
        waiting = waiting_by_cell(told)
        for row in taken.totals:
            counts = columns(row.total)
            cell = (row.tenant, row.channel, row.queue, row.country)
            lost = counts["abandoned"] + counts["rejected"] + counts["unanswered"]
            assert counts["offered"] == counts["answered"] + lost + len(waiting.get(cell, []))
            assert row.oldest_requested_at == min(waiting.get(cell, []), default=None)


def waiting_by_cell(told: list[dict]) -> dict[oracle_sums.Cell, list[int]]:
    """The requests of those who wait, by the oracle."""
    found: dict[oracle_sums.Cell, list[int]] = {}
    by_subject: dict[str, list[dict]] = {}
    for event in told:
        if event["type"] != "attesa.progress":
            by_subject.setdefault(event["subject"], []).append(event)
    for events in by_subject.values():
        facts = oracle.facts_of(oracle.one_per_id(events, smaller), None)
        assert (facts["outcome"] in OFFERED) == (
            facts["requested_at"] is not None and facts["outcome"] != "invalid"
        )
        if facts["outcome"] == "waiting":
            cell = (HISTORY, facts["channel"], facts["queue"], facts["country"])
            found.setdefault(cell, []).append(facts["requested_at"])
    return found


def test_time_alone_takes_nobody_off_the_waiting() -> None:
    assert oldest([queued(5)], [progress(40)], [progress(190)]) == [5, 5, 5]
