"""The month's numbers on a real engine: every figure worked out by hand, and the same in the report."""

from math import sqrt

import pytest
from tests.integration import world
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_session, an_order, an_outcome

from attesa.loader.ratios import wilson
from attesa.loader.report import report

MARGIN = 1.96 * sqrt((1 - 1 / 9) / 3)  # of NPS from 10, 9 and 0: scores 1, 1, -1 have the mean 1/3

# 10 s, 40 s, 0.5 s and 200 s answered; 60 s and 5 s abandoned; one turned away.
MONTH = {
    "records": 8, "offered": 7, "answered": 4, "lost": 3, "invalid": 1, "rejected_full": 1,
    "lost_ratio": 3 / 7, "lost_ratio_low": wilson(3, 7)[0], "lost_ratio_high": wilson(3, 7)[1],
    "average_wait_seconds": 250.5 / 4, "wait_p50_seconds": 40.0, "wait_p90_seconds": 200.0,
    "wait_max_seconds": 200.0, "answered_queued": 3, "average_wait_queued_seconds": 250 / 3,
    "average_pickup_seconds": 9.0, "average_useful_wait_seconds": 20.0,
    "average_time_to_person_seconds": (250.5 + 16) / 4,
    "average_time_to_abandon_seconds": 32.5, "patience_seconds": (250.5 + 65) / 2,
    "effective_over_total": 480 / 1200,
    "service_level_answered": 2 / 4, "service_level_offered": 2 / 7, "service_level_removed": 3 / 7,
    "service_level_offered_less_short": 2 / 6, "service_level_due": 2 / 6,
    "judged": 6, "expectation_score": 2.5 / 6, "covered": 2, "average_expectation_coverage": 0.84,
    "promised": 2, "promises_kept": 1, "promises_kept_ratio": 0.5,
    "ended": 7, "hung_up": 1, "hung_up_ratio": 1 / 7, "nudges": 2, "nudged": 1, "nudged_ratio": 1 / 7,
    "transfers": 2, "transfers_without_context": 1, "transfers_without_context_ratio": 0.5,
    "survey_asked": 4, "survey_answered": 3, "survey_response_ratio": 0.75, "survey_too_early": 1,
    "survey_too_early_ratio": 0.25, "nps_answers": 3, "nps_score": 1 / 3,
    "nps_score_low": 1 / 3 - MARGIN, "nps_score_high": 1.0,
    "csat_answers": 2, "csat_mean": 3.5, "csat_top_two": 1, "csat_top_two_ratio": 0.5,
    "influence_answers": [0, 0, 0, 0, 1], "average_influence": 5.0,
    "recontact_known": 3, "recontacted": 1, "recontacted_ratio": 1 / 3, "recontacted_other_team": 1,
    "resolved_known": 2, "first_contact_resolved": 1, "first_contact_resolution_ratio": 0.5,
    "dropped": 1, "dropped_ratio": 1 / 3, "spill_over_public": 1, "spill_over_private": 0,
    "converted": 2, "conversion_ratio": 0.5, "conversion_ratio_low": wilson(2, 4)[0],
    "conversion_offered_ratio": 2 / 7, "sales_answered": 1, "conversion_sales_ratio": 1.0,
    "converted_first_touch": 1, "conversion_first_touch_ratio": 0.25, "orders": 2,
    "revenue_minor": {"EUR": 10_000, "CHF": 5_000}, "refunded_minor": {"CHF": 500},
    "incremental_answers": 2, "incremental": 1, "incremental_conversion_ratio": 0.5,
    "reference_average_wait_seconds": 45.0, "average_wait_distance_seconds": 250.5 / 4 - 45,
    "lost_ratio_distance": 3 / 7 - 0.08, "conversion_ratio_distance": 0.5 - 0.18,
}  # fmt: skip
RHYTHM = {
    "with_messages": 4, "next_replies": 2, "average_next_reply_seconds": 45.0, "next_service_level": 0.5,
    "turns": 20, "alternation_ratio": 12 / 20, "average_longest_silence_seconds": 70.0,
    "agent_messages": 16, "greeting": 2, "greeting_ratio": 2 / 16, "video": 1, "video_converted": 1,
    "video_conversion_ratio": 1.0, "synchronous_service_level": None, "average_bot_seconds": None,
}  # fmt: skip


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, world.DEFINITIONS)


