"""Rows as contacts: ids, times in every notation, and what is not compared."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reconcile.reading import contacts_of

from attesa.core.errors import InputError
from attesa.reconcile.contacts import OUTSIDE, TOO_RECENT, WITHOUT_ID
from attesa.reconcile.instants import instant_ms

ROME = ZoneInfo("Europe/Rome")
AT = 1_795_608_060_000  # 2026-11-25T12:01:00Z


@pytest.mark.parametrize(
    "value",
    [
        1_795_608_060, 1_795_608_060_000, "1795608060", "1795608060.000", "1795608060000",
        "2026-11-25T12:01:00Z", "2026-11-25T12:01:00.000000Z", "2026-11-25 12:01:00 UTC", "2026-11-25T12:01Z",
        "2026-11-25T13:01:00+01:00", "2026-11-25 13:01:00 +0100", "2026-11-25 13:01:00", "20261125T120100Z",
    ],
)  # fmt: skip
def test_one_instant_in_the_notations_of_platforms(value: object):
    assert instant_ms(value, ROME) == AT


@pytest.mark.parametrize(
    "value", ["", "soon", "31/01/2026", 0, 12, True, None, [], "0000", 10**20, "1970-01-01T01:00:00Z"]
)
def test_what_says_no_instant_is_none(value: object):
    assert instant_ms(value, ROME) is None


def test_a_format_reads_what_is_not_iso():
    assert instant_ms("25/11/2026 13:01", ROME, "%d/%m/%Y %H:%M") == AT
    assert instant_ms("11/25/2026 13:01", ROME, "%d/%m/%Y %H:%M") is None


@given(st.integers(700_000_000, 4_000_000_000))
def test_seconds_and_milliseconds_of_one_instant_are_never_mistaken(seconds: int):
    assert instant_ms(seconds, UTC) == instant_ms(seconds * 1000, UTC) == seconds * 1000


@given(st.text(max_size=30) | st.integers() | st.floats())
def test_whatever_the_value_it_is_an_instant_or_none(value: object):
    found = instant_ms(value, UTC)

    assert found is None or found > 0


def test_the_first_time_that_cannot_be_read_is_an_error_a_later_one_is_a_contact_without():
    with pytest.raises(InputError, match=r"'31/01/2026' cannot be read: .*--time-format"):
        contacts_of(b"id,created_at\n1,31/01/2026\n")
    found = contacts_of(b"id,created_at\n1,\n2,2026-01-31\n3,soon\n")

    assert [one.at is None for one in found] == [True, False, True]


def test_rows_that_are_not_compared_say_why():
    rows = (
        b"id,created_at,Channel\n1,2026-01-01,CHAT\n2,2026-02-01,CHAT\n3,2026-02-02,TASK\n,2026-02-02,CHAT\n"
        b"5,2026-02-03,Chat\n6,2026-02-04,CHAT\n"
    )
    found = contacts_of(
        rows,
        apart={"channel": {"task": "tasks"}},
        since_ms=instant_ms("2026-02-01", UTC),
        settled_ms=instant_ms("2026-02-04", UTC),
    )

    assert [one.apart for one in found] == [OUTSIDE, None, "tasks", WITHOUT_ID, None, TOO_RECENT]


def test_the_end_of_the_period_is_excluded():
    found = contacts_of(b"id,created_at\n1,2026-02-01\n", until_ms=instant_ms("2026-02-01", UTC))

    assert found[0].apart == OUTSIDE


def test_the_conversation_is_named_as_events_name_it():
    (one,) = contacts_of(b"id\n 42 \n", conversation=lambda native: f"chatwoot/shop/{native}")

    assert (one.id, one.conversation) == ("42", "chatwoot/shop/42")
