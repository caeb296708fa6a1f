"""The gauges of /metrics: the live state, the windows, and whether the numbers are true."""

from tests.exporter.made import NOW, clock_row, pane_row, total_row
from tests.exporter.scrape import Scrape

from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.rows.counts import Counts
from attesa.exporter.state import Reading, State


def test_levels_are_gauges_by_queue_and_no_counters(clocked: State) -> None:
    agents = {"channel": "any", "country": "unknown"}
    clocked.put_totals(total_row(Counts(staffed=2, capacity=8, capacity_moment_ms=3), **agents))
    clocked.put_totals(total_row(Counts(occupied=6, occupied_moment_ms=3)))
    clocked.put_totals(total_row(Counts(occupied=1), queue="unstaffed"))
    scrape = Scrape(clocked)
    sales, unstaffed = ({"tenant": "default", "queue": queue} for queue in ("sales", "unstaffed"))
    assert scrape.plain("attesa_staffed_agents", **sales) == 2
    assert scrape.plain("attesa_capacity_slots", **sales) == 8
    assert scrape.plain("attesa_occupied_slots", **sales) == 6
    assert scrape.plain("attesa_occupancy_ratio", **sales) == 0.75
    assert scrape.plain("attesa_occupied_slots", **unstaffed) == 1
    assert scrape.plain("attesa_occupancy_ratio", **unstaffed) is None
    assert not {name for name in scrape.names() if "moment" in name}
    assert scrape.get("attesa_offered_total", **agents) is None


def test_what_is_usual_in_a_country_is_there_for_comparison(clocked: State) -> None:
    scrape = Scrape(clocked)
    assert scrape.plain("attesa_reference_average_wait_seconds", country="IT") == 45
    assert scrape.plain("attesa_reference_lost_ratio", country="DE") == 0.18
    assert scrape.plain("attesa_reference_conversion_ratio", country="IT") == 0.18


def test_waiting_and_since_when(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=3, answered=1), oldest=NOW - 60_000))
    clocked.put_totals(total_row(Counts(offered=1), oldest=NOW - 90_500, partition=1))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_waiting") == 3
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds") == (NOW - 90_500) / 1000


def test_nobody_waiting_is_zero_and_has_no_oldest(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=3, answered=3)))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_waiting") == 0
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds") is None


def test_rolling_ratios_come_from_the_panes_of_their_window(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=9)))
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
        clocked.put_pane(pane_row(start, width, counts), NOW)
    scrape = Scrape(clocked)
    ratios = [scrape.get("attesa_service_level_ratio", window=w, slo="good") for w in ("5m", "15m", "1h")]
    assert ratios == [1.0, 0.75, 3 / 14]
    assert scrape.get("attesa_window_verdicts", window="1h", slo="good") == 14
    assert [scrape.get("attesa_lost_ratio", window=w) for w in ("5m", "15m")] == [0.0, 0.25]
    assert scrape.get("attesa_window_decided", window="15m") == 4


def test_each_rolling_figure_has_its_count_beside_it(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=9)))
    clocked.put_totals(total_row(Counts(orders=1), processor="customers"))
    counts = Counts(
        answered=4, wait_ms=60_000, abandoned=2, abandon_ms=20_000, nps_answers=5, nps_promoters=3,
        nps_detractors=1,
    )  # fmt: skip
    for width in (10, 60):
        clocked.put_pane(pane_row(NOW - 5_000, width, counts), NOW)
        bought = pane_row(NOW - 5_000, width, Counts(converted=1), processor="customers")
        clocked.put_pane(bought, NOW)
    scrape = Scrape(clocked)
    for window in ("1m", "5m", "15m", "1h", "24h"):
        found = {
            name: scrape.get(f"attesa_{name}", window=window)
            for name in ("average_wait_seconds", "conversion_ratio", "nps_ratio", "patience_seconds")
        }
        assert found == {
            "average_wait_seconds": 15, "conversion_ratio": 0.25, "nps_ratio": 0.4, "patience_seconds": 40,
        }  # fmt: skip
        counted = ("window_answered", "window_nps_answers", "window_abandoned", "window_decided")
        assert [scrape.get(f"attesa_{name}", window=window) for name in counted] == [4, 5, 2, 6]


def test_an_idle_window_has_a_count_of_zero_and_no_ratio(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=9)))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_window_verdicts", window="5m", slo="good") == 0
    assert scrape.get("attesa_service_level_ratio", window="5m", slo="good") is None
    assert scrape.get("attesa_lost_ratio", window="5m") is None


