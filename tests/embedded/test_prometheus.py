"""The demo's Prometheus scrapes the given targets and loads the given rules."""

import time

import httpx
import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, Gauge

from attesa.embedded.process import ServerDied
from attesa.embedded.prometheus import Prometheus, find_prometheus, start_prometheus

BINARY = find_prometheus()
DEADLINE_SECONDS = 60
RULES = """
groups:
  - name: test
    rules:
      - record: test:answer:doubled
        expr: answer * 2
"""

pytestmark = pytest.mark.skipif(BINARY is None, reason="needs a prometheus binary on the PATH")


@pytest.fixture
def target():
    registry = CollectorRegistry()
    Gauge("answer", "The answer.", registry=registry).set(42)
    server, thread = prometheus_client.start_http_server(0, "127.0.0.1", registry)
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def value_of(url: str, query: str) -> str:
    """Asks until there is a value."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    with httpx.Client(base_url=url, trust_env=False) as client:
        while time.monotonic() < deadline:
            result = client.get("/api/v1/query", params={"query": query}).json()["data"]["result"]
            if result:
                return result[0]["value"][1]
    pytest.fail(f"{query} had no value")


def test_targets_are_scraped_and_rules_evaluated(tmp_path, target):
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    prometheus = start_prometheus(tmp_path / "prometheus", {"exporter": target}, [rules])
    assert prometheus is not None
    try:
        assert value_of(prometheus.url, 'answer{job="exporter"}') == "42"
        assert value_of(prometheus.url, "test:answer:doubled") == "84"
    finally:
        prometheus.stop()


def test_rules_that_it_refuses_are_named(tmp_path):
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES.replace("answer * 2", "answer * * 2"))
    assert BINARY is not None
    with pytest.raises(ServerDied, match="test:answer:doubled"):
        Prometheus(BINARY, tmp_path / "prometheus", {}, [rules]).start()
