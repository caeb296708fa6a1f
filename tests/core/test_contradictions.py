"""The table "Contradictions" of docs/rules.md, row by row: the outcome, and by which word it is counted.

Each test bears its row as a docstring; the last test holds both to each other.
"""

import json
import re
from itertools import permutations
from pathlib import Path

import pytest
from tests.core import customer_making, making, numbers
from tests.core.making import of
from tests.core.numbers import DAY, HOUR, Numbers
from tests.oracle import stories
from tests.oracle.stories import accepted, agent, customer, ended, event, queued, started, transferred

from attesa.core import topics
from attesa.core.rows import TotalRow, dead_letter_decoder
from attesa.core.sessions import Sessions

RULES = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
CHAT = (started(0, channel="live_chat", customer="k"), queued(5, queue="sales"), agent(20), customer(60))
END = ended(120, "customer")


def told(*events: making.Event) -> Numbers:
    return numbers.numbers(*events)


def purchase(seconds: float, kind: str = "made", **data: object) -> making.Event:
    contents = {"order_id": "o", "value": "10.00", "currency": "EUR"} | data
    return event(f"purchase.{kind}", seconds, **contents) | {"subject": "k"}


def same(one: Numbers, other: Numbers) -> bool:
    """Whether two stories come to the same numbers, the count of events aside."""
    return one.totals == other.totals and len(one.sessions) == len(other.sessions)


def refused(*events: making.Event, **how: object) -> tuple[list[str], dict[str, int]]:
    """The reasons of the dead letters, and what the clocks count."""
    sessions = how.pop("sessions", None) or making.processor()
    making.feed(sessions, *events, **how)
    taken = making.take(sessions)
    letters = [dead_letter_decoder.decode(value) for value in taken.rows[topics.DEAD_LETTERS].values()]
    return [letter.reason for letter in letters], taken.clocks[stories.HISTORY].reasons


def test_an_event_that_comes_again_changes_nothing() -> None:
    """the same id and contents again: `duplicate`"""
    found = told(*CHAT, END, *CHAT, END)

    assert found.sessions == told(*CHAT, END).sessions
    assert same(found, told(*CHAT, END))
    assert found.reasons == {"duplicate": 5}


def test_of_two_contents_of_one_id_the_smaller_wins_in_either_order() -> None:
    """the same id, other contents: `conflicting`"""
    one, other = ended(120, "customer") | {"id": "e"}, ended(120, "agent") | {"id": "e"}
    first, second = told(*CHAT, one, other), told(*CHAT, other, one)

    assert first.sessions == second.sessions
    assert first.sessions[0].ended_by == "agent"
    assert first.reasons == second.reasons == {"conflicting": 1}


@pytest.mark.parametrize("order", list(permutations((END, ended(200, "agent")))))
def test_of_two_ends_the_first_in_time_holds_in_either_order(order: tuple[making.Event, ...]) -> None:
    """two ends: `after_end`"""
    found = told(*CHAT, *order)

    assert same(found, told(*CHAT, END))
    assert found.sessions[0].ended_at == stories.ms(120)
    assert found.sessions[0].ended_by == "customer"
    assert found.reasons == {"after_end": 1}


@pytest.mark.parametrize("order", list(permutations((END, accepted(130)))))
def test_who_accepts_after_the_end_has_accepted_nothing(order: tuple[making.Event, ...]) -> None:
    """accepted after the end: `after_end`"""
    found = told(*CHAT, *order)

    assert same(found, told(*CHAT, END))
    assert found.sessions[0].accepted_at is None
    assert found.reasons == {"after_end": 1}


def test_what_a_person_writes_after_the_end_is_no_reply() -> None:
    """a person's message after the end: `after_end`"""
    found = told(queued(0), ended(30, "agent"), agent(40))

    assert found.sessions[0].outcome == "unanswered"
    assert found.sessions[0].agent_messages == 0
    assert found.reasons == {"after_end": 1}


def test_what_opens_no_session_of_a_forgotten_conversation_comes_to_nothing() -> None:
    """what is no survey, of a conversation that was let go, and opens no session: `after_end`"""
    sessions = making.processor()
    making.feed(sessions, *CHAT, END, making.progress(10 * DAY), agent(10 * DAY - HOUR))
    taken = making.take(sessions)

    assert sum(row.total.records for row in taken.totals) == 1
    assert taken.clocks[stories.HISTORY].reasons == {"after_end": 1}


