"""The row examples are rows that the processor writes, and that every reader can read."""

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator
from tests.schemas.made import rows_made_afterwards, rows_made_of, story
from tests.schemas.published import EXAMPLES, ROWS, row_schema

from attesa.core import topics
from attesa.core.rows import Totals, encode
from attesa.core.schemas.asyncapi import ROWS_ON
from attesa.core.schemas.rows import ROWS as STRUCTS

# The events whose rows they are, and the topic.
ORIGINS = {
    "session-answered": ("live-chat-", topics.SESSIONS),
    "session-abandoned": ("live-chat-given-up-", topics.SESSIONS),
    "session-waiting": ("live-chat-given-up-1", topics.SESSIONS),
    "session-rejected": ("live-chat-turned-away-", topics.SESSIONS),
    "session-unanswered": ("live-chat-timed-out-", topics.SESSIONS),
    "session-telephone": ("telephone-", topics.SESSIONS),
    "session-email": ("email-", topics.SESSIONS),
    "pane": ("telephone-", topics.PANES),
    "total": ("telephone-", topics.TOTALS),
    "clock": ("telephone-", topics.TOTALS),
}

rows = pytest.mark.parametrize("path", ROWS, ids=lambda path: path.stem)


def kind_of(name: str) -> str:
    return next(kind for kind in STRUCTS if name.startswith(kind))


def test_every_kind_of_row_has_an_example():
    assert {kind_of(path.stem) for path in ROWS} == set(STRUCTS)


@rows
def test_a_row_goes_through_its_struct_unchanged(path):
    raw = path.read_bytes()
    struct = STRUCTS[kind_of(path.stem)]
    row = msgspec.json.decode(raw, type=struct, strict=True)
    assert json.loads(encode(row)) == json.loads(raw)
    assert msgspec.json.decode(encode(row), type=struct) == row


@rows
def test_a_row_meets_its_schema(path):
    Draft202012Validator(row_schema(kind_of(path.stem))).validate(json.loads(path.read_bytes()))


@rows
def test_a_row_without_a_required_field_meets_neither_schema_nor_struct(path):
    row, schema = json.loads(path.read_bytes()), row_schema(kind_of(path.stem))
    for name in schema["required"]:
        without = {field: value for field, value in row.items() if field != name}
        assert not Draft202012Validator(schema).is_valid(without)
        if name == "kind":  # a struct that is asked for needs no tag
            continue
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(encode(without), type=STRUCTS[kind_of(path.stem)])


@rows
def test_a_field_that_is_new_to_a_reader_does_no_harm(path):
    row = json.loads(path.read_bytes()) | {"not_known_yet": 1}
    msgspec.json.decode(encode(row), type=STRUCTS[kind_of(path.stem)])
    Draft202012Validator(row_schema(kind_of(path.stem))).validate(row)


@pytest.mark.parametrize("kind", ROWS_ON[topics.TOTALS])
def test_the_kinds_of_rows_on_the_totals_topic_are_told_apart(kind):
    raw = next(path for path in ROWS if path.stem == kind).read_bytes()
    assert isinstance(msgspec.json.decode(raw, type=Totals), STRUCTS[kind])
    (other,) = set(ROWS_ON[topics.TOTALS]) - {kind}
    assert not Draft202012Validator(row_schema(other)).is_valid(json.loads(raw))


@pytest.mark.parametrize("name", ORIGINS)
def test_an_example_is_what_the_processor_makes_of_the_example_events(name):
    events, topic = ORIGINS[name]
    row = json.loads(next(path for path in ROWS if path.stem == name).read_bytes())
    assert row in rows_made_of(story(events))[topic]


def test_the_dead_letter_is_what_the_processor_makes_of_an_invalid_example():
    (letter,) = rows_made_of([EXAMPLES / "invalid" / "ended-without-by.json"])[topics.DEAD_LETTERS]
    assert letter == json.loads(next(path for path in ROWS if path.stem == "dead-letter").read_bytes())


@pytest.mark.parametrize("kind", ROWS_ON[topics.OUTCOMES])
def test_an_outcome_is_what_the_processors_make_of_the_example_events(kind):
    made = rows_made_afterwards(
        story("live-chat-0") + story("live-chat-1"), story("purchase-") + story("customer-")
    )
    assert json.loads(next(path for path in ROWS if path.stem == kind).read_bytes()) in made
