from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.schedules import (
    HOUR_MS,
    MINUTE_MS,
    SWITCHES,
    Schedule,
    around_a_switch,
    in_ms,
)

from attesa.core.definitions.hours import HORIZON_DAYS, KEPT_DAYS, OpeningHours

DAY_MS = 24 * HOUR_MS
ROME = ZoneInfo("Europe/Rome")
OFFICE = {"mon-fri": ["09:00-13:00", "14:00-18:00"], "sat": ["09:00-12:00"]}
minutes = st.integers(0, 4 * 1440)
amounts = st.one_of(st.integers(0, 48 * 60).map(lambda n: n * MINUTE_MS), st.integers(0, 48 * HOUR_MS))


def hours(weekly: Any = OFFICE, zone: str = "Europe/Rome", **more: Any) -> OpeningHours:
    return OpeningHours.model_validate({"time_zone": zone, "weekly": weekly, **more})


def rome(text: str, fold: int = 0) -> int:
    return in_ms(datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold))


# Laws, around the switches of the clocks, against a counter that looks at every minute.


@given(around_a_switch(), minutes)
def test_open_time_is_the_number_of_minutes_in_which_the_wall_clock_shows_an_open_time(case, length):
    schedule, start = case
    end = start + timedelta(minutes=length)
    counted = schedule.open_minutes(start, end) * MINUTE_MS
    assert schedule.opening_hours().business_ms(in_ms(start), in_ms(end)) == counted


@given(around_a_switch(), st.integers(0, MINUTE_MS - 1))
def test_an_instant_is_open_when_the_wall_clock_shows_an_open_time(case, within_ms):
    schedule, at = case
    assert schedule.opening_hours().is_open(in_ms(at) + within_ms) == schedule.shows_open(at)


@given(around_a_switch(), amounts, st.integers(0, MINUTE_MS))
def test_the_deadline_is_the_last_instant_at_which_no_more_open_time_has_passed(case, amount_ms, within_ms):
    schedule, at = case
    found, start = schedule.opening_hours(), in_ms(at) + within_ms
    deadline = found.deadline(start, amount_ms)
    if deadline == start + HORIZON_DAYS * DAY_MS:
        assert found.business_ms(start, deadline) <= amount_ms
        return
    assert found.business_ms(start, deadline) == amount_ms
    assert found.business_ms(start, deadline + 1) == amount_ms + 1


@given(around_a_switch(), amounts, st.integers(0, MINUTE_MS))
def test_an_amount_is_full_at_the_first_instant_at_which_so_much_has_passed(case, amount_ms, within_ms):
    schedule, at = case
    found, start = schedule.opening_hours(), in_ms(at) + within_ms
    full = found.full_at(start, amount_ms)
    if full == start + HORIZON_DAYS * DAY_MS:
        assert found.business_ms(start, full) <= amount_ms
        return
    assert found.business_ms(start, full) == amount_ms
    assert full == start or found.business_ms(start, full - 1) == amount_ms - 1


@given(around_a_switch(), st.lists(st.integers(-3 * DAY_MS, 3 * DAY_MS), min_size=3, max_size=3))
def test_open_time_adds_up_and_is_never_longer_than_time(case, steps):
    schedule, at = case
    found, (a, b, c) = schedule.opening_hours(), sorted(in_ms(at) + step for step in steps)
    assert found.business_ms(a, b) + found.business_ms(b, c) == found.business_ms(a, c)
    assert 0 <= found.business_ms(a, b) <= b - a
    assert found.business_ms(c, a) == 0


# Examples.


def test_a_lunch_break_is_not_open_time():
    # 09:00 ████████ 13:00      14:00 ████████ 18:00
    #            12:30 ├────────────┤ 14:30
    found = hours()
    assert found.business_ms(rome("2026-06-01T12:30"), rome("2026-06-01T14:30")) == HOUR_MS


def test_a_span_is_open_from_its_start_and_closed_at_its_end():
    found = hours()
    assert found.is_open(rome("2026-06-01T09:00"))
    assert not found.is_open(rome("2026-06-01T09:00") - 1)
    assert found.is_open(rome("2026-06-01T13:00") - 1)
    assert not found.is_open(rome("2026-06-01T13:00"))


def test_what_is_asked_on_friday_evening_is_due_on_saturday():
    found = hours()
    friday = rome("2026-06-05T17:30")
    assert found.deadline(friday, HOUR_MS) == rome("2026-06-06T09:30")
    assert found.deadline(friday, 4 * HOUR_MS) == rome("2026-06-08T09:30")


