"""What platforms ask before they deliver, at the gateway's doors: Meta's GET, Intercom's HEAD, Amazon SNS."""

import asyncio
import json
import threading
from dataclasses import dataclass, field

import httpx
import pytest
from tests.gateway.delivering import ENVIRONMENT, configured
from tests.gateway.doors.test_sns import CONFIRMATION, NOTIFICATION, NOW, TOPIC, certificate, signed

from attesa.gateway.app import build_app
from attesa.gateway.doors.sns_address import MOST_AT_ONCE, SnsAddresses
from attesa.gateway.http.problems import Problem
from attesa.gateway.producing.publisher import Publisher

__all__ = ["certificate"]  # a fixture

CONFIGURATION = """\
tenants:
  {tenant}: {{pseudonym_key: TEST_PSEUDONYM_KEY}}
sources:
  whatsapp_cloud: {{secrets: [TEST_CHATWOOT_SECRET], tokens: [TEST_URL_TOKEN]}}
  intercom: {{secrets: [TEST_CHATWOOT_SECRET]}}
  amazon_connect: {{secrets: [TEST_TOPIC, TEST_CHATWOOT_SECRET]}}
"""
ASKED = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
SNS = {"x-amz-sns-message-type": "Notification", "content-type": "text/plain; charset=UTF-8"}


@dataclass
class Amazon:
    """What lies at the addresses of SNS, and which were asked for."""

    certificate: bytes = b""
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if not self.certificate:
            raise OSError
        return self.certificate


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Send requests, one after the other, to one application; the answers."""
    for name, value in (ENVIRONMENT | {"TEST_TOPIC": TOPIC}).items():
        monkeypatch.setenv(name, value)
    settings = configured(tmp_path, text=CONFIGURATION)

    def send(*requests, amazon=None):
        sns = SnsAddresses((amazon or Amazon()).fetch)
        app = build_app(settings, Publisher(settings), now=lambda: NOW, sns=sns)

        async def exchange():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                return [await client.request(*words, **more) for *words, more in requests]

        return asyncio.run(exchange())

    return send


def sns(message, **headers):
    return ("POST", "/v1/sources/amazon_connect", {"content": json.dumps(message), "headers": SNS | headers})


def test_meta_gets_its_challenge_back_for_the_verify_token(ask):
    asked = ASKED | {"hub.verify_token": ENVIRONMENT["TEST_URL_TOKEN"]}
    (answer,) = ask(("GET", "/v1/sources/whatsapp_cloud", {"params": asked}))
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


def test_another_verify_token_is_refused(ask, refused):
    (answer,) = ask(("GET", "/v1/sources/whatsapp_cloud", {"params": ASKED | {"hub.verify_token": "guess"}}))
    refused(answer, 401, "unverified")
    assert "1158201444" not in answer.text


def test_the_verify_token_delivers_nothing(ask, refused):
    token = ENVIRONMENT["TEST_URL_TOKEN"]
    (answer,) = ask(("POST", f"/v1/sources/whatsapp_cloud?token={token}", {"content": b"{}"}))
    refused(answer, 401, "unverified")


def test_intercom_looks_with_head(ask):
    (answer,) = ask(("HEAD", "/v1/sources/intercom", {}))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_subscription_of_our_topic_is_confirmed_at_its_address(ask, certificate):
    amazon = Amazon(certificate)
    (answer,) = ask(sns(signed(CONFIRMATION)), amazon=amazon)
    assert (answer.status_code, answer.content) == (200, b"")
    assert amazon.asked == [CONFIRMATION["SigningCertURL"], CONFIRMATION["SubscribeURL"]]


def test_nobody_elses_subscription_is_confirmed(ask, refused, certificate):
    amazon = Amazon(certificate)
    (answer,) = ask(sns(signed(CONFIRMATION | {"TopicArn": TOPIC + "-of-mine"})), amazon=amazon)
    refused(answer, 401, "unverified")
    assert CONFIRMATION["SubscribeURL"] not in amazon.asked


def test_a_certificate_is_fetched_once_and_only_from_amazon(ask, refused, certificate):
    amazon = Amazon(certificate)
    elsewhere = signed(NOTIFICATION | {"SigningCertURL": "https://sns.example/a.pem"})
    *taken, forged = ask(sns(signed(NOTIFICATION)), sns(signed(NOTIFICATION)), sns(elsewhere), amazon=amazon)
    for answer in taken:
        refused(answer, 503, "unavailable")  # verified; there is no Kafka here
    refused(forged, 401, "unverified")
    assert amazon.asked == [NOTIFICATION["SigningCertURL"]]


def test_amazon_is_asked_nothing_for_a_topic_that_is_not_ours(ask, refused, certificate):
    amazon = Amazon(certificate)
    (answer,) = ask(sns(signed(NOTIFICATION | {"TopicArn": TOPIC + "-of-mine"})), amazon=amazon)
    refused(answer, 401, "unverified")
    assert amazon.asked == []


def test_while_amazon_is_slow_few_deliveries_wait_for_it_and_the_others_are_told_to_come_again():
    answering, begun = threading.Event(), threading.Semaphore(0)

    def slow(address):
        begun.release()
        answering.wait(30)
        return b""

    async def scenario():
        addresses = SnsAddresses(slow)
        asking = [asyncio.create_task(addresses.confirm(f"https://{n}")) for n in range(MOST_AT_ONCE)]
        for _ in asking:
            await asyncio.to_thread(begun.acquire)
        with pytest.raises(Problem) as refusal:
            await addresses.confirm("https://more")
        answering.set()
        await asyncio.gather(*asking)
        await addresses.confirm("https://now")
        return refusal.value

    assert asyncio.run(scenario()).kind == "unavailable"


def test_with_amazon_away_sns_is_told_to_come_again(ask, refused):
    (answer,) = ask(sns(signed(NOTIFICATION)))
    refused(answer, 503, "unavailable")


def test_a_topics_name_is_no_secret(ask, refused):
    path, body = "/v1/sources/amazon_connect", {"content": b"{}", "headers": {"x-api-key": TOPIC}}
    (answer,) = ask(("POST", path, body))
    refused(answer, 401, "unverified")
