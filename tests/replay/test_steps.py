import json

from hypothesis import given
from hypothesis import strategies as st
from tests.replay.test_chaos import FIRST_MS, histories, history, seeds

from attesa.core.events.wire import Decoded, decode
from attesa.replay.chaos import chaos
from attesa.replay.deliveries import Delivery
from attesa.replay.steps import EVERY_MS, Mark, progress, steps

LARGEST_MS = 172_800_000
MINUTE_MS = 60_000


def test_time_begins_ten_minutes_early_and_ends_when_every_verdict_is_certain() -> None:
    calm = history([0, 25])

    marks = [step for step in steps(calm, LARGEST_MS) if isinstance(step, Mark)]

    #  mark  event     mark       mark   event  mark
    #   |-10   |0       |10        |20     |25   |25 + 2 days + 1 s
    assert [(mark.clock_ms - FIRST_MS) / MINUTE_MS for mark in marks[:-1]] == [-10, 10, 20]
    assert marks[-1].clock_ms == calm.newest_ms + LARGEST_MS + 1_000


def test_shuffled_events_have_their_marks_ten_minutes_behind() -> None:
    shuffled = chaos(history([0, 25]), 1, "t")

    marks = [step for step in steps(shuffled, LARGEST_MS) if isinstance(step, Mark)]

    assert {mark.position_ms - mark.clock_ms for mark in marks[1:-1]} == {EVERY_MS}


@given(histories, seeds, st.booleans())
def test_no_event_is_older_than_the_time_told_before_it(calm: object, seed: int, shuffle: bool) -> None:
    told = chaos(calm, seed, "t") if shuffle else calm  # type: ignore[arg-type]
    clock_ms = None
    for step in steps(told, LARGEST_MS):  # type: ignore[arg-type]
        if isinstance(step, Delivery):
            assert clock_ms is not None
            assert step.time_ms >= clock_ms
        else:
            assert clock_ms is None or step.clock_ms >= clock_ms
            clock_ms = step.clock_ms


def test_a_silence_of_years_is_crossed_in_a_thousand_marks() -> None:
    years = history([0, 3 * 365 * 1440])

    assert sum(isinstance(step, Mark) for step in steps(years, LARGEST_MS)) < 1_010


def test_a_mark_is_a_progress_event_of_its_partition() -> None:
    raw = progress(Mark(FIRST_MS, FIRST_MS), "bank", 3)

    decoded = decode(raw)
    assert isinstance(decoded, Decoded)
    assert (decoded.tenant, decoded.at, decoded.event) == ("bank", FIRST_MS, None)
    assert json.loads(raw)["id"] == f"progress:3:{FIRST_MS}"
