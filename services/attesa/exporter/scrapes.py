"""Answers scrapes off the event loop, one rendering at a time. Knows no metric."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CollectorRegistry
from starlette.responses import Response

from attesa.serving import exposition

DECISIVE = ("accept", "accept-encoding")  # the headers that an answer's form depends on
Wish = tuple[str | None, ...]


class Scrapes:
    """Who asks while the same is being made shares it; who asks for another form waits for his turn."""

    def __init__(self, registry: CollectorRegistry, take: Callable[[], Awaitable[None]]) -> None:
        """`take` runs on the event loop before a rendering; what it takes must not change until the next."""
        self._registry, self._take = registry, take
        self._turn = asyncio.Lock()
        self._making: dict[Wish, asyncio.Task[Response]] = {}

    async def answer(self, headers: Mapping[str, str]) -> Response:
        wish = tuple(headers.get(name) for name in DECISIVE)
        making = self._making.get(wish)
        if making is None:
            making = self._making[wish] = asyncio.create_task(self._make(headers), name="scrape")
            making.add_done_callback(lambda _: self._making.pop(wish))
        return await asyncio.shield(making)  # whoever goes away must not end it for the others

    async def _make(self, headers: Mapping[str, str]) -> Response:
        async with self._turn:
            await self._take()
            return await asyncio.to_thread(exposition, self._registry, headers)
