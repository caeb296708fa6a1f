"""/metrics as a Prometheus reads it."""

import shutil
import subprocess

import pytest
from prometheus_client import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from tests.exporter.made import CELL, NOW, buckets, clock_row, pane_row, total_row
from tests.integration.servers import missing

from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.rows import Counts
from attesa.exporter.collector import registry_of
from attesa.exporter.state import Reading, State


class Scrape:
    """The samples of one scrape, found by name and labels; the usual cell's labels are added."""

    def __init__(self, state: State, reading: Reading | None = None) -> None:
        registry = registry_of(state, reading or Reading(ready=True, partitions=4), lambda: NOW)
        self.text = generate_latest(registry).decode()
        self.open_text = openmetrics.generate_latest(registry).decode()
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample
            for family in parse_text(self.text)
            for sample in family.samples
        }

    def get(self, name: str, **labels: str) -> float | None:
        return self.plain(name, **(CELL | labels))

    def plain(self, name: str, **labels: str) -> float | None:
        sample = self.samples.get((name, frozenset(labels.items())))
        return None if sample is None else sample.value

    def exact(self, name: str, le: str = "", slo: str = "") -> float | None:
        """counter - pending corrections."""
        more = {key: value for key, value in (("le", le), ("slo", slo)) if value}
        value = self.get(name, **more)
        pending = self.get("attesa_pending_corrections", metric=name, bucket=le, slo=slo)
        return None if value is None else value - (pending or 0)

    def names(self) -> set[str]:
        return {name for name, _ in self.samples}


@pytest.fixture
def state() -> State:
    state = State(Definitions())
    for partition in range(2):
        state.put_totals(clock_row(partition=partition))
    return state


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


def test_counters_are_the_published_totals_summed_over_partitions(state: State) -> None:
    state.put_totals(total_row(*corrected()))
    state.put_totals(total_row(Counts(offered=5, effective_ms=500), partition=1))
    scrape = Scrape(state)
    assert scrape.get("attesa_offered_total") == 15
    assert scrape.get("attesa_effective_seconds_total") == 46.0
    assert scrape.get("attesa_abandoned_total") == 2


def test_verdicts_are_met_and_missed_as_published_each_with_its_own_maximum(state: State) -> None:
    state.put_totals(total_row(*corrected()))
    scrape = Scrape(state)
    assert scrape.get("attesa_slo_events_total", slo="good") == 5 + 3
    assert scrape.get("attesa_slo_bad_total", slo="good") == 3
    assert scrape.get("attesa_slo_events_total", slo="bad") == 7


def test_a_counter_less_its_pending_corrections_is_the_true_total(state: State) -> None:
    state.put_totals(total_row(*corrected()))
    scrape = Scrape(state)
    assert scrape.exact("attesa_offered_total") == 10
    assert scrape.exact("attesa_slo_events_total", slo="good") == 4 + 3
    assert scrape.exact("attesa_slo_bad_total", slo="good") == 3
    assert scrape.exact("attesa_wait_seconds_sum") == 100
    assert scrape.exact("attesa_wait_seconds_count") == 6
    assert scrape.exact("attesa_wait_seconds_bucket", le="30.0") == 4
    assert scrape.exact("attesa_wait_seconds_bucket", le="60.0") == 6


def test_the_histograms_are_cumulative_and_have_a_border_at_30_seconds(state: State) -> None:
    total, _ = corrected()
    state.put_totals(total_row(total))
    scrape = Scrape(state)
    waits = [
        scrape.get("attesa_wait_seconds_bucket", le=le) for le in ("5.0", "20.0", "30.0", "60.0", "+Inf")
    ]
    assert waits == [1, 1, 4, 6, 6]
    assert scrape.get("attesa_wait_seconds_count") == 6
    assert scrape.get("attesa_wait_seconds_sum") == 100
    assert scrape.get("attesa_time_to_abandon_seconds_bucket", le="10.0") == 1
    assert scrape.get("attesa_time_to_abandon_seconds_sum") == 50


def test_waiting_and_since_when(state: State) -> None:
    state.put_totals(total_row(Counts(offered=3, answered=1), oldest=NOW - 60_000))
    state.put_totals(total_row(Counts(offered=1), oldest=NOW - 90_500, partition=1))
    scrape = Scrape(state)
    assert scrape.get("attesa_waiting") == 3
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds") == (NOW - 90_500) / 1000


def test_nobody_waiting_is_zero_and_has_no_oldest(state: State) -> None:
    state.put_totals(total_row(Counts(offered=3, answered=3)))
    scrape = Scrape(state)
    assert scrape.get("attesa_waiting") == 0
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds") is None


