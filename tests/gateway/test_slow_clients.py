"""Clients that take too long, over real connections: each is cut off, and holds up nobody."""

import asyncio

import pytest
from tests.gateway.wire import PATIENCE_SECONDS, Hasty, gateway

from attesa.parsing import HEAD_BYTES
from attesa.settings import Settings

HEAD = b"POST /v1/events HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer secret\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n"


@pytest.fixture
def settings():
    return Settings(gateway_port=0, gateway_tokens="default=secret", max_body_bytes=100_000)


def cut_off(settings, talk):
    """Runs `talk(line)` on a connection; ends when the server has closed it."""

    async def scenario():
        async with gateway(settings, Hasty) as connect, connect() as line:
            return await talk(line)

    return asyncio.run(scenario())


async def drip(line, data):
    """Writes byte after byte for as long as the server lets it."""
    reading = asyncio.create_task(line.rest())
    while not reading.done():
        for byte in data:
            line.writer.write(bytes([byte]))
            await asyncio.wait([reading], timeout=0.02)
            if reading.done():
                break
    return reading.result()


def test_who_connects_and_says_nothing_is_cut_off(settings):
    assert cut_off(settings, lambda line: line.rest()) == b""


def test_who_sends_a_head_byte_by_byte_is_cut_off_however_steadily(settings):
    assert cut_off(settings, lambda line: drip(line, HEAD + b"X-More: and more\r\n" * 100)) == b""


def test_who_dawdles_with_the_next_request_of_a_connection_is_cut_off(settings):
    async def talk(line):
        await line.write(GET)
        first = await line.until(b'{"status":"ok"}')
        return first, await drip(line, GET[:-2] + b"X-More: and more\r\n" * 100)

    first, then = cut_off(settings, talk)
    assert first.startswith(b"HTTP/1.1 200")
    assert then == b""


def test_who_goes_on_sending_a_body_that_was_answered_is_cut_off(settings):
    async def talk(line):
        await line.write(HEAD, JSON, b"Content-Length: 1000000\r\n\r\n")
        answer = await line.until(b'bytes"}')
        return answer, await drip(line, b" " * 1_000_000)

    answer, then = cut_off(settings, talk)
    assert b"body-too-large" in answer
    assert then == b""


def test_who_does_not_read_what_it_asked_for_is_cut_off(settings):
    async def talk(line):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await line.write(b"GET /openapi.json HTTP/1.1\r\nHost: gateway\r\n\r\n")

    with pytest.raises(ConnectionError):
        cut_off(settings, talk)


def test_requests_may_follow_each_other_unanswered_but_not_without_end(settings):
    async def talk(line):
        await line.write(GET * 50)
        for _ in range(50):
            assert (await line.until(b'{"status":"ok"}')).startswith(b"HTTP/1.1 200")
        await line.write(GET * 5_000)
        return await line.rest()

    assert cut_off(settings, talk).count(b"HTTP/1.1") < 200


def test_a_body_may_take_longer_than_a_head_and_a_quick_client_is_never_cut_off(settings):
    async def scenario():
        async with gateway(settings, Hasty) as connect, connect() as slow:
            await slow.write(HEAD, JSON, b"Content-Length: 4\r\n\r\n")
            async with connect() as silent:  # is cut off after what a head may take
                await silent.rest()
            async with connect() as quick:
                await quick.write(GET)
                answered = await quick.until(b'{"status":"ok"}')
            await slow.write(b"[{}]")
            return answered, await slow.until(b"\r\n\r\n")

    quick, slow = asyncio.run(scenario())
    assert quick.startswith(b"HTTP/1.1 200")
    assert slow.startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"X-More: " + b"x" * HEAD_BYTES, [b"400"]),
        (HEAD + JSON + CHUNKED + b"1\r\n[\r\n0\r\nX-More: " + b"x" * HEAD_BYTES, []),
        (HEAD + JSON + CHUNKED + b"1\r\n \r\n" * HEAD_BYTES + b"2\r\n{}\r\n0\r\n\r\n", [b"422"]),
    ],
    ids=["an endless head", "endless trailers", "many small chunks"],
)
def test_what_is_not_body_is_bounded(settings, sent, status):
    async def scenario():
        async with gateway(settings, Hasty) as connect, connect() as line:
            for start in range(0, len(sent), 10_000):
                await line.write(sent[start : start + 10_000])
            return await line.rest()

    assert asyncio.run(scenario()).split()[1:2] == status
