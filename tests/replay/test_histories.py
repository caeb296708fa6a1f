import gzip
from pathlib import Path

import pytest
from tests.replay.rows import HEADER, HUNG_UP, row

from attesa.core.errors import InputError
from attesa.core.events.wire import Decoded, decode
from attesa.replay.histories import read_jsonl, read_technion

EXAMPLES = Path(__file__).parents[2] / "examples"


def write(path: Path, *rows: bytes) -> Path:
    path.write_bytes(HEADER + b"\r\n".join(rows))
    return path


def test_events_of_several_files_come_in_the_order_of_time(tmp_path: Path) -> None:
    later = write(
        tmp_path / "february.tsv", row(date="990201"), row(date="990201", vru_entry="9:00:00", call_id="2")
    )
    earlier = write(tmp_path / "january.tsv", row())

    history = read_technion([later, earlier], "bank")

    times = [one.time_ms for one in history]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (history.first_ms, history.newest_ms)
    assert len(times) == history.total == 12


def test_a_history_can_be_delivered_again_and_is_the_same(tmp_path: Path) -> None:
    history = read_technion([write(tmp_path / "january.tsv", row(), row(HUNG_UP, call_id="2"))], "bank")

    assert list(history) == list(history)


def test_a_packed_file_is_told_by_its_contents(tmp_path: Path) -> None:
    path = tmp_path / "january.tsv"
    path.write_bytes(gzip.compress(HEADER + row()))

    assert read_technion([path], "bank").total == 4


def test_a_packed_file_that_breaks_off_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "january.tsv.gz"
    path.write_bytes(gzip.compress(HEADER + row())[:-12])

    with pytest.raises(InputError, match=r"january.tsv.gz, line \d+, column 1: the gzip data breaks off"):
        read_technion([path], "bank")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"february\.tsv: No such file or directory"):
        read_technion([tmp_path / "february.tsv"], "bank")


def test_strict_stops_at_the_first_broken_row(tmp_path: Path) -> None:
    path = write(tmp_path / "january.tsv", row(), row(vru_exit="99:99:99", call_id="2"))

    with pytest.raises(InputError, match=r"january\.tsv, line 3, vru_exit: .* nothing was sent"):
        read_technion([path], "bank", strict=True)
    assert len(read_technion([path], "bank").broken_rows) == 1


def test_a_file_without_a_usable_call_says_what_is_wrong_with_the_first(tmp_path: Path) -> None:
    path = write(tmp_path / "january.tsv", row(date="99"))

    with pytest.raises(InputError, match=r"not one usable call.* line 2, date"):
        read_technion([path], "bank")


def test_a_broken_row_becomes_the_same_dead_letter_each_time(tmp_path: Path) -> None:
    path = write(tmp_path / "january.tsv", row(), row(date="99"))
    (broken,) = read_technion([path], "bank").broken_rows

    key, letter = broken.dead_letter("bank", 5)

    assert key == broken.dead_letter("bank", 6)[0]
    assert key != broken.dead_letter("other", 5)[0]
    assert (letter.reason, letter.path, letter.origin) == ("broken_row", "date", f"{path}:3")
    assert (letter.topic, letter.partition, letter.offset, letter.at) == ("", 0, 0, 5)
    assert letter.size_bytes == len(row(date="99"))


def test_the_example_chats_are_read_in_the_order_of_time_under_the_tenant_given() -> None:
    history = read_jsonl([EXAMPLES / "chat.jsonl"], "history")

    decoded = [decode(one.value) for one in history]
    assert len(decoded) == history.total == 12
    assert not history.broken_rows
    assert all(isinstance(one, Decoded) and one.tenant == "history" for one in decoded)
    assert [one.time_ms for one in history] == sorted(one.time_ms for one in history)
    assert {one.key for one in history} == {b"history:example-1", b"history:example-2"}


def test_events_of_the_tenant_given_are_sent_byte_for_byte() -> None:
    written = (EXAMPLES / "chat.jsonl").read_bytes().splitlines()

    assert {one.value for one in read_jsonl([EXAMPLES / "chat.jsonl"], "default")} == set(written)
