"""Runs the gateway as a process's service: socket, HTTP server, line to Kafka; ends in the reverse order."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable, Iterator

import uvicorn
from prometheus_client import CollectorRegistry

from attesa.core.errors import ConfigurationError
from attesa.gateway.app import build_app
from attesa.gateway.publisher import Publisher
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

STOP_SECONDS = 15
BACKLOG = 2048


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: whoever started this service says when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _silent(_address: str) -> None:
    pass


async def run(settings: Settings, listening: Callable[[str], None] = _silent) -> None:
    """Serve until cancelled; then finish the running requests, flush to Kafka and close.

    `listening` is told the base address once the socket is open (useful with port 0).
    Raises ConfigurationError for missing tokens, a port in use, or a topic with other partitions than set.
    """
    publisher = Publisher(settings)
    app = build_app(settings, publisher, CollectorRegistry())
    with listen(settings) as listener:
        config = uvicorn.Config(
            app, log_config=None, log_level="warning", access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )  # fmt: skip
        server = Server(config)
        address = _address(listener)
        async with publisher.kept() as line:
            serving = asyncio.create_task(server.serve(sockets=[listener]), name="gateway-http")
            log.info("listening on %s", address)
            listening(address)
            try:
                await asyncio.wait([serving, line], return_when=asyncio.FIRST_COMPLETED)
            finally:
                server.should_exit = True
                await asyncio.wait([serving])
                log.info("stopped listening on %s", address)
            serving.result()
            if line.done():
                line.result()


def listen(settings: Settings) -> socket.socket:
    """An open listening socket. Raises ConfigurationError naming the port and the setting that changes it."""
    host, port = settings.host, settings.gateway_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} on {host} is in use: stop what listens there, or change ATTESA_GATEWAY_PORT"
            ) from None
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({reason}): see ATTESA_HOST and ATTESA_GATEWAY_PORT"
        ) from None
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
