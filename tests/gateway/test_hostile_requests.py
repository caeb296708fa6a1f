"""Bytes that no honest client sends, over real connections: refused, and never a failure."""

import asyncio
import json
import logging
import re

import pytest
from tests.gateway.delivering import CUSTOMER, ENVIRONMENT, URL_TOKEN, configured
from tests.gateway.wire import gateway

TOKEN = b"Authorization: Bearer secret\r\n"
JSON = b"Content-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n" + CLOSE + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        yield configured(
            tmp_path_factory.mktemp("gateway"),
            gateway_port=0,
            gateway_tokens="default=secret",
            max_body_bytes=100_000,
        )


def asked(line, *headers, body=b""):
    return b"".join([line, b" HTTP/1.1\r\nHost: gateway\r\n", *headers, b"\r\n", body])


def length(body):
    return b"Content-Length: %d\r\n" % len(body)


@pytest.fixture(scope="module")
def answers(settings):
    """The statuses and the text of all that comes back for these bytes until the server closes."""

    async def exchanged(connect, parts):
        async with connect() as line:
            await line.write(*parts)
            return await line.rest()

    with asyncio.Runner() as runner:
        opened = gateway(settings)
        connect = runner.run(opened.__aenter__())

        def ask(*parts):
            found = runner.run(exchanged(connect, parts)).decode()
            return [int(status) for status in re.findall(r"HTTP/1\.1 (\d{3}) ", found)], found

        yield ask
        runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("line", [b"POST /v1/events", b"POST /v1/sources/chatwoot/shop", b"GET /metrics"])
@pytest.mark.parametrize(
    "lengths", [(b"Content-Length: 4\r\n", CHUNKED), (CHUNKED, b"Content-Length: 0\r\n")]
)
def test_a_request_with_two_lengths_is_refused_and_what_hides_behind_it_never_read(answers, line, lengths):
    statuses, text = answers(asked(line, TOKEN, JSON, *lengths, body=b"0\r\n\r\n" + HIDDEN))
    assert statuses == [400]
    assert "connection: close" in text.lower()


def test_chunks_in_http_1_0_are_refused(answers):
    head = asked(b"POST /v1/events", TOKEN, JSON, CHUNKED).replace(b"HTTP/1.1", b"HTTP/1.0")
    assert answers(head, b"2\r\n{}\r\n0\r\n\r\n", HIDDEN)[0] == [400]


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: +2\r\n",
        b"Content-Length: 0x2\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Host: another\r\n",
        b"X: \0\r\n",
        b"X" * 200_000 + b": 1\r\n",
        b"".join(b"X-%d: 1\r\n" % number for number in range(20_000)),
    ],
)
def test_a_head_that_is_ambiguous_broken_or_endless_is_refused_and_the_connection_closed(answers, headers):
    statuses, _ = answers(asked(b"POST /v1/events", TOKEN, JSON, headers, body=b"{}"), HIDDEN)
    assert statuses == [400]


@pytest.mark.parametrize(
    "first",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /healthz\r\n\r\n",
        b"\r\n" * 40_000,
        b"\xff" * 300,
        b"GET / HTTP/9\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: gateway\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: gateway\r\n\r\n",
        b"CONNECT gateway:80 HTTP/1.1\r\nHost: gateway\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_the_connection_closed(answers, first):
    statuses, _ = answers(first + b"\r\n\r\n")
    assert statuses == [400]


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/sources/../events",
        b"/v1/sources/%2e%2e/events",
        b"/v1/sources/chatwoot/../../healthz",
        b"/v1/sources/chatwoot/shop/",
        b"/v1/sources/chatwoot/shop%00",
        b"/v1/sources//chatwoot/shop",
        b"/v1/sources/CHATWOOT/shop",
        b"/v1/sources/chatwoot%252Fshop",
        b"/v1/sources/%ff%fe",
        b"/v1/sources/ch%E2%80%8Batwoot/shop",
        b"/v1/events/",
        b"//v1/events",
        b"/v1/events%20",
        b"http://gateway/v1/nothing",
        b"*",
        b"/" + b"a" * 20_000,
    ],
)
def test_tricks_with_the_path_lead_nowhere(answers, path):
    statuses, text = answers(asked(b"POST " + path, TOKEN, JSON, CLOSE, length(b"{}"), body=b"{}"))
    assert statuses == [404]
    assert len(text) < 1_000


