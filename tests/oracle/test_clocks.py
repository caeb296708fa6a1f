"""Requests, replies, outcomes and verdicts worked out by hand. Live chat: good 30 s, bad 180 s."""

import pytest
from tests.oracle import meanings
from tests.oracle.stories import (
    accepted,
    agent,
    bot,
    customer,
    ended,
    facts_of,
    handed_over,
    note,
    only,
    queued,
    started,
    transferred,
)


@pytest.mark.parametrize(
    ("story", "requested_at"),
    [
        ([customer(3)], 3),
        ([started(0), queued(2), customer(1)], 2),
        ([started(0), queued(1), customer(2)], 1),
        ([bot(0), customer(2)], None),
        ([customer(2), bot(2)], 2),
        ([started(0, bot_first=True), customer(2)], None),
        ([started(0, bot_first=True), customer(2), handed_over(9)], 9),
        ([customer(0), agent(5), queued(9)], 0),
        ([customer(0), note(5), queued(9)], 9),
        ([customer(0), agent(9), queued(9)], 9),
        ([customer(0), accepted(5), queued(9)], 9),
        ([customer(0), accepted(5, is_reply=True), queued(9)], 0),
        ([queued(4), queued(2)], 2),
        ([agent(0)], None),
    ],
)
def test_the_request(story, requested_at):
    only(facts_of(*story), requested_at=requested_at)


@pytest.mark.parametrize(
    ("reply", "replied_at"),
    [
        (agent(9), 9),
        (agent(0), 0),
        (bot(9), None),
        (note(9), None),
        (agent(9, kind="campaign"), None),
        (agent(9, kind="echo"), None),
        (agent(9, kind="automatic"), None),
        (accepted(9), None),
        (accepted(9, is_reply=True), 9),
        (customer(9), None),
    ],
)
def test_only_a_persons_visible_message_replies_or_a_pick_up_that_stands_for_it(reply, replied_at):
    only(facts_of(customer(0), reply), first_reply_at=replied_at)


def test_a_reply_before_the_request_is_none():
    found = facts_of(started(0), agent(1), queued(2), agent(7))
    only(found, first_reply_at=7, wait=5, time_to_person=7, agent_messages=2)


def test_one_moment_is_a_reply_and_not_a_useful_one():
    only(facts_of(customer(0), agent(5, "holding"), agent(50)), first_reply_at=5, first_useful_reply_at=50)
    only(facts_of(customer(0), agent(5, "holding")), first_reply_at=5, first_useful_reply_at=None)
    only(facts_of(customer(0), accepted(5, is_reply=True), agent(9)), first_useful_reply_at=5)


def test_the_time_with_the_bot_is_told_apart():
    found = facts_of(started(0, bot_first=True), customer(10), handed_over(40), agent(52))
    only(found, bot=40, wait=12, time_to_person=52)
    only(facts_of(customer(0), bot(0), queued(5)), bot=5)
    only(facts_of(customer(0), queued(5), bot(5)), bot=None)


def test_a_pick_up_before_the_request_has_no_duration():
    only(facts_of(customer(0), accepted(4), agent(9)), accepted_at=4, pickup=4)
    only(facts_of(accepted(1), customer(2), accepted(4)), accepted_at=1, pickup=None)


def test_the_team_is_that_of_the_reply_else_of_the_last_pick_up_before_it():
    story = customer(0), accepted(1, team="day"), accepted(2, team="night"), accepted(30, team="late")
    only(facts_of(*story, agent(9)), team="night")
    only(facts_of(*story, agent(9, team="day")), team="day")
    only(facts_of(*story, accepted(9, is_reply=True)), team="night")
    only(facts_of(*story), team=None)


def test_agents_are_shown_only_where_the_tenant_shows_them():
    story = [customer(0), agent(5, agent="anna")]
    only(facts_of(*story), agent=None)
    only(facts_of(*[event | {"tenant": "live"} for event in story]), agent="anna")


@pytest.mark.parametrize(
    ("story", "country", "by"),
    [
        ([started(0, country="FR", phone_country="ES", queue="sales")], "FR", "event"),
        ([started(0, phone_country="ES", queue="sales") | {"source": "attic"}], "DE", "source"),
        ([started(0, phone_country="ES", queue="sales")], "IT", "queue"),
        ([started(0, phone_country="ES", queue="support")], "ES", "phone"),
        ([started(0)], "unknown", "unknown"),
    ],
)
def test_the_country_is_the_events_else_the_sources_else_the_queues_else_the_phones(story, country, by):
    only(facts_of(*story, definitions=meanings.SHORT), country=country, country_source=by)


