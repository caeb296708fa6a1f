"""Runs the exporter: socket, reader of Kafka, HTTP server; ends in the reverse order."""

import asyncio
import contextlib
import errno
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn

from attesa.core.errors import ConfigurationError
from attesa.exporter.reader import Reader
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site, build_app
from attesa.settings import Settings

log = logging.getLogger("attesa.exporter")

STOP_SECONDS = 3
BACKLOG = 512


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: whoever started this service says when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


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
    site = Site(state, reading, wall_ms)
    with listen(settings) as listener:
        address = _address(listener)
        reader = asyncio.create_task(Reader(settings, state, reading, wall_ms).run(), name="exporter-reader")
        try:
            async with served(site, listener) as serving:
                log.info("listening on %s", address)
                listening(address)
                await asyncio.wait([reader, serving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            reader.cancel()
            await asyncio.wait([reader])
            log.info("stopped listening on %s", address)
        if not reader.cancelled():
            reader.result()


@contextlib.asynccontextmanager
async def served(site: Site, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """The site on an open socket while the block runs; yields the server's task."""
    config = uvicorn.Config(
        build_app(site), log_config=None, log_level="warning", access_log=False, lifespan="off",
        server_header=False, timeout_graceful_shutdown=STOP_SECONDS,
    )  # fmt: skip
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="exporter-http")
    try:
        yield serving
    finally:
        site.stop()
        server.should_exit = True
        await asyncio.wait([serving])
    serving.result()


def listen(settings: Settings) -> socket.socket:
    """An open listening socket. Raises ConfigurationError naming the port and the setting that changes it."""
    host, port = settings.host, settings.exporter_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} on {host} is in use: stop what listens there, or change ATTESA_EXPORTER_PORT"
            ) from None
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({error.strerror}): "
            "see ATTESA_HOST and ATTESA_EXPORTER_PORT"
        ) from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