def test_replayed_history_has_counters_and_no_live_gauges(clocked: State) -> None:
    clocked.put_totals(clock_row(tenant="past", mode="data"))
    clocked.put_totals(total_row(Counts(offered=3, answered=1), oldest=917_827_200_000, tenant="past"))
    scrape = Scrape(clocked)
    assert scrape.get("attesa_offered_total", tenant="past") == 3
    assert scrape.get("attesa_waiting", tenant="past") is None
    assert scrape.get("attesa_oldest_waiting_since_timestamp_seconds", tenant="past") is None
    assert scrape.plain("attesa_tenant_clock_data", tenant="past") == 1
    assert scrape.plain("attesa_tenant_clock_data", tenant="default") is None


def test_where_nobodys_presence_is_told_nobody_knows_who_is_there(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(occupied=1), queue="sales"))
    scrape, sales = Scrape(clocked), {"tenant": "default", "queue": "sales"}
    assert scrape.plain("attesa_occupied_slots", **sales) == 1
    for name in ("staffed_agents", "capacity_slots", "occupancy_ratio"):
        assert scrape.plain(f"attesa_{name}", **sales) is None, name
    clocked.put_totals(total_row(Counts(), channel="any", country="unknown", queue="returns"))
    assert Scrape(clocked).plain("attesa_staffed_agents", **sales) == 0


def test_a_tenant_without_a_clock_has_counters_at_zero_and_no_gauges() -> None:
    scrape = Scrape(State(Definitions(tenants={"new": TenantPolicy()})))
    labels = {"tenant": "new", "queue": "unknown", "country": "unknown"}
    assert scrape.get("attesa_slo_events_total", slo="good", **labels) == 0
    assert scrape.get("attesa_waiting", **labels) is None


def test_before_the_end_of_reading_there_is_nothing_of_the_business(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=9)))
    assert Scrape(clocked, Reading()).names() == {"attesa_build_info"}


def test_each_partition_tells_how_far_it_has_come(clocked: State) -> None:
    row = clock_row(NOW - 1_500, partition=3, clock=None, position=40, end_offset=52, held=True, tenant="t")
    clocked.put_totals(row)
    scrape = Scrape(clocked)
    partition = {"tenant": "t", "processor": "sessions", "partition": "3"}
    assert scrape.plain("attesa_topic_partitions") == 4
    assert scrape.plain("attesa_partition_written_timestamp_seconds", **partition) == (NOW - 1_500) / 1000
    assert scrape.plain("attesa_partition_clock_timestamp_seconds", **partition) is None
    assert scrape.plain("attesa_partition_lag_events", **partition) == 12
    assert scrape.plain("attesa_partition_held", **partition) == 1
    assert "attesa_partition_held_by" not in scrape.names()


def test_a_source_that_holds_verdicts_is_named_and_each_sources_last_event_is_told(clocked: State) -> None:
    held = {"held": True, "held_by": 'we"b', "sources": {'we"b': NOW - 60_000, "mail": NOW}}
    clocked.put_totals(clock_row(partition=0, **held))
    clocked.put_totals(clock_row(partition=1, sources={'we"b': NOW - 50_000}))
    scrape = Scrape(clocked)
    partition = {"tenant": "default", "processor": "sessions", "partition": "0"}
    assert scrape.plain("attesa_partition_held_by", **partition, source='we"b') == 1
    last = "attesa_source_last_event_timestamp_seconds"
    assert scrape.plain(last, tenant="default", source='we"b') == (NOW - 50_000) / 1000
    assert scrape.plain(last, tenant="default", source="mail") == NOW / 1000


def test_events_not_used_are_counted_by_reason_over_partitions(clocked: State) -> None:
    clocked.put_totals(clock_row(partition=0, reasons={"duplicate": 2, "late": 1}))
    clocked.put_totals(clock_row(partition=1, reasons={"duplicate": 3}))
    scrape = Scrape(clocked)
    assert scrape.plain("attesa_events_not_used_total", tenant="default", reason="duplicate") == 5
    assert scrape.plain("attesa_events_not_used_total", tenant="default", reason="late") == 1


def test_folded_queues_are_counted() -> None:
    state = State(Definitions(queues=("sales",)))
    state.put_totals(total_row(Counts(offered=1), queue="odd"))
    assert Scrape(state).plain("attesa_label_overflow_total", tenant="default") == 1
