from datetime import UTC, datetime

import pytest
from tests.replay.rows import HEADER, HUNG_UP, NO_QUEUE, month, row

from attesa.core.errors import InputError
from attesa.core.events.intake import Refused
from attesa.core.events.wire import decode
from attesa.core.rows import encode
from attesa.replay.deliveries import BrokenRow
from attesa.replay.technion import Call, RowError, event_count, events, read_month, read_row


def at(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1000)


def told(call: Call) -> list[tuple[str, str, dict[str, object]]]:
    """Type, time of day in UTC and data of each event."""
    return [(body["type"], body["time"][:19], body["data"]) for _, body in events(call, "bank")]


def test_a_queued_and_answered_call_becomes_a_chat_that_waits_for_its_queue_time() -> None:
    call = read_row(row())

    assert told(call) == [
        (
            "attesa.session.started",
            "1999-01-13T08:00:00",
            {
                "channel": "live_chat",
                "direction": "inbound",
                "by": "customer",
                "bot_first": True,
                "country": "IL",
                "queue": "PS",
                "customer": "27997683",
            },
        ),
        ("attesa.session.queued", "1999-01-13T08:00:10", {"queue": "PS"}),
        ("attesa.agent.accepted", "1999-01-13T08:01:00", {"queue": "PS", "is_reply": True}),
        ("attesa.session.ended", "1999-01-13T08:03:02", {"by": "customer", "effective_seconds": 122}),
    ]


def test_events_carry_a_deterministic_id_the_conversation_and_the_key() -> None:
    (_, started), *_ = events(read_row(row()), "bank")

    assert started["id"] == "technion:1999-01-13-AA0101-33116:started"
    assert started["subject"] == "1999-01-13-AA0101-33116"
    assert started["partitionkey"] == "bank:1999-01-13-AA0101-33116"
    assert started["tenant"] == "bank"


@pytest.mark.parametrize(
    "made",
    [
        row(),
        row(NO_QUEUE),
        row(HUNG_UP),
        row(HUNG_UP, NO_QUEUE),
        row(outcome="PHANTOM"),
        row(vru_entry="10:00:40"),
        row(type=""),
    ],
)
def test_every_event_passes_the_schema_and_they_ascend_in_time(made: bytes) -> None:
    call = read_row(made)
    found = events(call, "bank")

    assert not [body for _, body in found if isinstance(decode(encode(body)), Refused)]
    assert [time for time, _ in found] == sorted(time for time, _ in found)
    assert len(found) == event_count(call)


def test_a_call_that_did_not_queue_asks_when_it_leaves_the_vru_and_waits_nothing() -> None:
    call = read_row(row(NO_QUEUE, vru_exit="10:00:07"))

    assert call.requested_at == call.replied_at == at("1999-01-13T08:00:07")
    assert call.ended_at - call.requested_at == 122_000


def test_somebody_who_hangs_up_in_the_queue_leaves_after_the_queue_time() -> None:
    call = read_row(row(HUNG_UP))

    assert call.requested_at == at("1999-01-13T08:00:10")
    assert call.replied_at is None
    assert call.ended_at == at("1999-01-13T08:01:00")
    assert told(call)[-1][2] == {"by": "customer"}


def test_service_times_of_somebody_who_hung_up_mean_nothing() -> None:
    assert read_row(row(outcome="HANG")) == read_row(row(HUNG_UP))


def test_somebody_who_hangs_up_without_a_queue_entry_was_never_offered() -> None:
    call = read_row(row(HUNG_UP, NO_QUEUE))

    assert call.requested_at is None
    assert call.ended_at == at("1999-01-13T08:00:10")
    assert event_count(call) == 2


def test_a_phantom_is_a_broken_session_that_asks_for_nobody() -> None:
    call = read_row(row(outcome="PHANTOM"))

    assert call.requested_at is None
    assert told(call)[-1][2] == {"by": "system", "reason": "broken"}


def test_the_service_start_is_not_believed() -> None:
    assert read_row(row(ser_start="10:20:00", ser_exit="10:00:20")) == read_row(row())


def test_a_call_that_leaves_the_vru_before_it_enters_starts_when_it_asks() -> None:
    call = read_row(row(vru_entry="10:00:47", vru_time="-37"))

    assert call.started_at == call.requested_at == at("1999-01-13T08:00:10")