def test_an_encoded_slash_is_the_same_source_behind_the_same_door(answers):
    path = b"POST /v1/sources/chatwoot%2Fshop"
    assert answers(asked(path, JSON, CLOSE, length(b"{}"), body=b"{}"))[0] == [401]


@pytest.mark.parametrize("host", [b"[", b"[::1", b"a b", b"%", b"@", b"a" * 5_000, b""])
def test_no_host_breaks_the_gateway(answers, host):
    head = b"POST /v1/sources/chatwoot/old?token=%s HTTP/1.1\r\nHost: %s\r\n" % (URL_TOKEN.encode(), host)
    body = b'{"event": "conversation_typing_on"}'
    assert answers(head + CLOSE + length(body) + b"\r\n" + body)[0] == [200]
    assert answers(b"GET /nowhere HTTP/1.1\r\nHost: %s\r\n" % host + CLOSE + b"\r\n")[0] == [404]


@pytest.mark.parametrize("method", [b"OPTIONS", b"TRACE", b"PUT", b"DELETE", b"PROPFIND"])
@pytest.mark.parametrize(("path", "allow"), [(b"/v1/events", "POST"), (b"/healthz", "GET, HEAD")])
def test_a_method_that_a_path_does_not_take_is_405_with_those_that_it_does(answers, method, path, allow):
    statuses, text = answers(asked(method + b" " + path, b"Origin: https://evil.example\r\n", CLOSE))
    assert statuses == [405]
    assert f"allow: {allow}\r\n" in text
    assert "access-control" not in text


@pytest.mark.parametrize("path", [b"/healthz", b"/metrics"])
def test_head_of_a_probe_is_answered_without_a_body(answers, path):
    statuses, text = answers(asked(b"HEAD " + path, CLOSE))
    assert statuses == [200]
    assert text.endswith("\r\n\r\n")


def test_a_second_content_encoding_is_looked_at_too(answers):
    twice = b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"
    assert answers(asked(b"POST /v1/events", TOKEN, JSON, twice, CLOSE, length(b"{}"), body=b"{}"))[0] == [
        415
    ]


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
def test_nobody_is_upgraded_to_another_protocol(answers, upgrade):
    headers = b"Upgrade: %s\r\nConnection: Upgrade\r\n" % upgrade
    statuses, _ = answers(asked(b"GET /healthz", headers), asked(b"GET /healthz", CLOSE))
    assert statuses == [200, 200]


