"""Sums over partitions and maxima over time."""

import pytest
from tests.exporter.made import BORDERS, buckets, total_row

from attesa.core.rows.counts import Counts
from attesa.exporter.sums import EMPTY, Buckets, cell_sums, highest, sums_of


def test_columns_and_buckets_add_up() -> None:
    one = sums_of(Counts(answered=2, wait_ms=9_000, answered_buckets=buckets(le5=1, le10=1)), BORDERS)
    two = sums_of(Counts(answered=1, wait_ms=60_000, answered_buckets=buckets(le60=1)), BORDERS)
    both = one.plus(two)
    assert (both["answered"], both["wait_ms"]) == (3, 69_000)
    cumulative = dict(both.buckets["answered_buckets"].cumulative())
    assert (cumulative[10], cumulative[None]) == (2, 3)


def test_what_is_zero_takes_no_place() -> None:
    sums = sums_of(Counts(answered=2), BORDERS)
    assert (sums.values, sums.buckets) == ({"answered": 2}, {})
    assert sums["offered"] == 0


def test_money_stays_apart_by_currency() -> None:
    one = sums_of(Counts(revenue_minor={"EUR": 1_999, "CHF": 500}, refunded_minor={"EUR": 99}), BORDERS)
    two = sums_of(Counts(revenue_minor={"EUR": 1, "JPY": 3_000}), BORDERS)
    assert one.plus(two).values == {
        "revenue_minor:EUR": 2_000, "revenue_minor:CHF": 500, "revenue_minor:JPY": 3_000,
        "refunded_minor:EUR": 99,
    }  # fmt: skip


def test_a_bucket_array_that_one_side_lacks_is_the_others() -> None:
    one = sums_of(Counts(next_buckets=buckets(le5=4)), BORDERS)
    assert sums_of(Counts(), BORDERS).plus(one).buckets == one.buckets


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
    assert kept.buckets["answered_buckets"].counts[:2] == (4, 1)


def test_a_published_column_that_the_row_no_longer_has_is_kept() -> None:
    held = sums_of(Counts(nudges=1, revenue_minor={"EUR": 5}, next_buckets=buckets(le5=1)), BORDERS)
    assert highest(held, sums_of(Counts(), BORDERS)) == held


def test_where_nothing_fell_the_new_sums_are_taken_as_they_are() -> None:
    new = sums_of(Counts(nudges=2, answered_buckets=buckets(le5=2)), BORDERS)
    assert highest(sums_of(Counts(nudges=1, answered_buckets=buckets(le5=1)), BORDERS), new) is new


def test_sums_that_are_exact_are_not_added_twice() -> None:
    one = cell_sums(total_row(Counts(answered=1)))
    both = one.plus(cell_sums(total_row(Counts(answered=2)))).plus(EMPTY)
    assert both.published is both.total
    assert both.total["answered"] == 3


def test_waiting_is_what_was_offered_and_not_decided() -> None:
    total = Counts(offered=10, answered=5, abandoned=1, rejected=1, unanswered=1)
    assert cell_sums(total_row(total)).waiting == 2


def test_the_oldest_of_two_partitions_is_the_earlier_one() -> None:
    nobody, later, earlier = (cell_sums(total_row(Counts(), oldest=at)) for at in (None, 2_000, 1_000))
    assert nobody.plus(later).plus(earlier).oldest_requested_at == 1_000
    assert nobody.plus(nobody).oldest_requested_at is None
