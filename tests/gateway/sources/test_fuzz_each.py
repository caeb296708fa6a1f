"""Each adapter for ten seconds, and for five minutes with --long: whatever comes, records or dead letters."""

import json
import re
import time
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conftest import shared_folder
from tests.gateway.sources.changing import PLACES, WAYS, changed
from tests.gateway.sources.conftest import NOW
from tests.gateway.sources.corpus import ADAPTERS, Body, real, written
from tests.gateway.sources.test_every_adapter import places, replaced
from tests.gateway.sources.test_leaks import MAY_SHOW, TEXT, at, written_as_path

from attesa.gateway.dead_letters.burying import bury
from attesa.gateway.judging import REASONS, Record
from attesa.gateway.judging.taking import INVALID, UNMAPPED, take
from attesa.gateway.sources import Adapted, Context, Delivery

SECONDS, LONG_SECONDS = 10, 300
OVERLOOKED = "cannot be read ("  # what the guard around an adapter says of an exception that none foresaw

numbers = st.integers(0, PLACES - 1)
steps = st.lists(st.tuples(st.integers(0, WAYS - 1), numbers, numbers), max_size=5)
deliveries = st.tuples(numbers, steps) | st.binary(max_size=200)
platforms = pytest.mark.parametrize("name", ADAPTERS)
batch = settings(
    max_examples=500,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


def outcome(name: str, raw: bytes, headers: dict[str, str]) -> tuple[Adapted, list[Record]]:
    """What an adapter made of a delivery, and all that leaves the gateway for it."""
    delivery = Delivery(raw, NOW, headers)
    adapted = ADAPTERS[name].adapt(delivery, Context("default", name, "main", b"a key of the tests"))
    taken = take(adapted, "default", NOW)
    assert len(taken.records) + sum(one.reason in REASONS for one in taken.refused) >= len(adapted.events)
    assert {one.reason for one in taken.refused} <= {*REASONS, INVALID, UNMAPPED}
    return adapted, [*taken.records, *bury(name, "default", delivery, taken.refused, None)]


def kinds(name: str, found: Body) -> object:
    adapted, records = outcome(name, json.dumps(found.body).encode(), found.headers)
    events = [event["type"] for event in adapted.events]
    counts = (len(adapted.unmapped), len(adapted.invalid), len(adapted.ignored))
    return events, counts, TEXT.encode() in b"".join(record.value for record in records)


@cache
def marked(name: str) -> list[Body]:
    """The deliveries to change, with a mark for every text that may be any text and shows nowhere."""
    bodies = []
    for found in [*written(name), *real(name, shared_folder() / "payloads")]:
        body, before = found.body, kinds(name, found)
        for way in places(found.body):
            value = at(found.body, way)
            if isinstance(value, str) and value and not re.fullmatch(MAY_SHOW[name], written_as_path(way)):
                other = replaced(body, way, TEXT + ("@shop.example" if "@" in value else ""))
                body = other if kinds(name, Body(other, found.headers)) == before else body
        bodies.append(Body(body, found.headers))
    return bodies


def holds(name: str, raw: bytes, headers: dict[str, str]) -> None:
    adapted, records = outcome(name, raw, headers)
    assert any((adapted.events, adapted.unmapped, adapted.invalid, adapted.ignored))
    assert not [one for one in adapted.invalid if one.detail.startswith(OVERLOOKED)]
    assert TEXT.encode() not in b"".join((record.key or b"") + record.value for record in records)
    assert outcome(name, raw, headers) == (adapted, records)


def fuzz(name: str, seconds: float) -> None:
    """Batches of other deliveries until the time is over; a failure is made small and shown."""
    bodies = marked(name)

    @batch
    @given(delivery=deliveries)
    def tried(delivery):
        if isinstance(delivery, bytes):
            holds(name, delivery, {})
        else:
            holds(name, *changed(bodies[delivery[0] % len(bodies)], delivery[1]))

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        tried()


@platforms
@pytest.mark.parametrize("other", [lambda value: [value], lambda value: {"0": value}, lambda value: []])
def test_no_value_of_another_kind_is_overlooked(name, other):
    for found in written(name):
        for way in places(found.body):
            body = replaced(found.body, way, other(at(found.body, way)))
            holds(name, json.dumps(body).encode(), found.headers)


@platforms
def test_each_adapter_for_ten_seconds(name):
    fuzz(name, SECONDS)


@pytest.mark.long
@pytest.mark.timeout(2 * LONG_SECONDS)
@platforms
def test_each_adapter_for_five_minutes(name):
    fuzz(name, LONG_SECONDS)


@platforms
def test_there_are_marks_in_what_is_changed(name):
    if name not in {"cloudevents", "standard_webhooks"}:  # no person's text or id has a place there
        assert TEXT in json.dumps([found.body for found in marked(name)])
