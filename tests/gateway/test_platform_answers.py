"""What platforms that are particular about answers get, and what they sign."""

import asyncio
import hmac
import json

import httpx
import pytest
from tests.gateway.delivering import ENVIRONMENT, URL_TOKEN, configured

from attesa.gateway.app import build_app
from attesa.gateway.producing.publisher import Publisher

SOURCES = """\
tenants:
  {tenant}: {{pseudonym_key: TEST_PSEUDONYM_KEY}}
sources:
  rocketchat: {{tenant: {tenant}, secrets: [TEST_URL_TOKEN]}}
  segment: {{tenant: {tenant}, secrets: [TEST_URL_TOKEN]}}
"""
CALL = {"type": "page", "userId": "u7", "messageId": "m1", "timestamp": "2026-11-25T11:00:00.000Z"}


@pytest.fixture
def post(tmp_path, monkeypatch):
    """Post a body to a source of one application without a Kafka; the answer."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    chosen = configured(tmp_path, text=SOURCES)
    app = build_app(chosen, Publisher(chosen))

    def send(source, body, headers):
        async def exchange():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                return await client.post(f"/v1/sources/{source}", json=body, headers=headers)

        return asyncio.run(exchange())

    return send


def signature_of(call):
    """As Segment signs: the raw bytes of one call, hex."""
    raw = json.dumps(call, separators=(",", ":"), ensure_ascii=False).encode()
    return {"x-signature": hmac.new(URL_TOKEN.encode(), raw, "sha1").hexdigest()}


@pytest.mark.trap(18, "rocketchat")
@pytest.mark.parametrize(
    "body", [{"type": "LivechatEdit"}, {"type": "LivechatSession", "_id": "fasd6f5a4sd6f8a4sdf"}]
)
def test_rocketchat_gets_exactly_200_and_nothing_to_keep_with_the_room(post, body):
    answer = post("rocketchat", body, {"x-rocketchat-livechat-token": URL_TOKEN})
    assert (answer.status_code, answer.content) == (200, b"")


def test_rocketchat_without_its_token_is_refused(post):
    assert post("rocketchat", {"type": "LivechatEdit"}, {}).status_code == 401


@pytest.mark.trap(18, "segment")
def test_a_batch_of_which_segment_signs_the_first_call_alone_is_refused_and_a_single_call_is_not(post):
    assert post("segment", CALL, signature_of(CALL)).status_code == 200
    batch = [CALL, CALL | {"messageId": "m2"}]
    assert post("segment", batch, signature_of(CALL)).status_code == 401
    assert post("segment", batch, signature_of(batch)).status_code == 200
