"""Behind a proxy: whose headers are believed, and which address a signature holds for."""

import asyncio
import hmac
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.gateway.delivering import ENVIRONMENT, SHOP, configured, message, signed, written

from attesa.core.errors import ConfigurationError
from attesa.gateway.app import build_app
from attesa.gateway.configured import Source
from attesa.gateway.deliveries import Deliveries
from attesa.gateway.doors import DOORS
from attesa.gateway.http.admission import Admission
from attesa.gateway.http.forwarding import Forwarded, address_of
from attesa.gateway.http.problems import Problem
from attesa.gateway.meters import Meters, SourceMeters
from attesa.gateway.producing.publisher import Publisher
from attesa.gateway.producing.sending import Sending
from attesa.gateway.sources import REGISTRY, Context
from attesa.serving import address, listen, served
from attesa.settings import Settings, load

PROXY = "10.1.2.3"
STRANGER = "192.0.2.9"
KEY = "an account's token"
BODY = b'{"a": "delivery"}'
FORWARDED = {
    "x-forwarded-proto": "https",
    "x-forwarded-host": "hooks.shop.example",
    "x-forwarded-for": "203.0.113.5",
}


def seen(client: str, headers: dict[str, str], trusted: str = "10.1.0.0/16, 2001:db8::1") -> tuple[str, str]:
    """The address and the client that the application sees."""

    async def tell(request: Request) -> Response:
        return JSONResponse([address_of(request, ""), request.client.host if request.client else ""])

    async def exchange() -> tuple[str, str]:
        app = Starlette(routes=[Route("/v1/{rest:path}", tell)])
        networks = Settings(gateway_trusted_proxies=trusted).trusted_proxies
        transport = httpx.ASGITransport(Forwarded(app, networks), client=(client, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://inside:8080") as caller:
            where, whose = (await caller.get("/v1/x?a=1", headers=headers)).json()
        return where, whose

    return asyncio.run(exchange())


def test_a_trusted_proxy_tells_scheme_host_and_client():
    assert seen(PROXY, FORWARDED) == ("https://hooks.shop.example/v1/x?a=1", "203.0.113.5")


@pytest.mark.parametrize(("client", "trusted"), [(STRANGER, PROXY), (PROXY, ""), ("unix", PROXY)])
def test_whoever_else_writes_the_headers_is_not_believed(client: str, trusted: str):
    assert seen(client, FORWARDED, trusted) == ("http://inside:8080/v1/x?a=1", client)


def test_what_a_client_wrote_before_the_proxy_did_is_not_believed():
    headers = FORWARDED | {
        "x-forwarded-host": "evil.example, hooks.shop.example",
        "x-forwarded-for": f"127.0.0.1, 203.0.113.5, {PROXY}",
    }
    assert seen(PROXY, headers) == ("https://hooks.shop.example/v1/x?a=1", "203.0.113.5")


@pytest.mark.parametrize("client", ["::ffff:10.1.2.3", "2001:db8::1"])
def test_a_proxy_is_known_by_its_address_however_it_is_written(client: str):
    assert seen(client, FORWARDED)[0] == "https://hooks.shop.example/v1/x?a=1"


def test_a_proxy_that_forwards_nothing_changes_nothing():
    assert seen(PROXY, {}) == ("http://inside:8080/v1/x?a=1", PROXY)
    assert seen(PROXY, {"x-forwarded-host": "", "x-forwarded-proto": "gopher"})[0].startswith("http://inside")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("gateway_trusted_proxies", "10.0.0.0/8, everybody"),
        ("gateway_trusted_proxies", "10.0.0.1/8"),
        ("gateway_public_url", "hooks.shop.example"),
        ("gateway_public_url", "https://hooks.shop.example?token=a"),
    ],
)
def test_a_setting_that_is_none_stops_the_start_and_is_named(
    setting: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(ValidationError):
        Settings(**{setting: value})
    monkeypatch.setenv(f"ATTESA_{setting.upper()}", value)
    with pytest.raises(ConfigurationError, match=f"ATTESA_{setting.upper()}"):
        load()


class Behind:
    """A gateway on a socket whose one source signs the address, as Twilio does, and a proxy before it."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(gateway_port=0, **settings)

    def gateway(self) -> Starlette:
        """The gateway's doors for deliveries, one of them of a platform that has no adapter yet."""
        context = Context("default", "twilio", "", b"a key of sixteen", (), frozenset())
        source = Source("twilio", REGISTRY["cloudevents"], DOORS["twilio"], context, (KEY,))
        registry, publisher = CollectorRegistry(), Publisher(self.settings)
        sending, meters = Sending(publisher, Meters(registry, [])), SourceMeters(registry, [source])
        admission = Admission(self.settings.max_body_bytes)
        doors = Deliveries(
            self.settings, {source.name: source}, sending, meters, admission, lambda: datetime.now(UTC)
        )
        app = Starlette(
            routes=[Route("/v1/sources/{source:path}", doors.take, methods=["POST"])],
            exception_handlers={Problem: _told},
        )
        if self.settings.trusted_proxies:
            app.add_middleware(Forwarded, trusted=self.settings.trusted_proxies)
        return app

    def proxy(self, inside: str) -> Starlette:
        """Ends what would be TLS, takes its prefix away, and forwards."""

        async def forward(request: Request) -> Response:
            path = f"{request.url.path.removeprefix('/attesa')}?{request.url.query}"
            headers = {name: value for name, value in request.headers.items() if name != "host"}
            async with httpx.AsyncClient(base_url=inside, headers=headers | FORWARDED) as client:
                answer = await client.post(path, content=await request.body())
            return Response(answer.content, answer.status_code, media_type=answer.headers["content-type"])

        return Starlette(routes=[Route("/{rest:path}", forward, methods=["POST"])])

    def deliver(self, public: str) -> httpx.Response:
        """A delivery to the public address, signed for it, on its way through the proxy."""
        path = f"{urlsplit(public).path}/v1/sources/twilio?bodySHA256={sha256(BODY).hexdigest()}"
        digest = hmac.new(KEY.encode(), urljoin(public, path).encode(), "sha1").digest()
        headers = {"x-twilio-signature": b64encode(digest).decode(), "content-type": "application/json"}

        async def exchange() -> httpx.Response:
            with (
                listen(self.settings, "gateway_port") as inner,
                listen(self.settings, "gateway_port") as outer,
            ):
                async with (
                    served(self.gateway(), inner),
                    served(self.proxy(address(inner)), outer),
                    httpx.AsyncClient(base_url=address(outer)) as platform,
                ):
                    return await platform.post(path, content=BODY, headers=headers)

        return asyncio.run(exchange())


async def _told(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


def test_a_signature_over_the_public_address_holds_behind_a_proxy(refused):
    public = "https://hooks.shop.example/attesa"
    refused(Behind(gateway_public_url=public).deliver(public), 503, "unavailable")  # verified; no Kafka here
    refused(Behind(gateway_public_url=public).deliver("https://other.example/attesa"), 401, "unverified")


def test_a_signature_over_the_address_that_a_trusted_proxy_tells_holds(refused):
    public = "https://hooks.shop.example"
    refused(Behind(gateway_trusted_proxies="127.0.0.1").deliver(public), 503, "unavailable")


def test_a_proxy_that_nobody_trusts_is_not_believed_not_even_on_the_same_machine(refused):
    refused(Behind().deliver("https://hooks.shop.example"), 401, "unverified")


@pytest.mark.parametrize("prefix", ["/attesa", ""])
def test_under_a_prefix_the_gateway_is_found_whether_the_proxy_takes_it_away_or_not(
    prefix: str, refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings = configured(tmp_path, gateway_public_url="https://hooks.shop.example/attesa/")
    raw = written(message(1))

    async def exchange() -> tuple[httpx.Response, ...]:
        transport = httpx.ASGITransport(build_app(settings, Publisher(settings)))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            answer = await client.post(f"{prefix}{SHOP}", content=raw, headers=signed(raw))
            return answer, await client.get(f"{prefix}/docs"), await client.get(f"{prefix}/openapi.json")

    answer, page, document = asyncio.run(exchange())
    refused(answer, 503, "unavailable")
    assert '"/attesa/openapi.json"' in page.text
    assert document.json()["servers"] == [{"url": "/attesa"}]
