"""The whole embedded stack: one start, one line for each server, nothing left running."""

import asyncio
import os
import socket

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from attesa.core.errors import ConfigurationError
from attesa.embedded.stack import Stack
from attesa.settings import Settings

pytest.importorskip("chdb", reason="needs the package chdb (attesa[embedded])")


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def topics(bootstrap: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()


def test_services_find_both_servers_by_the_settings_it_gives(tmp_path, monkeypatch):
    with Stack(tmp_path) as stack:
        for name, value in stack.settings_environment().items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        assert asyncio.run(topics(settings.kafka)) == []
        assert httpx.get(f"{settings.clickhouse_url}/ping", trust_env=False).text == "Ok.\n"


def test_it_tells_a_line_for_each_server_and_leaves_no_process(tmp_path):
    lines: list[str] = []
    stack = Stack(tmp_path)
    stack.start(lines.append)
    pids = [stack.kafka.pid, stack.clickhouse.pid]
    versions = stack.versions()
    stack.check()
    stack.stop()
    for server, address in (("kafka", stack.kafka.bootstrap), ("clickhouse", stack.clickhouse.url)):
        assert any(versions[server] in line and address in line for line in lines)
    assert versions["kafka"] == "Apache Kafka 4.4.0"
    assert versions["clickhouse"].startswith("ClickHouse engine 26.")
    assert not any(running(pid) for pid in pids)


def test_where_one_server_cannot_start_the_other_is_stopped_again(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        stack = Stack(tmp_path, clickhouse_port=other.getsockname()[1])
        with pytest.raises(ConfigurationError, match="ATTESA_CLICKHOUSE_PORT"):
            stack.start()
    assert not stack.kafka.alive
