"""The smaller views on a real engine, each on rows made by hand."""

import pytest
from tests.integration import world
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_dead_letter, a_pane, a_session, an_abandoned, an_order, an_outcome

from attesa.core import topics
from attesa.core.rows.counts import Counts
from attesa.loader.migrate import schema_folder

HOUR, DAY = 3_600_000, 86_400_000
ROME = {"tenants": {"acme": {"clock": "data", "time_zone": "Europe/Rome"}}}


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, ROME)


def test_patience_is_all_waiting_over_those_who_gave_up(store):
    """Sales: 12 + 12 s answered, 60 s abandoned; service: nobody gave up."""
    store.write(
        a_session("c1/1"), a_session("c2/1"), an_abandoned("c3/1", 60_000), a_session("c4/1", queue="x")
    )
    found = store.select(
        "SELECT queue, waited_seconds, abandoned, patience_seconds FROM patience_by_queue ORDER BY 1"
    )
    assert found == [("sales", 84.0, 1, 84.0), ("x", 12.0, 0, None)]


def test_promises_are_laid_against_waits_by_tenths(store):
    """
    told    10 s x 5 | 20 s x 4 | 30 s
    decile  1        | 6        | 10     equal promises share one
    """
    told = [10] * 5 + [20] * 4 + [30]
    rows = [
        a_session(f"c{n}/1", promised_wait_ms=s * 1000, promise_kept=s > 10, wait_ms=12_000)
        for n, s in enumerate(told)
    ]
    rows[-1] = an_abandoned("c9/1", 40_000, promised_wait_ms=30_000, promise_kept=None)
    store.write(*rows, a_session("none/1"))
    found = store.select(
        "SELECT decile, promised, answered, abandoned, promised_from_seconds, promised_to_seconds, "
        "average_wait_seconds, promises_kept_ratio FROM promised_wait_calibration ORDER BY decile"
    )
    assert found == [
        (1, 5, 5, 0, 10.0, 10.0, 12.0, 0.0),
        (6, 4, 4, 0, 20.0, 20.0, 12.0, 1.0),
        (10, 1, 0, 1, 30.0, 30.0, None, 0.0),
    ]


def test_a_purchase_is_dated_at_the_chat_and_at_the_sale(store):
    """Chat on 5 January, sale on the 6th by Rome's clock (23:30 UTC on the 5th), refund on the 7th."""
    sale = NINE + 14 * HOUR + HOUR // 2
    store.write(
        a_session(customer="k1"),
        an_outcome(converted=True, orders=("o1",)),
        an_order(made_at=sale, refunded_minor=990, refunded_at=sale + DAY),
        an_order("o2", made_at=sale, last_touch=None),
    )
    found = store.select(
        "SELECT toString(day), answered, converted, conversion_ratio, orders_made, revenue_minor, "
        "orders_refunded, refunded_minor FROM conversion_by_day ORDER BY day"
    )
    assert found == [
        ("1999-01-05", 1, 1, 1.0, 0, {}, 0, {}),
        ("1999-01-06", 0, 0, None, 1, {"EUR": 12_990}, 0, {}),
        ("1999-01-07", 0, 0, None, 0, {}, 1, {"EUR": 990}),
    ]


def test_orders_are_counted_by_the_path_to_them_and_by_the_channels_on_it(store):
    path = ("social", "live_chat")
    store.write(
        an_order("o1", path=path), an_order("o2", path=path, currency="CHF"), an_order("o3"),
        an_order("o4", path=(), last_touch=None),
    )  # fmt: skip
    paths = store.select(
        "SELECT path, mixed, orders, orders_credited, revenue_minor FROM purchase_paths ORDER BY path"
    )
    assert paths == [
        ([], 0, 1, 0, {"EUR": 12_990}),
        (["live_chat"], 0, 1, 1, {"EUR": 12_990}),
        (["social", "live_chat"], 1, 2, 2, {"CHF": 12_990, "EUR": 12_990}),
    ]
    channels = store.select(
        "SELECT channel, orders_touched, orders, touched_ratio, sessions_before "
        "FROM purchase_channels ORDER BY channel"
    )
    assert channels == [("live_chat", 3, 4, 0.75, 3), ("social", 2, 4, 0.5, 2)]


def a_minute(at_ms, partition=0, channel="any", **counts):
    return a_pane(
        channel=channel, country="unknown", queue="q", partition=partition, start=at_ms - at_ms % 60_000,
        counts=Counts(**counts),
    )  # fmt: skip