def test_rolling_ratios_come_from_the_panes_of_their_window(state: State) -> None:
    state.put_totals(total_row(Counts(offered=9)))
    #   1 h:  ├───────────────── 60 s panes ──────────────────────┤
    #   15 m:                              ├───── 10 s panes ─────┤
    #   5 m:                                          ├───────────┤
    #            -40 min: 10 missed           -10 min      -1 min
    #                                         1 missed     3 met
    for start, width, counts in (
        (NOW - 5_000 - 2_400_000, 60, Counts(missed_good=10)),
        (NOW - 5_000 - 600_000, 10, Counts(missed_good=1, abandoned=1)),
        (NOW - 5_000 - 600_000, 60, Counts(missed_good=1, abandoned=1)),
        (NOW - 5_000 - 60_000, 10, Counts(met_good=3, answered=3)),
        (NOW - 5_000 - 60_000, 60, Counts(met_good=3, answered=3)),
    ):
        state.put_pane(pane_row(start, width, counts), NOW)
    scrape = Scrape(state)
    ratios = [scrape.get("attesa_service_level_ratio", window=w, slo="good") for w in ("5m", "15m", "1h")]
    assert ratios == [1.0, 0.75, 3 / 14]
    assert scrape.get("attesa_window_verdicts", window="1h", slo="good") == 14
    assert [scrape.get("attesa_lost_ratio", window=w) for w in ("5m", "15m")] == [0.0, 0.25]


def test_an_idle_window_has_a_count_of_zero_and_no_ratio(state: State) -> None:
    state.put_totals(total_row(Counts(offered=9)))
    scrape = Scrape(state)
    assert scrape.get("attesa_window_verdicts", window="5m", slo="good") == 0
    assert scrape.get("attesa_service_level_ratio", window="5m", slo="good") is None
    assert scrape.get("attesa_lost_ratio", window="5m") is None


def test_replayed_history_has_counters_and_no_live_gauges(state: State) -> None:
    state.put_totals(clock_row(tenant="past", mode="data"))
    state.put_totals(total_row(Counts(offered=3, answered=1), oldest=917_827_200_000, tenant="past"))
    scrape = Scrape(state)
    assert scrape.get("attesa_offered_total", tenant="past") == 3
    assert scrape.get("attesa_waiting", tenant="past") is None
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds", tenant="past") is None
    assert scrape.plain("attesa_tenant_clock_data", tenant="past") == 1
    assert scrape.plain("attesa_tenant_clock_data", tenant="default") is None


def test_a_tenant_without_a_clock_has_counters_at_zero_and_no_gauges() -> None:
    scrape = Scrape(State(Definitions(tenants={"new": TenantPolicy()})))
    labels = {"tenant": "new", "queue": "unknown", "country": "unknown"}
    assert scrape.get("attesa_slo_events_total", slo="good", **labels) == 0
    assert scrape.get("attesa_waiting", **labels) is None


def test_before_the_end_of_reading_there_is_nothing_of_the_business(state: State) -> None:
    state.put_totals(total_row(Counts(offered=9)))
    assert Scrape(state, Reading()).names() == {"attesa_build_info"}


def test_each_partition_tells_how_far_it_has_come(state: State) -> None:
    row = clock_row(NOW - 1_500, partition=3, clock=None, position=40, end_offset=52, held=True, tenant="t")
    state.put_totals(row)
    scrape = Scrape(state)
    partition = {"tenant": "t", "partition": "3"}
    assert scrape.plain("attesa_topic_partitions") == 4
    assert scrape.plain("attesa_partition_written_timestamp_seconds", **partition) == (NOW - 1_500) / 1000
    assert scrape.plain("attesa_partition_clock_timestamp_seconds", **partition) is None
    assert scrape.plain("attesa_partition_lag_events", **partition) == 12
    assert scrape.plain("attesa_partition_held", **partition) == 1


def test_events_not_used_are_counted_by_reason_over_partitions(state: State) -> None:
    state.put_totals(clock_row(partition=0, reasons={"duplicate": 2, "late": 1}))
    state.put_totals(clock_row(partition=1, reasons={"duplicate": 3}))
    scrape = Scrape(state)
    assert scrape.plain("attesa_events_not_used_total", tenant="default", reason="duplicate") == 5
    assert scrape.plain("attesa_events_not_used_total", tenant="default", reason="late") == 1


def test_folded_queues_are_counted() -> None:
    state = State(Definitions(queues=("sales",)))
    state.put_totals(total_row(Counts(offered=1), queue="odd"))
    assert Scrape(state).plain("attesa_label_overflow_total", tenant="default") == 1


def full(state: State) -> State:
    state.put_totals(total_row(*corrected(), oldest=NOW - 1_000))
    state.put_totals(clock_row(partition=0, reasons={"late": 1}))
    state.put_pane(pane_row(NOW - 5_000, 10, Counts(met_good=3, answered=3)), NOW)
    return state


def test_no_sample_carries_a_timestamp(state: State) -> None:
    assert all(sample.timestamp is None for sample in Scrape(full(state)).samples.values())


def test_the_openmetrics_text_parses_and_holds_the_same_samples(state: State) -> None:
    scrape = Scrape(full(state))
    families = list(parse_openmetrics(scrape.open_text))
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples == {key: sample.value for key, sample in scrape.samples.items()}


@pytest.mark.promtool
def test_promtool_complains_of_nothing_but_a_word_that_it_takes_for_a_unit(state: State) -> None:
    if shutil.which("promtool") is None:
        missing("no promtool on the PATH")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=Scrape(full(state)).text, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    complaints = [
        line for line in checked.stderr.splitlines() if not line.startswith("attesa_outside_hours_")
    ]
    assert (checked.stdout, complaints) == ("", [])
