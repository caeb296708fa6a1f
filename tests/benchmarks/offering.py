"""Offers requests to a server over kept connections, cheaply: their bytes are made beforehand.

As fast as the server answers, or at a fixed rate whatever it answers: then a wait begins when a request
was due, not when a connection came free for it, so that a server that stands still hides nothing.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TICK_SECONDS = 0.001


@dataclass
class Offered:
    """What came of the requests: the wait of each in seconds, the statuses, the whole time."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """The wait that this share of the requests did not exceed, in seconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    """One kept connection with at most one request on its way."""

    def __init__(self, answered: Callable[["_Connection", int, float], None]) -> None:
        self._answered = answered
        self._transport: asyncio.Transport | None = None
        self._due = 0.0
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        assert self._transport is not None
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, ended, body = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not ended or (length is not None and len(body) < int(length[1])):
            return
        self._read = b""
        self._answered(self, int(head[9:12]), self._due)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Offering:
    """Requests on their way to one server; `offered` grows with each answer."""

    def __init__(self, requests: Iterable[bytes]) -> None:
        self.offered = Offered()
        self._requests: Iterator[bytes] = iter(requests)
        self._connections: list[_Connection] = []
        self._idle: deque[_Connection] = deque()
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._closed_loop = False
        self._ended = asyncio.Event()

    async def as_fast_as_answered(self, port: int, connections: int) -> Offered:
        """One request after the other on each connection, until there are no more."""
        self._closed_loop = True
        await self._connect(port, connections)
        began = time.perf_counter()
        for connection in list(self._idle):
            self._idle.remove(connection)
            self._next(connection)
        await self._ended.wait()
        return self._close(began)

    async def at_rate(self, port: int, connections: int, per_second: float) -> Offered:
        """Each request at its time, or as soon after it as a connection is free."""
        await self._connect(port, connections)
        began = time.perf_counter()
        for number, request in enumerate(self._requests):
            due = began + number / per_second
            while time.perf_counter() < due:
                await asyncio.sleep(TICK_SECONDS)
            if self._idle:
                self._idle.popleft().send(request, due)
            else:
                self._waiting.append((request, due))
                await asyncio.sleep(0)
        self._closed_loop = True
        if len(self._idle) < len(self._connections):
            await self._ended.wait()
        return self._close(began)

    async def _connect(self, port: int, connections: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, connection = await loop.create_connection(
                lambda: _Connection(self._answered), "127.0.0.1", port
            )
            self._connections.append(connection)
            self._idle.append(connection)

    def _answered(self, connection: _Connection, status: int, due: float) -> None:
        self.offered.waits.append(time.perf_counter() - due)
        self.offered.statuses[status] += 1
        if self._waiting:
            connection.send(*self._waiting.popleft())
        elif self._closed_loop:
            self._next(connection)
        else:
            self._idle.append(connection)

    def _next(self, connection: _Connection) -> None:
        """The connection's next request; the last one to find none ends the run."""
        request = next(self._requests, None)
        if request is not None:
            connection.send(request, time.perf_counter())
            return
        self._idle.append(connection)
        if len(self._idle) == len(self._connections):
            self._ended.set()

    def _close(self, began: float) -> Offered:
        self.offered.seconds = time.perf_counter() - began
        for connection in self._connections:
            connection.close()
        return self.offered