@pytest.mark.parametrize(
    ("times", "requested", "replied"),
    [
        (
            {"vru_entry": "23:59:48", "vru_exit": "23:59:59", "q_start": "0:00:05", "q_exit": "0:00:55"},
            "1999-01-13T22:00:05",
            "1999-01-13T22:00:55",
        ),
        (
            {"vru_entry": "23:59:48", "vru_exit": "0:00:03", "q_start": "0:00:03", "q_exit": "0:00:53"},
            "1999-01-13T22:00:03",
            "1999-01-13T22:00:53",
        ),
        (
            {"vru_entry": "23:59:20", "vru_exit": "23:59:30", "q_start": "23:59:30", "q_exit": "0:00:20"},
            "1999-01-13T21:59:30",
            "1999-01-13T22:00:20",
        ),
        (
            {"vru_entry": "23:59:48", "vru_exit": "24:00:03", "q_start": "24:00:03", "q_exit": "24:00:53"},
            "1999-01-13T22:00:03",
            "1999-01-13T22:00:53",
        ),
    ],
    ids=["before the queue", "in the vru", "in the queue", "written as hour 24"],
)
def test_a_step_back_of_over_twelve_hours_is_the_next_day(
    times: dict[str, str], requested: str, replied: str
) -> None:
    call = read_row(row(times))

    assert (call.requested_at, call.replied_at) == (at(requested), at(replied))


def test_a_queue_entered_at_midnight_itself_is_a_queue() -> None:
    midnight = {"vru_entry": "23:59:50", "vru_exit": "0:00:00", "q_start": "0:00:00", "q_exit": "0:00:50"}

    call = read_row(row(HUNG_UP, midnight))

    assert call.requested_at == at("1999-01-13T22:00:00")
    assert call.ended_at - call.requested_at == 50_000


def test_a_zero_queue_start_at_noon_is_no_queue_whatever_else_is_written() -> None:
    assert read_row(row(HUNG_UP, q_start="0:00:00")).requested_at is None


def test_summer_time_is_two_hours_and_another_from_utc() -> None:
    winter, summer = read_row(row(date="990401")), read_row(row(date="990402"))

    assert winter.started_at == at("1999-04-01T08:00:00")
    assert summer.started_at == at("1999-04-02T07:00:00")


def test_durations_stay_as_they_are_over_the_end_of_summer_time() -> None:
    # On 3 September 1999 the clocks in Israel went from 2:00 back to 1:00.
    late = {"vru_entry": "1:59:30", "vru_exit": "1:59:40", "q_start": "1:59:40", "q_exit": "1:00:30"}

    call = read_row(row(late, date="990903"))

    assert call.requested_at == at("1999-09-02T22:59:40")
    assert call.replied_at == at("1999-09-02T23:00:30")


def test_an_hour_that_comes_twice_is_the_second_one_where_the_first_is_over() -> None:
    late = {"vru_entry": "1:59:50", "vru_exit": "1:00:02", "q_start": "1:00:02", "q_exit": "1:00:52"}

    call = read_row(row(late, date="990903"))

    assert call.started_at == at("1999-09-02T22:59:50")
    assert call.requested_at == at("1999-09-02T23:00:02")


@pytest.mark.parametrize("written", ["990113", "19990113", "1999-01-13"])
def test_a_date_may_be_written_with_and_without_its_century(written: str) -> None:
    assert read_row(row(date=written)) == read_row(row())


def test_blanks_around_the_columns_and_small_letters_of_an_outcome_change_nothing() -> None:
    padded = {
        "date": " 990113 ",
        "outcome": "Agent  ",
        "type": " PS",
        "q_time": " 50",
        "vru_entry": " 10:00:00",
    }

    assert read_row(row(padded)) == read_row(row())


def test_blank_queue_and_service_times_are_none() -> None:
    blank = dict.fromkeys(("q_start", "q_exit", "q_time", "ser_start", "ser_exit", "ser_time"), "")

    assert read_row(row(HUNG_UP, blank)) == read_row(row(HUNG_UP, NO_QUEUE))


@pytest.mark.parametrize("customer", ["0", "6.02E+11", ""])
def test_an_unknown_customer_is_no_matter(customer: str) -> None:
    call = read_row(row(customer_id=customer))
    assert call == read_row(row())._replace(customer=None)
    assert "customer" not in told(call)[0][2]


