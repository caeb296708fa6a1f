"""Slow clients: each sends a request's head, and then its body a byte a second."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")
BYTE_SECONDS = 1.0


@asynccontextmanager
async def trickling(port: int, clients: int, request: bytes) -> AsyncIterator[None]:
    """So many of them for the length of the block, on their way when it begins."""
    begun = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_client(port, request, begun)) for _ in range(clients)]
    for _ in tasks:
        await begun.acquire()
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def beside(port: int, clients: int, request: bytes, work: Coroutine[Any, Any, T]) -> T:
    """What comes of the work while so many clients are slow."""
    async with trickling(port, clients, request):
        return await work


async def _client(port: int, request: bytes, begun: asyncio.Semaphore) -> None:
    head, ended, body = request.partition(b"\r\n\r\n")
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head + ended)
        begun.release()
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(BYTE_SECONDS)
    finally:
        writer.close()
