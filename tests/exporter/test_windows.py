"""Rolling windows as sums of panes."""

from random import Random

import pytest
from tests.exporter.made import NOW, buckets, cell, pane_row

from attesa.core.rows.counts import Counts
from attesa.exporter.windows import ABOVE, WINDOWS, Minute, Panes, Window

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
    return panes.decided(HALF_MINUTE, now_ms).get(cell(), {}).get("answered", 0)


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
    for back in range(0, 86_400_000, PANE):
        for width in (10, 60):
            start = (START - back) // (width * 1000) * width * 1000
            panes.put(pane_row(start, width, Counts(answered=1)), NOW)
    assert len(panes) == 900 // 10 + 86_400 // 60
    panes.prune(NOW + 3_600_000)
    assert len(panes) == (86_400 - 3_600) // 60
    panes.prune(NOW + 86_400_000)
    assert len(panes) == 0


def test_short_windows_are_made_of_10_s_panes_and_the_long_ones_of_60_s_panes() -> None:
    assert [(w.name, w.seconds, w.width_seconds) for w in WINDOWS] == [
        ("1m", 60, 10), ("5m", 300, 10), ("15m", 900, 10), ("1h", 3600, 60), ("24h", 86_400, 60),
    ]  # fmt: skip
    assert all(len(w.starts(NOW)) * w.width_seconds == w.seconds for w in WINDOWS)


def test_both_processors_add_to_a_window_and_each_replaces_its_own_row() -> None:
    panes = panes_with((START, 3))
    for converted in (1, 2):
        panes.put(pane_row(START, 10, Counts(converted=converted), processor="customers"), NOW)
    assert panes.decided(HALF_MINUTE, NOW)[cell()] == {"answered": 3, "converted": 2}


def test_a_row_that_comes_after_its_pane_was_counted_changes_the_window_by_the_difference() -> None:
    panes = panes_with((START, 3), (START - PANE, 1))
    assert answered(panes) == 4
    panes.put(pane_row(START - PANE, 10, Counts(answered=5)), NOW)
    assert answered(panes) == 8
    panes.put(pane_row(START - PANE, 10, Counts()), NOW)
    assert answered(panes) == 3


def test_a_cell_in_which_nothing_is_left_is_gone() -> None:
    panes = panes_with((START, 3))
    assert answered(panes) == 3
    panes.decided(HALF_MINUTE, NOW + 60_000)
    assert panes.decided(HALF_MINUTE, NOW + 60_000) == {}


def test_pruned_panes_have_left_their_windows_first() -> None:
    panes = panes_with((START, 3))
    assert answered(panes) == 3
    panes.prune(NOW + 60_000)
    assert (len(panes), answered(panes, NOW + 60_000)) == (0, 0)


def test_a_clock_that_was_set_back_finds_the_panes_again() -> None:
    panes = panes_with((START - 2 * PANE, 2), (START, 8))
    assert [answered(panes, NOW + later) for later in (25_000, 0)] == [0, 10]


def test_waits_are_kept_by_their_upper_border() -> None:
    panes = Panes((HALF_MINUTE,))
    panes.put(pane_row(START, 10, Counts(answered_buckets=buckets(le30=2, above=1))), NOW)
    assert panes.decided(HALF_MINUTE, NOW)[cell()] == {30: 2, ABOVE: 1}


def test_the_hour_minute_by_minute_has_sixty_entries_also_where_nothing_was_decided() -> None:
    panes = Panes()
    for country, missed in (("IT", 1), ("DE", 2)):
        counts = Counts(met_good=4, missed_good=missed, abandoned=1, rejected=1)
        panes.put(pane_row(START, 60, Counts(met_good=99), country=country), NOW)
        panes.put(pane_row(START, 60, counts, country=country), NOW)
    minutes = panes.minutes("default", "live_chat", NOW)
    assert len(minutes) == 60
    assert minutes[-1] == (START, Minute(met=8, missed=3, lost=4))
    assert minutes[0][1] == Minute()
    assert panes.minutes("default", "email", NOW)[-1][1] == Minute()


def test_running_sums_are_those_of_the_panes_whatever_came_when() -> None:
    dice = Random(3)
    panes, rows = Panes((HALF_MINUTE,)), {}
    for step in range(400):
        now = NOW + step * 1_700
        start = now // PANE * PANE - dice.randrange(4) * PANE
        count, partition = dice.randrange(5), dice.randrange(3)
        if panes.put(pane_row(start, 10, Counts(answered=count), partition=partition), now):
            rows[start, partition] = count
        if step % 7 == 0:
            panes.prune(now)
        if step % 3 == 0:
            covered = HALF_MINUTE.starts(now)
            assert answered(panes, now) == sum(n for (at, _), n in rows.items() if at in covered)
