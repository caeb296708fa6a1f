from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from attesa.core.events.intake import Refused
from attesa.core.events.wire import decode
from attesa.replay.chaos import BREAKAGES, BROKEN_MESSAGES, SHUFFLED_WITHIN_MS, SOURCE, chaos
from attesa.replay.deliveries import Delivery, History, delivery, event

FIRST_MS = 915_141_600_000


def history(minutes: list[int]) -> History:
    """One event at each of these minutes."""
    times = sorted(FIRST_MS + minute * 60_000 for minute in minutes)
    events = [
        delivery(
            event("session.queued", at, identity=str(n), source="test", tenant="t", subject=f"c{n}", data={}),
            at,
        )
        for n, at in enumerate(times)
    ]
    return History(deliver=lambda: events, total=len(events), first_ms=times[0], newest_ms=times[-1])


def is_broken(one: Delivery) -> bool:
    return one.key.startswith(b"t:broken-")


histories = st.lists(st.integers(0, 3_000), min_size=1, max_size=60).map(history)
seeds = st.integers(0, 2**32)


@given(histories, seeds)
def test_every_event_comes_exactly_twice(calm: History, seed: int) -> None:
    delivered = Counter(one.value for one in chaos(calm, seed, "t") if not is_broken(one))

    assert delivered == Counter(one.value for one in [*calm, *calm])


@given(histories, seeds)
def test_nothing_comes_before_its_time_or_ten_minutes_after_it(calm: History, seed: int) -> None:
    for one in chaos(calm, seed, "t"):
        assert 0 <= one.position_ms - one.time_ms < SHUFFLED_WITHIN_MS


@given(histories, seeds)
def test_deliveries_ascend_in_their_positions(calm: History, seed: int) -> None:
    positions = [one.position_ms for one in chaos(calm, seed, "t")]

    assert positions == sorted(positions)


@given(histories, seeds)
def test_exactly_a_hundred_messages_are_broken_and_each_is_refused(calm: History, seed: int) -> None:
    broken = [one for one in chaos(calm, seed, "t") if is_broken(one)]
    outcomes = [decode(one.value) for one in broken]

    assert len(broken) == BROKEN_MESSAGES
    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, Refused)} <= {
        "undecodable",
        "invalid",
        "too_old",
    }


@given(histories, seeds)
def test_the_count_is_known_beforehand(calm: History, seed: int) -> None:
    assert len(list(chaos(calm, seed, "t"))) == chaos(calm, seed, "t").total


@given(histories, seeds)
def test_a_seed_gives_the_same_deliveries_again(calm: History, seed: int) -> None:
    assert list(chaos(calm, seed, "t")) == list(chaos(calm, seed, "t"))


def test_every_way_to_break_a_message_occurs() -> None:
    assert len(BREAKAGES) <= BROKEN_MESSAGES
    assert SOURCE.startswith("attesa/")
