"""The loader's own metrics, and the small HTTP server that shows them and its health. Knows no Kafka."""

import errno
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from attesa.core.errors import ConfigurationError
from attesa.loader.tables import TABLES

_INSERT_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """What the loader says of itself, in a registry of its own. Every label set starts at 0."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        new = self.registry
        self.rows = Counter("attesa_loader_rows", "rows written to ClickHouse", ["table"], registry=new)
        self.errors = Counter("attesa_loader_errors", "what went wrong, by kind", ["kind"], registry=new)
        self.last_insert = Gauge(
            "attesa_loader_last_insert_timestamp_seconds",
            "when rows were last written",
            ["table"],
            registry=new,
        )
        self.insert_seconds = Histogram(
            "attesa_loader_insert_seconds",
            "duration of an insert",
            ["table"],
            buckets=_INSERT_SECONDS,
            registry=new,
        )
        self.pending = Gauge("attesa_loader_pending_rows", "rows read and not yet written", registry=new)
        self.lag = Gauge(
            "attesa_loader_lag_records", "records published and not yet read", ["topic"], registry=new
        )
        for table in TABLES:
            for metric in (self.rows, self.last_insert, self.insert_seconds):
                metric.labels(table.name)
            self.lag.labels(table.topic)
        for kind in ("undecodable", "refused", "lost_dead_letter", "clickhouse", "kafka"):
            self.errors.labels(kind)


async def serve(
    metrics: Metrics, not_ready: Callable[[], str], host: str, port: int
) -> tuple[web.AppRunner, int]:
    """Serve /metrics, /healthz and /readyz; the runner to clean up, and the port that it listens on.

    `not_ready` says what is missing, "" for nothing. Raises ConfigurationError for a port in use.
    """

    async def show(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        reason = not_ready()
        return web.Response(text=f"{reason or 'ready'}\n", status=503 if reason else 200)

    app = web.Application()
    app.add_routes([web.get("/metrics", show), web.get("/healthz", alive), web.get("/readyz", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} on {host} is in use: set ATTESA_LOADER_PORT to a free one"
            ) from None
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}): set ATTESA_HOST"
        ) from None
    return runner, runner.addresses[0][1]
