"""The door tells statements, formats and data apart without being a parser of SQL."""

import pytest

from attesa.embedded.door.failure import Refused
from attesa.embedded.door.statement import read_statement


@pytest.mark.parametrize(
    ("text", "kind", "format_name"),
    [
        (b"SELECT 1", "SELECT", None),
        (b"select 1 format JSON", "SELECT", "JSON"),
        (b"SELECT 1 FORMAT JSON ;", "SELECT", "JSON"),
        (b"SELECT 1\nFORMAT\n  Native", "SELECT", "Native"),
        (b"SELECT 1 FORMAT CSV SETTINGS max_threads = 1", "SELECT", "CSV"),
        (b"/* FORMAT JSON */ SELECT 1 -- FORMAT CSV", "SELECT", None),
        (b"SELECT 'x FORMAT JSON'", "SELECT", None),
        (b"SELECT 1 AS format", "SELECT", None),
        (b"SELECT `FORMAT`, f(format, 'x') FROM t", "SELECT", None),
        (b"(SELECT 1) UNION ALL (SELECT 2) FORMAT TSV", "SELECT", "TSV"),
        (b"WITH 1 AS x SELECT x", "WITH", None),
        (b"create table t (a UInt8) engine = Memory", "CREATE", None),
    ],
)
def test_kind_and_format_are_read(text, kind, format_name):
    statement = read_statement(text)
    assert (statement.kind, statement.format, statement.data) == (kind, format_name, None)


@pytest.mark.parametrize(
    ("text", "sql", "format_name", "data"),
    [
        (b"INSERT INTO t FORMAT CSV\n1,2\n", "INSERT INTO t", "CSV", b"1,2\n"),
        (b"INSERT INTO t (`a`, `format`) FORMAT Native\n\x01\n\x00", None, "Native", b"\x01\n\x00"),
        (b"insert into t settings x = 1 format TSV\r\n1\t2", "insert into t settings x = 1", "TSV", b"1\t2"),
        (b"INSERT INTO t VALUES (1, 'FORMAT CSV')", "INSERT INTO t", "Values", b" (1, 'FORMAT CSV')"),
        (b"INSERT INTO t SELECT 1 FORMAT CSV", "INSERT INTO t SELECT 1 FORMAT CSV", None, None),
        (b"INSERT INTO t FORMAT RowBinary\n\n\n", "INSERT INTO t", "RowBinary", b"\n\n"),
    ],
)
def test_the_data_of_an_insert_begin_right_after_its_format(text, sql, format_name, data):
    statement = read_statement(text)
    assert statement.sql == sql or sql is None
    assert (statement.format, statement.data) == (format_name, data)


@pytest.mark.parametrize(
    "text", [b"", b"  -- nothing\n", b"SELECT 1; SELECT 2", b"SELECT '\xff'", b"INSERT INTO t FORMAT"]
)
def test_what_is_no_single_statement_is_refused_as_syntax(text):
    with pytest.raises(Refused) as caught:
        read_statement(text)
    assert caught.value.code == 62
