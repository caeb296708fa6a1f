"""Exports in the forms in which people have them, and what is said of those that cannot be read."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reconcile.reading import ids_of, table_of

from attesa.core.errors import InputError
from attesa.gateway.sources import REGISTRY
from attesa.reconcile.opening import opened
from attesa.reconcile.tables import table

ROWS = "id{0}name\n1{0}Zoë\n2{0}Bo\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_delimiter_and_the_encoding_of_csv_are_told_by_the_file(delimiter: str, encoding: str):
    assert ids_of(ROWS.format(delimiter).encode(encoding)) == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_so_is_the_encoding_of_json(encoding: str):
    assert ids_of('[{"id": 1, "name": "Zoë"}]'.encode(encoding)) == ["1"]


@pytest.mark.parametrize("text", [ROWS.format(";"), '[{"name": "Zoë", "id": 1}, {"id": 2}]'])
def test_another_encoding_has_to_be_said(text: str):
    assert ids_of(text.encode("latin-1"), encoding="latin-1") == ["1", "2"]
    with pytest.raises(InputError, match=r"export.*encoding"):
        ids_of(text.encode("latin-1"), encoding="nothing-such")


def test_a_byte_that_is_no_utf_8_names_the_way_out():
    with pytest.raises(InputError, match="not utf-8: try --encoding latin-1"):
        ids_of(ROWS.format(";").encode("latin-1"))


def test_a_file_of_ids_alone_needs_no_delimiter():
    assert ids_of(b"id\nA-1\nB-2\n") == ["A-1", "B-2"]


def test_excel_s_line_with_the_separator_is_no_header():
    assert ids_of(b"sep=;\r\nname;id\r\nAda, Grace, Alan;7\r\n") == ["7"]


def test_delimiters_within_quotes_part_nothing():
    assert ids_of(b'"name, first, second",id\n"a,b",1\n"c\nd",2\n') == ["1", "2"]


def test_lines_without_anything_are_no_rows():
    assert ids_of(b"id;name\n\n;\n1;Ada\n") == ["1"]


@pytest.mark.parametrize(
    "document",
    [
        [{"id": 1}, {"id": 2}],
        {"payload": [{"id": 1}, {"id": 2}]},
        {"data": {"meta": {"all_count": 2}, "payload": [{"id": 1, "messages": [{"id": 9}]}, {"id": 2}]}},
        {"type": "conversation.list", "pages": {"next": None}, "conversations": [{"id": "1"}, {"id": "2"}]},
        [{"chats": [{"id": 1}]}, {"chats": [{"id": 2}]}],
    ],
)
def test_json_is_read_as_rest_interfaces_give_it(document: object):
    assert ids_of(json.dumps(document).encode()) == ["1", "2"]


@pytest.mark.parametrize("between", ["\n", "", "\r\n\r\n", " "])
def test_json_values_one_after_the_other_are_rows_however_they_are_parted(between: str):
    assert ids_of(between.join(['{"id": 1, "tags": [{"id": 8}]}', '{"id": 2}']).encode()) == ["1", "2"]


def test_pages_one_after_the_other_are_read_to_the_end():
    assert ids_of(b'{"chats": [{"id": 1}]}\n{"chats": []}\n{"chats": [{"id": 2}]}') == ["1", "2"]


def test_rows_may_lack_the_id_as_long_as_one_has_it():
    assert ids_of(b'[{"name": "Ada"}, {"id": null}, {"id": 3}, 4]') == ["", "", "3", ""]


def test_columns_are_found_in_whatever_capitals_and_blanks():
    assert ids_of(b"Contact ID,Channel\nx,CHAT\n", "ContactId") == ["x"]
    assert ids_of(b'{"contactid": "x"}', "ContactId") == ["x"]


def test_a_dotted_name_leads_into_objects_and_to_flat_columns():
    assert ids_of(b'{"chats": [{"id": "chat", "thread": {"id": "T1"}}]}', "thread.id") == ["T1"]
    assert ids_of(b"Chat ID;Thread ID\nchat;T1\n", "thread.id") == ["T1"]


def test_a_name_may_say_in_which_array_it_holds():
    document = b'{"threads": [{"id": "T1"}], "chats": [{"id": "no"}]}'

    assert ids_of(document, "thread.id threads.id") == ["T1"]
    assert table_of(document, "thread.id threads.id").form == "JSON, threads[]"


def test_the_first_name_that_a_row_fills_counts():
    rows = b'[{"ContactId": "b", "InitialContactId": "a"}, {"ContactId": "a", "InitialContactId": ""}]'

    assert ids_of(rows, "InitialContactId ContactId") == ["a", "a"]


def test_without_the_column_those_that_exist_are_listed():
    with pytest.raises(InputError, match=r"no column id: name the one .* there are: name, mail"):
        table_of(b"name,mail\nAda,a\n")
    with pytest.raises(InputError, match=r"there are: meta\.next, rooms\.name"):
        table_of(b'{"meta": {"next": 1}, "rooms": [{"name": "x", "u": [{"id": 3}]}]}')


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n ", "the file is empty"),
        (b"PK\x03\x04rest", "a ZIP or Excel file"),
        (b"<html><body>Log in", "HTML or XML"),
        (b'[{"id": 1}, {"id"', "not JSON: parse error: premature EOF"),
        (b'{"id": "secret words" oops}', "not JSON"),
    ],
)
def test_what_is_no_export_is_said_with_the_file_s_name(raw: bytes, reason: str):
    with pytest.raises(InputError, match=f"^export.*{reason}") as error:
        ids_of(raw)
    assert "secret" not in str(error.value)


def test_gzip_is_told_by_its_first_bytes(tmp_path: Path):
    path = tmp_path / "export.csv"
    path.write_bytes(gzip.compress(b"id\n1\n"))
    with opened(path) as file:
        assert [row["id"] for row in table(path, file, *_columns()).rows] == ["1"]


def test_gzip_that_breaks_off_is_said(tmp_path: Path):
    path = tmp_path / "export.csv"
    path.write_bytes(gzip.compress(b"id\n1\n" * 1_000)[:-20])
    with opened(path) as file, pytest.raises(InputError, match="breaks off"):
        table(path, file, *_columns())


def _columns():
    found = table_of(b"id,created_at\n")
    return found.id, found.time


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=2, max_size=2), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_csv_writes_is_read_back(rows: list[list[str]], delimiter: str, encoding: str):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "name"], *rows])
    read = [list(row.values()) for row in table_of(text.getvalue().encode(encoding)).rows]

    assert read == [row for row in rows if any(row)]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_is_rows_or_one_sentence(raw: bytes):
    assert read_or_refused(raw)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "created_at", "item", "data", "a.b", "", "Thread"]), inner, max_size=4
    ),
    max_leaves=25,
))  # fmt: skip
def test_whatever_the_json_it_is_rows_or_one_sentence(document: object):
    assert read_or_refused(json.dumps(document).encode())


def read_or_refused(raw: bytes) -> bool:
    """Whether it is read, or refused with the file's name."""
    try:
        ids_of(raw)
    except InputError as error:
        return "export" in str(error) or "--time-format" in str(error)
    return True


@pytest.mark.parametrize("name", [name for name, adapter in REGISTRY.items() if adapter.export])
def test_the_columns_that_an_adapter_names_are_found_in_a_file_that_has_them(name: str):
    export = REGISTRY[name].export
    for column in export.ids:
        found = table_of(f"{column},other\nX1,y\n".encode(), " ".join(export.ids), " ".join(export.started))
        assert [found.id.of(row) for row in found.rows] == ["X1"]
