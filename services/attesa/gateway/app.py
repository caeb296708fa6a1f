"""The gateway's HTTP application: routes, and every refusal as a problem body.

Takes its parts as arguments (settings, publisher, registry, clock) and opens nothing itself.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from attesa.core.errors import Misconfigured
from attesa.gateway.configured import Source, TopicSource, configured, topic_sources
from attesa.gateway.deliveries import Deliveries
from attesa.gateway.doors.senders import Senders
from attesa.gateway.doors.signers import Signers
from attesa.gateway.doors.sns_address import SnsAddresses
from attesa.gateway.doors.tokens import Tokens
from attesa.gateway.http.admission import RETRY, Admission
from attesa.gateway.http.bodies import body_of, events_of, media_type_of
from attesa.gateway.http.describing import DESCRIPTION
from attesa.gateway.http.forwarding import Forwarded, prefix_of
from attesa.gateway.http.framing import OneFraming
from attesa.gateway.http.problems import Problem
from attesa.gateway.http.refusing import refuse_with_problems
from attesa.gateway.judging import Judge
from attesa.gateway.meters import Meters, SourceMeters
from attesa.gateway.producing.draining import Draining
from attesa.gateway.producing.publisher import SLICE, Publisher
from attesa.gateway.producing.sending import Sending
from attesa.gateway.producing.spool import Spool
from attesa.gateway.sources import Delivery
from attesa.gateway.topics.intake import Intakes
from attesa.gateway.topics.meters import TopicMeters
from attesa.serving import exposition
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")


def _now() -> datetime:
    return datetime.now(UTC)


def sources_of(settings: Settings) -> dict[str, Source]:
    """The sources that may deliver. Raises ConfigurationError with the file's line and field."""
    try:
        return configured(settings.definitions, settings.secrets)
    except Misconfigured as error:
        raise settings.located(error) from None


def topics_of(settings: Settings) -> list[TopicSource]:
    """The sources that a team writes to a topic of its own. Raises as `sources_of` does."""
    try:
        return topic_sources(settings.definitions, settings.secrets)
    except Misconfigured as error:
        raise settings.located(error) from None


def build_app(
    settings: Settings,
    publisher: Publisher,
    registry: CollectorRegistry | None = None,
    now: Callable[[], datetime] = _now,
    spool: Spool | None = None,
    sns: SnsAddresses | None = None,
) -> Starlette:
    """The whole application; what empties the spool is `app.state.draining`, and what passes on the topics of
    teams `app.state.intakes`.

    Raises ConfigurationError where no usable token is configured and no source has a door, or where a
    source's door is not usable.
    """
    registry = registry or CollectorRegistry()
    sources, topics = sources_of(settings), topics_of(settings)
    signers = Signers(settings.secrets_by_tenant)
    tokens = Tokens(settings.tenants_by_token, needed=not sources and not topics and not signers.tenants)
    meters = Meters(registry, sorted({*settings.tenants_by_token.values(), *signers.tenants}))
    sending, admission = Sending(publisher, meters, spool), Admission(settings.max_body_bytes)
    door = Door(settings, publisher, Senders(tokens, signers), meters, sending, admission, now)
    source_meters = SourceMeters(registry, sources.values())
    deliveries = Deliveries(settings, sources, sending, source_meters, admission, now, sns)
    topic_meters = TopicMeters(registry, topics, source_meters)
    app = Starlette(
        routes=[
            Route("/v1/sources/{source:path}", deliveries.take, methods=["POST", "GET", "HEAD"]),
            Route("/v1/events", door.take_events, methods=["POST"]),
            Route("/healthz", door.health),
            Route("/readyz", door.readiness),
            Route("/metrics", door.metrics),
            *DESCRIPTION,
        ]
    )
    app.router.redirect_slashes = False
    prefix = prefix_of(settings.gateway_public_url)
    if prefix or settings.trusted_proxies:
        app.add_middleware(Forwarded, trusted=settings.trusted_proxies, prefix=prefix)
    app.state.intakes = Intakes(settings, topics, publisher, topic_meters, now)
    app.add_middleware(OneFraming)
    app.state.draining = spool and Draining(spool, publisher, meters)
    refuse_with_problems(app)
    return app


class Door:
    """The endpoints, with what they need."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        senders: Senders,
        meters: Meters,
        sending: Sending,
        admission: Admission,
        now: Callable[[], datetime],
    ) -> None:
        self._max_bytes = settings.max_body_bytes
        self._publisher = publisher
        self._senders = senders
        self._meters = meters
        self._sending = sending
        self._admission = admission
        self._now = now

    async def take_events(self, request: Request) -> Response:
        """Check events, send them to Kafka, and answer 202 once Kafka has confirmed all of them.

        All or nothing: where one event of a batch is refused, nothing is sent.
        """
        outcome = "internal"
        try:
            response = await self._take_events(request)
            outcome = "accepted"
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            self._meters.requests.labels(outcome).inc()
        return response

    async def _take_events(self, request: Request) -> Response:
        headers = request.headers
        tenant = self._senders.by_token(headers)
        media_type_of(headers)
        raw = await body_of(request, self._max_bytes, self._admission.arrivals)
        with self._admission.one(raw):
            now = self._now()
            tenant = tenant or self._senders.by_signature(Delivery(raw, now, headers))
            return await self._pass_on(events_of(headers, raw), Judge(tenant, now))

    async def _pass_on(self, events: list[Any], judge: Judge) -> Response:
        for count, event in enumerate(events, start=1):
            judge.take(event)
            if count % SLICE == 0:
                await asyncio.sleep(0)
        refused = judge.problem()
        if refused:
            for error in refused.errors:
                self._meters.refused.labels(error.reason).inc()
            raise refused
        await self._sending.send(judge.records)
        self._meters.accepted.labels(judge.tenant).inc(len(events))
        body: dict[str, object] = {"accepted": len(events)}
        if judge.dropped_fields:
            body["dropped_fields"] = judge.dropped_fields
        return _json(HTTPStatus.ACCEPTED, body)

    async def health(self, _request: Request) -> Response:
        """The process answers."""
        return _json(HTTPStatus.OK, {"status": "ok"})

    async def readiness(self, _request: Request) -> Response:
        """Events can be taken: Kafka answers and the topic is there."""
        if not self._publisher.ready:
            raise Problem("not-ready", self._publisher.state, headers=RETRY)
        return _json(HTTPStatus.OK, {"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """The gateway's own metrics, for Prometheus."""
        self._meters.arriving.set(len(self._admission.arrivals))
        self._meters.running.set(self._admission.running)
        self._sending.show()
        return exposition(self._meters.registry, request.headers)


def _json(status: int, body: object) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
