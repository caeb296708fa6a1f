"""The counters of /metrics, and its text."""

import shutil
import subprocess

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from tests.exporter.made import NOW, buckets, clock_row, pane_row, total_row
from tests.exporter.scrape import Scrape
from tests.integration.servers import missing

from attesa.core.rows.counts import COUNT_NAMES, Counts
from attesa.exporter import families
from attesa.exporter.state import State


def corrected() -> tuple[Counts, Counts]:
    """True and published totals after one met verdict became a missed one and one reply was earlier."""
    total = Counts(
        offered=10, answered=6, abandoned=2, unanswered=1, wait_ms=100_000, abandon_ms=50_000,
        met_good=4, missed_good=3, met_bad=7, measured=2, total_ms=90_000, effective_ms=45_500,
        answered_buckets=buckets(le5=1, le30=3, le60=2), abandoned_buckets=buckets(le10=1, le45=1),
    )  # fmt: skip
    published = Counts(
        offered=10, answered=6, abandoned=2, unanswered=1, wait_ms=130_000, abandon_ms=50_000,
        met_good=5, missed_good=3, met_bad=7, measured=2, total_ms=90_000, effective_ms=45_500,
        answered_buckets=buckets(le5=1, le30=3, le60=3), abandoned_buckets=buckets(le10=1, le45=1),
    )  # fmt: skip
    return total, published


def test_counters_are_the_published_totals_summed_over_partitions(clocked: State) -> None:
    clocked.put_totals(total_row(*corrected()))
    clocked.put_totals(total_row(Counts(offered=5, effective_ms=500), partition=1))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_offered_total") == 15
    assert scrape.get("attesa_effective_seconds_total") == 46.0
    assert scrape.get("attesa_abandoned_total") == 2


def test_verdicts_are_met_and_missed_as_published_each_with_its_own_maximum(clocked: State) -> None:
    clocked.put_totals(total_row(*corrected()))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_slo_events_total", slo="good") == 5 + 3
    assert scrape.get("attesa_slo_bad_total", slo="good") == 3
    assert scrape.get("attesa_slo_events_total", slo="bad") == 7


def test_a_counter_less_its_pending_corrections_is_the_true_total(clocked: State) -> None:
    clocked.put_totals(total_row(*corrected()))
    scrape = Scrape(clocked)
    assert scrape.exact("attesa_offered_total") == 10
    assert scrape.exact("attesa_slo_events_total", slo="good") == 4 + 3
    assert scrape.exact("attesa_slo_bad_total", slo="good") == 3
    assert scrape.exact("attesa_wait_seconds_sum") == 100
    assert scrape.exact("attesa_wait_seconds_count") == 6
    assert scrape.exact("attesa_wait_seconds_bucket", le="30.0") == 4
    assert scrape.exact("attesa_wait_seconds_bucket", le="60.0") == 6


def test_a_published_total_that_is_exact_has_no_pending_correction(clocked: State) -> None:
    total, published = corrected()
    clocked.put_totals(total_row(total, partition=0))
    assert "attesa_pending_corrections" not in Scrape(clocked).names()
    clocked.put_totals(total_row(total, published, partition=1))
    assert "attesa_pending_corrections" in Scrape(clocked).names()


#  METRICS.md's number            the series                                  the column
COLUMNS = {
    "rejected full": ("attesa_rejected_reason_total", {"reason": "full"}, "rejected_full"),
    "unanswered, time-out": ("attesa_unanswered_by_total", {"by": "timeout"}, "unanswered_timeout"),
    "abandoned in transfer": ("attesa_abandoned_in_transfer_total", {}, "abandoned_in_transfer"),
    "a manners flag": ("attesa_manners_total", {"flag": "mirror_question"}, "mirror_question"),
    "influence": ("attesa_influence_total", {"answer": "5"}, "influence_5"),
    "would not have": ("attesa_would_have_bought_total", {"answer": "no"}, "would_not_have_bought"),
    "spill-over": ("attesa_spill_over_total", {"visibility": "public"}, "spill_over_public"),
    "next, missed good": ("attesa_next_slo_bad_total", {"slo": "good"}, "next_missed_good"),
    "synchronous, missed bad": ("attesa_synchronous_slo_bad_total", {"slo": "bad"}, "synchronous_missed_bad"),
    "hung up": ("attesa_hung_up_total", {}, "hung_up"),
    "recontacted": ("attesa_recontacted_total", {}, "recontacted"),
    "tolerable": ("attesa_tolerable_total", {}, "tolerable"),
}


