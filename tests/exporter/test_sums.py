"""Sums over partitions and maxima over time."""

import pytest
from tests.exporter.made import BORDERS, buckets, total_row

from attesa.core.rows import Counts
from attesa.exporter.sums import Buckets, cell_sums, highest, sums_of


def test_columns_and_buckets_add_up() -> None:
    one = sums_of(Counts(answered=2, wait_ms=9_000, answered_buckets=buckets(le5=1, le10=1)), BORDERS)
    two = sums_of(Counts(answered=1, wait_ms=60_000, answered_buckets=buckets(le60=1)), BORDERS)
    both = one.plus(two)
    assert (both["answered"], both["wait_ms"]) == (3, 69_000)
    assert dict(both.waits.cumulative())[10] == 2
    assert both.waits.cumulative()[-1] == (None, 3)


def test_bucket_arrays_left_empty_count_as_zeros() -> None:
    assert sums_of(Counts(), BORDERS).waits.counts == (0,) * (len(BORDERS) + 1)


@pytest.mark.parametrize(
    ("borders", "expected"),
    [
        ((10, 30), (3, 3, 9)),
        ((30,), (6, 9)),
        ((), (15,)),
    ],
)
def test_counts_on_fewer_borders_stay_exact(borders: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert Buckets((5, 10, 30, 45), (1, 2, 3, 4, 5)).on(borders) == Buckets(borders, expected)


def test_partitions_with_different_borders_meet_on_those_that_both_have() -> None:
    both = Buckets((10, 30), (1, 2, 3)).plus(Buckets((30, 60), (10, 20, 30)))
    assert both == Buckets((30,), (13, 53))


def test_a_published_column_never_falls_and_the_others_follow() -> None:
    held = sums_of(Counts(met_good=5, missed_good=2, answered_buckets=buckets(le5=4)), BORDERS)
    new = sums_of(Counts(met_good=4, missed_good=3, answered_buckets=buckets(le5=3, le10=1)), BORDERS)
    kept = highest(held, new)
    assert (kept["met_good"], kept["missed_good"]) == (5, 3)
    assert kept.waits.counts[:2] == (4, 1)


def test_waiting_is_what_was_offered_and_not_decided() -> None:
    total = Counts(offered=10, answered=5, abandoned=1, rejected=1, unanswered=1)
    assert cell_sums(total_row(total)).waiting == 2


def test_the_oldest_of_two_partitions_is_the_earlier_one() -> None:
    nobody, later, earlier = (cell_sums(total_row(Counts(), oldest=at)) for at in (None, 2_000, 1_000))
    assert nobody.plus(later).plus(earlier).oldest_requested_at == 1_000
    assert nobody.plus(nobody).oldest_requested_at is None
