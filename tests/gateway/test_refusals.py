"""Every request that the gateway refuses before it looks into an event."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from attesa.gateway.app import build_app
from attesa.gateway.http.bodies import MAX_EVENTS
from attesa.gateway.producing.publisher import Publisher

BATCH = "application/cloudevents-batch+json"


@pytest.mark.parametrize("token", [None, "", "wrong", "secret ", "SECRET"])
def test_a_missing_or_unknown_token_is_401_and_says_how_to_authenticate(ask, refused, event, token):
    answer = ask(event, token=token)
    if token == "secret ":
        assert answer.status_code != 401  # surrounding blanks are not part of a token
        return
    refused(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_another_scheme_than_bearer_is_401(ask, refused, event):
    refused(ask(event, token=None, headers={"authorization": "Basic secret"}), 401, "unauthorized")


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/xml", "application/json; charset=utf-16"]
)
def test_another_content_type_is_415_and_names_ours(ask, refused, event, media_type):
    refused(ask(event, media_type), 415, "media-type")


def test_a_compressed_body_is_415(ask, refused, event):
    refused(ask(event, headers={"content-encoding": "gzip"}), 415, "media-type")


def test_a_body_declared_too_large_is_413_before_it_is_read(ask, refused):
    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    refused(ask(endless(), headers={"content-length": "200001"}), 413, "body-too-large")


def test_a_body_that_grows_too_large_while_it_streams_is_413(ask, refused):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    refused(ask(chunks()), 413, "body-too-large")


@pytest.mark.parametrize("length", ["-1", "many", "٣", "9" * 5000])
def test_a_content_length_that_is_no_sensible_number_is_refused(ask, event, length):
    assert ask(event, headers={"content-length": length.encode()}).status_code in {400, 413}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"NaN", b'"\\ud800"', b"[1,]", b"{'a': 1}"])
def test_a_body_that_is_not_json_is_400(ask, refused, body):
    refused(ask(body, "application/json"), 400, "not-json")


def test_json_nested_too_deeply_is_400(ask, refused):
    refused(ask(b"[" * 90_000, "application/json"), 400, "not-json")


@pytest.mark.parametrize("depth", [100, 600, 850, 930, 960, 980, 990, 1000])
def test_no_depth_of_nesting_breaks_the_gateway(ask, event, depth):
    deep = b'{"x":' + b"[" * depth + b"]" * depth + b"," + b'"type":"attesa.session.queued"}'
    assert ask(deep).status_code in {400, 422}


def test_structured_mode_takes_no_array_and_batch_mode_nothing_else(ask, refused, event):
    refused(ask([event]), 400, "not-json")
    refused(ask(event, BATCH), 400, "not-json")


def test_more_events_than_a_batch_holds_is_413(ask, refused):
    refused(ask([{}] * (MAX_EVENTS + 1), BATCH), 413, "too-many-events")


def test_an_unknown_path_is_404_also_with_a_slash_too_many(ask, refused, event):
    refused(ask(event, path="/v2/events"), 404, "not-found")
    refused(ask(event, path="/v1/events/"), 404, "not-found")


def test_a_wrong_method_is_405_and_names_the_right_one(ask, refused):
    answer = ask(method="GET")
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_without_kafka_a_good_event_is_503_with_a_time_to_come_again(ask, refused, event):
    answer = ask(event)
    body = refused(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "127.0.0.1" not in body["detail"]  # addresses are for the log


def test_without_kafka_the_gateway_lives_but_is_not_ready(ask, refused):
    assert ask(method="GET", path="/healthz").json() == {"status": "ok"}
    refused(ask(method="GET", path="/readyz"), 503, "not-ready")


def test_a_programming_error_is_a_problem_without_its_reason(settings, event):
    def broken_clock():
        raise ZeroDivisionError("a secret detail")

    app = build_app(settings, Publisher(settings), now=broken_clock)

    async def exchange():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post("/v1/events", json=event, headers={"authorization": "Bearer secret"})

    answer = asyncio.run(exchange())
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:attesa:problem:internal")
    assert "secret detail" not in answer.text
