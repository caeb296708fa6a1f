"""Rolling windows as sums of panes."""

import pytest
from tests.exporter.made import NOW, cell, pane_row

from attesa.core.rows import Counts
from attesa.exporter.windows import HOUR, NOTHING, WINDOWS, Panes, Window, wilson

HALF_MINUTE = Window("30s", 30, 10)

#   now = …05 s, panes of 10 s, a window of 30 s:
#
#      -30      -20      -10       0     +5
#   ────┼────────┼────────┼────────┼──────┤now
#       │   1    │   2    │   4    │ 8 …      one answer, two, four, eight
#                └────────── 30 s ─────────┘  2 + 4 + 8
PANE = 10_000
START = NOW - 5_000


def panes_with(*answered: tuple[int, int]) -> Panes:
    panes = Panes((HALF_MINUTE,))
    for start, count in answered:
        panes.put(pane_row(start, 10, Counts(answered=count)), NOW)
    return panes


def answered(panes: Panes, now_ms: int = NOW) -> int:
    return panes.decided(HALF_MINUTE, now_ms).get(cell(), NOTHING).answered


def test_a_window_ends_with_the_pane_that_now_lies_in() -> None:
    panes = panes_with((START - 3 * PANE, 1), (START - 2 * PANE, 2), (START - PANE, 4), (START, 8))
    assert answered(panes) == 2 + 4 + 8


def test_a_window_moves_on_by_itself_as_time_passes() -> None:
    panes = panes_with((START - 2 * PANE, 2), (START - PANE, 4), (START, 8))
    #   +0 …  2 4 8     +5 …  4 8 ·     +15 …  8 · ·     +25 …  · · ·
    assert [answered(panes, NOW + later) for later in (0, 5_000, 15_000, 25_000)] == [14, 12, 8, 0]


def test_a_pane_that_starts_after_now_counts_when_its_time_has_come() -> None:
    panes = panes_with((START + PANE, 1))
    assert answered(panes) == 0
    assert answered(panes, NOW + PANE) == 1


def test_a_row_replaces_the_earlier_one_of_its_partition_and_adds_to_the_others() -> None:
    panes = panes_with((START, 3))
    panes.put(pane_row(START, 10, Counts(answered=2)), NOW)
    panes.put(pane_row(START, 10, Counts(answered=5), partition=1), NOW)
    assert answered(panes) == 2 + 5


def test_a_row_of_a_lower_epoch_changes_nothing() -> None:
    panes = Panes((HALF_MINUTE,))
    panes.put(pane_row(START, 10, Counts(answered=2), epoch=2), NOW)
    assert not panes.put(pane_row(START, 10, Counts(answered=9), epoch=1), NOW)
    assert answered(panes) == 2


@pytest.mark.parametrize(
    ("start", "width"),
    [
        (START - 3 * PANE, 10),  # before the window
        (917_827_200_000, 10),  # replayed history
        (START + 2 * 3_600_000, 10),  # a clock that is hours ahead
        (START, 60),  # a width that no window is made of
    ],
)
def test_a_pane_that_no_window_can_need_is_let_go_at_once(start: int, width: int) -> None:
    panes = Panes((HALF_MINUTE,))
    assert not panes.put(pane_row(start, width, Counts(answered=1)), NOW)
    assert len(panes) == 0


def test_panes_are_pruned_when_the_longest_window_has_left_them() -> None:
    panes = Panes()
    for start in range(START - 3_600_000, START + PANE, PANE):
        for width in (10, 60):
            panes.put(pane_row(start // (width * 1000) * width * 1000, width, Counts(answered=1)), NOW)
    assert len(panes) == 900 // 10 + 3600 // 60
    panes.prune(NOW + 900_000)
    assert len(panes) == (3600 - 900) // 60
    panes.prune(NOW + 3_600_000)
    assert len(panes) == 0


def test_short_windows_are_made_of_10_s_panes_and_the_hour_of_60_s_panes() -> None:
    assert [(w.name, w.seconds, w.width_seconds) for w in WINDOWS] == [
        ("5m", 300, 10), ("15m", 900, 10), ("1h", 3600, 60),
    ]  # fmt: skip
    assert all(len(w.starts(NOW)) * w.width_seconds == w.seconds for w in WINDOWS)


def test_the_hour_minute_by_minute_has_sixty_entries_also_where_nothing_was_decided() -> None:
    panes = Panes()
    panes.put(pane_row(START, 60, Counts(met_good=4)), NOW)
    series = panes.series(HOUR, NOW)
    assert len(series) == 60
    assert series[-1][1][cell()].met_good == 4
    assert series[0][1] == {}


def test_ratios_are_absent_where_nothing_was_decided() -> None:
    assert NOTHING.service_level("good") is None
    assert NOTHING.lost_ratio is None
    assert NOTHING.average_wait_seconds is None


def test_live_ratios_divide_what_was_decided() -> None:
    one = NOTHING._replace(
        offered=1, answered=8, wait_ms=96_000, abandoned=1, rejected=1, met_good=6, missed_good=2, met_bad=9
    )
    assert one.service_level("good") == 0.75
    assert one.service_level("bad") == 1.0
    assert one.lost_ratio == 0.2
    assert one.average_wait_seconds == 12.0


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(15, 17, 0.6566, 0.9671), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_the_95_percent_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) is None
