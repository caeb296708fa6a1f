import asyncio
import socket

import httpx
import pytest

from attesa.core.errors import ConfigurationError
from attesa.loader.health import Metrics, serve


async def ask(reason, *paths):
    runner, port = await serve(Metrics(), lambda: reason, "127.0.0.1", 0)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            return [await client.get(path) for path in paths]
    finally:
        await runner.cleanup()


def test_it_is_ready_only_while_nothing_is_missing():
    alive, ready = asyncio.run(ask("", "/healthz", "/readyz"))
    assert (alive.status_code, ready.status_code) == (200, 200)
    alive, ready = asyncio.run(ask("ClickHouse is away", "/healthz", "/readyz"))
    assert (alive.status_code, ready.status_code, ready.text) == (200, 503, "ClickHouse is away\n")


def test_every_series_is_there_from_the_start():
    (answer,) = asyncio.run(ask("", "/metrics"))
    for line in (
        'attesa_loader_rows_total{table="sessions"} 0.0',
        'attesa_loader_errors_total{kind="refused"} 0.0',
        'attesa_loader_last_insert_timestamp_seconds{table="windows"} 0.0',
        "attesa_loader_pending_rows 0.0",
        'attesa_loader_lag_records{topic="attesa.sessions"} 0.0',
    ):
        assert line in answer.text


def test_a_port_in_use_names_the_setting_that_changes_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} .* ATTESA_LOADER_PORT"):
            asyncio.run(serve(Metrics(), lambda: "", "127.0.0.1", port))
