"""The laws between the three sides: what the JSON Schema accepts, pydantic and msgspec read, and alike."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.schemas.standard import VALIDATORS, accepts
from tests.schemas.strategies import events

from attesa.core.events import EVENTS_BY_TYPE, wire
from attesa.core.events.intake import Refused, Usable, read
from attesa.core.schemas import event_schemas

SCHEMAS = event_schemas()
FAST_TYPES = sorted(struct.__struct_config__.tag for struct in wire.AnyEvent.__args__)

any_event = st.sampled_from(sorted(SCHEMAS)).flatmap(lambda kind: events(SCHEMAS[kind]))
fast_event = st.sampled_from(FAST_TYPES).flatmap(lambda kind: events(SCHEMAS[kind]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
anything = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())
NOT_STRINGS = st.sampled_from([None, 0, 1.5, True, [], {}])


def raw(event: dict[str, Any], *, escaped: bool = True) -> bytes:
    return json.dumps(event, ensure_ascii=escaped).encode()


@given(any_event)
@settings(max_examples=200, deadline=None)
def test_an_event_that_the_schema_describes_is_read_by_the_explaining_side(event):
    assert accepts(event)
    seen = read(raw(event))
    assert isinstance(seen, Usable), seen
    assert not seen.dropped_fields
    assert seen.event["data"] == event["data"]


@given(fast_event, st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_event_that_the_schema_describes_is_read_alike_by_both_sides(event, escaped):
    message = raw(event, escaped=escaped)
    strict = wire._decode(message)
    seen = read(message)
    assert isinstance(seen, Usable)
    assert strict.time == seen.event["time"]
    found = wire.decode(message)
    assert not isinstance(found, Refused)
    assert found == wire._convert(seen)


@given(any_event, st.data())
@settings(max_examples=200, deadline=None)
def test_an_event_without_a_required_field_is_refused_by_all(event, data):
    name = data.draw(st.sampled_from(SCHEMAS[event["type"]]["required"]))
    refused_by_all({field: value for field, value in event.items() if field != name})


@given(any_event, st.data())
@settings(max_examples=200, deadline=None)
def test_an_event_with_an_attribute_that_is_no_string_is_refused_by_all(event, data):
    name = data.draw(st.sampled_from(sorted(set(event) - {"data"})))
    refused_by_all(event | {name: data.draw(NOT_STRINGS)})


@given(any_event, st.data())
@settings(max_examples=200, deadline=None)
def test_null_is_not_the_same_as_absent_to_any_side(event, data):
    fields = SCHEMAS[event["type"]]["properties"]["data"]["properties"]
    name = data.draw(st.sampled_from(sorted(fields)))
    refused_by_all(event | {"data": event["data"] | {name: None}})


@given(any_event, st.sampled_from(["text", "body", "content"]), st.text())
@settings(max_examples=100, deadline=None)
def test_text_is_refused_by_all_in_every_type(event, name, text):
    seen = refused_by_all(event | {"data": event["data"] | {name: text}})
    assert (seen.reason, seen.path) == ("invalid", f"data.{name}")


@given(
    fast_event, st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1), st.integers(), min_size=1)
)
@settings(max_examples=100, deadline=None)
def test_unknown_fields_change_nothing_but_their_count(event, more):
    known = SCHEMAS[event["type"]]["properties"]["data"]["properties"]
    more = {name: value for name, value in more.items() if name not in known}
    plain = wire.decode(raw(event))
    found = wire.decode(raw(event | {"data": event["data"] | more}))
    assert accepts(event | {"data": event["data"] | more})
    assert found == msgspec.structs.replace(plain, dropped_fields=plain.dropped_fields + len(more))


@given(anything)
@settings(max_examples=200, deadline=None)
def test_anything_at_all_is_refused_with_a_reason_and_nothing_is_raised(message):
    assert isinstance(wire.decode(message), Refused)


@pytest.mark.parametrize("depth", [100, 250, 985, 991, 995, 100_000])
def test_deep_nesting_raises_nothing(depth):
    event = raw({"type": "attesa.progress"})[:-1] + b',"x":' + b"[" * depth + b"]" * depth + b"}"
    assert isinstance(wire.decode(event), Refused)


def test_all_schemas_are_tried():
    assert set(VALIDATORS) == set(SCHEMAS)
    assert set(FAST_TYPES) == set(EVENTS_BY_TYPE)


def refused_by_all(event: dict[str, Any]) -> Refused:
    """Refused by the schema, by pydantic, by the strict decoder and by the worker; pydantic's words."""
    message = raw(event)
    assert not accepts(event)
    with pytest.raises(msgspec.DecodeError):
        wire._decode(message)
    seen = read(message)
    assert isinstance(seen, Refused)
    assert wire.decode(message) == seen
    return seen