@pytest.fixture
def month(store):
    """The seven chats, their outcomes and orders."""
    store.write(*world.SESSIONS, *world.OUTCOMES, *world.ORDERS)
    return store


def flat(line):
    """The report's numbers by name, whichever group they stand in."""
    found = {}
    for name, value in line.items():
        found |= value if isinstance(value, dict) and name != "service_level" else {name: value}
    return found


def test_every_number_of_the_month_is_the_one_worked_out_by_hand(month):
    found = month.one("kpi_month", list(MONTH), "tenant = 'acme'")
    assert found == {name: pytest.approx(value) for name, value in MONTH.items()}


def test_rhythm_and_manners_are_the_ones_worked_out_by_hand(month):
    found = month.one("rhythm_month", list(RHYTHM), "tenant = 'acme'")
    assert found == {name: pytest.approx(value) for name, value in RHYTHM.items()}


def test_the_report_says_the_same_under_the_same_names(month):
    (line,) = report(month.settings, "acme", by="country")
    found = flat(line)
    elsewhere = {"lost_ratio_low", "lost_ratio_high", "service_level_answered", "service_level_offered"}
    elsewhere |= {"service_level_removed", "service_level_offered_less_short", "service_level_due"}
    for name, value in (MONTH | RHYTHM).items():
        if name not in elsewhere:
            assert found[name] == pytest.approx(value), name


def test_what_no_source_can_tell_is_null_and_never_nought(store):
    """A chat without messages, customer, survey, promise, and no order of its shop."""
    silent = {"customer_messages": 0, "agent_messages": 0, "turns": 0, "single_message_turns": 0}
    store.write(a_session(**silent))
    (line,) = report(store.settings, "acme")
    for group in ("conversion", "survey", "recontact", "promised_wait", "next_replies", "rhythm", "manners"):
        assert set(line[group].values()) == {None}, group
    assert line["self_service"]["self_served"] is None
    assert line["patience_seconds"] is None
    assert line["reference"] is None
    nulls = ("conversion_ratio", "recontacted_ratio", "survey_response_ratio", "nps_score", "csat_mean",
             "promises_kept_ratio", "patience_seconds", "first_contact_resolution_ratio")  # fmt: skip
    assert set(store.one("kpi_month", nulls).values()) == {None}


@pytest.mark.parametrize(
    ("hours", "known"), [(-1, True), (24, True), (25, False)], ids=["before", "at the window's end", "after"]
)
def test_conversion_is_null_before_the_first_order_of_the_shop(store, hours, known):
    """The order of somebody else is enough: nobody having bought is then a fact."""
    store.write(a_session(), an_order(customer="k9", made_at=NINE + hours * world.HOUR, last_touch=None))
    found = store.one("kpi_month", ["conversion_ratio", "conversion_ratio_low", "conversion_offered_ratio"])
    assert found["conversion_ratio"] == (0.0 if known else None)
    assert (found["conversion_ratio_low"] is None) == (not known)
    (line,) = report(store.settings, "acme")
    assert line["conversion"]["conversion_ratio"] == (0.0 if known else None)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("purpose", {"sales": 1, "support": 2, "unknown": 5}),
        ("team", {"north": 2, "south": 1, "unknown": 5}),
        ("visibility", {"private": 1, "unknown": 7}),
    ],
)
def test_the_report_goes_by_purpose_team_and_visibility(month, by, expected):
    lines = report(month.settings, "acme", by=by)
    assert {line[by]: line["records"] for line in lines} == expected
    assert sum(line["conversion"]["converted"] or 0 for line in lines) == 2


def test_the_further_numbers_keep_to_the_period_too(month):
    (line,) = report(month.settings, "acme", "1999-02-01")
    assert line["records"] == 0
    assert set(line["conversion"].values()) == {None}


def test_a_corrected_outcome_counts_once(store):
    store.write(a_session(), an_order())
    store.write(an_outcome(converted=True), an_outcome(converted=False))
    assert store.one("kpi_month", ["converted", "conversion_ratio"]) == {
        "converted": 0,
        "conversion_ratio": 0,
    }
