"""What became of customers, worked out by hand: METRICS.md, "The other KPIs"."""

import pytest
from tests.oracle.customers import Outcomes, outcomes, stub_of
from tests.oracle.meanings import SHORT
from tests.oracle.stories import (
    DEFINITIONS,
    agent,
    answer_to,
    answered,
    bot,
    bought,
    customer,
    ended,
    ms,
    of,
    queued,
    refunded,
    says,
    started,
)
from tests.oracle.sums import sums

DAY = 86_400


def chat(subject, seconds, *more, by="agent", **data):
    """Maria asks, is answered after 10 s, and it ends after 60 s."""
    opening = started(seconds, customer="maria", queue=subject, **data)
    story = opening, queued(seconds), agent(seconds + 10, team=f"team {subject}"), *more
    return of(subject, *story, ended(seconds + 60, by, reason="resolved"))


def became(*told, definitions=DEFINITIONS) -> Outcomes:
    sessions = [event for event in told if "purchase" not in event["type"]]
    stubs = map(stub_of, answer_to(*sessions, definitions=definitions).sessions.values())
    purchases = [event for event in told if "purchase" in event["type"]]
    return outcomes([stub for stub in stubs if stub is not None], purchases, definitions)


def of_session(found, subject):
    return found.sessions["history", f"{subject}/1"]


def counts(found, queue, channel="live_chat"):
    return dict(sums(found.added).totals["history", channel, queue, "unknown"])


@pytest.mark.parametrize(
    ("seconds", "recontacted"), [(59.999, False), (60, True), (60 + DAY, True), (60.001 + DAY, False)]
)
def test_a_recontact_starts_within_a_day_of_the_end(seconds, recontacted):
    found = became(*chat("a", 0), *chat("b", seconds, channel="email"))
    says(
        of_session(found, "a"),
        recontacted_at=ms(seconds) if recontacted else None,
        recontacted_by="b/1" if recontacted else None,
        recontacted_other_team=True if recontacted else None,
        first_contact_resolution=not recontacted,
    )
    assert of_session(found, "b")["recontact_of"] == ("a/1" if recontacted else None)
    assert counts(found, "a").get("resolved_recontacted", 0) == recontacted
    assert counts(found, "b", "email") == {}


@pytest.mark.parametrize(
    ("by", "seconds", "dropped"), [("agent", 360, True), ("agent", 360.001, False), ("customer", 61, False)]
)
def test_dropped_is_coming_back_within_five_minutes_of_an_end_not_chosen(by, seconds, dropped):
    found = became(*chat("a", 0, by=by), *chat("b", seconds))
    assert of_session(found, "a")["dropped"] == dropped
    assert counts(found, "a").get("dropped", 0) == dropped


def test_a_session_that_began_before_the_end_is_no_recontact_and_hides_none():
    found = became(*chat("a", 0), *chat("b", 30), *chat("c", 100))
    assert of_session(found, "a")["recontacted_by"] == "c/1"
    assert of_session(found, "b")["recontacted_by"] == "c/1"
    assert of_session(found, "c")["recontact_of"] == "b/1"  # which ended last


def test_the_business_does_not_come_back_in_the_customers_name():
    campaign = of("b", started(100, customer="maria", by="agent"), ended(101, "agent"))
    found = became(*chat("a", 0), *campaign, *chat("c", 200))
    assert of_session(found, "a")["recontacted_by"] == "c/1"


def test_spam_is_no_recontact():
    spam = of("b", started(100, customer="maria"), ended(101, "system", reason="spam"))
    assert of_session(became(*chat("a", 0), *spam), "a")["recontacted_by"] is None


def test_a_complaint_on_social_within_a_week_is_counted_once():
    found = became(
        *chat("a", 0),
        *chat("b", 6 * DAY, channel="social"),
        *chat("c", 6.5 * DAY, channel="social", visibility="private"),
    )
    assert of_session(found, "a")["spill_over"] == "public"
    assert counts(found, "a")["spill_over_public"] == 1
    assert of_session(found, "b")["spill_over"] is None
    assert of_session(became(*chat("a", 0), *chat("b", 8 * DAY, channel="social")), "a")["spill_over"] is None


def test_whoever_left_the_bot_and_comes_back_was_not_served():
    alone = of("a", started(0, customer="maria", queue="a"), bot(1), ended(60, "customer"))
    assert of_session(became(*alone), "a")["self_service"] == "served"
    found = became(*alone, *chat("b", 4_000))
    assert of_session(found, "a")["self_service"] == "failed"
    assert counts(found, "a")["self_service_failed"] == 1


