"""One command per service, and those that make topics and tables."""

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from attesa import settings as environment
from attesa.cli.app import app
from attesa.core.errors import Unreachable

log = logging.getLogger("attesa.cli")

RETRY_SECONDS = 2


def until_signal(
    service: Coroutine[Any, Any, Any], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> None:
    """Run a service until SIGINT or SIGTERM, which let it write what it has and close."""

    async def run() -> None:
        task = asyncio.ensure_future(service)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(run())


@app.command()
def gateway() -> None:
    """Take events over HTTP and hand them to Kafka.

    Example: `ATTESA_GATEWAY_TOKENS=default=secret attesa gateway`
    """
    from attesa.gateway.service import event_loop, run  # noqa: PLC0415  each loads its own libraries only

    until_signal(run(environment.load()), event_loop)


@app.command()
def stream() -> None:
    """Fold events into facts, panes and totals.

    Example: `ATTESA_KAFKA=broker:9092 attesa stream`
    """
    from attesa.stream.service import run  # noqa: PLC0415

    sys.exit(run(environment.load()))


@app.command()
def loader() -> None:
    """Load facts, panes and dead letters into ClickHouse.

    Example: `ATTESA_CLICKHOUSE_URL=http://clickhouse:8123 attesa loader`
    """
    from attesa.loader.service import run  # noqa: PLC0415

    until_signal(run(environment.load()))


@app.command()
def exporter() -> None:
    """Serve /metrics and the wallboard.

    Example: `ATTESA_EXPORTER_PORT=9464 attesa exporter`
    """
    from attesa.exporter.service import run  # noqa: PLC0415

    until_signal(run(environment.load()))


@app.command()
def topics() -> None:
    """Make the topics that are absent, and check the partition counts of the others.

    Example: `ATTESA_PARTITIONS=12 ATTESA_REPLICATION=3 attesa topics`
    """
    from attesa.stream.topics import create_topics  # noqa: PLC0415

    made = asyncio.run(create_topics(environment.load()))
    print(f"made {', '.join(made)}" if made else "all topics are there")


@app.command()
def migrate() -> None:
    """Make or change the tables and views in ClickHouse; again and again does no harm.

    Example: `ATTESA_CLICKHOUSE_URL=http://clickhouse:8123 attesa migrate`
    """
    from attesa.loader.migrate import migrate as apply  # noqa: PLC0415

    settings = environment.load()
    while True:
        try:
            applied = apply(settings)
        except Unreachable as error:
            log.warning("%s; trying again", error)
            time.sleep(RETRY_SECONDS)
        else:
            break
    print(f"applied {', '.join(applied)}" if applied else "the schema is as it should be")
