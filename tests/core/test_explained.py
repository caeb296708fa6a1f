"""A session is found in the rows of state as it was judged, and explained in the tenant's own time."""

import json
from collections import Counter

import pytest
from tests.core.explaining import example, explained, keep
from tests.core.making import story
from tests.oracle.stories import HISTORY, agent, customer, ended, ms, queued, started

from attesa.core.errors import ConfigurationError
from attesa.core.explained import explanation_object
from attesa.core.explained.lines import duration, money, times_of
from attesa.core.explained.state import Named, readings
from attesa.core.partition.state import FORMAT

CHAT = (started(0, customer="k"), queued(5), agent(20), ended(120, "agent"))


def test_a_session_is_named_by_its_conversation_and_number() -> None:
    assert readings("42/3") == [Named("42", 3), Named("42/3", None)]
    assert readings("shop/chat/42/3")[0] == Named("shop/chat/42", 3)


@pytest.mark.parametrize("name", ["42", "shop/chat", "42/0", "42/", "/3", "42/03", "42/x"])
def test_a_conversation_alone_is_its_newest_session(name: str) -> None:
    assert readings(name) == [Named(name, None)]


def test_without_a_number_the_newest_session_is_explained() -> None:
    kept = keep(*CHAT, customer(500), agent(510))

    assert kept.explain("c/1").session == "c/1"
    assert kept.explain("c").session == "c/2"


def test_what_is_not_there_is_not_found() -> None:
    kept = keep(*CHAT)

    assert kept.explain("c/2") is None
    assert kept.explain("d") is None


def test_what_was_let_go_is_not_found() -> None:
    assert keep(*CHAT, until_ms=ms(10 * 86_400)).explain("c/1") is None


def test_rows_of_another_version_are_refused() -> None:
    kept = keep(*CHAT)
    header = kept.rows[b"sh"].replace(FORMAT.encode(), b"0" * len(FORMAT))

    with pytest.raises(ConfigurationError, match="another version"):
        kept._replace(rows=kept.rows | {b"sh": header}).explain("c/1")


def test_the_counts_are_the_totals() -> None:
    told = *CHAT[:-1], customer(60), agent(100), ended(120, "agent")
    found: Counter[str] = Counter()
    for one in explained(*told, until=300).counts:
        found.update(one.counts)
    (row,) = story(*told, until=300).totals
    named = {name: amount for name, amount in found.items() if "buckets" not in name}

    assert named == {name: getattr(row.total, name) for name in named}
    assert found["answered_buckets to 20 s"] == 1


def test_where_it_was_read_and_what_that_cannot_tell_is_said() -> None:
    found = explained(*CHAT, until=300)

    assert found.read_from == [
        "attesa.state: attesa.events/3 at offset 5, clock 2026-01-01T00:05:00+00:00",
        "attesa.state: attesa.customers of customer k at offset 2, clock 2026-01-01T00:05:00+00:00",
    ]
    assert any("hashes" in each for each in found.cannot_tell)


def test_for_programs_every_instant_has_its_offset() -> None:
    found = json.loads(json.dumps(explanation_object(explained(*CHAT, until=300, zone="Europe/Rome"))))

    assert found["time_zone"] == "Europe/Rome"
    assert found["events"][1] | {"id_hash": ""} == {
        "at": "2026-01-01T01:00:05+01:00",
        "what": "session.queued",
        "text": "asked for a person: the wait begins",
        "id_hash": "",
    }
    assert found["verdicts"][0] == {
        "of": "first reply, good",
        "threshold_seconds": 30,
        "deadline": "2026-01-01T01:00:35+01:00",
        "verdict": "met",
        "at": "2026-01-01T01:00:20+01:00",
        "text": "the reply came after 15 s; 30 s were allowed",
    }
    assert found["counts"][0] == {
        "at": "2026-01-01T01:00:00+01:00",
        "cell": {"channel": "live_chat", "queue": "unknown", "country": "unknown"},
        "counts": {"records": 1},
    }


def test_an_instant_of_another_day_shows_its_date() -> None:
    times = times_of("Europe/Rome", ms(0))

    assert times.stamp(ms(0)) == "01:00:00+01:00"
    assert times.stamp(ms(0.25)) == "01:00:00.250+01:00"
    assert times.stamp(ms(86_400)) == "2026-01-02 01:00:00+01:00"
    assert times.clock(ms(86_400)) == "2026-01-02 01:00:00"
    assert times.of_day() == "Thursday 1 January 2026"


@pytest.mark.parametrize(
    ("ms_long", "written"),
    [
        (0, "0 s"), (400, "0.4 s"), (28_000, "28 s"), (60_000, "1 min"), (90_500, "1 min 30.5 s"),
        (7_500_000, "2 h 5 min"), (90_061_000, "1 d 1 h 1 min 1 s"), (-5_000, "-5 s"),
    ],
)  # fmt: skip
def test_a_duration_is_written_whole(ms_long: int, written: str) -> None:
    assert duration(ms_long) == written


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (12_990, "EUR", "129.90 EUR"),
        (5, "EUR", "0.05 EUR"),
        (500, "JPY", "500 JPY"),
        (-5, "BHD", "-0.005 BHD"),
    ],
)
def test_money_is_written_in_the_currency_s_own_decimals(minor: int, currency: str, written: str) -> None:
    assert money(minor, currency) == written


def test_the_example_s_sessions_are_one_customer_s() -> None:
    one, other = example("example-3/1", "UTC"), example("example-4/1", "UTC")

    assert one.tenant != HISTORY
    assert one.customer == other.customer == "ex-u-1"
