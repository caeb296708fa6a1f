"""The socket, the server and the probes that every service has."""

import asyncio
import gzip
import socket

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge

from attesa.core.errors import ConfigurationError
from attesa.serving import address, exposition, listen, probes, served
from attesa.settings import Settings

PORTS = ("gateway_port", "stream_port", "loader_port", "exporter_port")


@pytest.mark.parametrize("setting", PORTS)
def test_a_port_in_use_is_named_with_the_setting_that_changes_it(setting: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"port {port} .* in use.*ATTESA_{setting.upper()}"):
            listen(Settings(**{setting: port}), setting)


def test_an_address_that_is_not_ours_names_the_setting():
    with pytest.raises(ConfigurationError, match="ATTESA_HOST"):
        listen(Settings(host="192.0.2.1", gateway_port=0), "gateway_port")


def test_probes_tell_what_is_missing_until_it_is_there():
    registry = CollectorRegistry()
    Gauge("attesa_example", "an example", registry=registry).set(3)
    missing = ["the group's first rebalance"]

    async def ask() -> list[httpx.Response]:
        with listen(Settings(stream_port=0), "stream_port") as listener:
            async with (
                served(probes(registry, lambda: missing[0] if missing else ""), listener),
                httpx.AsyncClient(base_url=address(listener)) as client,
            ):
                before = await client.get("/readyz")
                missing.clear()
                return [
                    before,
                    await client.get("/readyz"),
                    await client.get("/healthz"),
                    await client.get("/metrics"),
                ]

    before, after, alive, metrics = asyncio.run(ask())
    assert (before.status_code, before.text) == (503, "the group's first rebalance\n")
    assert (after.status_code, alive.status_code) == (200, 200)
    assert "attesa_example 3.0" in metrics.text


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("deflate, gzip;q=1.0", "gzip"), ("br", None), ("", None)],
)
def test_a_scrape_is_compressed_where_the_scraper_accepts_it(accepted: str, encoding: str | None):
    registry = CollectorRegistry()
    Gauge("attesa_example", "an example", registry=registry).set(3)
    answer = exposition(registry, {"accept-encoding": accepted})
    body = bytes(answer.body)
    assert answer.headers.get("content-encoding") == encoding
    assert b"attesa_example 3.0" in (gzip.decompress(body) if encoding else body)
