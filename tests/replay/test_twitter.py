import gzip
import json
from pathlib import Path

import pytest

from attesa.core.errors import InputError
from attesa.core.events.intake import Refused
from attesa.core.events.wire import decode
from attesa.core.rows import encode
from attesa.replay.deliveries import BrokenRow
from attesa.replay.histories import read_twitter
from attesa.replay.twitter import Post, Posts, event_count, events, threads

START_MS = 1_585_762_292_933  # 2020-04-01T17:31:32.933Z
MINUTE_MS = 60_000
POST = {
    "thread_id": "t-1",
    "company": "TeamVideo",
    "message_id": "1001",
    "author": "customer",
    "author_id": "u-5",
    "occurred_at_ms": START_MS,
    "chars": 91,
    "question_marks": 1,
}
REPLY = {"message_id": "1002", "author": "agent", "author_id": "u-a", "occurred_at_ms": START_MS + MINUTE_MS}


def line(*changes: dict[str, object], **more: object) -> bytes:
    post = dict(POST)
    for change in (*changes, more):
        post.update(change)
    return json.dumps({name: value for name, value in post.items() if value is not ...}).encode() + b"\n"


def read(*lines: bytes) -> list[Post | BrokenRow]:
    return list(Posts().read(lines, "care.jsonl"))


def posts(*lines: bytes) -> list[Post]:
    found = [item for item in read(*lines) if isinstance(item, Post)]
    assert len(found) == len(lines)
    return found


def test_a_thread_becomes_a_public_conversation_of_its_customer_in_the_companys_queue() -> None:
    (thread,) = threads(posts(line(), line(REPLY, chars=356, question_marks=0)))

    assert [(body["type"], body["time"], body["data"]) for _, body in events(thread, "care")] == [
        (
            "attesa.session.started",
            "2020-04-01T17:31:32.933Z",
            {
                "channel": "social",
                "direction": "inbound",
                "by": "customer",
                "queue": "TeamVideo",
                "visibility": "public",
                "customer": "u-5",
            },
        ),
        (
            "attesa.message.sent",
            "2020-04-01T17:31:32.933Z",
            {"author": "customer", "message_id": "1001", "length": 91, "questions": 1},
        ),
        (
            "attesa.message.sent",
            "2020-04-01T17:32:32.933Z",
            {"author": "agent", "message_id": "1002", "length": 356, "questions": 0, "agent": "u-a"},
        ),
    ]


def test_events_carry_the_threads_name_and_the_same_id_each_time() -> None:
    (thread,) = threads(posts(line()))
    (_, started), (_, first) = events(thread, "care")

    assert (started["id"], first["id"]) == ("twitter:t-1:started", "twitter:t-1:1001")
    assert {body["partitionkey"] for body in (started, first)} == {"care:t-1"}
    assert event_count(thread) == 2


def test_a_thread_that_the_company_opens_is_outbound() -> None:
    (thread,) = threads(posts(line(REPLY), line(occurred_at_ms=START_MS + 2 * MINUTE_MS)))
    (_, started), *_ = events(thread, "care")

    assert started["data"]["direction"] == "outbound"
    assert (started["data"]["by"], started["data"]["customer"]) == ("agent", "u-5")


def test_posts_are_put_in_the_order_of_time_whatever_the_order_of_the_file() -> None:
    second = {"thread_id": "t-0", "occurred_at_ms": START_MS + MINUTE_MS // 2}

    found = threads(posts(line(second), line(REPLY), line()))

    assert [[post.message_id for post in thread] for thread in found] == [["1001", "1002"], ["1001"]]


def test_every_event_passes_the_schema_to_the_limits_of_the_file() -> None:
    long = {"thread_id": "x" * 100, "message_id": "x" * 100, "company": "x" * 128, "author_id": "x" * 128}
    (thread,) = threads(posts(line(long, chars=10_000_000, question_marks=10_000_000)))

    assert not [body for _, body in events(thread, "care") if isinstance(decode(encode(body)), Refused)]


def test_the_same_post_twice_is_one_and_another_of_its_name_is_broken() -> None:
    first, broken = read(line(), line(), line(chars=92))

    assert isinstance(first, Post)
    assert str(broken) == "care.jsonl, line 3, message_id: care.jsonl, line 1, has another post of this name"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"author": "bot"}, "author: Invalid enum value 'bot'"),
        ({"author": ...}, "column 1: Object missing required field `author`"),
        ({"occurred_at_ms": "1585762292933"}, "occurred_at_ms: Expected `int`, got `str`"),
        ({"occurred_at_ms": 1_585_762_292}, "occurred_at_ms: Expected `int` >= 631152000000"),
        ({"occurred_at_ms": 10**15}, "occurred_at_ms: Expected `int` <= 253402300799999"),
        ({"chars": -1}, "chars: Expected `int` >= 0"),
        ({"chars": 1.5}, "chars: Expected `int`, got `float`"),
        ({"question_marks": None}, "question_marks: Expected `int`, got `null`"),
        ({"thread_id": ""}, "thread_id: Expected `str` of length >= 1"),
        ({"company": "x" * 129}, "company: Expected `str` of length <= 128"),
    ],
)
def test_a_broken_line_is_named_with_its_field_and_the_rest_goes_on(
    change: dict[str, object], told: str
) -> None:
    first, broken, last = read(line(), line(change), line(REPLY))

    assert isinstance(first, Post)
    assert isinstance(last, Post)
    assert str(broken) == f"care.jsonl, line 2, {told}"


@pytest.mark.parametrize("raw", [b"oops\n", b'{"thread_id": "t-1"', b"[]\n", b"\xff\xfe\n"])
def test_what_is_no_post_at_all_is_broken_too(raw: bytes) -> None:
    (broken,) = read(raw)

    assert isinstance(broken, BrokenRow)
    assert (broken.line, broken.column) == (1, "column 1")


def test_blank_lines_are_skipped_and_more_fields_do_no_harm() -> None:
    (post,) = read(b"\n", b"  \r\n", line(likes=3))

    assert isinstance(post, Post)


def test_a_thread_may_go_on_in_another_file_and_files_may_overlap(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    first.write_bytes(line(REPLY))
    second.write_bytes(gzip.compress(line() + line(REPLY)))

    history = read_twitter([first, second], "care")

    assert history.total == len(list(history)) == 3
    assert (history.first_ms, history.newest_ms) == (START_MS, START_MS + MINUTE_MS)
    assert history.channels == ("social",)


def test_strict_stops_at_the_first_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "care.jsonl"
    path.write_bytes(line() + line(message_id="2", author="bot"))

    with pytest.raises(InputError, match=r"care\.jsonl, line 2, author: .* nothing was sent"):
        read_twitter([path], "care", strict=True)
    assert len(read_twitter([path], "care").broken_rows) == 1


def test_a_file_without_a_usable_post_says_what_is_wrong_with_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "care.csv"
    path.write_bytes(b"thread_id,company\n")

    with pytest.raises(InputError, match=r"not one usable post.* line 1, column 1"):
        read_twitter([path], "care")
