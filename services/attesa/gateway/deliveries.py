"""Takes deliveries of chat platforms: verified, adapted, judged, sent, and only then answered."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from attesa.gateway.configured import Source
from attesa.gateway.dead_letters.burying import bury
from attesa.gateway.doors import Answer
from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.doors.sns import confirmation_address, is_sns
from attesa.gateway.doors.sns_address import SnsAddresses
from attesa.gateway.http.admission import Admission, Bucket
from attesa.gateway.http.bodies import MAX_EVENTS, body_of, plain_only, too_deep
from attesa.gateway.http.forwarding import address_of
from attesa.gateway.http.problems import Problem
from attesa.gateway.judging.taking import Taken, take
from attesa.gateway.meters import SourceMeters
from attesa.gateway.producing.sending import Sending
from attesa.gateway.sources import Adapted, Delivery, Invalid
from attesa.sealing import sealer
from attesa.settings import Settings

SLOWER = {"Retry-After": "1"}


class Deliveries:
    """The doors of all sources, each with its own share of requests a second."""

    def __init__(
        self,
        settings: Settings,
        sources: Mapping[str, Source],
        sending: Sending,
        meters: SourceMeters,
        admission: Admission,
        now: Callable[[], datetime],
        sns: SnsAddresses | None = None,
    ) -> None:
        self._sources = sources
        self._sending = sending
        self._meters = meters
        self._admission = admission
        self._max_bytes = settings.max_body_bytes
        self._public_url = settings.gateway_public_url
        self._seal = sealer(settings)
        self._now = now
        self._sns = sns or SnsAddresses()
        per_second = settings.source_requests_per_second
        self._buckets = {name: Bucket(per_second, time.monotonic()) for name in sources}

    async def take(self, request: Request) -> Response:
        """Answer a delivery as its platform needs it, or refuse it with a problem."""
        source = self._sources.get(request.path_params["source"])
        if source is None:
            raise Problem("not-found", "there is no source of this name")
        outcome = "internal"
        try:
            answer, outcome = await self._take(source, request)
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            self._meters.requests.labels(source.name, outcome).inc()
        return Response(answer.text, answer.status, media_type="text/plain" if answer.text else None)

    async def _take(self, source: Source, request: Request) -> tuple[Answer, str]:
        plain_only(request.headers)
        raw = await body_of(request, self._max_bytes, self._admission.arrivals)
        with self._admission.one(raw):
            return await self._answer(source, self._delivery(source, request, raw))

    def _delivery(self, source: Source, request: Request, raw: bytes) -> Delivery:
        """Of headers that come twice the first; the address where it is signed, for it costs most."""
        headers = dict(reversed(request.headers.items()))
        query = dict(request.query_params) if request.scope["query_string"] else {}
        url = address_of(request, self._public_url) if source.door.signs_address else ""
        return Delivery(raw, self._now(), headers, query, request.method, url)

    async def _answer(self, source: Source, delivery: Delivery) -> tuple[Answer, str]:
        if delivery.method != "POST":
            return self._asked(source, delivery), "asked"
        await self._verify(source, delivery)
        if not self._buckets[source.name].take(time.monotonic()):
            raise Problem("too-many-requests", "slower, please", headers=SLOWER)
        if source.door.sns and is_sns(delivery) and (address := confirmation_address(delivery)):
            await self._sns.confirm(address)
            return Answer(HTTPStatus.OK), "asked"
        if answer := source.challenged(delivery):
            return answer, "asked"
        spooled = await self._pass_on(source, delivery)
        return Answer(source.door.status), "spooled" if spooled else "accepted"

    def _asked(self, source: Source, delivery: Delivery) -> Answer:
        """A platform that checks the address before it delivers."""
        answer = source.challenged(delivery)
        if answer is None:
            raise Problem("method-not-allowed", "deliveries come by POST", headers={"Allow": "POST"})
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self._meters.unverified.labels(source.name, Verdict.FORGED.value).inc()
            raise Problem("unverified", "the token is not the one that is configured")
        return answer

    async def _verify(self, source: Source, delivery: Delivery) -> None:
        by_sns = source.door.sns and is_sns(delivery)
        certificate = await self._sns.certificate(delivery, source.topics) if by_sns else b""
        verdict = source.verify(delivery, certificate)
        if verdict is not Verdict.VERIFIED:
            self._meters.unverified.labels(source.name, verdict.value).inc()
            raise Problem("unverified", f"the delivery is {verdict.value}")

    async def _pass_on(self, source: Source, delivery: Delivery) -> bool:
        """Whether the spool has it now, and not Kafka."""
        adapted = source.adapt(delivery) if not too_deep(delivery.raw) else _TOO_DEEP
        if len(adapted.events) + len(adapted.unmapped) + len(adapted.invalid) > MAX_EVENTS:
            raise Problem("too-many-events", f"at most {MAX_EVENTS} events in one delivery")
        tenant = source.context.tenant
        taken = take(adapted, tenant, delivery.received_at)
        records = [*taken.records, *bury(source.name, tenant, delivery, taken.refused, self._seal)]
        if not records:
            spooled = False
        elif source.door.once:
            spooled = await self._sending.send_or_keep(records)
        else:
            spooled = False
            await self._sending.send(records)
        self._count(source, taken)
        return spooled

    def _count(self, source: Source, taken: Taken) -> None:
        self._meters.events.labels(source.name, "taken").inc(len(taken.records))
        self._meters.events.labels(source.name, "ignored").inc(taken.ignored)
        for one in taken.refused:
            self._meters.dead_letters.labels(source.context.tenant, source.name, one.reason).inc()


_TOO_DEEP = Adapted(invalid=(Invalid("", "the JSON is nested too deeply"),))
