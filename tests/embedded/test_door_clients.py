"""clickhouse-connect talks to the door as to a server: DDL, native inserts, parameters, settings, errors."""

from datetime import UTC, datetime, timedelta

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

ROWS = 10_000
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = ["id", "waited_ms", "at", "buckets", "queue"]


@pytest.fixture
def table(client, request):
    name = f"t{abs(hash(request.node.nodeid))}"
    client.command(
        f"CREATE TABLE {name} (id UInt64, waited_ms Nullable(UInt32), at DateTime64(3, 'UTC'), "
        "buckets Array(UInt64), queue LowCardinality(String)) ENGINE = MergeTree ORDER BY id"
    )
    yield name
    client.command(f"DROP TABLE {name} SYNC")


def row(number: int) -> list[object]:
    waited = None if number % 3 == 0 else number
    at = START + timedelta(milliseconds=number)
    return [number, waited, at, [number, 0, 7], f"queue {number % 5}"]


def test_every_value_of_a_native_insert_comes_back(client, table):
    summary = client.insert(table, [row(number) for number in range(ROWS)], column_names=COLUMNS)
    assert summary.written_rows == ROWS
    found = client.query(f"SELECT * FROM {table} ORDER BY id", tz_mode="aware").result_rows
    assert [list(values) for values in found] == [row(number) for number in range(ROWS)]


@pytest.mark.parametrize("compress", [False, "lz4", "zstd", "gzip"])
def test_no_block_of_a_large_insert_is_lost_in_any_compression(door, table, compress):
    many = 150_000  # more than one block, so more than one compressed frame
    with clickhouse_connect.get_client(dsn=door.url, compress=compress) as client:
        client.insert(table, [[number, f"queue {number % 5}"] for number in range(many)], ["id", "queue"])
        count, total = client.query(f"SELECT count(), sum(id) FROM {table}").result_rows[0]
        assert (count, total) == (many, many * (many - 1) // 2)
        assert len(client.query(f"SELECT id, queue FROM {table}").result_rows) == many


def test_parameters_are_values_and_never_sql(client):
    for value in ("plain", "it's", "tab\tnew\nline\\", "caffè", "'; DROP TABLE x; --"):
        assert client.query("SELECT {x:String}", parameters={"x": value}).result_rows == [(value,)]
    numbers = client.query("SELECT arraySum({x:Array(UInt64)})", parameters={"x": [1, 2, 3]})
    assert numbers.result_rows == [(6,)]
    assert client.query("SELECT {x:Nullable(String)}", parameters={"x": None}).result_rows == [(None,)]


def test_settings_hold_for_their_own_query_only(client):
    question = "SELECT value FROM system.settings WHERE name = 'max_block_size'"
    usual = client.command(question)
    assert client.query(question, settings={"max_block_size": 777}).result_rows == [("777",)]
    assert client.command(question) == usual


def test_an_error_carries_its_code_and_name(client):
    with pytest.raises(DatabaseError) as caught:
        client.query("SELECT * FROM no_such_table")
    assert caught.value.code == 60
    assert caught.value.name == "UNKNOWN_TABLE"


def test_a_refused_insert_is_an_error_and_leaves_nothing(client, table):
    with pytest.raises(DatabaseError) as caught:
        client.raw_insert(table, ["id", "queue"], b"1,good\nnot a number,bad\n", fmt="CSV")
    assert caught.value.code == 27
    assert client.command(f"SELECT count() FROM {table}") == 0


def test_an_empty_result_still_names_its_columns(client, table):
    for query in (f"SELECT id, queue FROM {table}", f"SELECT id, queue FROM {table} LIMIT 0"):
        result = client.query(query)
        assert result.column_names == ("id", "queue")
        assert result.result_rows == []


def test_the_newest_version_of_a_row_is_read_with_final(client):
    client.command(
        "CREATE TABLE replaced (k String, v UInt8, version UInt64) "
        "ENGINE = ReplacingMergeTree(version) ORDER BY k"
    )
    for value, version in ((1, 10), (3, 30), (2, 20)):
        client.insert("replaced", [["key", value, version]])
    assert client.query("SELECT v FROM replaced FINAL").result_rows == [(3,)]
    client.command("DROP TABLE replaced SYNC")


def test_a_refreshable_view_is_refreshed(client):
    client.command("CREATE DATABASE views")
    client.command("CREATE TABLE views.source (v UInt8) ENGINE = MergeTree ORDER BY v")
    client.command("CREATE TABLE views.target (total UInt64) ENGINE = MergeTree ORDER BY total")
    client.command(
        "CREATE MATERIALIZED VIEW views.refreshed REFRESH EVERY 1 HOUR TO views.target "
        "AS SELECT sum(v) AS total FROM views.source"
    )
    client.insert("source", [[1], [2], [3]], database="views")
    client.command("SYSTEM REFRESH VIEW views.refreshed")
    client.command("SYSTEM WAIT VIEW views.refreshed")
    assert client.query("SELECT total FROM views.target").result_rows == [(6,)]
    client.command("DROP DATABASE views SYNC")


def test_databases_keep_tables_apart(door):
    with clickhouse_connect.get_client(dsn=door.url) as client:
        client.command("CREATE DATABASE apart")
    with clickhouse_connect.get_client(dsn=door.url, database="apart") as client:
        client.command("CREATE TABLE here (v UInt8) ENGINE = MergeTree ORDER BY v")
        client.insert("here", [[1]])
        assert client.command("SELECT count() FROM here") == 1
        assert client.command("SELECT currentDatabase()") == "apart"
        client.command("DROP DATABASE apart SYNC")


def test_a_database_that_is_not_there_is_refused_at_the_connection(door):
    with pytest.raises(DatabaseError, match="UNKNOWN_DATABASE"):
        clickhouse_connect.get_client(dsn=door.url, database="nowhere")


def test_row_counts_of_a_query_are_in_its_summary(client):
    assert client.query("SELECT number FROM numbers(1000)").summary["read_rows"] == "1000"