@pytest.mark.parametrize(
    ("seconds", "credited"), [(9.999, False), (10, True), (10 + DAY, True), (10.001 + DAY, False)]
)
def test_a_purchase_is_credited_within_a_day_of_the_first_reply(seconds, credited):
    found = became(*chat("a", 0, purpose="sales"), bought(seconds, "o", "19.99"))
    says(
        of_session(found, "a"),
        converted=credited,
        converted_at=ms(seconds) if credited else None,
        orders=["o"] if credited else [],
        revenue_minor={"EUR": 1999} if credited else {},
    )
    cell = ("history", "live_chat", "a", "unknown") if credited else ("history", "none", "unknown", "unknown")
    totals = sums(found.added).totals[cell]
    assert (totals["orders"], totals["revenue_minor", "EUR"]) == (1, 1999)
    assert totals["converted"] == totals["sales_converted"] == credited
    assert found.orders["history", "o"]["joined_by"] == ("customer" if credited else None)


def test_the_last_touch_is_credited_and_the_first_is_kept():
    found = became(*chat("a", 0), *chat("b", 3_600), bought(8_000, "o", "5"), bought(8_100, "p", "7"))
    says(found.orders["history", "o"], last_touch="b/1", first_touch="a/1", path=["live_chat", "live_chat"])
    says(of_session(found, "a"), converted=False, converted_first_touch=True, orders=[])
    says(of_session(found, "b"), converted=True, orders=["o", "p"], revenue_minor={"EUR": 1200})
    assert (counts(found, "b")["converted"], counts(found, "b")["orders"]) == (1, 2)
    assert counts(found, "a")["converted_first_touch"] == 1


def test_the_conversation_that_the_order_names_goes_before_the_customer():
    found = became(*chat("a", 0), *chat("b", 3_600), bought(8_000, "o", "5", conversation="a"))
    says(found.orders["history", "o"], last_touch="a/1", joined_by="conversation")
    found = became(*chat("a", 0), *chat("b", 3_600), bought(8_000, "o", "5", conversation="x"))
    says(found.orders["history", "o"], last_touch="b/1", joined_by="customer")


def test_an_order_told_twice_is_one_and_a_test_is_none():
    twice = bought(100, "o", "5"), bought(101, "o", "9"), bought(99, "t", "5", test=True)
    found = became(*chat("a", 0), *twice)
    assert list(found.orders) == [("history", "o")]
    assert found.orders["history", "o"]["value_minor"] == 500


def test_a_refund_counts_at_its_own_time_and_never_more_than_the_order():
    told = bought(100, "o", "5"), refunded(200, "o", "4"), refunded(300, "o", "4")
    found = became(*chat("a", 0), *told)
    says(found.orders["history", "o"], refunded_minor=500, refunded_at=ms(300))
    says(of_session(found, "a"), converted=False, converted_at=ms(100), refunded_minor={"EUR": 500})
    money = [(each.at, each.amount) for each in found.added if each.column == ("refunded_minor", "EUR")]
    assert money == [(ms(200), 400), (ms(300), 100)]
    assert (counts(found, "a")["refunds"], counts(found, "a")["converted"]) == (2, 1)


def test_a_part_given_back_takes_no_credit_away():
    found = became(*chat("a", 0), bought(100, "o", "5"), refunded(200, "o", "4.99"))
    assert of_session(found, "a")["converted"]


def test_a_refund_of_an_unknown_order_waits_for_it():
    assert became(*chat("a", 0), refunded(50, "o", "4")).orders == {}
    found = became(*chat("a", 0), refunded(50, "o", "4"), bought(100, "o", "5"))
    assert found.orders["history", "o"]["refunded_minor"] == 400


def test_money_is_in_minor_units_and_never_added_across_currencies():
    told = bought(100, "o", "500", "JPY"), bought(110, "p", "1.234", "KWD"), bought(120, "q", "5.5")
    found = became(*chat("a", 0), *told)
    assert of_session(found, "a")["revenue_minor"] == {"JPY": 500, "KWD": 1234, "EUR": 550}


@pytest.mark.parametrize(("value", "incremental"), [(0, True), (1, False), (None, None)])
def test_a_purchase_is_incremental_where_its_buyer_would_not_have_bought(value, incremental):
    more = [] if value is None else [answered(55, "would_have_bought", value)]
    found = became(*chat("a", 0, *more), bought(100, "o", "5"))
    assert of_session(found, "a")["incremental"] is incremental
    assert counts(found, "a").get("incremental_answers", 0) == (value is not None)
    assert counts(found, "a").get("incremental", 0) == (value == 0)


def test_only_answered_sessions_are_credited_within_the_configured_hours():
    waited = of("a", started(0, customer="maria"), customer(0), ended(60, "customer"))
    assert became(*waited, bought(50, "o", "5")).orders["history", "o"]["last_touch"] is None
    found = became(
        *chat("a", 0), bought(10 + 3_600, "o", "5"), bought(10.001 + 3_600, "p", "5"), definitions=SHORT
    )
    assert found.orders["history", "o"]["last_touch"] == "a/1"
    assert found.orders["history", "p"]["last_touch"] is None