def test_a_reply_before_the_request_is_a_message_and_no_reply() -> None:
    """a reply before the request: `early_reply`"""
    found = told(started(0), agent(5), queued(10), agent(40), ended(60, "agent"))

    assert found.sessions[0].first_reply_at == stories.ms(40)
    assert found.sessions[0].agent_messages == 2
    assert found.reasons == {"early_reply": 1}


def test_a_pick_up_that_stands_for_a_reply_before_the_request_is_none_either() -> None:
    """a reply before the request: `early_reply`"""
    found = told(started(0), accepted(5, is_reply=True), queued(10), ended(60, "agent"))

    assert found.sessions[0].outcome == "unanswered"
    assert found.reasons == {"early_reply": 1}


@pytest.mark.parametrize(
    "words",
    [agent(5, visible=False), agent(5, kind="automatic"), agent(5, kind="echo"), accepted(5)],
    ids=["a note", "an automatic message", "an echo", "a pick-up"],
)
def test_what_would_be_no_reply_anyway_contradicts_nothing(words: making.Event) -> None:
    assert told(started(0), words, queued(10), agent(40)).reasons == {}


def test_who_is_written_to_first_is_not_replied_to_too_early() -> None:
    assert told(started(0, direction="outbound"), agent(5)).reasons == {}


@pytest.mark.parametrize("data", [{"to_queue": "sales"}, {"from_queue": "sales", "to_queue": "sales"}])
def test_a_transfer_to_itself_is_a_transfer_and_a_leg(data: dict[str, str]) -> None:
    """a transfer to the queue it is in: `same_queue`"""
    found = told(*CHAT, transferred(80, **data), END)

    assert found.sessions[0].transfers == 1
    assert found.sessions[0].leg_queues == ("sales", "sales")
    assert found.totals["legs"] == 2
    assert found.reasons == {"same_queue": 1}


@pytest.mark.parametrize("data", [{"to_queue": "support"}, {}])
def test_a_transfer_to_elsewhere_or_to_nowhere_named_contradicts_nothing(data: dict[str, str]) -> None:
    assert told(*CHAT, transferred(80, **data), END).reasons == {}


def test_a_transfer_that_first_names_a_queue_is_none_to_itself() -> None:
    assert told(customer(0), transferred(5, to_queue="sales")).reasons == {}
    assert told(started(0), transferred(5, to_queue="sales")).reasons == {}


def test_a_survey_without_a_session_waits_for_one() -> None:
    """a survey for a conversation without a session: `orphan_survey`"""
    answer = event("survey.answered", 300, question="nps", value=9)
    alone, found = told(answer), told(answer, *CHAT, END)

    assert alone.sessions == []
    assert alone.totals == {}
    assert alone.reasons == found.reasons == {"orphan_survey": 1}
    assert found.sessions[0].nps == 9


def test_a_survey_before_every_session_belongs_to_none_in_either_order() -> None:
    """a survey for a conversation without a session: `orphan_survey`"""
    answer = event("survey.answered", -10, question="nps", value=9)
    first, last = told(answer, *CHAT, END), told(*CHAT, END, answer)

    assert first.sessions == last.sessions
    assert first.sessions[0].nps is None
    assert first.reasons == last.reasons == {"orphan_survey": 1}


@pytest.mark.parametrize("value", [11, -1])
def test_an_answer_outside_its_scale_is_no_answer(value: int) -> None:
    """a survey's answer outside its scale: `out_of_scale`"""
    found = told(*CHAT, END, event("survey.answered", 130, question="nps", value=value))

    assert found.sessions[0].nps is None
    assert found.totals["survey_answered"] == 0
    assert found.reasons == {"out_of_scale": 1}


def test_a_purchase_of_an_unknown_customer_is_an_order_without_credit() -> None:
    """a purchase of an unknown customer: `unknown_customer`"""
    found = told(purchase(500))

    assert found.orders["o"].last_touch is None
    assert found.orders["o"].joined_by is None
    assert (found.totals["orders"], found.totals["converted"]) == (1, 0)
    assert found.reasons == {"unknown_customer": 1}


