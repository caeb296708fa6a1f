"""What a gateway process writes down of hostile and of honest requests: nothing that anybody sent."""

import socket

from tests.gateway.delivering import (
    CUSTOMER,
    ENVIRONMENT,
    OLD,
    SHOP,
    TEXT,
    URL_TOKEN,
    message,
    signed,
    written,
)
from tests.gateway.doors.test_signatures import WHSEC
from tests.integration.gating import KEY, Gateway, gateway
from tests.integration.running import until

CANARY = "canary-5c0e"
MOST_LINES = 10


def said(door: Gateway, raw: bytes) -> bytes:
    """What comes back for these bytes on a connection of its own."""
    with socket.create_connection((door.client.base_url.host, door.port), timeout=30) as line:
        line.sendall(raw)
        return line.recv(65_536)


def requests(number: int) -> list[bytes]:
    """One of each kind; CANARY stands wherever a client can write."""
    raw = written(message(number) | {"content": CANARY})
    proof = "".join(f"{name}: {value}\r\n" for name, value in signed(raw, CANARY).items())
    length = f"Content-Length: {len(raw)}\r\n"
    heads = [
        f"POST {SHOP}?token={CANARY} HTTP/1.1\r\nHost: {CANARY}\r\n{proof}{length}",
        f"POST {OLD}?token={CANARY} HTTP/1.1\r\nHost: gateway\r\n{length}",
        f"POST {OLD}?token={URL_TOKEN} HTTP/1.1\r\nHost: gateway\r\nUser-Agent: {CANARY}\r\n{length}",
        f"POST /v1/events HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {CANARY}\r\n{length}",
        f"POST /v1/events HTTP/1.1\r\nHost: gateway\r\nwebhook-signature: v1,{CANARY}\r\n{length}",
        f"POST /v1/sources/{CANARY}/{CUSTOMER} HTTP/1.1\r\nHost: gateway\r\n{length}",
        f"GET {SHOP}?hub.verify_token={CANARY} HTTP/1.1\r\nHost: gateway\r\n",
        f"{CANARY} /{CANARY} HTTP/1.1\r\nHost: gateway\r\n",
        f"GET /{CANARY} HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        f"POST {OLD} HTTP/1.1\r\nHost: gateway\r\nContent-Length: {CANARY}\r\n",
        f"{CANARY} {CUSTOMER}\r\n",
    ]
    return [head.encode() + b"\r\n" + raw for head in heads]


def test_nothing_that_was_sent_is_in_the_log_and_no_client_can_fill_it(kafka, tmp_path):
    secrets = {
        "ATTESA_GATEWAY_TOKENS": "default=a-bearer-token",
        "ATTESA_GATEWAY_SECRETS": f"default={WHSEC}",
    }
    with gateway(kafka.bootstrap, tmp_path, tenant="logged") as door:
        door.start(**secrets)
        until("the gateway to be ready", lambda: door.answers("/readyz"))
        for number in range(20):
            for raw in requests(number):
                assert said(door, raw).startswith(b"HTTP/1.1 ")
        assert door.deliver(message(99)).status_code == 200
        assert door.deliver(message(99, created_at=CANARY)).status_code == 200
    log = door.server.log_path.read_text(encoding="utf-8")
    assert "listening" in log
    assert len(log.splitlines()) < MOST_LINES
    for secret in (CANARY, CUSTOMER, TEXT, KEY, WHSEC, "a-bearer-token", *ENVIRONMENT.values()):
        assert secret not in log
