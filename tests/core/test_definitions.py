from typing import Any

import pytest
from pydantic import ValidationError

from attesa.core.definitions import DEFAULT_CHANNELS, Definitions, Expectation
from attesa.core.definitions.policies import Coverage

WEEK = {"mon-fri": ["09:00-18:00"]}
ROME = {"time_zone": "Europe/Rome", "weekly": WEEK}


def fault(**fields: Any) -> tuple[str, str]:
    """The field at fault and what is wrong with it."""
    with pytest.raises(ValidationError) as found:
        Definitions.model_validate(fields)
    first = found.value.errors(include_url=False)[0]
    return ".".join(map(str, first["loc"])), first["msg"]


def test_without_a_word_the_numbers_of_metrics_hold():
    found = Definitions()
    assert found.channels["live_chat"] == DEFAULT_CHANNELS["live_chat"]
    assert {name: pair.session_timeout_seconds for name, pair in found.channels.items()} == {
        "live_chat": 14_400,
        "chat": 86_400,
        "social": 259_200,
        "email": 604_800,
    }
    assert {pair.measured_in for pair in found.channels.values()} == {"calendar"}
    assert (found.attribution_hours, found.touch) == (24, "last")
    assert found.countries["IT"].lost_ratio == 0.08
    assert found.countries["DE"].average_wait_seconds == 12
    assert not found.tenants["default"].agents


def test_a_channel_that_is_given_keeps_the_time_out_of_its_name():
    found = Definitions(channels={"chat": Expectation(good_seconds=60, bad_seconds=600)})
    assert found.channels["chat"].session_timeout_seconds == 86_400
    assert list(found.channels) == ["chat", "live_chat", "social", "email"]


def test_a_time_out_that_nobody_gave_is_never_below_the_bad_threshold():
    found = Definitions(channels={"live_chat": Expectation(good_seconds=60, bad_seconds=20_000)})
    assert found.channels["live_chat"].session_timeout_seconds == 20_000


def test_queues_are_a_list_of_names_or_names_with_policies():
    assert Definitions(queues=["sales", "support"]).queue_names == ("sales", "support")
    found = Definitions(
        hours={"rome": ROME}, queues={"sales": {"hours": "rome", "country": "IT"}, "support": None}
    )
    assert found.queue_names == ("sales", "support")
    assert found.queues["sales"].country == "IT"
    assert found.queues["support"].country is None


def test_a_queue_has_its_own_hours_else_the_default_ones_else_it_is_always_open():
    schedules = {"rome": ROME, "berlin": ROME | {"time_zone": "Europe/Berlin"}}
    found = Definitions(hours=schedules, queues={"sales": {"hours": "berlin"}, "support": None})
    assert found.hours_of("sales") == found.hours["berlin"]
    assert found.hours_of("support") is None
    assert found.hours_of("never heard of") is None
    by_default = Definitions(hours=schedules, queues={"sales": {"hours": "berlin"}}, default_hours="rome")
    assert by_default.hours_of("sales") == by_default.hours["berlin"]
    assert by_default.hours_of("never heard of") == by_default.hours["rome"]


def test_definitions_come_back_from_their_json():
    hours = ROME | {"holidays": ["2026-12-25"], "special": {"2026-12-24": ["09:00-12:00"], "2026-12-31": []}}
    given = Definitions(hours={"rome": hours}, queues={"sales": {"hours": "rome"}}, default_hours="rome")
    assert Definitions.model_validate_json(given.model_dump_json()) == given


def test_a_social_reply_covers_fewer_customers_the_later_it_comes():
    coverage = Definitions().coverage
    assert list(coverage) == ["social"]
    minutes = (0, 30, 31, 60, 61, 100_000)
    assert [coverage["social"].share_of(each * 60_000) for each in minutes] == [1, 1, 0.68, 0.68, 0.58, 0.58]
    assert coverage["social"].share_of(30 * 60_000 + 1) == 0.68


