"""Waits for Kafka at the start of what cannot do without it."""

import asyncio
import contextlib

from attesa.core.errors import Unreachable
from attesa.gateway.producing.publisher import Publisher

START_SECONDS = 30.0


async def answering(publisher: Publisher, line: "asyncio.Task[None]") -> None:
    """Return once Kafka answers. Raises Unreachable where it does not, and what ended the `line`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while not (publisher.ready or line.done()):
                await asyncio.sleep(0.05)
    if line.done():
        line.result()
    if not publisher.ready:
        raise Unreachable(f"{publisher.state}: start it or set ATTESA_KAFKA")
