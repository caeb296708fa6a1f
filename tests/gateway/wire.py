"""The application behind a real socket, and clients that write bytes to it as they like."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from attesa.deadlines import Impatient
from attesa.gateway.app import build_app
from attesa.gateway.producing.publisher import Publisher
from attesa.serving import listen, served
from attesa.settings import Settings

PATIENCE_SECONDS = 30


class Hasty(Impatient):
    """Waits for nobody."""

    head_seconds = 0.2
    taking_seconds = 0.2


@dataclass
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def write(self, *parts: bytes) -> None:
        self.writer.writelines(parts)
        await self.writer.drain()

    async def until(self, end: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.readuntil(end)

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        found = bytearray()
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                while read := await self.reader.read(65_536):
                    found += read
            except ConnectionResetError:
                pass
        return bytes(found)


Connect = Callable[[], Any]


@asynccontextmanager
async def gateway(
    settings: Settings,
    protocol: type[Impatient] = Impatient,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Connect]:
    """The application without a Kafka; yields what opens a connection."""
    app = build_app(settings, Publisher(settings), now=now)
    with listen(settings, "gateway_port") as listener:
        host, port = listener.getsockname()[:2]

        @asynccontextmanager
        async def connect() -> AsyncIterator[Line]:
            reader, writer = await asyncio.open_connection(host, port)
            try:
                yield Line(reader, writer)
            finally:
                writer.close()

        async with served(app, listener, protocol=protocol):
            yield connect
