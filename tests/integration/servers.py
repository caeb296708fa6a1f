"""Real servers for tests: from addresses in the environment, else testcontainers, else the embedded stack.

A server is started at its first use and shared by the whole run: tests keep apart by tenant and database.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import pytest
import yaml

from attesa.core.errors import AttesaError
from attesa.embedded.clickhouse import ClickHouseDoor
from attesa.embedded.kafka import KafkaBroker
from attesa.embedded.process import free_port

Provider = Literal["addresses", "testcontainers", "embedded"]
Name = Literal["kafka", "clickhouse"]

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
ADDRESS: dict[Name, str] = {"kafka": "ATTESA_TEST_KAFKA", "clickhouse": "ATTESA_TEST_CLICKHOUSE_URL"}
_DOCKER_SECONDS = 3
_CONTAINER_SECONDS = 120


@dataclass(frozen=True)
class Kafka:
    """A broker: `bootstrap` is `host:port`."""

    bootstrap: str
    provider: Provider


@dataclass(frozen=True)
class ClickHouse:
    """An HTTP interface of ClickHouse; `user` may make databases."""

    url: str
    user: str
    password: str
    provider: Provider


def in_ci() -> bool:
    """Whether everything has to be there: then what is missing fails instead of being skipped."""
    return os.environ.get("CI", "").lower() == "true"


def provider_of(server: Name) -> Provider:
    """Which provider serves this run."""
    if os.environ.get(ADDRESS[server]):
        return "addresses"
    return "testcontainers" if _docker_answers() and COMPOSE.exists() else "embedded"


def header() -> str:
    """One line for pytest's header."""
    names: tuple[Name, ...] = ("kafka", "clickhouse")
    return "servers: " + ", ".join(f"{name} from {_described(name)}" for name in names)


def missing(reason: str) -> None:
    """Skip for `reason`; in CI, fail."""
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def kafka_server(folder: Path) -> Iterator[Kafka]:
    """A broker from this run's provider."""
    provider = provider_of("kafka")
    if provider == "addresses":
        yield Kafka(os.environ[ADDRESS["kafka"]], provider)
    elif provider == "testcontainers":
        with _kafka_container() as bootstrap:
            yield Kafka(bootstrap, provider)
    else:
        broker = embedded_broker(folder / "kafka")
        try:
            yield Kafka(broker.bootstrap, provider)
        finally:
            broker.stop()


@contextmanager
def clickhouse_server(folder: Path) -> Iterator[ClickHouse]:
    """A ClickHouse from this run's provider."""
    provider = provider_of("clickhouse")
    if provider == "addresses":
        yield _from_address(os.environ[ADDRESS["clickhouse"]])
    elif provider == "testcontainers":
        with _clickhouse_container() as server:
            yield server
    else:
        door = ClickHouseDoor(folder / "clickhouse")
        _start(door)
        try:
            yield ClickHouse(door.url, door.user, door.password, provider)
        finally:
            door.stop()


def embedded_broker(folder: Path) -> KafkaBroker:
    """A started broker of the caller's own; who asks for it stops it."""
    broker = KafkaBroker(folder)
    _start(broker)
    return broker


def _start(server: KafkaBroker | ClickHouseDoor) -> None:
    try:
        server.start()
    except AttesaError as error:
        missing(f"the embedded stack cannot start: {error}")


def _described(server: Name) -> str:
    provider = provider_of(server)
    if provider == "addresses":
        return f"{ADDRESS[server]}={os.environ[ADDRESS[server]].rpartition('@')[2]}"
    return "testcontainers" if provider == "testcontainers" else "the embedded stack"


def _from_address(address: str) -> ClickHouse:
    """`http://user:password@host:port`; user and password may be missing."""
    parts = urlsplit(address)
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", ""))
    return ClickHouse(url, parts.username or "default", parts.password or "", "addresses")


@cache
def _docker_answers() -> bool:
    """Asked in a process of its own: the client leaves its socket to the collector where nobody answers."""
    question = f"import docker; docker.from_env(timeout={_DOCKER_SECONDS}).ping()"
    try:
        asked = subprocess.run([sys.executable, "-c", question], capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


def image_of(service: str) -> str:
    """The image that docker-compose.yml runs as `service`: tests and deployment are of one version."""
    return str(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][service]["image"])


@contextmanager
def _kafka_container() -> Iterator[str]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  only where Docker answers
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy  # noqa: PLC0415

    # The broker tells clients its address, so the port on this side has to be known before it starts.
    port = free_port()
    container = DockerContainer(image_of("kafka")).with_bind_ports(9092, port)
    host = container.get_container_host_ip()
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{host}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    for name, value in settings.items():
        container.with_env(name, value)
    ready = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(_CONTAINER_SECONDS)
    with container.waiting_for(ready):
        yield f"{host}:{port}"


@contextmanager
def _clickhouse_container() -> Iterator[ClickHouse]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  only where Docker answers
    from testcontainers.core.wait_strategies import HttpWaitStrategy  # noqa: PLC0415

    user = password = "attesa"
    container = DockerContainer(image_of("clickhouse")).with_exposed_ports(8123)
    container.with_env("CLICKHOUSE_USER", user).with_env("CLICKHOUSE_PASSWORD", password)
    container.with_env("CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT", "1")
    ready = HttpWaitStrategy(8123, "/ping").with_startup_timeout(_CONTAINER_SECONDS)
    with container.waiting_for(ready):
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(8123)}"
        yield ClickHouse(url, user, password, "testcontainers")