def test_coverage_falls_with_time():
    def refused(*steps: tuple[int, float], rest: float = 0.1) -> str:
        written = [{"within_seconds": seconds, "share": share} for seconds, share in steps]
        with pytest.raises(ValidationError) as found:
            Coverage.model_validate({"steps": written, "rest_share": rest})
        return ".".join(map(str, found.value.errors()[0]["loc"]))

    assert refused() == "steps"
    assert refused((60, 0.9), (60, 0.8)) == "steps.1.within_seconds"
    assert refused((60, 0.8), (120, 0.9)) == "steps.1.share"
    assert refused((60, 0.8), rest=0.9) == "rest_share"


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        (
            {"channels": {"fax": {"good_seconds": 1, "bad_seconds": 2}}},
            "channels.fax",
            "unknown channel 'fax': one of live_chat, chat, social, email",
        ),
        (
            {"channels": {"chat": {"good_seconds": 30, "bad_seconds": 30}}},
            "channels.chat.bad_seconds",
            "bad_seconds must be above good_seconds",
        ),
        (
            {"channels": {"chat": {"good_seconds": 3, "bad_seconds": 30, "session_timeout_seconds": 29}}},
            "channels.chat.session_timeout_seconds",
            "session_timeout_seconds must not be below bad_seconds",
        ),
        ({"default_channel": "fax"}, "default_channel", "unknown channel 'fax': one of"),
        ({"default_hours": "rome"}, "default_hours", "no schedule 'rome': there are none under hours:"),
        (
            {"hours": {"rome": ROME}, "queues": {"sales": {"hours": "milan"}}},
            "queues.sales.hours",
            "no schedule 'milan': one of rome",
        ),
        ({"queues": {"sales": {"country": "Italy"}}}, "queues.sales.country", "String should match pattern"),
        ({"queues": ["sales", 7]}, "queues.1", "a queue's name is text"),
        ({"queues": "sales"}, "queues", "Input should be a valid dictionary"),
        ({"sources": {"desk": {"country": "it"}}}, "sources.desk.country", "String should match pattern"),
        (
            {"sources": {"desk": {"presence_timeout_seconds": 3_601}}},
            "sources.desk.presence_timeout_seconds",
            "Input should be less than or equal to 3600",
        ),
        ({"coverage": {"fax": {"steps": [], "rest_share": 1}}}, "coverage.fax.steps", "Tuple should have"),
        ({"attribution_hours": 745}, "attribution_hours", "Input should be less than or equal to 744"),
        ({"touch": "middle"}, "touch", "Input should be 'last' or 'first'"),
        (
            {"tenants": {"shop": {"time_zone": "Rome"}}},
            "tenants.shop.time_zone",
            "unknown time zone 'Rome': IANA names, such as Europe/Rome",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_field(fields: dict, field: str, message: str):
    found_field, found_message = fault(**fields)
    assert found_field == field
    assert found_message.startswith(message)


def hours_fault(**fields: Any) -> tuple[str, str]:
    return fault(hours={"rome": ROME | fields})


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"time_zone": "../secrets"}, "time_zone", "unknown time zone '../secrets'"),
        ({"weekly": {}}, "weekly", "an empty week: no day has a span"),
        ({"weekly": {"sun": []}}, "weekly", "an empty week: no day has a span"),
        ({"weekly": {"monday": []}}, "weekly.monday", "a day is one of mon, tue, wed, thu, fri, sat, sun"),
        ({"weekly": {"sat-mon": []}}, "weekly.sat-mon", "a range of days runs from mon to sun"),
        ({"weekly": {"mon": ["9-13"]}}, "weekly.mon.0", "a span is written like 09:00-13:00"),
        ({"weekly": {"mon": ["09:60-13:00"]}}, "weekly.mon.0", "a span is written like 09:00-13:00"),
        ({"weekly": {"mon": ["09:00-24:01"]}}, "weekly.mon.0", "a day ends at 24:00"),
        ({"weekly": {"mon": ["22:00-02:00"]}}, "weekly.mon.0", "a span ends after it starts; over midnight,"),
        (
            {"weekly": {"mon": ["09:00-13:00", "12:59-18:00"]}},
            "weekly.mon",
            "spans must be in order and must not overlap: 12:59-18:00 after 09:00-13:00",
        ),
        ({"weekly": {"mon": ["14:00-18:00", "09:00-13:00"]}}, "weekly.mon", "spans must be in order"),
        (
            {"weekly": {"mon-fri": ["09:00-13:00"], "tue,fri": ["12:00-14:00"]}},
            "weekly.tue,fri",
            "overlaps the spans that another key gives for tue",
        ),
        ({"holidays": ["25 December"]}, "holidays.0", "a day is written like 2026-12-24"),
        ({"special": {"2026-02-30": []}}, "special.2026-02-30.[key]", "a day is written like 2026-12-24"),
        ({"special": {"2026-12-24": ["9"]}}, "special.2026-12-24.0", "a span is written like"),
    ],
)
def test_wrong_hours_are_named_with_their_field(fields: dict, field: str, message: str):
    found_field, found_message = hours_fault(**fields)
    assert found_field == f"hours.rome.{field}"
    assert found_message.startswith(message)


def test_days_are_named_one_by_one_in_ranges_and_in_lists():
    weekly = {"mon-wed, fri": ["09:00-13:00"], "mon": ["14:00-24:00"], "Sun": ["00:00-01:00"], "sat": []}
    found = Definitions(hours={"rome": ROME | {"weekly": weekly}}).hours["rome"]
    assert list(found.weekly) == ["mon", "tue", "wed", "fri", "sun"]
    assert found.weekly["mon"] == ((540, 780), (840, 1440))
    assert found.model_dump(mode="json")["weekly"]["mon"] == ["09:00-13:00", "14:00-24:00"]


@pytest.mark.parametrize(
    ("sources", "field", "said"),
    [
        ({"a": {"topics": ["attesa.events"]}}, "sources.a.topics.0", "a topic of attesa's"),
        ({"a": {"topics": ["x", "x"]}}, "sources.a.topics.1", "stands here twice"),
        ({"a": {"topics": ["x"]}, "b": {"topics": ["y", "x"]}}, "sources.b.topics.1", "source a reads it"),
        ({"a": {"topics": ["no/name"]}}, "sources.a.topics.0", "pattern"),
        ({"a": {"topics": [".."]}}, "sources.a.topics.0", "pattern"),
        ({"a": {"secrets": ["S"], "topics": ["x"]}}, "sources.a.topics", "a source of its own"),
        ({"a": {"tokens": ["S"], "topics": ["x"]}}, "sources.a.topics", "a source of its own"),
    ],
)
def test_a_topic_is_a_teams_own_and_read_by_one_source_only(sources, field, said):
    found, message = fault(sources=sources)
    assert found == field
    assert said in message
