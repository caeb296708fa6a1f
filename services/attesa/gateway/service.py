"""Runs the gateway as a process's service: socket, HTTP server, line to Kafka; ends in the reverse order."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Callable

from prometheus_client import CollectorRegistry

from attesa.gateway.app import build_app, sources_of
from attesa.gateway.producing.draining import Draining
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.producing.spool import Spool
from attesa.serving import address, listen, served
from attesa.settings import Settings

try:
    from uvloop import new_event_loop as event_loop
except ImportError:  # not to be had on every platform
    from asyncio import new_event_loop as event_loop

__all__ = ["event_loop", "run", "spooling"]

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
    async with spooling(settings) as spool:
        app = build_app(settings, publisher, CollectorRegistry(), spool=spool)
        with listen(settings, "gateway_port") as listener:
            async with (
                publisher.kept() as line,
                _emptying(app.state.draining) as drain,
                app.state.intakes.open(),
                served(app, listener, STOP_SECONDS) as serving,
            ):
                _keep_for_good()
                log.info("listening on %s", address(listener))
                listening(address(listener))
                await asyncio.wait([serving, line, *drain], return_when=asyncio.FIRST_COMPLETED)
            log.info("stopped listening")
            for task in (line, *drain):
                if task.done() and not task.cancelled():
                    task.result()


@contextlib.asynccontextmanager
async def spooling(settings: Settings) -> AsyncIterator[Spool | None]:
    """An open spool for the length of the block; none where no platform needs one."""
    if not any(source.door.once for source in sources_of(settings).values()):
        yield None
        return
    spool = Spool(settings.spool_dir, settings.spool_bytes)
    await spool.open()
    if spool.depth:
        log.info("the spool holds %d records for Kafka", spool.depth)
    try:
        yield spool
    finally:
        await spool.close()


@contextlib.asynccontextmanager
async def _emptying(draining: Draining | None) -> AsyncIterator[list["asyncio.Task[None]"]]:
    """The spool is emptied for the length of the block, where there is one."""
    if draining is None:
        yield []
        return
    task = asyncio.create_task(draining.run(), name="gateway-drain")
    try:
        yield [task]
    finally:
        task.cancel()
        await asyncio.wait([task])


def _keep_for_good() -> None:
    """Spare the garbage collector what was made for the start: looked through, it stops all for 50 ms."""
    gc.collect()
    gc.freeze()