def test_slots_and_how_long_they_were_taken_come_of_changes_dated_within_their_minute(store):
    """
    capacity   09:00:30 +2 .......................... 11:30:00 -2          15:30:00 +1
    occupied   09:10:15 +1 to 09:10:45   10:59:30 +1 to 11:00:30
    hours      9                10                11           (12-14 left out)   15   16: until 16:30
    """
    store.write(
        a_minute(NINE, staffed=1, capacity=2, capacity_moment_ms=60_000),
        a_minute(NINE + 10 * 60_000, 1, "live_chat", occupied=0, occupied_moment_ms=-30_000),
        a_minute(NINE + 119 * 60_000, 1, "live_chat", occupied=1, occupied_moment_ms=30_000),
        a_minute(NINE + 2 * HOUR, 1, "live_chat", occupied=-1, occupied_moment_ms=-30_000),
        a_minute(NINE + 150 * 60_000, staffed=-1, capacity=-2),
        a_minute(NINE + 390 * 60_000, staffed=1, capacity=1),
        a_minute(NINE + 449 * 60_000, 1, "live_chat", records=1),
    )
    found = store.select(
        "SELECT toHour(hour), staffed, capacity, occupied, capacity_seconds, occupied_seconds, "
        "occupancy_ratio FROM staffing_hourly ORDER BY hour"
    )
    assert found == [
        (9, 1, 2, 0, 7140.0, 30.0, 30 / 7140),
        (10, 1, 2, 1, 7200.0, 30.0, 30 / 7200),
        (11, 0, 0, 0, 3600.0, 30.0, 30 / 3600),
        (15, 1, 1, 0, 1800.0, 0.0, 0.0),
        (16, 1, 1, 0, 1800.0, 0.0, 0.0),
    ]


def test_slots_are_null_and_not_0_where_nobodys_presence_is_told(store):
    store.write(a_minute(NINE, channel="live_chat", occupied=1))
    found = store.one(
        "staffing_hourly", ["staffed", "capacity", "capacity_seconds", "average_capacity", "occupancy_ratio"]
    )
    assert found == dict.fromkeys(found)
    assert store.one("staffing_hourly", ["occupied"]) == {"occupied": 1}


def test_a_level_whose_beginning_retention_has_removed_is_put_right_by_its_lowest(store):
    store.write(a_minute(NINE + HOUR // 2, capacity=-3), a_minute(NINE + HOUR, capacity=1))
    found = store.select("SELECT toHour(hour), capacity, capacity_seconds FROM staffing_hourly ORDER BY hour")
    assert found == [(9, 0, 3 * 1800.0), (10, 1, 60.0)]


def test_persons_come_back_within_90_days_unless_it_is_a_recontact(store):
    """
    k1  5 Jan ............ 5 Feb           came back
    k2  5 Jan 5 Jan + 20 h                 a recontact, not a return
    k3  5 Jan ............................ 91 days later: too late
    k4                                     its 90 days have not passed
    """

    def at(session, customer, start):
        return a_session(
            session, customer=customer, started_at=start, requested_at=start, ended_at=start + 60_000,
            last_event_at=start + 60_000,
        )  # fmt: skip

    store.write(
        at("a/1", "k1", NINE), at("a/2", "k1", NINE + 31 * DAY), at("b/1", "k2", NINE),
        at("b/2", "k2", NINE + 20 * HOUR),
        at("c/1", "k3", NINE), at("c/2", "k3", NINE + 91 * DAY), a_session("nobody/1"),
    )  # fmt: skip
    found = store.select(
        "SELECT toString(month), persons, observed, returned, retention_ratio "
        "FROM retention_90d ORDER BY month"
    )
    assert found == [
        ("1999-01-01", 3, 3, 1, 1 / 3),
        ("1999-02-01", 1, 0, 0, None),
        ("1999-04-01", 1, 0, 0, None),
    ]


def test_service_by_the_hour_of_a_channel_in_business_time_goes_by_its_verdict(store):
    """Asked at night, answered 10 h later, 20 s after opening: within 30 s of open time."""
    store.write(a_session(wait_ms=10 * HOUR, business_wait_ms=20_000, measured_in="business"))
    assert store.one("service_level_hourly", ["answered_within"]) == {"answered_within": 1}


def test_what_no_adapter_knows_is_counted_by_source_and_native_type(store):
    """By the statement of the page."""
    page = (schema_folder().parents[1] / "docs" / "clickhouse.md").read_text(encoding="utf-8")
    statement = page.split("**Dead letters**")[1].split("```sql\n")[1].split(";\n```")[0]
    origins = ["sources/chatwoot/shop/ab12/0", "sources/chatwoot/shop/cd34/0", "sources/livechat/ef56/1"]
    letters = [
        a_dead_letter(origin=origin, reason="unmapped", detail=f"not mapped: {native}", topic="", offset=n)
        for n, (origin, native) in enumerate(zip(origins, ["call", "call", "chat_moved"], strict=True))
    ]
    store.write(*letters, a_dead_letter(), topic=topics.DEAD_LETTERS)
    assert store.select(statement) == [("chatwoot/shop", "call", 2), ("livechat", "chat_moved", 1)]


def test_the_country_s_reference_goes_when_the_configuration_drops_it(store, clickhouse, database):
    store.write(a_session())
    names = ["reference_lost_ratio", "lost_ratio_distance"]
    assert store.one("kpi_month", names) == {"reference_lost_ratio": 0.08, "lost_ratio_distance": -0.08}
    Stored(clickhouse, database, world.DEFINITIONS | {"countries": {}})
    assert store.one("kpi_month", names) == {"reference_lost_ratio": None, "lost_ratio_distance": None}
