"""The loader while ClickHouse or Kafka is away: said once, waited for, nothing committed before."""

import asyncio
import socket
from pathlib import Path

import pytest
from tests.integration import servers
from tests.integration.loading import counted, lag, loading, make_topics, publish, settings_for, until
from tests.loader.examples import a_session

from attesa.core import topics
from attesa.core.errors import AttesaError, ConfigurationError
from attesa.embedded.clickhouse import ClickHouseDoor
from attesa.loader.migrate import migrate
from attesa.loader.service import run


@pytest.fixture(scope="module")
def bootstrap(module_kafka):
    """A broker of this module's own with the topics."""
    asyncio.run(make_topics(module_kafka.bootstrap))
    return module_kafka.bootstrap


@pytest.fixture
def own_clickhouse(tmp_path: Path):
    door = ClickHouseDoor(tmp_path / "clickhouse")
    try:
        door.start()
    except AttesaError as error:
        servers.missing(f"the embedded ClickHouse cannot start: {error}")
    yield door
    door.stop()


def test_clickhouse_away_is_said_once_and_waited_for(own_clickhouse, bootstrap, caplog):
    """
    door:   up ── rows ── kill -9 ── rows ────────── up ── rows are there
    loader:   ──────────────────────  says "away"  ──
    """
    settings = settings_for(own_clickhouse, "away", bootstrap)
    migrate(settings)
    caplog.set_level("INFO", "attesa.loader")

    def said(text):
        return lambda: any(text in record.message for record in caplog.records)

    async def scenario():
        async with loading(settings) as loader:
            await publish(bootstrap, topics.SESSIONS, a_session("one/1", tenant="away"))
            await until(counted(settings, "away"), loader)
            await asyncio.to_thread(own_clickhouse.kill)
            await publish(bootstrap, topics.SESSIONS, a_session("two/1", tenant="away"))
            await until(said(f"ClickHouse at {own_clickhouse.url} does not answer"), loader)
            assert await lag(settings, topics.SESSIONS) >= 1, "committed what is not written"
            await asyncio.to_thread(own_clickhouse.start)
            await until(counted(settings, "away", rows=2), loader)
            await until(said("ClickHouse answers again"), loader)
        return await lag(settings, topics.SESSIONS)

    assert asyncio.run(scenario()) == 0


def test_a_server_away_at_the_start_is_waited_for(own_clickhouse, bootstrap, caplog):
    settings = settings_for(own_clickhouse, "start", bootstrap)
    migrate(settings)
    own_clickhouse.stop()

    async def scenario():
        await publish(bootstrap, topics.SESSIONS, a_session(tenant="start"))
        async with loading(settings) as loader:
            await until(
                lambda: "does not answer: start it or set ATTESA_CLICKHOUSE_URL" in caplog.text, loader
            )
            await asyncio.to_thread(own_clickhouse.start)
            await until(counted(settings, "start"), loader)

    asyncio.run(scenario())


def test_a_database_without_the_schema_is_waited_for_with_what_to_do(clickhouse, database, bootstrap, caplog):
    settings = settings_for(clickhouse, database, bootstrap)

    async def scenario():
        await publish(bootstrap, topics.SESSIONS, a_session(tenant="bare"))
        async with loading(settings) as loader:
            await until(lambda: "run `attesa migrate`" in caplog.text, loader)
            await asyncio.to_thread(migrate, settings)
            await until(counted(settings, "bare"), loader)

    asyncio.run(scenario())


def test_kafka_away_at_the_start_is_named(clickhouse, database, caplog):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
    settings = settings_for(clickhouse, database, address)
    migrate(settings)

    async def scenario():
        async with loading(settings) as loader:
            await until(lambda: f"Kafka at {address} does not answer" in caplog.text, loader)

    asyncio.run(scenario())


def test_a_port_in_use_ends_the_loader_with_the_setting_s_name(clickhouse, database):
    settings = settings_for(clickhouse, database)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = settings.model_copy(update={"loader_port": taken.getsockname()[1]})
        with pytest.raises(ConfigurationError, match="ATTESA_LOADER_PORT"):
            asyncio.run(run(busy))
