"""The processor under a log that a seeded random plays: crashes, replays, two owners, repeats, disorder.

After every commit, and at the end, what readers see equals the oracle. A failing seed plays again:
`Simulation(seed).run()`.
"""

import pytest
from tests.core.simulation import Simulation

HISTORIES = 1_000
MANY_HISTORIES = 100_000
PER_TEST = 100


def play(seeds: range) -> None:
    for seed in seeds:
        try:
            Simulation(seed).run()
        except BaseException as error:
            error.add_note(f"history of seed {seed}")
            raise


@pytest.mark.parametrize("first", range(0, HISTORIES, PER_TEST))
def test_every_commit_of_a_history_full_of_accidents_equals_the_oracle(first: int) -> None:
    play(range(first, first + PER_TEST))


def test_histories_crash_are_fenced_and_commit() -> None:
    played = [Simulation(seed) for seed in range(50)]
    for simulation in played:
        simulation.run()
    assert sum(simulation.crashes for simulation in played) > 50
    assert sum(simulation.refused for simulation in played) > 5
    assert sum(simulation.commits for simulation in played) > 100


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("first", range(HISTORIES, MANY_HISTORIES, 10 * PER_TEST))
def test_many_more_histories_equal_the_oracle(first: int) -> None:
    play(range(first, first + 10 * PER_TEST))