def test_a_customer_who_becomes_known_later_gets_the_credit() -> None:
    """a purchase of an unknown customer: `unknown_customer`"""
    found = told(purchase(500), *CHAT, END)

    assert found.orders["o"].last_touch == "c/1"
    assert found.totals["converted"] == 1
    assert found.reasons == {"unknown_customer": 1}


def test_an_order_that_two_webhooks_tell_is_one() -> None:
    """the same order told by several webhooks: `order_again`"""
    found = customer_making.story(
        customer_making.stub("c/1", 0, 120, reply=20),
        customer_making.bought(500, "o", value="10.00"),
        customer_making.bought(502, "o", value="12.00"),
    )

    assert found.orders["o"].value_minor == 1_000
    assert found.clocks[stories.HISTORY].reasons == {"order_again": 1}


def test_a_refund_waits_for_its_order_and_counts_at_its_own_time() -> None:
    """a refund of an unknown order, or before it: `orphan_refund`"""
    alone = told(purchase(400, "refunded"))
    both = told(purchase(400, "refunded"), purchase(500), *CHAT, END)

    assert alone.orders == {}
    assert alone.reasons == {"orphan_refund": 1}
    assert both.orders["o"].refunded_minor == 1_000
    assert both.orders["o"].refunded_at == stories.ms(400)
    assert both.reasons["orphan_refund"] == 1


def test_an_agent_and_a_conversation_of_one_name_are_two() -> None:
    """an agent's presence under a conversation's id: (not counted)"""
    there = event("agent.presence", 0, status="available", capacity=2, queues=["sales"])
    sessions = making.processor()
    making.feed(sessions, there, *CHAT)
    taken = making.take(sessions)
    totals = {row.channel: row.total for row in taken.totals if isinstance(row, TotalRow)}

    assert (totals["any"].staffed, totals["any"].capacity) == (1, 2)
    assert totals["live_chat"].answered == 1
    assert taken.clocks[stories.HISTORY].reasons == {}


def test_the_future_is_a_dead_letter() -> None:
    """dated more than an hour ahead: `future`"""
    letters, reasons = refused(queued(HOUR), queued(HOUR + 1), now_ms=stories.ms(0))

    assert letters == ["future"]
    assert reasons == {"future": 1}


def test_what_comes_too_late_is_a_dead_letter() -> None:
    """older than what is kept: `late`"""
    letters, reasons = refused(making.progress(3 * DAY), queued(DAY - 1), *of("d", queued(DAY)))

    assert letters == ["late"]
    assert reasons == {"late": 1}


def test_a_key_that_is_not_the_event_s_is_a_dead_letter() -> None:
    """keyed otherwise than tenant and subject say: `key_mismatch`"""
    sessions = making.processor()
    making.feed(sessions, queued(0))
    value = json.dumps(queued(5) | {"subject": "d"}).encode()
    sessions.apply([making.Message(b"history:c", value, 1)], making.LATER_MS)

    assert refused(sessions=sessions) == (["key_mismatch"], {"key_mismatch": 1})


def test_a_stranger_s_partition_is_a_dead_letter() -> None:
    """in a partition that its key does not belong to: `wrong_partition`"""
    sessions = Sessions(3, making.DEFINITIONS, 1, lambda _key: False)

    assert refused(queued(0), sessions=sessions) == (["wrong_partition"], {"wrong_partition": 1})


def test_progress_does_not_move_wall_time() -> None:
    """progress of a tenant that lives in wall time: `progress_refused`"""
    sessions = making.processor()
    making.feed(sessions, making.progress(60, stories.LIVE))
    taken = making.take(sessions)
    (letter,) = map(dead_letter_decoder.decode, taken.rows[topics.DEAD_LETTERS].values())

    assert letter.reason == "progress_refused"
    assert taken.clocks[stories.LIVE].reasons == {"progress_refused": 1}
    assert taken.clocks[stories.LIVE].clock is None


def test_every_row_of_the_table_is_a_test_and_every_test_a_row() -> None:
    table = RULES.partition("## Contradictions")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "|" in line
    ]
    written = {f"{events}: {counted or '(not counted)'}" for events, _, counted in rows[2:]}
    own = {name: one.__doc__ for name, one in globals().items() if name.startswith("test_")}
    named = {re.sub(r"\s+", " ", text) for text in own.values() if text is not None}

    assert named == written