def test_what_is_full_at_closing_time_is_due_at_the_next_opening_for_nobody_waited_longer_by_then():
    friday = rome("2026-06-05T17:30")
    assert hours().full_at(friday, HOUR_MS // 2) == rome("2026-06-05T18:00")
    assert hours().deadline(friday, HOUR_MS // 2) == rome("2026-06-06T09:00")


def test_an_amount_of_nothing_is_full_at_once_and_due_at_the_next_opening():
    sunday = rome("2026-06-07T12:00")
    assert hours().full_at(sunday, 0) == hours().full_at(sunday, -1) == sunday
    assert hours().deadline(sunday, 0) == rome("2026-06-08T09:00")


def test_a_day_may_end_at_midnight_and_the_next_go_on():
    found = hours({"fri": ["22:00-24:00"], "sat": ["00:00-02:00"]})
    start = rome("2026-06-05T20:00")
    assert found.business_ms(start, start + DAY_MS) == 4 * HOUR_MS
    assert found.deadline(start, 3 * HOUR_MS) == rome("2026-06-06T01:00")


def test_a_holiday_is_closed_all_day():
    found = hours(holidays=["2026-06-02"])
    assert not found.is_open(rome("2026-06-02T10:00"))
    assert found.business_ms(rome("2026-06-01T17:00"), rome("2026-06-03T10:00")) == 2 * HOUR_MS


def test_a_special_day_replaces_its_spans_also_those_of_a_holiday_and_a_sunday():
    special = {"2026-06-01": [], "2026-06-02": ["10:00-11:00"], "2026-06-07": ["10:00-11:00"]}
    found = hours(holidays=["2026-06-02"], special=special)
    assert not found.is_open(rome("2026-06-01T10:00"))
    assert found.is_open(rome("2026-06-02T10:30"))
    assert not found.is_open(rome("2026-06-02T11:00"))
    assert found.is_open(rome("2026-06-07T10:30"))


def test_a_night_in_spring_is_an_hour_shorter_and_one_in_autumn_an_hour_longer():
    night = hours({"mon-sun": ["00:00-06:00"]})
    for day, open_hours in (("2026-03-28", 6), ("2026-03-29", 5), ("2026-10-25", 7)):
        start = rome(f"{day}T00:00")
        assert night.business_ms(start, start + 12 * HOUR_MS) == open_hours * HOUR_MS


def test_an_edge_within_the_hour_that_is_left_out_stands_at_the_change():
    # wall clock  01:00 ──── 02:00┊03:00 ──── 04:00
    change = rome("2026-03-29T03:00")
    until, since = hours({"sun": ["01:00-02:30"]}), hours({"sun": ["02:30-04:00"]})
    assert until.full_at(change - 2 * HOUR_MS, HOUR_MS) == change
    assert not until.is_open(change)
    assert since.is_open(change)
    assert not since.is_open(change - 1)
    within = hours({"sun": ["02:10-02:50"]})
    assert within.business_ms(change - DAY_MS, change + DAY_MS) == 0


def test_an_edge_within_the_hour_that_comes_twice_holds_each_time():
    # wall clock  01:00 ──── 02:00 ──── 03:00┊02:00 ──── 03:00
    # until 02:30 ████████████████▌           ██████▌
    found = hours({"sun": ["01:00-02:30"]})
    first, second = rome("2026-10-25T02:30"), rome("2026-10-25T02:30", fold=1)
    assert second - first == HOUR_MS
    assert not found.is_open(first)
    assert found.is_open(first + HOUR_MS // 2)
    assert not found.is_open(second)
    assert found.business_ms(first - 2 * HOUR_MS, second) == 2 * HOUR_MS


def test_a_shift_of_half_an_hour_counts_half_an_hour():
    found = hours({"mon-sun": ["00:00-24:00"]}, zone="Australia/Lord_Howe")
    zone = ZoneInfo("Australia/Lord_Howe")
    starts = [in_ms(datetime(2026, 4, day, tzinfo=zone)) for day in (5, 6)]
    assert starts[1] - starts[0] == 24.5 * HOUR_MS
    assert found.business_ms(*starts) == 24.5 * HOUR_MS


def test_a_day_that_a_place_left_out_was_not_open():
    # Samoa went from 29 December 2011, 24:00 to 31 December, 00:00.
    found = hours({"fri": ["00:00-24:00"]}, zone="Pacific/Apia")
    start = in_ms(datetime(2011, 12, 25, tzinfo=UTC))
    assert found.business_ms(start, start + 9 * DAY_MS) == 0
    assert found.business_ms(start - 7 * DAY_MS, start) == DAY_MS


def test_a_deadline_is_never_more_than_400_days_away():
    found = hours({"sun": ["00:00-00:01"]})
    start = rome("2026-06-01T09:00")
    assert found.deadline(start, HOUR_MS) == start + 400 * DAY_MS
    assert found.full_at(start, 57 * MINUTE_MS) == rome("2027-07-04T00:01")
    assert found.deadline(start, 57 * MINUTE_MS) == start + 400 * DAY_MS


@pytest.mark.parametrize("at", [-1, -(10**15), in_ms(datetime(9999, 12, 31, tzinfo=UTC)), 10**18])
def test_outside_the_calendar_it_is_closed_and_nothing_fails(at: int):
    found = hours({"mon-sun": ["00:00-24:00"]})
    assert not found.is_open(at)
    assert found.deadline(at, 500 * DAY_MS) == at + 400 * DAY_MS


def test_few_days_are_kept_however_many_are_asked_for():
    found = hours()
    for number in range(3 * KEPT_DAYS):
        found.is_open(number * DAY_MS)
    assert found._day.cache_info().currsize == KEPT_DAYS


def test_the_slow_counter_knows_the_switches():
    assert [str(each.date()) for each in SWITCHES["Europe/Rome"]] == ["2026-03-29", "2026-10-25"]
    assert len(SWITCHES["Australia/Lord_Howe"]) == 2
    schedule = Schedule("Europe/Rome", {"sun": [(60, 150)]}, [], {})
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert schedule.open_minutes(night, night + timedelta(hours=6)) == 120
