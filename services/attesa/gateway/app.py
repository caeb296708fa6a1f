"""The gateway's HTTP application: routes, and every refusal as a problem body.

Takes its parts as arguments (settings, publisher, registry, clock) and opens nothing itself.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from attesa.core.errors import Unreachable
from attesa.gateway.bodies import events_of
from attesa.gateway.description import EVENTS_ROUTE, TITLE, describe
from attesa.gateway.judging import Judge, Record
from attesa.gateway.meters import Meters
from attesa.gateway.problems import Problem
from attesa.gateway.publisher import SLICE, Publisher
from attesa.gateway.tokens import Tokens
from attesa.serving import exposition
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

MAX_RUNNING = 256  # requests at once; with the body limit this bounds the memory
RETRY = {"Retry-After": "2"}


def _now() -> datetime:
    return datetime.now(UTC)


def build_app(
    settings: Settings,
    publisher: Publisher,
    registry: CollectorRegistry | None = None,
    now: Callable[[], datetime] = _now,
) -> FastAPI:
    """The whole application. Raises ConfigurationError where no usable token is configured."""
    tokens = Tokens(settings.tenants_by_token)
    tenants = sorted(set(settings.tenants_by_token.values()))
    door = Door(settings, publisher, tokens, Meters(registry or CollectorRegistry(), tenants), now)
    app = FastAPI(title=TITLE, redoc_url=None, redirect_slashes=False)
    app.add_api_route("/v1/events", door.take_events, methods=["POST"], openapi_extra=EVENTS_ROUTE)
    for path, answer in (("/healthz", door.health), ("/readyz", door.readiness), ("/metrics", door.metrics)):
        app.add_api_route(path, answer, methods=["GET"])
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _internal_problem)
    describe(app)
    return app


class Door:
    """The endpoints, with what they need."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        tokens: Tokens,
        meters: Meters,
        now: Callable[[], datetime],
    ) -> None:
        self._max_bytes = settings.max_body_bytes
        self._publisher = publisher
        self._tokens = tokens
        self._meters = meters
        self._now = now
        self._running = 0

    async def take_events(self, request: Request) -> Response:
        """Check events, send them to Kafka, and answer 202 once Kafka has confirmed all of them.

        All or nothing: where one event of a batch is refused, nothing is sent.
        """
        self._running += 1
        outcome = "internal"
        try:
            response = await self._take_events(request)
            outcome = "accepted"
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            self._running -= 1
            self._meters.requests.labels(outcome).inc()
        return response

    async def _take_events(self, request: Request) -> Response:
        if self._running > MAX_RUNNING:
            raise Problem("overloaded", f"at most {MAX_RUNNING} requests at once", headers=RETRY)
        tenant = self._tokens.tenant(request.headers.get("authorization"))
        if tenant is None:
            wanted = {"WWW-Authenticate": 'Bearer realm="attesa"'}
            raise Problem("unauthorized", "send the header Authorization: Bearer <token>", headers=wanted)
        events = await events_of(request, self._max_bytes)
        judge = Judge(tenant, self._now())
        for count, event in enumerate(events, start=1):
            judge.take(event)
            if count % SLICE == 0:
                await asyncio.sleep(0)
        refused = judge.problem()
        if refused:
            for error in refused.errors:
                self._meters.refused.labels(error.reason).inc()
            raise refused
        await self._publish(judge.records)
        self._meters.accepted.labels(tenant).inc(len(events))
        body: dict[str, object] = {"accepted": len(events)}
        if judge.dropped_fields:
            body["dropped_fields"] = judge.dropped_fields
        return _json(HTTPStatus.ACCEPTED, body)

    async def _publish(self, records: Sequence[Record]) -> None:
        started = time.perf_counter()
        try:
            await self._publisher.publish(records)
        except Unreachable as error:
            detail = f"{error}; send the same events again, none will be counted twice"
            raise Problem("unavailable", detail, headers=RETRY) from None
        self._meters.produce_seconds.observe(time.perf_counter() - started)

    async def health(self) -> Response:
        """The process answers."""
        return _json(HTTPStatus.OK, {"status": "ok"})

    async def readiness(self) -> Response:
        """Events can be taken: Kafka answers and the topic is there."""
        if not self._publisher.ready:
            raise Problem("not-ready", self._publisher.state, headers=RETRY)
        return _json(HTTPStatus.OK, {"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """The gateway's own metrics, for Prometheus."""
        self._meters.running.set(self._running)
        self._meters.connected.set(self._publisher.ready)
        return exposition(self._meters.registry, request.headers)


def _json(status: int, body: object) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


async def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _http_problem(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: unknown path, wrong method."""
    assert isinstance(error, HTTPException)
    kinds = {HTTPStatus.NOT_FOUND: "not-found", HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed"}
    kind = kinds.get(HTTPStatus(error.status_code), "bad-request")
    return Problem(kind, f"{request.method} {request.url.path}", headers=dict(error.headers or {})).response()


async def _internal_problem(_request: Request, _error: Exception) -> Response:
    """A programming error: its traceback goes to the log, never to the client."""
    return Problem("internal", "the reason is in the gateway's log").response()
