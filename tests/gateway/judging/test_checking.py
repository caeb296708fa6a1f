"""What `attesa validate` says of a producer's events."""

import json
from datetime import UTC, datetime

import pytest

from attesa.gateway.judging.checking import Checker

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def findings(*events):
    lines = [event if isinstance(event, bytes) else json.dumps(event).encode() for event in events]
    return list(Checker(NOW).lines(iter(lines)))


def test_good_events_give_nothing(event):
    assert findings(event, b"\n", event) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"data": {"queue": 7}}, "line 2: invalid: data.queue: "),
        ({"data": {"body": "x"}}, "line 2: invalid: data.body: "),
        ({"type": "chat.started"}, "line 2: unknown_type: type: "),
        ({"time": "2026-01-31T13:30:00Z"}, "line 2: future: time: "),
        ({"time": "2026-01-31"}, "line 2: invalid: time: "),
        ({"partitionkey": "chat-42"}, "line 2: invalid: partitionkey: "),
        ({"data": {"queue": "orders", "mood": 3}}, "line 2: note: data.mood "),
        ({"data": {"queue": "sales"}}, "line 2: conflicting: id: line 1 "),
    ],
)
def test_a_wrong_event_is_told_by_line_reason_and_path(event, change, said):
    (found,) = findings(event, event | change) if "note" not in said else findings(b"", event | change)
    assert found.startswith(said)


def test_a_line_that_is_no_json_is_told(event):
    (found,) = findings(event, b'{"id": \n')
    assert found.startswith("line 2: undecodable")


def test_a_batch_is_told_by_event(event):
    written = json.dumps([event, event | {"subject": ""}], indent=1).encode().splitlines(keepends=True)
    (found,) = findings(*written)
    assert found.startswith("event 2: invalid: subject: ")
    assert findings(b"[1, ")[0].startswith("not JSON")


def test_what_is_wrong_is_counted(event):
    checker = Checker(NOW)
    list(checker.lines([json.dumps(event).encode(), b"7", b"{"]))
    assert (checker.taken, checker.wrong) == (3, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": 7}, "id: text in quotes is expected, not a number"),
        ({"id": ""}, "id: it is empty"),
        ({"id": "x" * 257}, "id: at most 256 characters"),
        ({"specversion": "0.3"}, "specversion: '1.0' is expected"),
        ({"tenant": "ACME Inc"}, "tenant: a tenant is small letters"),
        ({"tenant": None}, "tenant: null is refused: leave the field out"),
        ({"dataschema": None}, "dataschema: null is refused"),
        ({"time": 1_769_860_800}, "time: a time is written like"),
        ({"data": []}, "data: an object is expected, not a list"),
        ({"data": {"queue": None}}, "data.queue: null is refused"),
        ({"data": {"position": "3"}}, "data.position: a whole number without quotes is expected, not text"),
        ({"data": {"position": -1}}, "data.position: not below 0"),
        ({"data": {"position": 2_000_000}}, "data.position: not above 1,000,000"),
        ({"data": {"promised_wait_seconds": "soon"}}, "data.promised_wait_seconds: a number without quotes"),
        ({"data": {"text": "Hello"}}, "data.text: message text is not accepted"),
        ({"type": "attesa.session.ended", "data": {}}, "data.by: the field is missing"),
        (
            {"type": "attesa.message.sent", "data": {"author": "you"}},
            "data.author: 'customer', 'agent', 'bot' or",
        ),
        (
            {"type": "attesa.session.started", "data": {"country": "it"}},
            "data.country: a country is two capitals",
        ),
        (
            {"type": "attesa.session.started", "data": {"bot_first": "yes"}},
            "data.bot_first: true or false without",
        ),
    ],
)
def test_a_mistake_is_told_in_words_that_say_what_to_write(event, change, said):
    (found,) = findings(event | change)
    assert found.startswith(f"line 1: invalid: {said}")


def test_every_mistake_of_an_event_is_told_and_the_event_is_wrong_once(event):
    order = {"order_id": "1", "value": 49.9, "currency": "eur"}
    checker = Checker(NOW)
    found = list(
        checker.lines([json.dumps(event | {"type": "attesa.purchase.made", "data": order}).encode()])
    )
    assert [line.split(": ")[2] for line in found] == ["data.value", "data.currency"]
    assert (checker.taken, checker.wrong) == (1, 1)


@pytest.mark.parametrize("kind", ["attesa.message.send", "message.sent", "attesa.messages.sent"])
def test_of_an_unknown_type_it_is_told_which_one_it_resembles(event, kind):
    _, note = findings(event | {"type": kind})
    assert note == "line 1: note: attesa.message.sent is a type"
    assert len(findings(event | {"type": "com.example.weather"})) == 1


def test_events_over_several_lines_are_read_and_that_they_are_is_noted(event):
    written = json.dumps(event, indent=2) + "\n" + json.dumps(event | {"id": 7}, indent=2)
    note, found = findings(*written.encode().splitlines(keepends=True))
    assert note.startswith("note: an event takes several lines")
    assert found.startswith("event 2: invalid: id")


def test_a_file_that_only_begins_like_an_event_is_told_line_by_line(event):
    first, second = findings(b'{"id": 1', json.dumps(event).encode(), b"x")
    assert first.startswith("line 1: undecodable: not JSON")
    assert second.startswith("line 3: undecodable: not JSON")


def test_a_file_in_another_encoding_is_told_and_a_mark_at_its_beginning_is_none(event):
    assert findings(json.dumps(event).encode("utf-16"))[0] == "line 1: undecodable: not UTF-8"
    assert findings(json.dumps(event).encode("utf-8-sig")) == []
