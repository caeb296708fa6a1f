"""What `attesa validate` says of a producer's events."""

import json
from datetime import UTC, datetime

import pytest

from attesa.gateway.checking import Checker

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
