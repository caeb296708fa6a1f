"""Bodies that arrive slowly, at a real server: they take nobody else's place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from tests.gateway.delivering import ENVIRONMENT, SHOP, configured, signed, written

from attesa.gateway.http.admission import RUNNING_BYTES, Admission, Arrivals
from attesa.gateway.http.bodies import body_of
from attesa.gateway.http.problems import Problem
from attesa.gateway.service import run

SLOW = 300
QUIET = written({"event": "conversation_typing_on"})  # says nothing, so that no Kafka is needed


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@asynccontextmanager
async def gateway(folder, **settings) -> AsyncIterator[str]:
    """A served gateway's address."""
    address = asyncio.get_running_loop().create_future()
    chosen = configured(folder, gateway_port=0, **settings)
    service = asyncio.create_task(run(chosen, listening=address.set_result))
    try:
        yield await address
    finally:
        service.cancel()
        await asyncio.wait([service])


class SlowClient:
    """Has sent a delivery but for its last byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connected(cls, address: str) -> "SlowClient":
        url = httpx.URL(address)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        headers = {"host": "gateway", "content-length": len(QUIET), **signed(QUIET)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"POST {SHOP} HTTP/1.1\r\n{lines}\r\n".encode() + QUIET[:-1])
        await writer.drain()
        return cls(reader, writer)

    async def status(self) -> int:
        return int((await self._reader.readline()).split()[1])

    async def finished(self) -> int:
        self._writer.write(QUIET[-1:])
        return await self.status()

    def close(self) -> None:
        self._writer.close()


async def arriving(client: httpx.AsyncClient, wanted: int) -> None:
    """Return when so many bodies are on their way."""
    while f"attesa_gateway_bodies_arriving {wanted}.0" not in (await client.get("/metrics")).text:
        pass


def test_many_slow_clients_hold_nobody_up_and_are_answered_when_they_are_done(tmp_path):
    async def scenario():
        async with gateway(tmp_path) as address, httpx.AsyncClient(base_url=address) as client:
            slow = [await SlowClient.connected(address) for _ in range(SLOW)]
            await arriving(client, SLOW)
            quick = [await client.post(SHOP, content=QUIET, headers=signed(QUIET)) for _ in range(100)]
            late = [await one.finished() for one in slow]
            for one in slow:
                one.close()
            return [answer.status_code for answer in quick], late

    quick, late = asyncio.run(scenario())
    assert quick == [200] * 100
    assert late == [200] * SLOW


@pytest.mark.parametrize(
    ("size", "most_bodies"), [(40_000_000, 100), (1, 4)], ids=["they hold too much", "they are too many"]
)
def test_where_there_is_no_room_for_all_bodies_the_oldest_gives_way(size, most_bodies):
    async def body(arrivals: Arrivals, done: asyncio.Event) -> str:
        try:
            async with asyncio.timeout(None) as limit:
                with arrivals.one(limit):
                    arrivals.grow(limit, size)
                    await done.wait()
        except TimeoutError:
            return "cut off"
        return "arrived"

    async def scenario():
        arrivals, done = Arrivals(max_body_bytes=40_000_000, most_bodies=most_bodies), asyncio.Event()
        bodies = [asyncio.create_task(body(arrivals, done)) for _ in range(5)]
        await asyncio.wait(bodies[:1])
        done.set()
        return [await one for one in bodies], len(arrivals)

    assert asyncio.run(scenario()) == (["cut off", *["arrived"] * 4], 0)


def test_whose_body_is_cut_off_is_told_so_and_the_connection_ends():
    async def nothing_more():
        await asyncio.Event().wait()

    async def scenario():
        request = Request({"type": "http", "method": "POST", "headers": []}, nothing_more)
        with pytest.raises(Problem) as told:
            await body_of(request, 1_000, Arrivals(max_body_bytes=1_000, most_bodies=0))
        return told.value

    problem = asyncio.run(scenario())
    assert (problem.kind, problem.headers) == ("slow-body", {"Connection": "close"})


def test_requests_at_once_are_bounded_by_what_they_hold_and_a_largest_body_always_fits():
    admission, largest = Admission(max_body_bytes=RUNNING_BYTES), bytes(RUNNING_BYTES)
    with admission.one(largest), admission.one(b""):
        assert admission.running == 2
    small = Admission(max_body_bytes=1_000_000)
    with small.one(bytes(RUNNING_BYTES // 2)):
        with pytest.raises(Problem, match="overloaded"), small.one(bytes(RUNNING_BYTES // 2)):
            pass
        with small.one(b""):
            assert small.running == 2
    assert small.running == 0
