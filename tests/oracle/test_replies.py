"""Turns, legs, rhythm and surveys worked out by hand: rules.md, "Each reply" to "Surveys"."""

import pytest
from tests.oracle.stories import (
    accepted,
    agent,
    answered,
    asked,
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

TALK = customer(0), agent(20), customer(50), customer(55), agent(70), customer(300), agent(331)


def test_a_next_turn_runs_from_its_first_message_to_the_next_reply():
    found = facts_of(*TALK)
    only(found, next_replies=2, next_reply=20 + 31, longest_silence=31, left_unanswered=False)
    only(found, next_met_good=1, next_missed_good=1, next_met_bad=2, next_missed_bad=0)


def test_a_turn_is_synchronous_where_it_began_within_90_s_of_a_reply():
    only(facts_of(*TALK), synchronous_replies=1, synchronous_met_good=1, synchronous_missed_good=0)
    opening = started(0, channel="email"), customer(0), agent(20)
    only(facts_of(*opening, customer(110), agent(150)), synchronous_replies=1, next_met_good=1)
    only(facts_of(*opening, customer(110), agent(150)), synchronous_missed_good=1, synchronous_met_bad=1)
    only(facts_of(*opening, customer(110.001), agent(150)), synchronous_replies=0, next_replies=1)


def test_notes_bots_and_campaigns_close_no_turn():
    story = customer(0), agent(5), customer(10), note(11), bot(12), agent(13, kind="campaign"), agent(40)
    only(facts_of(*story), next_replies=1, next_reply=30)


@pytest.mark.parametrize(
    ("story", "until", "met", "missed"),
    [
        ([], 40, 0, 0),
        ([], 40.001, 0, 1),
        ([ended(40, "customer")], None, 0, 0),
        ([ended(40.001, "customer")], None, 0, 1),
        ([ended(12, "agent")], None, 0, 1),
        ([agent(40)], None, 1, 0),
        ([agent(40.001)], None, 0, 1),
    ],
)
def test_a_next_turn_is_judged_like_the_wait(story, until, met, missed):
    found = facts_of(customer(0), agent(5), customer(10), *story, until=until)
    only(found, next_met_good=met, next_missed_good=missed)


@pytest.mark.parametrize(("by", "hung_up"), [("customer", False), ("agent", True), ("system", True)])
def test_a_turn_open_at_the_end_was_left_unanswered(by, hung_up):
    story = customer(0), agent(5), customer(10)
    found = facts_of(*story, ended(30, by))
    only(found, left_unanswered=True, hung_up=hung_up, longest_silence=20, next_replies=0)
    only(facts_of(*story), left_unanswered=False, longest_silence=None)
    only(facts_of(customer(0), ended(30, by)), left_unanswered=True, hung_up=hung_up)


def test_the_turn_before_a_pick_up_that_replied_is_the_first_one():
    story = customer(0), accepted(5, is_reply=True), agent(9), customer(20), agent(25)
    only(facts_of(*story), wait=5, next_replies=1, next_reply=5)


def test_a_nudge_is_writing_again_after_having_waited_too_long():
    only(facts_of(customer(0), customer(30), customer(30.001), customer(31)), nudges=2)
    only(facts_of(queued(0), customer(31)), nudges=1)
    only(facts_of(customer(0), agent(5), customer(40), customer(70), customer(71)), nudges=1)


def test_a_transfer_begins_a_leg():
    story = queued(0, queue="sales"), transferred(10, to_queue="support"), agent(25), transferred(30)
    found = facts_of(*story, agent(31))
    only(found, leg_queues=["sales", "support", "support"], leg_started_at=[0, 10, 30])
    only(found, leg_wait=[None, 15, 1], transfers=2, queue="sales", wait=25)


def test_a_transfer_to_the_same_queue_is_one_too():
    found = facts_of(queued(0, queue="sales"), transferred(10, to_queue="sales"))
    only(found, leg_queues=["sales", "sales"], transfers=1)


def test_transfers_before_the_request_and_from_the_bot_make_no_leg():
    story = started(0, queue="sales", bot_first=True), transferred(1, to_queue="support"), handed_over(5)
    only(facts_of(*story), transfers=1, leg_queues=["sales"], leg_started_at=[5])


@pytest.mark.parametrize(
    ("more", "without_note"),
    [
        ([], 1),
        ([note(5)], 0),
        ([note(12)], 0),
        ([agent(11), note(12)], 1),
        ([note(0)], 0),
    ],
)
def test_a_note_in_the_leg_before_or_before_the_reply_in_the_next_counts(more, without_note):
    story = customer(0), transferred(10, with_context=False), agent(20), *more
    only(facts_of(*story), transfers_without_note=without_note, transfers_without_context=1)


def test_giving_up_in_a_transfer_is_told_apart_even_after_an_answer():
    story = customer(0), agent(5), transferred(10, to_queue="support")
    only(facts_of(*story, ended(40, "customer")), abandoned_in_transfer=True, outcome="answered")
    only(facts_of(*story, accepted(20), ended(40, "customer")), abandoned_in_transfer=False)
    only(facts_of(*story, ended(40, "agent")), abandoned_in_transfer=False)
    only(facts_of(customer(0), ended(40, "customer")), abandoned_in_transfer=False)


def test_runs_bursts_and_manners_are_counted_over_visible_messages():
    story = (
        customer(0), agent(1, "greeting", "thanks"), agent(2, "thanks", questions=2), note(2.5),
        agent(3, length=301, kind="voice"), customer(4, kind="video", stage="demo"), agent(5, length=300),
    )  # fmt: skip
    found = facts_of(*story)
    only(found, turns=4, single_message_turns=3, agent_bursts=1, customer_messages=2, agent_messages=4)
    only(found, greeting=1, thanks=2, question_clusters=1, long_messages=1, voice_messages=1)
    only(found, video=True, video_stage="demo")


@pytest.mark.parametrize(
    ("more", "too_early"),
    [
        ([asked(30)], False),
        ([customer(25), asked(30)], True),
        ([customer(30), asked(30)], True),
        ([asked(30), customer(630)], True),
        ([asked(30), customer(630.001)], False),
        ([asked(30), customer(60, "courtesy")], False),
        ([asked(30), ended(40, "agent"), customer(60)], True),
        ([asked(30), ended(40, "agent"), customer(60, "courtesy")], False),
        ([agent(30, "asks_rating"), customer(60)], True),
        ([customer(25), agent(30, "asks_rating")], False),
        ([], False),
    ],
)
def test_a_survey_is_too_early_while_the_customer_has_more_to_say(more, too_early):
    first = facts_of(customer(0), agent(10), *more)[0]
    assert first["survey_too_early"] == too_early
    assert first["survey_asked_at"] == (30 if more else None)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ([answered(9, "nps", 9)], {"nps": 9}),
        ([answered(9, "nps", 11), answered(10, "nps", 3)], {"nps": 3}),
        ([answered(9, "nps", 4, scale="0-5")], {"nps": None}),
        ([answered(9, "nps", 4), answered(8, "nps", 7)], {"nps": 7}),
        ([answered(9, "csat", 4)], {"csat": 4, "csat_scale": "1-5"}),
        ([answered(9, "csat", 80, scale="0-100")], {"csat": 80, "csat_scale": "0-100"}),
        ([answered(9, "csat", 3, scale="5-1")], {"csat": None}),
        ([answered(9, "influence", 4)], {"influence": 4}),
        ([answered(9, "influence", 4.5)], {"influence": None}),
        ([answered(9, "would_have_bought", 0)], {"would_have_bought": False}),
        ([answered(9, "would_have_bought", 1)], {"would_have_bought": True}),
    ],
)
def test_the_first_answer_on_the_scale_counts(answers, wanted):
    only(facts_of(customer(0), ended(5, "agent"), *answers), **wanted)
