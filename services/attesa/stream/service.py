"""Runs the worker as a process of its own, from settings to exit code."""

import asyncio
import gc
import logging
import os
import signal
import tempfile
import threading
from pathlib import Path

import faust
from prometheus_client import CollectorRegistry

from attesa.serving import listen, probes, served
from attesa.settings import Settings
from attesa.stream.topics import check_topics
from attesa.stream.worker import Worker

log = logging.getLogger("attesa.stream")

END_SECONDS = 12.0  # from the signal; the last checkpoints take 5 at most


def run(settings: Settings) -> int:
    """Work until a signal; returns the exit code. Raises ConfigurationError for topics that do not fit."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_wait_for_topics(settings))
    scratch = tempfile.TemporaryDirectory(prefix="attesa-stream-")
    with scratch as folder, listen(settings, "stream_port") as listener:
        return _work(settings, loop, Worker(settings, Path(folder), listener))


async def _wait_for_topics(settings: Settings) -> None:
    """Until Kafka and the topics are there; who asks for the worker meanwhile hears what it waits for."""
    missing = f"waiting for Kafka at {settings.kafka}, and for its topics"
    async with served(probes(CollectorRegistry(), lambda: missing), listen(settings, "stream_port")):
        await check_topics(settings)


class Shell(faust.Worker):
    """Faust's shell, which ends in bounded time: with Kafka away its consumer would never stop."""

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        timer = threading.Timer(END_SECONDS, _end)
        timer.daemon = True
        timer.start()
        super()._schedule_shutdown(signal)


def _end() -> None:
    log.critical("did not stop within %.0f s and ends now: what is not committed is read again", END_SECONDS)
    os._exit(1)


def _work(settings: Settings, loop: asyncio.AbstractEventLoop, worker: Worker) -> int:
    # Units hold no cycles, and walking them took a fifth of the worker's time: the worker collects by itself.
    gc.freeze()
    gc.disable()
    shell = Shell(
        worker.app, loop=loop, quiet=True, loglevel="WARNING", redirect_stdouts=False, override_logging=False
    )
    log.info(
        "working on Kafka at %s, %d partitions, %s", settings.kafka, settings.partitions, settings.transport
    )
    try:
        shell.execute_from_commandline()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    return 1 if worker.failure else code
