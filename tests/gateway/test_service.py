"""The service's start and end, without a Kafka."""

import asyncio
import logging
import socket

import httpx
import pytest

from attesa.core.errors import ConfigurationError
from attesa.gateway.service import run
from attesa.settings import Settings


def test_it_does_not_start_without_tokens():
    with pytest.raises(ConfigurationError, match="ATTESA_GATEWAY_TOKENS"):
        asyncio.run(run(Settings(gateway_port=0, gateway_tokens="")))


def test_with_kafka_away_it_listens_names_the_address_and_ends_when_cancelled(caplog):
    with socket.socket() as closed:  # bound, not listening: nobody can answer there
        closed.bind(("127.0.0.1", 0))
        kafka = f"127.0.0.1:{closed.getsockname()[1]}"
        settings = Settings(gateway_port=0, gateway_tokens="default=secret", kafka=kafka)
        with caplog.at_level(logging.INFO, "attesa.gateway"):
            status = asyncio.run(_ready_then_cancelled(settings, caplog))
    assert status == 503
    assert f"Kafka at {kafka} does not answer" in caplog.text


def test_a_body_too_large_is_413_over_a_real_connection_declared_or_not():
    async def chunks():
        for _ in range(50):
            yield b" " * 10_000

    async def scenario():
        settings = Settings(gateway_port=0, gateway_tokens="default=secret", max_body_bytes=100_000)
        address = asyncio.get_running_loop().create_future()
        service = asyncio.create_task(run(settings, listening=address.set_result))
        headers = {"authorization": "Bearer secret", "content-type": "application/json"}
        async with httpx.AsyncClient(base_url=await address, headers=headers) as client:
            answers = [await client.post("/v1/events", content=body) for body in (b" " * 100_001, chunks())]
        service.cancel()
        await asyncio.wait([service])
        return answers

    for answer in asyncio.run(scenario()):
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:attesa:problem:body-too-large")


async def _ready_then_cancelled(settings, caplog):
    address = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(run(settings, listening=address.set_result))
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        base = await address
        while "does not answer" not in caplog.text:
            await client.get(f"{base}/healthz")
        status = (await client.get(f"{base}/readyz")).status_code
        service.cancel()
        with pytest.raises(asyncio.CancelledError):
            await service
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{base}/healthz")
    return status