def test_a_negative_talk_time_is_not_told_and_the_call_is_answered_all_the_same() -> None:
    call = read_row(row(ser_time="-3"))

    assert call.replied_at == call.ended_at
    assert told(call)[-1][2] == {"by": "customer"}


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"vru_entry": "25:61:00"}, "vru_entry", "no such time of day: '25:61:00'"),
        ({"vru_entry": "25:00:00"}, "vru_entry", "no such time of day: '25:00:00'"),
        ({"q_start": "10:61:00"}, "q_start", "no such time of day: '10:61:00'"),
        ({"ser_exit": "noon"}, "ser_exit", "not a time like 6:55:26: 'noon'"),
        ({"vru_exit": ""}, "vru_exit", "not a time like 6:55:26: ''"),
        ({"date": "990231"}, "date", "no such day: '990231'"),
        ({"date": "13.1.99"}, "date", "not a date like 990131 or 19990131: '13.1.99'"),
        ({"outcome": "BUSY"}, "outcome", "one of AGENT, HANG, PHANTOM, not 'BUSY'"),
        ({"q_time": "50s"}, "q_time", "not a number of seconds: '50s'"),
        ({"q_time": "-1"}, "q_time", "a wait of -1 s"),
        ({"ser_time": "99999999999"}, "ser_time", "longer than a year: 99999999999"),
        ({"call_id": ""}, "call_id", "the call cannot be told from others without its line and call id"),
        ({"server": "AVI\t1"}, "column 18", "18 columns where there should be 17"),
    ],
)
def test_a_row_that_cannot_be_used_names_the_column_and_says_why(
    change: dict[str, str], column: str, says: str
) -> None:
    with pytest.raises(RowError) as caught:
        read_row(row(change))

    assert (caught.value.column, caught.value.detail) == (column, says)


def test_a_broken_row_is_named_with_its_line_and_the_rest_goes_on() -> None:
    lines = month(row(), row(vru_entry="99:00:00", call_id="2"), row(call_id="3"))

    first, broken, last = read_month(lines, "january.tsv")

    assert isinstance(first, Call)
    assert isinstance(last, Call)
    assert isinstance(broken, BrokenRow)
    assert str(broken) == "january.tsv, line 3, vru_entry: no such time of day: '99:00:00'"


def test_too_few_columns_are_a_broken_row() -> None:
    (broken,) = read_month(month(b"\t".join(row().split(b"\t")[:12])), "january.tsv")

    assert isinstance(broken, BrokenRow)
    assert broken.column == "column 12"


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
def test_line_endings_blank_lines_and_a_missing_last_newline_do_not_matter(ending: bytes) -> None:
    lines = [*month(row(), ending=ending), ending, row(call_id="2"), b"\x1a"]

    assert len(list(read_month(lines[:-1], "january.tsv"))) == 2
    assert len(list(read_month([*lines[:-2], row(call_id="2") + ending, lines[-1]], "january.tsv"))) == 2


def test_latin_letters_are_read() -> None:
    assert read_row(row(type="Pé")).queue == "Pé"


def test_the_same_row_twice_is_one_call() -> None:
    assert len(list(read_month(month(row(), row()), "january.tsv"))) == 1


def test_two_different_rows_of_one_name_are_two_calls() -> None:
    first, second = read_month(month(row(), row(vru_entry="9:59:00")), "january.tsv")

    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert second.conversation == first.conversation + "~2"


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER.replace(b"\t", b","), "x.tsv, line 1, column 1: columns are parted by ','"),
        (HEADER.replace(b"\t", b";"), "x.tsv, line 1, column 1: columns are parted by ';'"),
        (HEADER.replace(b"q_time", b"wait"), "x.tsv, line 1, column 12: expected 'q_time', found 'wait'"),
        (HEADER.replace(b"\tserver", b""), "x.tsv, line 1, column 17: expected 'server', found missing"),
        (HEADER.replace(b"server", b"server\tteam"), "x.tsv, line 1, column 18: one column too many, 'team'"),
        (b"", "x.tsv, line 1, column 1: expected 'vru+line', found ''"),
        (row(), "x.tsv, line 1, column 1: expected 'vru+line', found 'aa0101'"),
    ],
    ids=["comma", "semicolon", "renamed", "absent", "too many", "empty file", "no header"],
)
def test_wrong_columns_or_another_delimiter_are_one_clear_error(header: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        list(read_month(month(row(), header=header), "x.tsv"))

    assert str(caught.value).startswith(says)
    assert caught.value.exit_code == 2


def test_a_header_in_capitals_with_blanks_is_accepted() -> None:
    assert list(read_month(month(row(), header=HEADER.upper().replace(b"\t", b" \t")), "x.tsv"))
