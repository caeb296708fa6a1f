"""The fast decoder and the explaining reader accept and refuse the same, with the same values."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core import making
from tests.core.making import Event
from tests.core.samples import INVALID, VALID, bare, one_of_each, raw, with_data
from tests.oracle import stories
from tests.oracle.worlds import world

from attesa.core.events.flags import unknown
from attesa.core.events.intake import Refused, Usable, read
from attesa.core.events.wire import Decoded, decode

core = settings.get_profile("core")
pytestmark = pytest.mark.timeout(3_000)  # with --long

REASONS = {"undecodable", "invalid", "unknown_type", "too_old"}


def values(found: Decoded | Refused) -> tuple[Any, ...]:
    assert isinstance(found, Decoded)
    return found.tenant, found.subject, found.partitionkey, found.source, found.at, found.event


def slowly(event: Event) -> Decoded | Refused:
    """The event with a field that nobody knows: only the explaining reader drops it."""
    found = decode(raw(event | {"traceparent": "00-0af7"}))
    assert isinstance(found, Decoded)
    assert found.dropped_fields == 1
    return found


@pytest.mark.parametrize("given_bytes", VALID)
def test_both_accept(given_bytes: bytes) -> None:
    assert isinstance(read(given_bytes), Usable)
    assert isinstance(decode(given_bytes), Decoded)


@pytest.mark.parametrize(("given_bytes", "reason", "path"), INVALID)
def test_both_refuse_with_reason_and_path(given_bytes: bytes, reason: str, path: str) -> None:
    found = read(given_bytes)
    assert isinstance(found, Refused)
    assert (found.reason, found.path) == (reason, path)
    assert found.detail
    assert decode(given_bytes) == found


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event["type"])
def test_the_slow_way_gives_the_same_values(event: Event) -> None:
    assert values(slowly(event)) == values(decode(raw(event)))


def test_what_a_decoded_event_holds() -> None:
    found = decode(raw(stories.ended(1.5, "agent", reason="resolved", effective_seconds=61.5)))
    assert isinstance(found, Decoded)
    assert found.event is not None
    assert found.event[0] == found.at == stories.ms(1.5)
    assert found.event[3] == ("agent", "resolved", 61_500)
    assert (found.tenant, found.subject, found.partitionkey, found.source) == ("history", "c", None, "desk")


def test_unknown_fields_are_dropped_and_counted() -> None:
    found = decode(raw(with_data(mood="bad", nested={"deep": [1]}) | {"traceparent": "00-0af7"}))
    assert isinstance(found, Decoded)
    assert found.dropped_fields == 3
    usable = read(raw(with_data(mood="bad") | {"traceparent": "00-0af7"}))
    assert isinstance(usable, Usable)
    assert set(usable.dropped_fields) == {"traceparent", "data.mood"}
    assert "mood" not in usable.event["data"]


def test_a_type_of_another_topic_is_an_unknown_one_and_says_so() -> None:
    found = decode(raw(stories.event("purchase.made", 0, order_id="o", value="1", currency="EUR")))
    assert isinstance(found, Refused)
    assert (found.reason, found.path) == ("unknown_type", "type")
    assert "not for attesa.events" in found.detail
    found = decode(raw(bare(type="attesa.session.stared")))
    assert isinstance(found, Refused)
    assert found.reason == "unknown_type"


def test_a_heartbeat_tells_how_long_its_silence_may_last_and_nothing_that_happened() -> None:
    found = decode(raw(stories.event("source.heartbeat", 2, every_seconds=60)))
    assert isinstance(found, Decoded)
    assert (found.event, found.at, found.promised_ms) == (None, stories.ms(2), 60_000)
    plain = decode(raw(making.progress(2)))
    assert isinstance(plain, Decoded)
    assert (plain.event, plain.promised_ms) == (None, None)


def test_flags_that_nobody_knows_are_counted_as_unknown_fields_by_both_ways() -> None:
    event = stories.agent(0, flags=["greeting", "smile", "holding", "wink"])
    found = decode(raw(event))
    assert isinstance(found, Decoded)
    assert found.dropped_fields == 2
    slow = decode(raw(event | {"traceparent": "00-0af7"}))
    assert isinstance(slow, Decoded)
    assert slow.dropped_fields == 3
    assert values(slow) == values(found)


def test_a_nest_of_any_depth_breaks_nothing() -> None:
    for depth in range(1, 1_100):
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            nest = opening * depth + b"1" + closing * depth
            found = decode(raw(bare())[:-1] + b', "nest": ' + nest + b"}")
            assert isinstance(found, Decoded | Refused)


def test_half_a_character_for_a_type_is_refused_in_words_that_can_be_written() -> None:
    found = decode(raw(bare(type="\ud800")))
    assert isinstance(found, Refused)
    assert (found.reason, found.detail) == ("unknown_type", "not a type of attesa's: ?")
    assert found.detail.encode()


def test_the_slow_way_gives_the_same_values_for_any_event() -> None:
    for seed in range(100):
        for event in world(Random(seed)).events():
            found, slow = decode(raw(event)), decode(raw(event | {"traceparent": "00-0af7"}))
            assert values(slow) == values(found), f"world of seed {seed}"


junk: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.just("x" * 300),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=4), st.none(), max_size=2),
    st.sampled_from(["customer", "agent", "text", "1.0", "attesa.session.ended", "IT\n", "\ud800", "2026"]),
)  # fmt: skip
names = st.sampled_from(
    ["type", "time", "id", "tenant", "data", "subject", "author", "by", "queue", "kind", "length", "country",
     "channel", "effective_seconds", "text", "content", "partitionkey", "mood"]
)  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> Event:
    """An event with some fields changed, dropped or added, outside or in its data."""
    event = draw(st.sampled_from(one_of_each()))
    event = event | {"data": dict(event["data"])}
    for _ in range(draw(st.integers(1, 3))):
        place = event["data"] if draw(st.booleans()) and isinstance(event.get("data"), dict) else event
        name = draw(st.one_of(st.sampled_from(sorted(place)), names)) if place else draw(names)
        if draw(st.integers(0, 3)) == 0:
            place.pop(name, None)
        else:
            place[name] = draw(junk)
    return event


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The bytes of an event with a few of them changed, gone or doubled."""
    found = bytearray(raw(draw(st.sampled_from(one_of_each()))))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(found) - 1))
        length = draw(st.integers(0, 3))
        found[at : at + length] = draw(st.binary(max_size=3))
    return bytes(found)


def agree(given_bytes: bytes) -> None:
    found, usable = decode(given_bytes), read(given_bytes)
    if isinstance(found, Decoded):
        assert isinstance(usable, Usable)
        assert usable.event["id"]
        assert (found.tenant, found.subject) == (usable.event["tenant"], usable.event["subject"])
        assert abs(found.at - usable.event["time"].timestamp() * 1000) <= 0.5
        told = usable.event["data"].get("flags", ())
        assert found.dropped_fields == len(usable.dropped_fields) + unknown(told)
        return
    assert found.reason in REASONS
    assert found.detail
    if isinstance(usable, Usable):
        assert found.reason == "unknown_type"
    else:
        assert found == usable


@core
@given(mutants())
def test_both_agree_on_any_mutant(event: Event) -> None:
    agree(json.dumps(event).encode())


@core
@given(damaged())
def test_both_agree_on_any_damaged_bytes(given_bytes: bytes) -> None:
    agree(given_bytes)
