"""Scrapes beside one another, and beside the wallboard's stream."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from tests.exporter.made import NOW, clock_row, total_row
from tests.exporter.scrape import OPENMETRICS

from attesa.core.definitions import Definitions
from attesa.core.rows.counts import Counts
from attesa.exporter.scrapes import Scrapes
from attesa.exporter.service import served
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site

PATIENCE_SECONDS = 60


class Gate(Collector):
    """Holds every rendering until it is opened, and counts them."""

    def __init__(self) -> None:
        self.entered, self.open = threading.Event(), threading.Event()
        self.renderings = self.inside = self.most_inside = 0

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        self.renderings += 1
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        self.entered.set()
        assert self.open.wait(PATIENCE_SECONDS)
        self.inside -= 1
        yield Metric("gate", "renderings begun", "gauge")


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


class Asking:
    """Scrapes of a registry that holds only the gate; counts how often the state was looked at."""

    def __init__(self, gate: Gate) -> None:
        registry = CollectorRegistry()
        registry.register(gate)
        self.gate, self.looks = gate, 0
        self.scrapes = Scrapes(registry, self._take)

    async def _take(self) -> None:
        self.looks += 1

    def ask(self, **headers: str) -> "asyncio.Task[object]":
        return asyncio.create_task(self.scrapes.answer(headers))

    async def inside(self) -> None:
        assert await asyncio.to_thread(self.gate.entered.wait, PATIENCE_SECONDS)


def test_who_asks_during_a_rendering_shares_it_and_who_asks_later_gets_a_new_one(gate: Gate) -> None:
    async def scenario() -> None:
        asking = Asking(gate)
        first = asking.ask()
        await asking.inside()
        others = [asking.ask(), asking.ask()]
        await asyncio.sleep(0)
        gate.open.set()
        shared = await asyncio.gather(first, *others)
        assert shared[0] is shared[1] is shared[2]
        assert await asking.ask() is not shared[0]
        assert (asking.looks, gate.renderings) == (2, 2)

    asyncio.run(scenario())


def test_another_form_is_made_after_the_first_and_not_beside_it(gate: Gate) -> None:
    async def scenario() -> None:
        asking = Asking(gate)
        first = asking.ask()
        await asking.inside()
        others = [asking.ask(**OPENMETRICS), asking.ask(**{"accept-encoding": "gzip"})]
        await asyncio.sleep(0)
        assert (asking.looks, gate.renderings) == (1, 1)
        gate.open.set()
        await asyncio.gather(first, *others)
        assert (gate.renderings, gate.most_inside) == (3, 1)

    asyncio.run(scenario())


def test_whoever_goes_away_does_not_end_the_rendering_for_the_others(gate: Gate) -> None:
    async def scenario() -> None:
        asking = Asking(gate)
        first = asking.ask()
        await asking.inside()
        other = asking.ask()
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        gate.open.set()
        await other
        assert gate.renderings == 1

    asyncio.run(scenario())


def test_the_stream_goes_on_during_a_scrape_which_shows_what_was_when_it_began(gate: Gate) -> None:
    state = State(Definitions())
    state.put_totals(clock_row())
    state.put_totals(total_row(Counts(offered=1)))
    registry = CollectorRegistry()
    registry.register(gate)
    site = Site(state, Reading(ready=True, partitions=1), lambda: NOW, registry)

    async def scenario(address: str, client: httpx.AsyncClient) -> tuple[list[int], str]:
        scrape = asyncio.create_task(client.get(f"{address}/metrics"))
        assert await asyncio.to_thread(gate.entered.wait, PATIENCE_SECONDS)
        waiting: list[int] = []
        async with client.stream("GET", f"{address}/events") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    waiting.append(json.loads(line[6:])["live"]["waiting"])
                    state.put_totals(total_row(Counts(offered=1 + len(waiting))))
                if len(waiting) == 3:
                    break
        gate.open.set()
        return waiting, (await scrape).text

    async def main() -> tuple[list[int], str]:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with served(site, listener), httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            return await scenario(address, client)

    waiting, text = asyncio.run(main())
    assert waiting == [1, 2, 3]
    cell = 'channel="live_chat",country="IT",queue="sales",tenant="default"'
    assert f"attesa_waiting{{{cell}}} 1.0\n" in text
