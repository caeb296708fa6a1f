"""JSON Schema, pydantic and msgspec say the same of every example, and read the same from it."""

import json
from datetime import datetime

import msgspec
import pytest
from tests.schemas.published import EXPECTED, INVALID, VALID, event_schema
from tests.schemas.standard import accepts

from attesa.core.customers import wire as customer_wire
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE, wire
from attesa.core.events.flags import unknown
from attesa.core.events.intake import Refused, Usable, read

FAST_TYPES = {struct.__struct_config__.tag for struct in wire.AnyEvent.__args__}

# The strict decoder leaves these to the slow one, which drops what it does not know.
WITH_UNKNOWN_FIELDS = {"fields-unknown-to-attesa"}

# They tell a time, and nothing that happened.
WITHOUT_A_FACT = {"attesa.progress", "attesa.source.heartbeat"}

# What JSON Schema cannot say, or a validator written in Python understands otherwise.
BEYOND_JSON_SCHEMA = {
    "before-1990": "JSON Schema compares no times",
    "before-1990-by-its-zone": "JSON Schema compares no times",
    "position-with-a-point": "to JSON Schema 2.0 is an integer",
    "value-beyond-all-numbers": "1e999 is infinity to Python's json, and that is a number to it",
    "value-not-a-number": "not JSON at all, but Python's json takes it",
} | dict.fromkeys(
    (
        "tenant-with-line-feed",
        "country-with-line-feed",
        "phone-country-with-line-feed",
        "scale-with-line-feed",
    ),
    "Python's $ stands before a last line feed too; ECMA-262's does not",
)

# `wire` looks at these after the strict decoder.
LOOKED_AT_AFTERWARDS = ("tenant", "data.country", "data.phone_country")

OF_CUSTOMERS = [
    path
    for path in (*VALID, *INVALID)
    if any(kind.encode() in path.read_bytes() for kind in CUSTOMER_EVENTS_BY_TYPE)
]

valid = pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
invalid = pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
fast = pytest.mark.parametrize(
    "path",
    [path for path in VALID if json.loads(path.read_bytes())["type"] in FAST_TYPES],
    ids=lambda path: path.stem,
)


def test_every_type_has_a_valid_example():
    found = {json.loads(path.read_bytes())["type"] for path in VALID}
    assert found == set(EVENTS_BY_TYPE) | set(CUSTOMER_EVENTS_BY_TYPE)


def test_the_examples_come_from_every_channel():
    events = [json.loads(path.read_bytes()) for path in VALID]
    found = {event["data"].get("channel") for event in events if event["type"] == "attesa.session.started"}
    assert found >= {"live_chat", "chat", "social", "email"}


@valid
def test_json_schema_accepts_a_valid_example(path):
    assert accepts(json.loads(path.read_bytes()))


@valid
def test_pydantic_accepts_a_valid_example_with_all_known_fields(path):
    seen = read(path.read_bytes())
    assert isinstance(seen, Usable)
    assert bool(seen.dropped_fields) == (path.stem in WITH_UNKNOWN_FIELDS)


@fast
def test_the_strict_decoder_reads_what_pydantic_reads(path):
    raw = path.read_bytes()
    if path.stem in WITH_UNKNOWN_FIELDS:
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            wire._decode(raw)
        return
    told = msgspec.to_builtins(wire._decode(raw), builtin_types=(datetime,))
    event = read(raw).event
    known = event_schema(event["type"])["properties"]["data"]["properties"]
    defaults = {
        name: field["default"]
        for name, field in known.items()
        if isinstance(field, dict) and "default" in field
    }
    assert told == event | {"data": defaults | event["data"]}


@fast
def test_the_whole_decoder_gives_the_same_by_both_ways(path):
    raw = path.read_bytes()
    found, event = wire.decode(raw), read(raw).event
    assert found == wire._convert(read(raw))
    assert found.at == round(event["time"].timestamp() * 1000)
    assert (found.tenant, found.subject, found.source) == (event["tenant"], event["subject"], event["source"])
    assert found.partitionkey == event.get("partitionkey")
    assert found.dropped_fields == len(read(raw).dropped_fields) + unknown(event["data"].get("flags", ()))
    assert (found.event is None) == (event["type"] in WITHOUT_A_FACT)


@valid
def test_what_belongs_on_another_topic_is_an_unknown_type_here(path):
    kind = json.loads(path.read_bytes())["type"]
    if kind in EVENTS_BY_TYPE:
        return
    found = wire.decode(path.read_bytes())
    assert isinstance(found, Refused)
    assert (found.reason, found.path) == ("unknown_type", "type")


@pytest.mark.parametrize("path", OF_CUSTOMERS, ids=lambda path: path.stem)
def test_the_customers_decoder_says_what_pydantic_says(path):
    raw = path.read_bytes()
    seen, found = read(raw), customer_wire.decode(raw)
    if isinstance(seen, Refused):
        assert found == seen
        return
    assert found == customer_wire._convert(seen)
    assert (found.tenant, found.subject, found.source) == tuple(
        seen.event[name] for name in ("tenant", "subject", "source")
    )


def test_the_table_of_expectations_names_every_invalid_example():
    assert set(EXPECTED) == {path.stem for path in INVALID}


@invalid
def test_an_invalid_example_is_refused_with_its_reason_and_path(path):
    seen = read(path.read_bytes())
    assert isinstance(seen, Refused)
    assert {"reason": seen.reason, "path": seen.path} == EXPECTED[path.stem]
    assert seen.detail


@invalid
def test_the_worker_refuses_an_invalid_example_in_the_same_words(path):
    assert wire.decode(path.read_bytes()) == read(path.read_bytes())


@invalid
def test_the_strict_decoder_alone_lets_pass_only_what_is_looked_at_afterwards(path):
    expected = EXPECTED[path.stem]
    if expected["reason"] == "too_old" or expected["path"] in LOOKED_AT_AFTERWARDS:
        return
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        wire._decode(path.read_bytes())


@invalid
def test_json_schema_refuses_an_invalid_example_where_it_can(path):
    if EXPECTED[path.stem]["reason"] == "undecodable":
        with pytest.raises(ValueError, match=r"Expecting|decode|Extra data|Unterminated|delimiter"):
            json.loads(path.read_bytes().decode())
        return
    assert accepts(json.loads(path.read_bytes())) == (path.stem in BEYOND_JSON_SCHEMA)
