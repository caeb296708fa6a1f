"""Ratios and means, with their counts, as METRICS.md defines them."""

import pytest

from attesa.exporter import figures

SIX = {
    "offered": 1, "answered": 8, "wait_ms": 96_000, "abandoned": 2, "abandon_ms": 64_000,
    "rejected": 3, "rejected_full": 1, "rejected_nobody_on_duty": 1, "unanswered": 1,
    "met_good": 6, "missed_good": 2, "met_bad": 9, "next_met_good": 1, "next_missed_good": 3,
    "converted": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    "figure",
    [
        figures.service_level, figures.lost_ratio, figures.average_wait_seconds, figures.conversion,
        figures.nps, figures.patience_seconds, figures.nps_interval,
    ],
)  # fmt: skip
def test_a_figure_is_absent_where_nothing_was_decided(figure) -> None:
    assert figure({}) is None


def test_live_ratios_divide_what_was_decided() -> None:
    assert figures.service_level(SIX, "good") == 0.75
    assert figures.service_level(SIX, "bad") == 1.0
    assert figures.service_level(SIX, "good", "next_") == 0.25
    assert (figures.lost_ratio(SIX), figures.decided(SIX)) == (6 / 14, 14)
    assert figures.average_wait_seconds(SIX) == 12.0
    assert figures.conversion(SIX) == 0.25


def test_patience_is_all_waiting_over_those_who_gave_up() -> None:
    assert figures.patience_seconds(SIX) == (96 + 64) / 2


def test_the_rest_of_a_whole_is_its_last_part() -> None:
    assert figures.rejected_other(SIX) == 1
    assert figures.nps_passives({"nps_answers": 10, "nps_promoters": 5, "nps_detractors": 2}) == 3


def test_an_nps_is_a_difference_of_shares_with_the_interval_of_its_own_variance() -> None:
    # 60 promoters, 25 passives, 15 detractors: 0.45; variance 0.6 + 0.15 - 0.45^2 = 0.5475
    values = {"nps_answers": 100, "nps_promoters": 60, "nps_detractors": 15}
    assert figures.nps(values) == 0.45
    assert figures.nps_interval(values) == pytest.approx((0.3050, 0.5950), abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(15, 17, 0.6566, 0.9671), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_the_95_percent_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert figures.wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "count"), [(0, 0), (3, 2)])
def test_there_is_no_interval_where_hits_are_no_part_of_a_count(hits: int, count: int) -> None:
    assert figures.wilson(hits, count) is None
