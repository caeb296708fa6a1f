"""Runs the exporter: socket, reader of Kafka, HTTP server; ends in the reverse order."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from prometheus_client import CollectorRegistry

from attesa import serving
from attesa.exporter.reader import Reader
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site, build_app
from attesa.serving import address, listen
from attesa.settings import Settings

log = logging.getLogger("attesa.exporter")


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _silent(_address: str) -> None:
    pass


async def run(settings: Settings, listening: Callable[[str], None] = _silent) -> None:
    """Read Kafka and serve until cancelled, then close.

    `listening` is told the base address once the socket is open (useful with port 0).
    Raises ConfigurationError for a port in use, or topics with different partition counts.
    """
    state, reading = State(settings.definitions), Reading()
    site = Site(state, reading, wall_ms, CollectorRegistry())
    with listen(settings, "exporter_port") as listener:
        reader = asyncio.create_task(Reader(settings, state, reading, wall_ms).run(), name="exporter-reader")
        try:
            async with served(site, listener) as server:
                log.info("listening on %s", address(listener))
                listening(address(listener))
                await asyncio.wait([reader, server], return_when=asyncio.FIRST_COMPLETED)
        finally:
            reader.cancel()
            await asyncio.wait([reader])
            log.info("stopped listening")
        if not reader.cancelled():
            reader.result()


def served(site: Site, listener: socket.socket) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """The site on an open socket while the block runs; yields the server's task."""
    return serving.served(build_app(site), listener, on_stop=site.stop)
