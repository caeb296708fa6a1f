"""What every test may ask for: real servers, the shared folder; and what is left out of a short run."""

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import clickhouse_connect
import hypothesis
import pytest

PROJECT = Path(__file__).parents[1]
if str(PROJECT) not in sys.path:  # `pytest` does not add it, `python -m pytest` does
    sys.path.insert(0, str(PROJECT))

# Builders and harnesses that assert: their failures are explained too. Before anything imports them.
pytest.register_assert_rewrite("tests.core.running", "tests.core.holding", "tests.core.making")

from tests.integration import servers  # noqa: E402

# No test is timed: the machine may be busy with something else.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked `long`")


def pytest_report_header() -> str:
    return servers.header()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = pytest.mark.skip(reason="long: runs with --long (make test-long)")
    no_server = pytest.mark.skip(
        reason="the embedded engine refuses it: needs ATTESA_TEST_CLICKHOUSE_URL or Docker"
    )
    embedded = servers.provider_of("clickhouse") == "embedded"
    for item in items:
        if "long" in item.keywords and not config.getoption("--long"):
            item.add_marker(left_out)
        if "needs_clickhouse_server" in item.keywords and embedded:
            item.add_marker(no_server)


def shared_folder() -> Path:
    """The folder of inputs that are not part of the project: ATTESA_SHARED, else ../shared."""
    return Path(os.environ.get("ATTESA_SHARED") or PROJECT.parent / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = shared_folder()
    if not folder.is_dir():
        servers.missing(f"the shared inputs are not here: no folder {folder} (ATTESA_SHARED names another)")
    return folder


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Kafka]:
    """A broker for the whole run, with `.bootstrap`. Topics have fixed names: keep apart by tenant."""
    with servers.kafka_server(tmp_path_factory.mktemp("servers")) as server:
        yield server


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.ClickHouse]:
    """A ClickHouse for the whole run, with `.url`, `.user`, `.password`. Keep apart by `database`."""
    with servers.clickhouse_server(tmp_path_factory.mktemp("servers")) as server:
        yield server


@pytest.fixture
def database(clickhouse: servers.ClickHouse) -> Iterator[str]:
    """The name of a fresh, empty database on `clickhouse`, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    client = clickhouse_connect.get_client(
        dsn=clickhouse.url, username=clickhouse.user, password=clickhouse.password
    )
    client.command(f"CREATE DATABASE {name}")
    yield name
    client.command(f"DROP DATABASE {name} SYNC")
    client.close()


@pytest.fixture
def fresh_kafka(tmp_path: Path) -> Iterator[servers.KafkaBroker]:
    """A broker of the test's own, without topics: to kill, restart, or count everything. Always embedded."""
    broker = servers.embedded_broker(tmp_path / "kafka")
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def module_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.KafkaBroker]:
    """As `fresh_kafka`, for all tests of a module."""
    broker = servers.embedded_broker(tmp_path_factory.mktemp("module") / "kafka")
    yield broker
    broker.stop()
