"""The exporter's HTTP: /metrics, health, the wallboard and its stream, expected waits. No arithmetic."""

import asyncio
import json
from collections.abc import AsyncIterator

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from attesa.exporter.board import Chosen, choose, snapshot
from attesa.exporter.collector import AttesaCollector
from attesa.exporter.expected import Asked, expected_wait
from attesa.exporter.page import STATIC, language, page
from attesa.exporter.scrapes import Scrapes
from attesa.exporter.state import Clock, Reading, State

MOST_STREAMS = 200
LOOK_SECONDS = 0.2  # between two looks for a change
CELLS_AT_ONCE = 20  # summed before a scrape without a pause: some 10 ms
BEAT_LOOKS = 5  # a stream sends at least once in so many looks
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class Site:
    """What the handlers share: the state, how far reading has come, the clock, and the open streams."""

    def __init__(self, state: State, reading: Reading, clock: Clock, registry: CollectorRegistry) -> None:
        self.state, self.reading, self.clock = state, reading, clock
        self._collector = AttesaCollector(state, reading, clock)
        registry.register(self._collector)
        self.scrapes = Scrapes(registry, self._take)
        self.streams = 0
        self.stopping = asyncio.Event()
        self._made: dict[Chosen, tuple[tuple[int, int, bool], bytes]] = {}

    def stop(self) -> None:
        """End the open streams; a server that shuts down would wait for them."""
        self.stopping.set()

    async def _take(self) -> None:
        """Between the parts of a long sum, streams and the reader have their turn."""
        for _ in self.state.sum_up(CELLS_AT_ONCE):
            await asyncio.sleep(0)
        self._collector.take()

    def board(self, tenant: str | None, channel: str | None) -> bytes:
        """The snapshot as JSON, made once for all who look at the same board at the same moment."""
        now_ms = self.clock()
        chosen = choose(self.state, tenant, channel)
        moment = (self.state.changes, now_ms // 200, self.reading.ready)
        made = self._made.get(chosen)
        if made is None or made[0] != moment:
            self._made = {key: value for key, value in self._made.items() if value[0] == moment}
            value = snapshot(self.state, self.reading, chosen, now_ms)
            made = (moment, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
            self._made[chosen] = made
        return made[1]


def build_app(site: Site) -> Starlette:
    """The ASGI application over a site."""
    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/events", _events),
            Route("/kpi", _page),
            Route("/board.json", _board),
            Route("/api/expected-wait", _expected_wait),
            Route("/metrics", _metrics),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz),
            Mount("/wallboard", StaticFiles(directory=STATIC)),
        ]
    )
    app.state.site = site
    return app


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _asked(request: Request) -> tuple[str | None, str | None]:
    return request.query_params.get("tenant") or None, request.query_params.get("channel") or None


async def _page(request: Request) -> Response:
    lang = language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    return HTMLResponse(page(lang), headers={**HEADERS, "content-language": lang, "vary": "accept-language"})


async def _board(request: Request) -> Response:
    return Response(_site(request).board(*_asked(request)), media_type="application/json", headers=HEADERS)


async def _events(request: Request) -> Response:
    site = _site(request)
    if site.streams >= MOST_STREAMS:
        return PlainTextResponse("too many boards are open\n", status_code=503)
    return StreamingResponse(
        _stream(site, *_asked(request)),
        media_type="text/event-stream",
        headers={**HEADERS, "x-accel-buffering": "no"},
    )


async def _stream(site: Site, tenant: str | None, channel: str | None) -> AsyncIterator[bytes]:
    """The board once a second, and within LOOK_SECONDS of a change."""
    site.streams += 1
    try:
        while not site.stopping.is_set():
            seen = (site.state.changes, site.reading.ready)
            yield b"data: " + site.board(tenant, channel) + b"\n\n"
            for _ in range(BEAT_LOOKS):
                await _pause(site.stopping)
                if site.stopping.is_set() or seen != (site.state.changes, site.reading.ready):
                    break
    finally:
        site.streams -= 1


async def _pause(stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await stopping.wait()
    except TimeoutError:
        pass


async def _expected_wait(request: Request) -> Response:
    site = _site(request)
    if not site.reading.ready:
        return JSONResponse({"problem": _why_not_ready(site.reading)}, 503, HEADERS)
    asked = Asked(*choose(site.state, *_asked(request)), request.query_params.get("queue") or None)
    return JSONResponse(expected_wait(site.state, asked, site.clock()), headers=HEADERS)


async def _metrics(request: Request) -> Response:
    return await _site(request).scrapes.answer(request.headers)


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("alive\n")


async def _readyz(request: Request) -> Response:
    reading = _site(request).reading
    if reading.ready:
        return PlainTextResponse("ready\n")
    return PlainTextResponse(f"{_why_not_ready(reading)}\n", status_code=503)


def _why_not_ready(reading: Reading) -> str:
    return reading.problem or "reading what was written before the start"