@pytest.mark.parametrize(("name", "labels", "column"), COLUMNS.values(), ids=COLUMNS)
def test_each_number_has_its_counter_that_starts_at_zero_and_keeps_the_highest(
    clocked: State, name: str, labels: dict[str, str], column: str
) -> None:
    clocked.put_totals(total_row(Counts(offered=1)))
    assert Scrape(clocked).get(name, **labels) == 0
    clocked.put_totals(total_row(Counts(offered=1, **{column: 7})))
    clocked.put_totals(total_row(Counts(offered=1, **{column: 5})))
    scrape = Scrape(clocked)
    assert (scrape.get(name, **labels), scrape.exact(name, **labels)) == (7, 5)


def test_lost_is_the_sum_of_its_three_kinds(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=9, abandoned=3, rejected=2, unanswered=1)))
    assert Scrape(clocked).get("attesa_lost_total") == 6


def test_shares_and_durations_are_in_base_units(clocked: State) -> None:
    counts = Counts(covered=3, coverage_permille=2_260, longest_silence_ms=90_500, next_reply_ms=1_500)
    clocked.put_totals(total_row(counts))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_expectation_coverage_total") == 2.26
    assert scrape.get("attesa_expectation_coverage_replies_total") == 3
    assert scrape.get("attesa_longest_silence_seconds_total") == 90.5
    assert scrape.get("attesa_next_reply_seconds_sum") == 1.5


def test_money_is_by_currency_and_starts_at_zero_in_every_cell_of_its_tenant(clocked: State) -> None:
    sold = Counts(orders=2, revenue_minor={"EUR": 129_900, "CHF": 5_000}, refunded_minor={"EUR": 9_900})
    clocked.put_totals(total_row(sold, processor="customers"))
    clocked.put_totals(total_row(Counts(offered=1), queue="returns"))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_revenue_minor_total", currency="EUR") == 129_900
    assert scrape.get("attesa_revenue_minor_total", currency="CHF") == 5_000
    assert scrape.get("attesa_refunded_minor_total", currency="EUR") == 9_900
    assert scrape.get("attesa_revenue_minor_total", currency="EUR", queue="returns") == 0
    assert scrape.get("attesa_revenue_minor_total") is None


def test_every_column_is_served_or_a_level_or_the_sum_of_a_histogram() -> None:
    verdicts = {
        f"{of}{kind}_{slo}"
        for of in ("", "next_", "synchronous_")
        for kind in ("met", "missed")
        for slo in ("good", "bad")
    }
    told = {column for plain in families.COUNTERS for column in plain.columns}
    told |= {column for parted in families.PARTED for _, column in parted.parts}
    told |= {"next_replies"} | {histogram.sum_ms for histogram in families.HISTOGRAMS}
    assert set(COUNT_NAMES) - told - verdicts == set(families.LEVELS)


def test_the_histograms_are_cumulative_and_have_a_border_at_30_seconds(clocked: State) -> None:
    total, _ = corrected()
    clocked.put_totals(total_row(total))
    scrape = Scrape(clocked)
    waits = [
        scrape.get("attesa_wait_seconds_bucket", le=le) for le in ("5.0", "20.0", "30.0", "60.0", "+Inf")
    ]
    assert waits == [1, 1, 4, 6, 6]
    assert scrape.get("attesa_wait_seconds_count") == 6
    assert scrape.get("attesa_wait_seconds_sum") == 100
    assert scrape.get("attesa_time_to_abandon_seconds_bucket", le="10.0") == 1
    assert scrape.get("attesa_time_to_abandon_seconds_sum") == 50


def full(clocked: State) -> State:
    clocked.put_totals(total_row(*corrected(), oldest=NOW - 1_000))
    clocked.put_totals(clock_row(partition=0, reasons={"late": 1}))
    clocked.put_pane(pane_row(NOW - 5_000, 10, Counts(met_good=3, answered=3)), NOW)
    return clocked


def test_no_sample_carries_a_timestamp(clocked: State) -> None:
    assert all(sample.timestamp is None for sample in Scrape(full(clocked)).samples.values())


def test_the_openmetrics_text_parses_and_holds_the_same_samples(clocked: State) -> None:
    scrape = Scrape(full(clocked))
    parsed = list(parse_openmetrics(scrape.open_text))
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parsed
        for sample in family.samples
    }
    assert samples == {key: sample.value for key, sample in scrape.samples.items()}


@pytest.mark.promtool
def test_promtool_complains_of_nothing_but_a_word_that_it_takes_for_a_unit(clocked: State) -> None:
    if shutil.which("promtool") is None:
        missing("no promtool on the PATH")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=Scrape(full(clocked)).text, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    complaints = [
        line for line in checked.stderr.splitlines() if not line.startswith("attesa_outside_hours_")
    ]
    assert (checked.stdout, complaints) == ("", [])
