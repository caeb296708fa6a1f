"""Runs the gateway as a process's service: socket, HTTP server, line to Kafka; ends in the reverse order."""

import asyncio
import logging
from collections.abc import Callable

from prometheus_client import CollectorRegistry

from attesa.gateway.app import build_app
from attesa.gateway.publisher import Publisher
from attesa.serving import address, listen, served
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

STOP_SECONDS = 15  # for running requests, which wait for Kafka


def _silent(_address: str) -> None:
    pass


async def run(settings: Settings, listening: Callable[[str], None] = _silent) -> None:
    """Serve until cancelled; then finish the running requests, flush to Kafka and close.

    `listening` is told the base address once the socket is open (useful with port 0).
    Raises ConfigurationError for missing tokens, a port in use, or a topic with other partitions than set.
    """
    publisher = Publisher(settings)
    app = build_app(settings, publisher, CollectorRegistry())
    with listen(settings, "gateway_port") as listener:
        async with publisher.kept() as line, served(app, listener, STOP_SECONDS) as serving:
            log.info("listening on %s", address(listener))
            listening(address(listener))
            await asyncio.wait([serving, line], return_when=asyncio.FIRST_COMPLETED)
        log.info("stopped listening")
        if line.done() and not line.cancelled():
            line.result()
