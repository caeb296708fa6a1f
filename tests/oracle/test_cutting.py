"""Conversations cut by hand: rules.md, "Sessions". Live chat times out after 4 hours."""

import pytest
from tests.oracle.stories import (
    accepted,
    agent,
    answer_to,
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
    says,
    started,
    transferred,
)

TIME_OUT = 4 * 3_600


def test_a_message_after_the_end_opens_the_next_session():
    first, second = facts_of(
        started(0, channel="chat", queue="sales", country="IT", language="it", customer="maria"),
        customer(0),
        agent(10),
        ended(20, "agent"),
        customer(500),
    )
    says(first, session="c/1", outcome="answered", ended_at=20, events=4, entry_point=None)
    says(second, session="c/2", outcome="waiting", started_at=500, requested_at=500, wait=None)
    inherited = {"channel": "chat", "queue": "sales", "country": "IT", "language": "it", "customer": "maria"}
    says(second, **inherited)


def test_what_the_next_session_tells_itself_goes_before_what_it_would_inherit():
    _, second = facts_of(
        started(0, channel="chat", queue="sales", customer="maria", purpose="sales"),
        ended(20, "customer"),
        started(30, channel="social", customer="luca"),
        queued(31, queue="support"),
    )
    says(second, channel="social", customer="luca", queue="support", purpose=None)


@pytest.mark.parametrize(
    "opening", [customer(100), started(100), queued(100), handed_over(100)], ids=lambda each: each["type"]
)
def test_what_asks_opens_a_session_after_an_end(opening):
    assert len(facts_of(customer(0), ended(20, "agent"), opening)) == 2


@pytest.mark.parametrize(
    "other",
    [agent(100), bot(100), accepted(100), transferred(100), ended(100, "agent"), answered(100, "nps", 9)],
    ids=lambda each: f"{each['type']} {each['data'].get('author', '')}",
)
def test_what_does_not_ask_belongs_to_the_session_that_ended(other):
    only(facts_of(customer(0), ended(20, "agent"), other), ended_at=20, last_event_at=100, events=3)


def test_what_comes_after_the_end_changes_nothing():
    story = [started(0), customer(0), ended(20, "customer")]
    (without,) = facts_of(*story)
    (with_more,) = facts_of(*story, agent(30), accepted(30), ended(40, "system", reason="full"))
    assert with_more | {"last_event_at": 20, "events": 3} == without
    assert with_more["outcome"] == "abandoned"


@pytest.mark.parametrize("opening", [agent(5), accepted(5), note(5), ended(5, "agent"), transferred(5)])
def test_a_conversation_whose_beginning_was_lost_begins_with_whatever_there_is(opening):
    only(facts_of(opening), session="c/1", started_at=5)


def test_a_survey_before_any_session_waits_for_one():
    answer = answer_to(asked(5), answered(6, "nps", 9))
    assert not answer.sessions
    assert answer.orphans == 2
    answer = answer_to(asked(5), answered(6, "nps", 9), customer(3))
    assert answer.orphans == 0
    only(facts_of(asked(5), answered(6, "nps", 9), customer(3)), nps=9, survey_asked_at=5)


def test_a_survey_belongs_to_the_newest_session_before_it():
    first, second = facts_of(
        customer(0), ended(20, "agent"), answered(25, "nps", 9), customer(30), answered(40, "nps", 2)
    )
    assert (first["nps"], second["nps"]) == (9, 2)


def test_a_session_without_events_for_as_long_as_its_channel_allows_is_over():
    story = customer(0), agent(10)
    only(facts_of(*story, until=10 + TIME_OUT), ended_at=None)
    only(facts_of(*story, until=10.001 + TIME_OUT), ended_at=10 + TIME_OUT, ended_by="timeout")


def test_an_event_at_the_very_instant_of_the_time_out_is_still_inside():
    only(facts_of(customer(0), customer(TIME_OUT)), customer_messages=2)
    first, second = facts_of(customer(0), customer(TIME_OUT + 0.001))
    says(first, ended_at=TIME_OUT, ended_by="timeout", outcome="unanswered", lost_reason="timeout")
    says(second, started_at=TIME_OUT + 0.001)


def test_an_event_after_the_time_out_that_asks_for_nothing_shows_it_and_changes_nothing():
    only(facts_of(customer(0), agent(TIME_OUT + 5)), outcome="unanswered", ended_at=TIME_OUT, events=2)


def test_the_time_out_is_that_of_the_channel_as_it_is_known_by_then():
    day = 86_400
    told_late = customer(0), started(TIME_OUT + 1, channel="chat")
    assert len(facts_of(*told_late)) == 2
    told_first = started(0, channel="chat"), customer(0), agent(day)
    only(facts_of(*told_first), outcome="answered")


def test_a_late_event_joins_two_sessions():
    apart = customer(0), customer(TIME_OUT + 1)
    assert len(facts_of(*apart)) == 2
    only(facts_of(*apart, bot(5)), customer_messages=2)


def test_a_late_end_parts_a_session():
    assert len(facts_of(customer(0), customer(100))) == 1
    first, second = facts_of(customer(0), customer(100), ended(50, "customer"))
    says(first, outcome="abandoned", time_to_abandon=50)
    says(second, outcome="waiting", requested_at=100)


@pytest.mark.parametrize("opening", [{"direction": "outbound"}, {"by": "agent"}, {"by": "system"}])
def test_a_session_that_the_business_opened_asks_for_nobody(opening):
    story = started(0, **opening), agent(1), customer(5)
    only(facts_of(*story), direction="outbound", outcome="outbound", requested_at=None)
    only(facts_of(*story, queued(9)), direction="outbound", outcome="waiting", requested_at=9)


def test_a_campaign_opens_an_outbound_session_and_no_second_start_changes_that():
    only(facts_of(agent(0, kind="campaign"), customer(5)), outcome="outbound", direction="outbound")
    only(facts_of(customer(0), started(5, by="agent")), direction="inbound", outcome="waiting")


def test_of_one_id_the_smaller_bytes_count():
    one, other = agent(10) | {"id": "x"}, agent(20) | {"id": "x"}
    for told in ([one, other], [other, one], [one, other, one]):
        only(facts_of(customer(0), *told), first_reply_at=10, events=2)


def test_an_agent_may_be_called_like_a_conversation():
    told = customer(0), *[event | {"type": "attesa.agent.presence", "id": "p"} for event in [customer(1)]]
    presence = told[1] | {"data": {"status": "available"}}
    answer = answer_to(told[0], presence)
    assert list(answer.sessions) == [("history", "c/1")]
    assert answer.sessions["history", "c/1"].facts["events"] == 1
