"""Fields are read by path and declared kind; times in their declared unit, within a range."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Reader, Wrong

S = int(NOW.timestamp())


def read(**fields):
    return Reader(fields, NOW)


def test_a_path_leads_through_objects_and_lists():
    reader = read(entry=[{"changes": [{"id": 7}]}])
    assert reader.id("entry.0.changes.0.id") == "7"
    (entry,) = reader.each("entry")
    (change,) = entry.each("changes")
    with pytest.raises(Wrong) as told:
        change.text("value.name")
    assert (told.value.path, told.value.detail) == ("entry.0.changes.0.value.name", "the field is missing")


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 7), ("text", None), ("id", True), ("id", 1.5), ("id", ""), ("id", {}), ("integer", True),
        ("integer", "7"), ("number", "7"), ("flag", "true"), ("child", []), ("child", "x"),
        ("instant_s", True),
        ("instant_s", "soon"), ("instant_s", {}), ("instant_iso", S), ("instant_iso", "2026-01-31"),
        ("instant_iso", "2026-01-31T12:00:00"), ("instant_iso", "2026-02-31T12:00:00Z"), ("instant_ms", None),
        ("instant_iso", "2026-01-31T12:00:00+99:99"), ("instant_s", 1e300), ("instant_s", 10**40),
    ],
)  # fmt: skip
def test_another_kind_is_wrong_with_its_path(method, value):
    with pytest.raises(Wrong) as told:
        getattr(read(a=value), method)("a")
    assert told.value.path == "a"


@pytest.mark.parametrize("value", [None, 0, "0", ""])
def test_never_is_no_time(value):
    assert read(a=value).maybe_instant_s("a") is None
    assert read(a=value).maybe_instant_ms("a") is None


@pytest.mark.parametrize("value", ["1970-01-01T00:00:00.001Z", "1970-01-01T01:00:00.000000Z", None])
def test_the_first_day_of_1970_is_never(value):
    assert read(a=value).maybe_instant_iso("a") is None


@pytest.mark.parametrize(
    ("method", "value"),
    [("instant_s", S), ("instant_s", str(S)), ("instant_s", float(S)), ("instant_ms", S * 1000),
     ("instant_ms", str(S * 1000)), ("instant_iso", "2026-11-25T12:00:00Z"),
     ("instant_iso", "2026-11-25T13:00:00+01:00"), ("instant_iso", "2026-11-25 12:00:00 UTC"),
     ("instant_iso", "2026-11-25T07:00:00.000-0500")],
)  # fmt: skip
def test_one_instant_in_every_notation(method, value):
    found = getattr(read(a=value), method)("a")
    assert (found.at, found.source) == (NOW, "event")
    assert found.written == "2026-11-25T12:00:00.000Z"
    assert found.milliseconds == S * 1000


def test_fractions_are_kept_to_the_microsecond():
    assert read(a=S + 0.75).instant_s("a").written == "2026-11-25T12:00:00.750Z"
    assert read(a="2026-11-25T11:00:00.877001Z").instant_iso("a").written == "2026-11-25T11:00:00.877001Z"
    assert read(a="2026-11-25T11:00:00.123456789Z").instant_iso("a").at.microsecond == 123456


@pytest.mark.parametrize(
    ("method", "value"),
    [("instant_s", S * 1000), ("instant_ms", S), ("instant_s", S + 3_601), ("instant_s", 631_151_999),
     ("instant_iso", "1989-12-31T23:59:59Z"), ("instant_iso", "2026-11-25T13:00:01Z")],
)  # fmt: skip
def test_a_time_out_of_range_is_wrong_and_so_is_one_in_another_unit(method, value):
    with pytest.raises(Wrong):
        getattr(read(a=value), method)("a")


def test_the_time_of_receipt_says_that_it_is():
    assert read().received.source == "received"


def test_a_body_that_is_no_json_is_wrong():
    for raw in (b"", b"\xff", b"[" * 100_000):
        with pytest.raises(Wrong):
            Delivery(raw, NOW).json()


def test_a_form_is_read_as_text():
    body = Delivery(b"EventType=task.created&Timestamp=1764072000&Empty=", NOW).form()
    assert body.text("EventType") == "task.created"
    assert body.instant_s("Timestamp").at == datetime(2025, 11, 25, 12, tzinfo=UTC)
    assert body.text("Empty") == ""


def test_a_country_is_two_letters_or_none():
    assert read(a="it").maybe_country("a") == "IT"
    assert read(a="Italy").maybe_country("a") is None
    assert read(a=39).maybe_country("a") is None


def test_up_to_an_hour_ahead_is_a_slow_clock_of_ours():
    assert read(a=S + 3_600).instant_s("a").at == NOW + timedelta(hours=1)
