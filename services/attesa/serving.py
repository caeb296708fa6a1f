"""How every service serves HTTP: its socket, its server, its health and metrics. Knows no service."""

import asyncio
import contextlib
import errno
import gzip
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder, gzip_accepted
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from attesa.core.errors import ConfigurationError
from attesa.deadlines import Impatient
from attesa.settings import PREFIX, Settings
from attesa.tracebacks import WithoutMessages

_uvicorns = logging.getLogger("uvicorn.error")
_without_messages = WithoutMessages()

STOP_SECONDS = 3
BACKLOG = 2048
GZIP_LEVEL = 1  # a third larger than with the highest level, in a tenth of the time


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: whoever started the service says when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(settings: Settings, setting: str) -> socket.socket:
    """An open listening socket on the port of that name, such as `gateway_port`.

    Raises ConfigurationError naming the port and the setting that changes it.
    """
    host, port, name = settings.host, getattr(settings, setting), PREFIX + setting.upper()
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
                f"port {port} on {host} is in use: stop what listens there, or change {name}"
            ) from None
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({reason}): see ATTESA_HOST and {name}"
        ) from None
    return listener


def address(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def served(
    app: Any,
    listener: socket.socket,
    stop_seconds: int = STOP_SECONDS,
    on_stop: Callable[[], None] | None = None,
    protocol: type[Impatient] = Impatient,
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve `app` while the block runs; at its end, running requests get `stop_seconds` to finish.

    `on_stop` ends what would never finish by itself, such as streams. Yields the server's task.
    """
    # Warnings are of clients' mistakes: whoever reaches the port could fill the log with them.
    config = uvicorn.Config(
        app, http=protocol, ws="none", log_config=None, log_level="error", access_log=False, lifespan="off",
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=stop_seconds,
    )  # fmt: skip
    _uvicorns.addFilter(_without_messages)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    try:
        yield serving
    finally:
        if on_stop is not None:
            on_stop()
        server.should_exit = True
        await asyncio.wait([serving])
    serving.result()


def probes(registry: CollectorRegistry, not_ready: Callable[[], str]) -> Starlette:
    """/metrics, /healthz and /readyz, for services that serve nothing else.

    `not_ready` says what is missing, "" for nothing.
    """

    async def metrics(request: Request) -> Response:
        return exposition(registry, request.headers)

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        missing = not_ready()
        return PlainTextResponse(f"{missing or 'ready'}\n", 503 if missing else 200)

    return Starlette(routes=[Route("/metrics", metrics), Route("/healthz", alive), Route("/readyz", ready)])


def exposition(registry: CollectorRegistry, headers: Mapping[str, str]) -> Response:
    """A scrape's answer, in the format and the encoding that the scraper's headers ask for."""
    encode, media_type = choose_encoder(headers.get("accept", ""))
    body = encode(registry)
    answer = {"content-type": media_type}
    if gzip_accepted(headers.get("accept-encoding", "")):
        answer["content-encoding"] = "gzip"
        body = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return Response(body, headers=answer)