@pytest.mark.parametrize("rest", [length(b"{}") + b"\r\n{}", CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n"])
def test_the_body_of_who_asks_for_another_protocol_is_read_in_pieces_too(answers, rest):
    headers = JSON + TOKEN + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    request = asked(b"POST /v1/events", headers)[:-2] + rest
    assert answers(request, request, asked(b"GET /healthz", CLOSE))[0] == [422, 422, 200]
    assert answers(*(bytes([byte]) for byte in request + asked(b"GET /healthz", CLOSE)))[0] == [422, 200]


def test_a_whole_address_as_a_path_is_that_path(answers):
    whole = b"POST http://gateway/v1/events"
    assert answers(asked(whole, TOKEN, JSON, CLOSE, length(b"{}"), body=b"{}"))[0] == [422]


def test_who_waits_for_a_sign_to_go_on_is_refused_without_one(answers):
    wait = b"Expect: 100-continue\r\n"
    assert answers(asked(b"POST /v1/events", JSON, wait, CLOSE, b"Content-Length: 20\r\n"))[0] == [401]
    assert answers(asked(b"POST /v1/events", TOKEN, JSON, wait, CLOSE, b"Content-Length: 999999\r\n"))[0] == [
        413
    ]


ODD_VALUES = [
    b"",
    b" ",
    b"\xff\xfe",
    "è".encode(),
    b"sha256=" + b"0" * 60_000,
    b"sha256=zz",
    b"v1,",
    b"v1,?",
    b"%00",
    b"\t",
]


@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize(
    ("path", "name"),
    [
        (b"/v1/sources/chatwoot/shop", b"X-Chatwoot-Signature"),
        (b"/v1/sources/chatwoot/shop", b"X-Chatwoot-Timestamp"),
        (b"/v1/sources/chatwoot/old", b"X-Amz-Sns-Message-Type"),
        (b"/v1/events", b"Authorization"),
        (b"/v1/events", b"Webhook-Signature"),
        (b"/v1/events", b"Webhook-Timestamp"),
    ],
)
def test_whatever_stands_in_a_header_that_proves_something_proves_nothing(answers, path, name, value):
    header = name + b": " + value + b"\r\n"
    statuses, _ = answers(asked(b"POST " + path, JSON, header, header, CLOSE, length(b"{}"), body=b"{}"))
    assert statuses[0] in {400, 401}  # 400 where two of them are more than a head may hold


BOMBS = {
    "a megabyte of digits": b"1" * 90_000,
    "digits in an event": b'{"type": "attesa.session.queued", "data": {"position": ' + b"9" * 90_000 + b"}}",
    "an exponent": b'{"type": "attesa.session.queued", "data": {"position": 1e99999}}',
    "brackets": b"[" * 90_000,
    "objects": b'{"a":' * 15_000,
    "many keys": json.dumps({str(number): number for number in range(5_000)}).encode(),
    "equal keys": b"{" + b",".join([b'"type": 1'] * 8_000) + b"}",
    "colliding keys": json.dumps({"\0" * number: 0 for number in range(150)}).encode(),
    "a long key": b'{"' + b"k" * 90_000 + b'": 1}',
    "quotes": b'"' * 90_000,
    "backslashes": b'["' + b"\\" * 90_000,
    "lone surrogates": b'{"type": "' + b"\\ud800" * 10_000 + b'"}',
    "half a character for a type": b'{"type": "\\ud800", "event": "\\ud800"}',
    "a mark in front": b"\xef\xbb\xbf{}",
    "another encoding": '{"type": "x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_json_is_refused_by_the_door_of_events(answers, name):
    body = BOMBS[name]
    statuses, text = answers(asked(b"POST /v1/events", TOKEN, JSON, CLOSE, length(body), body=body))
    assert statuses[0] in {400, 422}
    assert len(text) < 20_000


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_json_is_kept_by_the_door_of_a_platform(answers, name):
    body = BOMBS[name]
    path = b"POST /v1/sources/chatwoot/old?token=" + URL_TOKEN.encode()
    assert answers(asked(path, JSON, CLOSE, length(body), body=body))[0] == [503]  # there is no Kafka


def test_of_a_failure_the_log_has_place_and_type_and_the_client_neither(settings, caplog):
    def broken_clock():
        raise ZeroDivisionError(CUSTOMER)

    async def scenario():
        async with gateway(settings, now=broken_clock) as connect, connect() as line:
            await line.write(asked(b"POST /v1/events", TOKEN, JSON, CLOSE, length(b"{}"), body=b"{}"))
            return await line.rest()

    with caplog.at_level(logging.INFO):
        answer = asyncio.run(scenario()).decode()
    assert "HTTP/1.1 500" in answer
    assert "urn:attesa:problem:internal" in answer
    assert not re.search(f"{CUSTOMER}|ZeroDivision|Traceback|broken_clock", answer)
    log = logging.Formatter().format(next(r for r in caplog.records if r.name == "uvicorn.error"))
    assert "builtins.ZeroDivisionError" in log
    assert "in broken_clock" in log
    assert CUSTOMER not in log
