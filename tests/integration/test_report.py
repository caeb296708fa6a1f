"""The report and the views for BI on a real engine, against the same numbers counted by hand in Python."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.loading import select
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_dead_letter, a_session, a_waiting, an_abandoned

from attesa.core import topics
from attesa.core.definitions import TenantPolicy
from attesa.core.rows.session import LOST, OFFERED
from attesa.loader.migrate import name_tenant
from attesa.loader.ratios import wilson
from attesa.loader.report import FORMULAS, report, tenants_with_sessions

THRESHOLDS = (20, 30, 45)
JERUSALEM = ZoneInfo("Asia/Jerusalem")
BANK = {"tenants": {"bank": {"clock": "data", "time_zone": "Asia/Jerusalem"}, "acme": {}}}


@pytest.fixture
def store(clickhouse, database):
    """A tenant of history in Jerusalem, and one of the present."""
    return Stored(clickhouse, database, BANK)


def quantile(values, level):
    return sorted(values)[int(level * len(values))] / 1000 if values else None


def ratio(part, whole):
    return part / whole if whole else None


def by_hand(rows):
    """METRICS.md, read literally, for sessions of a tenant in data time."""
    of = {}
    for row in rows:
        of.setdefault(row.outcome, []).append(row)
    waits = [row.wait_ms for row in of.get("answered", [])]
    left = [row.time_to_abandon_ms for row in of.get("abandoned", [])]
    count = {
        name: len(of.get(name, [])) for name in (*OFFERED, "left_before_queue", "outside_hours", "invalid")
    }
    count["offered"] = sum(count[name] for name in OFFERED)
    count["lost"] = sum(count[name] for name in LOST)
    short = sum(row.short_abandon for row in of.get("abandoned", []))
    measured = [
        row for row in of.get("answered", []) if row.ended_at is not None and row.effective_ms is not None
    ]
    levels = {}
    for seconds in THRESHOLDS:
        limit = seconds * 1000
        within = sum(wait <= limit for wait in waits)
        early = sum(wait <= limit for wait in left)
        beyond = sum(
            (row.verdict_good == "missed" and limit <= row.good_ms)
            or (row.verdict_bad == "missed" and limit <= row.bad_ms)
            for row in of.get("waiting", [])
        )
        due = count["answered"] + len(left) - early + count["unanswered"] + count["rejected"] + beyond
        levels[str(seconds)] = {
            "answered": ratio(within, count["answered"]),
            "offered": ratio(within, count["offered"]),
            "removed": ratio(within + early, count["offered"]),
            "offered_less_short": ratio(within, count["offered"] - short),
            "due": ratio(within, due),
        }
    return {
        **count,
        "records": len(rows),
        "short_abandoned": short,
        "average_wait_seconds": ratio(sum(waits), 1000 * len(waits)),
        **{f"wait_p{level}_seconds": quantile(waits, level / 100) for level in (50, 90, 95, 99)},
        "average_time_to_abandon_seconds": ratio(sum(left), 1000 * len(left)),
        "effective_over_total": ratio(
            sum(row.effective_ms for row in measured), sum(row.total_ms for row in measured)
        ),
        "service_level": levels,
    }


waits_ms = st.one_of(st.sampled_from([0, 20_000, 30_000, 30_001, 45_000]), st.integers(0, 600_000))


@st.composite
def sessions(draw):
    """One session of the tenant in data time, of any outcome; named by the test."""
    at = {"tenant": "bank", "requested_at": NINE, "started_at": NINE, "queue": draw(st.sampled_from("ab"))}
    outcome = draw(st.sampled_from(["answered"] * 4 + ["abandoned"] * 2 + ["waiting", "other"]))
    if outcome == "answered":
        effective = draw(st.none() | st.integers(0, 300_000))
        return a_session(wait_ms=draw(waits_ms), effective_ms=effective, **at)
    if outcome == "abandoned":
        return an_abandoned("", draw(waits_ms), **at)
    if outcome == "waiting":
        verdicts = draw(st.sampled_from([(None, None), ("missed", None), ("missed", "missed")]))
        return a_waiting("", verdict_good=verdicts[0], verdict_bad=verdicts[1], **at)
    name = draw(
        st.sampled_from(["rejected", "unanswered", "left_before_queue", "invalid", "outside_hours", "open"])
    )
    return an_abandoned("", 0, **at | {"outcome": name, "time_to_abandon_ms": None, "short_abandon": False})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(sessions(), max_size=60))
def test_every_number_is_the_one_counted_by_hand(store, drawn):
    store.empty()
    for number, row in enumerate(drawn):
        row.session = f"c{number}/1"
    if drawn:
        store.write(*drawn)
    (line,) = report(store.settings, "bank", thresholds_seconds=THRESHOLDS)
    expected = by_hand(drawn)
    assert {name: line[name] for name in expected} == expected
    groups = {group["queue"]: group for group in report(store.settings, "bank", by="queue")}
    assert set(groups) == {row.queue for row in drawn}
    for queue, group in groups.items():
        expected = by_hand([row for row in drawn if row.queue == queue])
        assert {name: group[name] for name in expected} == expected


@pytest.mark.parametrize("size", [1, 2, 3, 19, 20, 21, 99, 100, 101, 1000])
def test_percentiles_are_the_sorted_value_at_floor_of_p_n(store, size):
    waits = [(number * 7919) % 1009 * 100 for number in range(size)]
    store.write(*(a_session(f"c{n}/1", tenant="bank", wait_ms=wait) for n, wait in enumerate(waits)))
    (line,) = report(store.settings, "bank")
    for level in (50, 90, 95, 99):
        assert line[f"wait_p{level}_seconds"] == sorted(waits)[level * size // 100] / 1000


def test_the_report_is_json_with_exactly_the_five_formulas(store):
    (line,) = report(store.settings, "acme")
    again = json.loads(json.dumps(line))
    assert again == line
    assert list(line["service_level"]) == ["20", "30", "45"]
    assert all(tuple(level) == FORMULAS for level in line["service_level"].values())
    assert (line["records"], line["broken_rows"], line["average_wait_seconds"]) == (0, 0, None)


def test_broken_rows_of_the_tenant_are_counted_once(store):
    broken = {"reason": "broken_row", "topic": "", "partition": 0, "offset": 0}
    letters = [a_dead_letter(tenant="bank", origin=f"calls.tsv:{line}", **broken) for line in (3, 9, 3)]
    store.write(*letters, a_dead_letter(tenant="bank"), topic=topics.DEAD_LETTERS)
    store.write(a_dead_letter(tenant="acme", origin="calls.tsv:3", **broken), topic=topics.DEAD_LETTERS)
    (line,) = report(store.settings, "bank")
    assert line["broken_rows"] == 2


def test_hours_days_and_months_are_those_of_the_tenant_s_zone(store):
    """
    UTC        31 Jan 21:30         31 Jan 22:30
    Jerusalem  31 Jan 23:30 | midnight | 1 Feb 00:30
    """
    late = int(datetime(1999, 1, 31, 21, 30, tzinfo=UTC).timestamp() * 1000)
    for number in range(2):
        at = late + number * 3_600_000
        store.write(a_session(f"c{number}/1", tenant="bank", requested_at=at, started_at=at - 60_000))

    def keys(by):
        return [(line[by], line["records"]) for line in report(store.settings, "bank", by=by)]

    assert keys("hour") == [("1999-01-31T23:00+02:00", 1), ("1999-02-01T00:00+02:00", 1)]
    assert keys("day") == [("1999-01-31", 1), ("1999-02-01", 1)]
    assert keys("month") == [("1999-01", 1), ("1999-02", 1)]
    (february,) = report(store.settings, "bank", "1999-02-01", "1999-03-01")
    assert february["records"] == 1
    months = select(store.settings, "SELECT toString(month), records FROM kpi_month ORDER BY month")
    assert months == [("1999-01-01", 1), ("1999-02-01", 1)]


def test_who_has_sessions_is_told_by_name(store):
    assert tenants_with_sessions(store.settings) == []
    store.write(
        a_session("s/1", tenant="past"), a_session("s/2", tenant="acme"), a_session("s/3", tenant="past")
    )
    assert tenants_with_sessions(store.settings) == ["acme", "past"]


def test_a_tenant_that_only_the_table_names_has_its_zone_and_clock_there(store):
    midnight = int(datetime(2026, 1, 31, 22, 0, tzinfo=UTC).timestamp() * 1000)  # in Jerusalem
    store.write(a_session("s/1", requested_at=midnight, tenant="past"))
    assert [row["month"] for row in report(store.settings, "past", by="month")] == ["2026-01"]
    name_tenant(store.settings, "past", TenantPolicy(clock="data", time_zone="Asia/Jerusalem"))
    assert [row["month"] for row in report(store.settings, "past", by="month")] == ["2026-02"]
    assert report(store.settings, "past", start="2026-02-01")[0]["records"] == 1


def test_a_configured_tenant_is_what_the_configuration_says(store):
    name_tenant(store.settings, "bank", TenantPolicy(time_zone="UTC"))
    rows = select(store.settings, "SELECT time_zone, clock FROM tenants FINAL WHERE tenant = 'bank'")
    assert rows == [("Asia/Jerusalem", "data")]


def test_who_waits_now_is_due_by_the_clock_or_by_the_verdict(store):
    """Thresholds: 20 s by the clock, 30 s (good) by its verdict alone, 45 s by the clock."""
    asked = int((datetime.now(UTC) - timedelta(seconds=40)).timestamp() * 1000)
    store.write(a_waiting("c1/1", requested_at=asked), a_session("c2/1", requested_at=asked))
    (line,) = report(store.settings, "acme")
    counted = {seconds: counts["waiting_beyond"] for seconds, counts in line["service_level_counts"].items()}
    assert counted == {"20": 1, "30": 0, "45": 0}
    store.write(a_waiting("c1/1", requested_at=asked, verdict_good="missed", verdict_good_at=asked + 30_000))
    (line,) = report(store.settings, "acme")
    assert line["service_level_counts"]["30"]["waiting_beyond"] == 1
    assert line["service_level"]["30"]["due"] == 0.5


def test_a_correction_moves_a_session_to_another_group_and_counts_it_once(store):
    store.write(a_session(tenant="bank", queue="sales"))
    store.write(a_session(tenant="bank", queue="service"))
    (line,) = report(store.settings, "bank", by="queue")
    assert (line["queue"], line["records"]) == ("service", 1)


def test_the_views_agree_with_the_report_at_the_good_threshold(store):
    rows = [a_session(f"a{n}/1", tenant="bank", wait_ms=n * 4_000) for n in range(20)]
    rows += [an_abandoned(f"l{n}/1", n * 9_000, tenant="bank") for n in range(7)]
    rows += [a_waiting("w/1", tenant="bank", verdict_good="missed")]
    store.write(*rows)
    (line,) = report(store.settings, "bank", thresholds_seconds=[30])
    levels = [line["service_level"]["30"][formula] for formula in FORMULAS]
    formulas = [f"service_level_{formula}" for formula in FORMULAS]
    of_hour = [*OFFERED, "offered", "lost", "short_abandoned", "lost_ratio"]
    of_month = [*of_hour, *(f"wait_p{level}_seconds" for level in (50, 90, 95, 99))]
    of_month += ["records", "average_wait_seconds", "average_time_to_abandon_seconds"]
    for view, names in (("service_level_hourly", of_hour), ("kpi_month", of_month)):
        (found,) = select(store.settings, f"SELECT {', '.join([*names, *formulas])} FROM {view}")
        assert found == pytest.approx([*(line[name] for name in names), *levels]), view


def test_the_views_show_the_interval_beside_the_rate(store):
    store.write(*(a_session(f"a{n}/1", tenant="bank") for n in range(15)))
    store.write(*(an_abandoned(f"l{n}/1", 60_000, tenant="bank") for n in range(2)))
    intervals = "lost_ratio_low, lost_ratio_high, service_level_due_low, service_level_due_high"
    names = f"{intervals}, effective_over_total"
    (found,) = select(store.settings, f"SELECT {names} FROM kpi_month")
    assert found == pytest.approx([*wilson(2, 17), *wilson(15, 17), 0.4])
