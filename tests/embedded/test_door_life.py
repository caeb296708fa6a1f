"""The door's process: what it acknowledged is kept, its folder and port are its own."""

import socket
from concurrent.futures import ThreadPoolExecutor

import clickhouse_connect
import httpx
import pytest

from attesa.core.errors import ConfigurationError
from attesa.embedded.clickhouse import ClickHouseDoor
from attesa.embedded.process import ServerDied

pytest.importorskip("chdb", reason="needs the package chdb (attesa[embedded])")


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_acknowledged_rows_outlive_the_process(tmp_path, end):
    with ClickHouseDoor(tmp_path) as door:
        url = door.url
        with clickhouse_connect.get_client(dsn=url) as client:
            client.command("CREATE DATABASE kept")
            client.command("CREATE TABLE kept.t (v UInt64) ENGINE = MergeTree ORDER BY v")
            for start in range(0, 50_000, 10_000):
                client.insert("kept.t", [[value] for value in range(start, start + 10_000)])
        getattr(door, end)()
        assert not door.alive
        door.start()
        assert door.url == url
        with clickhouse_connect.get_client(dsn=url) as client:
            assert client.query("SELECT count(), sum(v) FROM kept.t").result_rows == [(50_000, 1_249_975_000)]


def test_a_second_door_on_the_same_folder_is_refused(tmp_path):
    with ClickHouseDoor(tmp_path) as first:
        second = ClickHouseDoor(tmp_path)
        with pytest.raises(ServerDied, match="is in use by another embedded ClickHouse"):
            second.start()
        assert first.alive


def test_a_port_in_use_is_named_together_with_the_setting_that_changes_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"Port {port} is in use.*ATTESA_CLICKHOUSE_PORT"):
            ClickHouseDoor(tmp_path, port).start()


def test_the_version_is_asked_of_the_engine(tmp_path):
    with ClickHouseDoor(tmp_path) as door:
        assert door.version() == httpx.get(door.url, params={"query": "SELECT version()"}).text.strip()


def test_reads_and_inserts_at_the_same_time_keep_apart(tmp_path):
    def insert(door: ClickHouseDoor, worker: int) -> None:
        with clickhouse_connect.get_client(dsn=door.url, settings={"max_threads": worker}) as client:
            for number in range(20):
                client.insert("t", [[worker, number]])
                assert client.command("SELECT getSetting('max_threads')") == worker
                client.query("SELECT w, count() FROM t GROUP BY w")

    with ClickHouseDoor(tmp_path) as door, clickhouse_connect.get_client(dsn=door.url) as client:
        client.command("CREATE TABLE t (w UInt8, n UInt8) ENGINE = MergeTree ORDER BY (w, n)")
        with ThreadPoolExecutor(6) as workers:
            list(workers.map(lambda worker: insert(door, worker), range(1, 7)))
        assert client.query("SELECT count(), uniq(w, n) FROM t").result_rows == [(120, 120)]
