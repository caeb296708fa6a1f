"""What must hold of the oracle's own answers in every world, so that it can be trusted by itself."""

from collections import Counter, defaultdict
from random import Random

import pytest
from tests.oracle.answers import Answer, answer
from tests.oracle.counting import cell_of
from tests.oracle.customers import Outcomes, outcomes, stub_of
from tests.oracle.outcome import OFFERED
from tests.oracle.stories import START_MS, TENANTS
from tests.oracle.sums import live_ratios, oldest_requested_at, sums, window
from tests.oracle.worlds import ON_CUSTOMERS, World, world

from attesa.core.rows.counts import Counts

WORLDS = 300
LATER_MS = START_MS + 400 * 3_600_000  # past every time-out
LEVELS = ("staffed", "capacity", "capacity_moment_ms", "occupied", "occupied_moment_ms")


def asked(found: World, events=None, clock: int | None = LATER_MS) -> tuple[Answer, Outcomes]:
    """Both answers, at one clock of all tenants."""
    clocks = dict.fromkeys(TENANTS, clock)
    said = answer(found.events() if events is None else events, found.definitions, clocks)
    stubs = [stub for stub in map(stub_of, said.sessions.values()) if stub is not None]
    return said, outcomes(stubs, found.events(ON_CUSTOMERS), found.definitions)


@pytest.fixture(scope="module", params=range(0, WORLDS, 100))
def some_worlds(request: pytest.FixtureRequest) -> list[tuple[World, Answer, Outcomes]]:
    found = [world(Random(seed)) for seed in range(request.param, request.param + 100)]
    return [
        (each, *asked(each, clock=clock)) for each in found for clock in (None, START_MS + 60_000, LATER_MS)
    ]


def test_offered_is_answered_and_lost_and_waiting_in_every_cell(some_worlds) -> None:
    for _, said, _ in some_worlds:
        totals = sums(said.added).totals
        waiting = Counter(cell_of(f) for f in said.facts.values() if f["outcome"] == "waiting")
        for cell, counts in totals.items():
            lost = counts["abandoned"] + counts["rejected"] + counts["unanswered"]
            assert counts["offered"] == counts["answered"] + lost + waiting[cell]
            assert counts["legs"] >= counts["legs_answered"] + counts["legs_abandoned"]
            assert (oldest_requested_at(said.facts.values(), cell) is None) == (waiting[cell] == 0)


def test_panes_of_either_width_add_up_to_the_totals(some_worlds) -> None:
    for _, said, became in some_worlds:
        found = sums([*said.added, *became.added])
        for width in (10, 60):
            added: dict = defaultdict(Counter)
            for (cell, pane_width, _), counts in found.panes.items():
                if pane_width == width:
                    added[cell].update(counts)  # keeps what is below zero, unlike a sum of counters
            assert added == found.totals


def test_every_count_but_a_level_is_above_zero(some_worlds) -> None:
    for _, said, became in some_worlds:
        for counts in sums([*said.added, *became.added]).panes.values():
            assert all(amount >= 0 for column, amount in counts.items() if column not in LEVELS)


def test_ratios_of_what_was_decided_lie_between_zero_and_one(some_worlds) -> None:
    for _, said, _ in some_worlds:
        for now in (START_MS, START_MS + 30_000, START_MS + 600_000, START_MS + 3_600_000):
            for seconds, width in ((60, 10), (300, 10), (3_600, 60), (86_400, 60)):
                for counts in window(said.added, seconds, width, now).values():
                    ratios = [ratio for ratio in live_ratios(counts).values() if ratio is not None]
                    assert all(0 <= ratio <= 1 for ratio in ratios)


def test_all_thresholds_are_decided_once_time_has_passed(some_worlds) -> None:
    for _, said, _ in some_worlds[2::3]:
        for facts in said.facts.values():
            assert facts["outcome"] not in ("waiting", "open")
            if facts["outcome"] in OFFERED:
                assert facts["verdict_good"] is not None
                assert facts["verdict_bad"] is not None
                assert facts["verdict_good_at"] <= facts["verdict_bad_at"]


def test_nobody_occupies_anything_after_the_end_and_everybody_goes_home(some_worlds) -> None:
    for _, said, _ in some_worlds[2::3]:
        for counts in sums(said.added).totals.values():
            assert counts["occupied"] == counts["staffed"] == counts["capacity"] == 0


def test_an_order_counts_once_and_no_more_comes_back_than_was_paid(some_worlds) -> None:
    for _, _, became in some_worlds:
        totals = sums(became.added).totals
        assert sum(counts["orders"] for counts in totals.values()) == len(became.orders)
        for order in became.orders.values():
            assert 0 <= order["refunded_minor"] <= order["value_minor"]
        credited = [order for each in became.sessions.values() for order in each["orders"]]
        assert len(credited) == len(set(credited))
        for counts in totals.values():
            assert counts["incremental"] <= counts["incremental_answers"] <= counts["converted"]


def test_whoever_comes_back_names_a_session_that_names_him(some_worlds) -> None:
    for _, _, became in some_worlds:
        for (tenant, session), each in became.sessions.items():
            if each["recontacted_by"]:
                assert became.sessions[tenant, each["recontacted_by"]]["recontact_of"] is not None
            if each["recontact_of"]:
                assert became.sessions[tenant, each["recontact_of"]]["recontacted_by"] == session


@pytest.mark.parametrize("first", range(1_000, 1_000 + WORLDS, 100))
def test_order_and_repetition_change_no_answer(first: int) -> None:
    for seed in range(first, first + 100):
        rng = Random(seed)
        found = world(rng)
        events = found.events()
        shuffled = events + rng.sample(events, len(events) // 2)
        rng.shuffle(shuffled)
        (one, became), (other, also_became) = asked(found), asked(found, shuffled)
        assert one.facts == other.facts, f"world of seed {seed}"
        assert sums(one.added) == sums(other.added), f"world of seed {seed}"
        assert became.sessions == also_became.sessions, f"world of seed {seed}"


def test_what_one_clock_has_missed_no_later_one_takes_back() -> None:
    for seed in range(2_000, 2_100):
        found = world(Random(seed))
        early, _ = asked(found, clock=START_MS + 45_000)
        late, _ = asked(found)
        for key, facts in early.facts.items():
            for threshold in ("verdict_good", "verdict_bad"):
                if facts[threshold] is not None:
                    assert late.facts[key][threshold] == facts[threshold]
                    assert late.facts[key][f"{threshold}_at"] == facts[f"{threshold}_at"]


def test_worlds_hold_every_kind_of_outcome_and_every_count() -> None:
    outcomes_seen: Counter = Counter()
    columns: Counter = Counter()
    for seed in range(600):
        said, became = asked(world(Random(seed)), clock=START_MS + 600_000)
        outcomes_seen.update(facts["outcome"] for facts in said.facts.values())
        columns.update(
            added.column if isinstance(added.column, str) else added.column[0]
            for added in [*said.added, *became.added]
            if added.amount
        )
    assert len(outcomes_seen) == 10
    assert set(columns) == set(Counts.__struct_fields__)
