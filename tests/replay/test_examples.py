"""The rich example shows every type and field of events, and comes to the numbers that the page says."""

import json
from pathlib import Path

import pytest
from tests.core.making import Event
from tests.core.numbers import Numbers, numbers, seconds
from tests.oracle.stories import HISTORY

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.events.flags import FLAGS
from attesa.core.schemas import event_schemas
from attesa.replay.histories import read_jsonl

EXAMPLES = Path(__file__).parents[2] / "examples"
RICH = EXAMPLES / "rich-chat.jsonl"
WITHOUT_A_PLACE = {"attesa.progress"}  # replays write it
CHAT = "example-4/1"
# The one chat need not tell everything in one way.
SHOWN_ELSEWHERE = {
    ("attesa.session.ended", "effective_seconds"),
    ("attesa.survey.requested", "value"),
    ("attesa.agent.assigned", "is_reply"),
    ("attesa.agent.declined", "is_reply"),
    ("attesa.purchase.refunded", "conversation"),
    ("attesa.purchase.refunded", "test"),
}


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return [json.loads(line) for line in RICH.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def found() -> Numbers:
    return numbers(*(json.loads(one.value) for one in read_jsonl([RICH], HISTORY, strict=True)))


def test_every_type_and_every_field_is_shown(events: list[Event]) -> None:
    shown = {(event["type"], name) for event in events for name in event["data"]}
    known = {
        (kind, name)
        for kind, schema in event_schemas().items()
        for name, field in schema["properties"]["data"]["properties"].items()
        if field is not False
    }

    assert {event["type"] for event in events} == {
        *EVENTS_BY_TYPE,
        *CUSTOMER_EVENTS_BY_TYPE,
    } - WITHOUT_A_PLACE
    assert known - shown == SHOWN_ELSEWHERE


def test_every_flag_but_one_is_shown(events: list[Event]) -> None:
    shown = {flag for event in events for flag in event["data"].get("flags", ())}

    assert set(FLAGS) - shown == {"asks_rating"}  # the platform asks, after the end


def test_events_stand_in_the_order_of_time(events: list[Event]) -> None:
    times = [event["time"] for event in events]

    assert times == sorted(times)


def test_the_chat_has_the_facts_that_the_page_tells(found: Numbers) -> None:
    (row,) = [row for row in found.sessions if row.session == CHAT]

    assert (seconds(row.wait_ms), row.service_class, row.promise_kept) == (28, "good", True)
    assert (seconds(row.bot_ms), seconds(row.time_to_person_ms), row.form_fields) == (30, 58, 2)
    assert row.first_useful_reply_at == row.started_at + 80_000
    assert (row.next_replies, row.next_missed_good, row.nudges) == (6, 1, 1)
    assert (row.leg_queues, row.transfers_without_context) == (("sales", "support"), 1)
    assert row.transfers_without_note == 0
    assert (row.agent_bursts, row.question_clusters, row.long_messages, row.voice_messages) == (1, 1, 1, 1)
    assert (row.video, row.video_stage, row.ended_reason) == (True, "demo", "resolved")
    assert (row.left_unanswered, row.survey_too_early) == (False, False)
    assert (row.nps, row.csat, row.influence, row.would_have_bought) == (9, 4, 5, False)


def test_what_became_of_it_is_what_the_page_tells(found: Numbers) -> None:
    before, chat = found.outcomes["example-3/1"], found.outcomes[CHAT]

    assert (before.dropped, before.recontacted_by) == (True, CHAT)
    assert chat.recontact_of == "example-3/1"
    assert (chat.converted, chat.orders, chat.incremental) == (True, ("ex-o-1",), True)
    assert (chat.revenue_minor, chat.refunded_minor) == ({"EUR": 12_990}, {"EUR": 2_990})
    assert (chat.spill_over, chat.first_contact_resolution) == ("public", True)
    assert set(found.orders) == {"ex-o-1"}
    assert found.reasons["order_again"] == 1
