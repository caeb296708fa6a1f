"""One door for the tests of what it answers; tests of its life and death start their own."""

from collections.abc import Iterator

import clickhouse_connect
import httpx
import pytest
from clickhouse_connect.driver.client import Client

from attesa.embedded.clickhouse import ClickHouseDoor


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseDoor]:
    pytest.importorskip("chdb", reason="needs the package chdb (attesa[embedded])")
    with ClickHouseDoor(tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture
def client(door: ClickHouseDoor) -> Iterator[Client]:
    """As the loader connects; each test has a database of its own by `table`'s name."""
    with clickhouse_connect.get_client(dsn=door.url) as client:
        yield client


@pytest.fixture
def http(door: ClickHouseDoor) -> Iterator[httpx.Client]:
    """As a BI tool connects."""
    with httpx.Client(base_url=door.url, trust_env=False, timeout=60) as client:
        yield client
