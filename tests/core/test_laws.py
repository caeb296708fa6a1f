"""The laws of the processor over generated worlds.

Whatever the slicing, order, repetition and crashes, readers of the topics see what the oracle makes
of the set of events. A failing seed plays again: `Play(Random(seed), tenant).run()`.
"""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.holding import facts
from tests.core.playing import Play
from tests.core.running import LATER_MS, Log, Worker, read
from tests.oracle.stories import HISTORY, LIVE
from tests.oracle.worlds import world

from attesa.core import topics

core = settings.get_profile("core")
pytestmark = pytest.mark.timeout(3_000)  # with --long

WORLDS = 400
MANY_WORLDS = 10_000
PER_TEST = 100


def play(seeds: range, tenant: str) -> None:
    for seed in seeds:
        try:
            Play(Random(seed), tenant).run()
        except BaseException as error:
            error.add_note(f"world of seed {seed}, tenant {tenant}")
            raise


@pytest.mark.parametrize("tenant", [HISTORY, LIVE])
@pytest.mark.parametrize("first", range(0, WORLDS, PER_TEST))
def test_a_world_of_a_seed_has_the_oracles_numbers_at_every_checkpoint(first: int, tenant: str) -> None:
    play(range(first, first + PER_TEST), tenant)


@pytest.mark.long
@pytest.mark.parametrize("tenant", [HISTORY, LIVE])
@pytest.mark.parametrize("first", range(WORLDS, MANY_WORLDS, 4 * PER_TEST))
def test_many_more_worlds_have_the_oracles_numbers(first: int, tenant: str) -> None:
    play(range(first, first + 4 * PER_TEST), tenant)


@core
@given(st.randoms(use_true_random=False), st.sampled_from([HISTORY, LIVE]))
def test_a_world_that_can_be_made_smaller_has_the_oracles_numbers(rng: Random, tenant: str) -> None:
    Play(rng, tenant).run()


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_offered_is_answered_and_lost_and_waiting_in_every_cell_after_every_event(first: int) -> None:
    for seed in range(first, first + 20):
        found = world(Random(seed))
        log = Log()
        worker = Worker(log, topics.EVENTS, found.definitions)
        for event in found.events():
            log.append(event)
            worker.read(1, LATER_MS)
            worker.checkpoint(LATER_MS)
            waiting = Counter(
                (told["tenant"], told["channel"], told["queue"], told["country"])
                for told in facts(log).values()
                if told["outcome"] == "waiting"
            )
            seen = read(log, "sessions")
            assert set(seen.oldest_requested_at) == set(waiting)
            for cell, counts in seen.totals.items():
                parts = ("answered", "abandoned", "rejected", "unanswered")
                decided = sum(counts.get(part, 0) for part in parts)
                assert counts.get("offered", 0) == decided + waiting[cell], f"world of seed {seed}"
