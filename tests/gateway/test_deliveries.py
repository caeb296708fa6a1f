"""Deliveries of chat platforms: everything that is decided before anything is sent."""

import asyncio
import json
import time

import httpx
import pytest
from tests.gateway.delivering import (
    CONFIGURATION,
    ENVIRONMENT,
    OLD,
    SHOP,
    TEXT,
    URL_TOKEN,
    ZENDESK,
    configured,
    message,
    signed,
    written,
)

from attesa.core.errors import ConfigurationError
from attesa.gateway.app import build_app
from attesa.gateway.http.bodies import MAX_DEPTH, too_deep
from attesa.gateway.producing.publisher import Publisher

JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def deliver(tmp_path):
    """Send requests, one after the other, to one application without a Kafka; the last answer."""

    def send(path, body=b"", headers=None, *, method="POST", times=1, **settings):
        chosen = configured(tmp_path, **settings)
        app = build_app(chosen, Publisher(chosen))

        async def exchange():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                for _ in range(times):
                    answer = await client.request(method, path, content=body, headers=headers)
                page = (await client.get("/metrics")).text
            return answer, page

        return asyncio.run(exchange())

    return send


def test_what_is_signed_is_passed_on(deliver, refused):
    raw = written(message(1))
    answer, _ = deliver(SHOP, raw, signed(raw))
    refused(answer, 503, "unavailable")  # nothing is wrong with it; there is no Kafka here
    assert int(answer.headers["retry-after"]) > 0


def test_the_secret_before_holds_while_it_is_replaced(deliver, refused):
    raw = written(message(1))
    refused(deliver(SHOP, raw, signed(raw, ENVIRONMENT["TEST_CHATWOOT_BEFORE"]))[0], 503, "unavailable")


def test_of_a_delivery_that_says_nothing_kafka_is_not_asked(deliver):
    raw = written({"event": "conversation_typing_on"})
    answer, page = deliver(SHOP, raw, signed(raw))
    assert (answer.status_code, answer.content) == (200, b"")
    assert 'attesa_gateway_source_events_total{outcome="ignored",source="chatwoot/shop"} 1.0' in page


@pytest.mark.trap(18, "sunshine_conversations")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"events": [{"type": "conversation:typing"}]}, 200),
        ({"events": [{"type": "conversation:sung"}]}, 503),  # a dead letter, for which there is no Kafka here
        ({"events": [{"type": "conversation:message", "payload": {}}]}, 503),
        ({"trigger": "message:appUser"}, 503),
        (b"{", 503),
    ],
)
def test_nothing_that_zendesk_delivers_gets_a_status_after_which_it_gives_up(deliver, body, status):
    answer, _ = deliver(ZENDESK, written(body), JSON | {"x-api-key": URL_TOKEN})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, "unsigned"),
        (signed(written(message(1)), "another secret"), "forged"),
        (signed(written(message(1)) + b" "), "forged"),
        (signed(b"{}", stamp=time.time() - 900), "stale"),
    ],
)
def test_what_is_not_signed_rightly_is_refused_and_counted(deliver, refused, headers, verdict):
    raw = b"{}" if verdict == "stale" else written(message(1))
    answer, page = deliver(SHOP, raw, JSON | headers)
    refused(answer, 401, "unverified")
    counted = f'attesa_gateway_verify_failures_total{{source="chatwoot/shop",verdict="{verdict}"}} 1.0'
    assert counted in page
    assert 'attesa_gateway_source_requests_total{outcome="unverified",source="chatwoot/shop"} 1.0' in page


@pytest.mark.parametrize(("token", "status"), [(URL_TOKEN, 503), ("guess", 401), ("", 401)])
def test_a_platform_that_signs_nothing_is_believed_by_the_token_in_its_address(deliver, token, status):
    answer, _ = deliver(f"{OLD}?token={token}", written(message(1)), JSON)
    assert answer.status_code == status


def test_another_sources_token_opens_no_door(deliver, refused):
    raw = written(message(1))
    refused(deliver(f"{SHOP}?token={URL_TOKEN}", raw, JSON)[0], 401, "unverified")


def test_a_source_that_is_not_configured_is_not_found(deliver, refused):
    refused(deliver("/v1/sources/chatwoot/nobody", b"{}", JSON)[0], 404, "not-found")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_does_not_ask_for_a_handshake_posts(deliver, method):
    answer, _ = deliver(SHOP, method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_body_too_large_is_refused_before_it_is_verified(deliver, refused):
    refused(deliver(SHOP, b" " * 2_000, JSON, max_body_bytes=1_000)[0], 413, "body-too-large")


def test_a_compressed_body_is_refused(deliver, refused):
    refused(deliver(SHOP, b"{}", JSON | {"content-encoding": "gzip"})[0], 415, "media-type")


def test_too_many_events_in_one_delivery_are_refused(deliver, refused):
    body = {"app": {"id": "a"}, "events": [{"type": "nonsense"} for _ in range(1001)]}
    answer, _ = deliver(ZENDESK, written(body), JSON | {"x-api-key": URL_TOKEN})
    refused(answer, 413, "too-many-events")


def test_who_is_too_fast_is_told_to_wait_and_strangers_use_up_nothing(deliver, refused):
    raw = written({"event": "conversation_typing_on"})
    answer, _ = deliver(SHOP, raw, signed(raw), times=3, source_requests_per_second=1)
    refused(answer, 429, "too-many-requests")
    assert answer.headers["retry-after"] == "1"
    refused(deliver(SHOP, raw, JSON, times=3, source_requests_per_second=1)[0], 401, "unverified")


def test_neither_secrets_nor_texts_are_in_an_answer(deliver):
    for body in (message(1), message(1, created_at="yesterday")):
        raw = written(body)
        answer, page = deliver(SHOP, raw, signed(raw))
        for secret in (*ENVIRONMENT.values(), TEXT):
            assert secret not in answer.text + page


@pytest.mark.parametrize("name", [name for name in ENVIRONMENT if name != "TEST_CHATWOOT_BEFORE"])
def test_a_secret_that_is_not_there_is_told_at_the_start_with_line_and_field(tmp_path, monkeypatch, name):
    monkeypatch.delenv(name)
    settings = configured(tmp_path)
    line = next(n for n, text in enumerate(CONFIGURATION.splitlines(), 1) if name in text)
    with pytest.raises(ConfigurationError, match=rf"attesa\.yaml:{line}: .*: {name} is not set"):
        build_app(settings, Publisher(settings))


def test_a_platform_that_is_none_is_told_at_the_start(tmp_path):
    settings = configured(tmp_path, text=CONFIGURATION.replace("chatwoot/old", "chatwot/old"))
    with pytest.raises(ConfigurationError, match=r"attesa\.yaml:7: sources\.chatwot/old: no platform"):
        build_app(settings, Publisher(settings))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth_is_told_from_the_bytes(opening):
    assert not too_deep(opening * MAX_DEPTH)
    assert too_deep(opening * (MAX_DEPTH + 1))
    assert not too_deep(json.dumps(["[" * 200, '\\"[' * 200, *[[]] * 200]).encode())
