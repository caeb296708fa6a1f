"""The canonical form of what is sent."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attesa.core.events.intake import Usable, read
from attesa.gateway.judging import Judge

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def judged(event):
    judge = Judge("default", NOW)
    judge.take(event)
    assert not judge.errors
    return judge


def test_the_tenant_and_the_partition_key_are_filled_in(event):
    record = judged(event).records[0]
    sent = json.loads(record.value)
    assert record.key == b"default:chat-42"
    assert sent == event | {"tenant": "default", "partitionkey": "default:chat-42"}
    assert next(iter(sent)) == "type"


def test_unknown_fields_are_dropped_and_named(event):
    judge = judged(event | {"traceparent": "00-1", "data": event["data"] | {"mood": 3}})
    assert judge.dropped_fields == ["data.mood", "traceparent"]
    assert judge.records == judged(event).records


def test_the_same_event_has_the_same_bytes_whatever_its_time_zone(event):
    elsewhere = event | {"time": "2026-01-31T13:59:00.000+02:00", "tenant": "default"}
    assert judged(elsewhere).records == judged(event).records


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_fields_changes_no_byte(random):
    event = {
        "specversion": "1.0",
        "id": "e",
        "source": "s",
        "type": "attesa.session.transferred",
        "time": "2026-01-31T11:59:00Z",
        "subject": "chat-42",
        "data": {"from_queue": "a", "to_queue": "b", "kind": "bot_to_person", "with_context": True},
    }

    def shuffled(mapping):
        names = list(mapping)
        random.shuffle(names)
        return {name: mapping[name] for name in names}

    assert judged(shuffled(event | {"data": shuffled(event["data"])})).records == judged(event).records


def test_what_is_sent_is_an_event_that_the_worker_accepts(event):
    seen = read(judged(event).records[0].value)
    assert isinstance(seen, Usable)
    assert seen.dropped_fields == ()
    assert seen.event["time"] == NOW - timedelta(minutes=1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
sent = st.fixed_dictionaries(
    {"author": st.sampled_from(["customer", "agent", "bot", "system"])},
    optional={
        "length": st.integers(0, 10_000_000),
        "flags": st.lists(st.text(min_size=1, max_size=128), max_size=4),
        "visible": st.booleans(),
        "mood": values,
    },
)


@given(
    subject=st.text(min_size=1, max_size=256),
    time=st.datetimes(datetime(1990, 1, 2), datetime(2026, 1, 31), timezones=st.timezones()),  # noqa: DTZ001
    data=sent,
    extra=st.dictionaries(st.text(max_size=8), values, max_size=2),
)
def test_whatever_is_accepted_is_usable_complete_and_in_its_final_form(subject, time, data, extra):
    event = extra | {
        "specversion": "1.0",
        "id": "e",
        "source": "s",
        "type": "attesa.message.sent",
        "time": time.isoformat(),
        "subject": subject,
        "data": data,
    }
    judge = Judge("default", NOW)
    judge.take(event)
    for record in judge.records:
        seen = read(record.value)
        assert isinstance(seen, Usable)
        assert seen.dropped_fields == ()
        assert judged(json.loads(record.value)).records == [record]


def test_a_number_is_sent_on_as_it_was_written(event):
    judge = judged(event | {"sequence": "0042"})
    assert b'"sequence":"0042"' in judge.records[0].value