@pytest.mark.parametrize(
    ("story", "outcome", "reason"),
    [
        ([customer(0)], "waiting", None),
        ([customer(0), agent(5), ended(9, "system")], "answered", None),
        ([customer(0), ended(9, "customer")], "abandoned", None),
        ([customer(0), ended(9, "system", reason="full")], "rejected", "full"),
        ([customer(0), ended(9, "system", reason="nobody_on_duty")], "rejected", "nobody_on_duty"),
        ([customer(0), ended(9, "system", reason="tea")], "rejected", "other"),
        ([customer(0), ended(9, "agent")], "unanswered", "agent"),
        ([customer(0), ended(9, "timeout")], "unanswered", "timeout"),
        ([bot(0), customer(1), ended(9, "customer")], "left_before_queue", None),
        ([bot(0), customer(1)], "open", None),
        ([customer(0), agent(5), ended(9, "agent", reason="spam")], "invalid", None),
    ],
)
def test_what_became_of_it(story, outcome, reason):
    only(facts_of(*story), outcome=outcome, lost_reason=reason)


@pytest.mark.parametrize(
    ("story", "until", "good", "bad", "service_class"),
    [
        ([customer(0), agent(30)], None, ("met", 30), ("met", 30), "good"),
        ([customer(0), agent(30.001)], None, ("missed", 30), ("met", 30.001), "tolerable"),
        ([customer(0), agent(180.001)], None, ("missed", 30), ("missed", 180), "bad"),
        ([customer(0), ended(30, "customer")], None, ("none", 30), ("none", 30), None),
        ([customer(0), ended(31, "customer")], None, ("missed", 30), ("none", 31), "bad"),
        ([customer(0), ended(181, "customer")], None, ("missed", 30), ("missed", 180), "bad"),
        ([customer(0), ended(9, "system")], None, ("missed", 9), ("missed", 9), "bad"),
        ([customer(0), ended(99, "agent")], None, ("missed", 30), ("missed", 99), "bad"),
        ([customer(0)], 30, (None, None), (None, None), None),
        ([customer(0)], 30.001, ("missed", 30), (None, None), None),
        ([customer(0)], 180.001, ("missed", 30), ("missed", 180), "bad"),
        ([customer(0), ended(9, "agent", reason="test")], None, (None, None), (None, None), None),
        ([started(0, by="agent"), customer(1)], 500, (None, None), (None, None), None),
    ],
)
def test_a_verdict_and_its_instant(story, until, good, bad, service_class):
    (found,) = facts_of(*story, until=until)
    assert (found["verdict_good"], found["verdict_good_at"]) == good
    assert (found["verdict_bad"], found["verdict_bad_at"]) == bad
    assert found["service_class"] == service_class


def test_whoever_was_noticed_late_had_left_before():
    story = queued(0, queue="support"), ended(6, "customer", reason="lost_presence")
    found = facts_of(*story, definitions=meanings.SHORT)  # chat; 3 s of presence timeout
    only(found, ended_at=6, left_at=3, time_to_abandon=3, verdict_good="none", verdict_good_at=6)
    soon = facts_of(story[0], ended(2, "customer", reason="lost_presence"), definitions=meanings.SHORT)
    only(soon, left_at=0, time_to_abandon=0, short_abandon=True)


def test_a_short_abandon_left_within_ten_seconds():
    only(facts_of(customer(0), ended(10, "customer")), short_abandon=True, time_to_abandon=10)
    only(facts_of(customer(0), ended(10.001, "customer")), short_abandon=False)


def test_effective_time_is_the_gaps_from_the_first_reply_on_none_over_two_minutes():
    story = customer(0), agent(20), customer(50), note(60), agent(500), ended(900, "agent")
    only(facts_of(*story), total=900, effective=30 + 120)
    only(facts_of(*story[:-1], ended(900, "agent", effective_seconds=61.5)), effective=61.5)
    only(facts_of(customer(0), accepted(5, is_reply=True), ended(9, "agent")), effective=None, total=9)


def test_a_promised_wait_was_kept_or_not():
    story = customer(0), queued(1, promised_wait_seconds=10)
    only(facts_of(*story, agent(11)), promised_wait=10, promise_kept=True)
    only(facts_of(*story, agent(12)), promise_kept=False)
    only(facts_of(*story), promise_kept=None)


def test_a_social_reply_covers_all_within_30_minutes_and_less_later():
    opening = started(0, channel="social"), customer(0)
    only(facts_of(*opening, agent(1_800)), expectation_coverage=1)
    only(facts_of(*opening, agent(1_800.001)), expectation_coverage=0.68)
    only(facts_of(*opening, agent(3_600.001)), expectation_coverage=0.58)
    only(facts_of(customer(0), agent(9)), expectation_coverage=None)


def test_an_invalid_session_keeps_its_instants_and_has_no_durations():
    story = customer(0), accepted(4), agent(9), ended(20, "agent", reason="spam")
    only(facts_of(*story), first_reply_at=9, wait=None, pickup=None, total=None, effective=None)


def test_transfers_reset_no_clock():
    story = customer(0), transferred(20, to_queue="support"), agent(25)
    only(facts_of(*story), wait=25, queue="support", transfers=1)
