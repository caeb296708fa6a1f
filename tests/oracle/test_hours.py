"""Open time by hand. The desk is open 00:00-00:02, 00:03-00:06 and 00:10-01:30 on the first day."""

from datetime import UTC, datetime

import pytest
from tests.oracle import hours, meanings
from tests.oracle.stories import agent, customer, ended, facts_of, ms, only, queued, started

from attesa.core.definitions.hours import OpeningHours

DESK, ROME, CLOSED_TODAY = (meanings.IN_HOURS.hours[name] for name in ("desk", "rome", "closed today"))
MINUTE = 60
DAY_MS = 86_400_000


def at(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("seconds", "is_open"), [(0, True), (119.999, True), (120, False), (180, True)])
def test_a_span_is_open_from_its_start_on_and_before_its_end(seconds, is_open):
    assert hours.is_open(DESK, ms(seconds)) == is_open


def test_open_time_is_counted_between_any_two_instants():
    assert hours.open_ms(DESK, ms(0), ms(600)) == 5 * MINUTE * 1000
    assert hours.open_ms(DESK, ms(119.5), ms(180.25)) == 750
    assert hours.open_ms(DESK, ms(50), ms(50)) == 0


def test_a_deadline_that_fills_as_the_desk_closes_is_the_next_opening():
    assert hours.deadline(DESK, ms(60), 60_000) == ms(180)
    assert hours.deadline(DESK, ms(60), 60_001) == ms(180.001)
    assert hours.deadline(DESK, ms(130), 1_000) == ms(181)
    assert hours.deadline(None, ms(130), 1_000) == ms(131)


def test_another_clock_has_its_own_midnight():
    assert hours.is_open(ROME, ms(0))  # 01:00 in Rome
    assert not hours.is_open(ROME, ms(60))
    assert hours.open_ms(CLOSED_TODAY, ms(0), ms(0) + DAY_MS) == 0
    assert hours.deadline(CLOSED_TODAY, ms(0), 5) == ms(0) + DAY_MS + 5


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    nights = OpeningHours.model_validate({"time_zone": "Europe/Rome", "weekly": {"mon-sun": ["00:00-06:00"]}})
    hour = 3_600_000
    assert hours.open_ms(nights, at("2026-03-28T22:00:00"), at("2026-03-29T22:00:00")) == 5 * hour
    assert hours.open_ms(nights, at("2026-10-24T22:00:00"), at("2026-10-25T23:00:00")) == 7 * hour


def test_a_deadline_waits_for_the_opening():
    story = started(0, channel="chat", queue="support"), customer(115)  # good within 10 s of open time
    found = facts_of(*story, agent(184), definitions=meanings.IN_HOURS)
    only(found, measured_in="business", wait=69, business_wait=9, verdict_good="met", verdict_good_at=184)
    found = facts_of(*story, agent(186), definitions=meanings.IN_HOURS)
    only(found, business_wait=11, verdict_good="missed", verdict_good_at=185)


def test_a_live_chat_outside_hours_is_not_waiting():
    opening = started(0, channel="live_chat", queue="support")
    story = opening, queued(120)
    only(facts_of(*story, definitions=meanings.IN_HOURS, until=170), outcome="outside_hours")
    left = facts_of(*story, ended(130, "customer"), definitions=meanings.IN_HOURS)
    only(left, outcome="outside_hours", verdict_good=None, lost_reason=None)
    only(facts_of(*story, agent(170), definitions=meanings.IN_HOURS), outcome="answered", business_wait=0)
    only(facts_of(opening, queued(119), definitions=meanings.IN_HOURS), outcome="waiting")
    only(
        facts_of(started(0, channel="chat", queue="support"), queued(120), definitions=meanings.IN_HOURS),
        outcome="waiting",
    )
