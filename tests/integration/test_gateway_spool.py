"""A gateway process whose Kafka goes away: what it answered for arrives, whenever the process is killed."""

import asyncio
import json

import httpx
import pytest
from tests.gateway.delivering import CUSTOMER, ENVIRONMENT, OLD, SHOP, TEXT, ZENDESK, message, signed, written
from tests.integration.gating import KEY, Gateway, gateway
from tests.integration.running import read_all, until

from attesa.core.topics import DEAD_LETTERS, EVENTS
from attesa.settings import Settings


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def message_ids(settings: Settings) -> list[str]:
    return [json.loads(value)["data"]["message_id"] for _, value, _ in read_all(settings, EVENTS) if value]


def test_what_is_answered_while_kafka_is_away_arrives_in_order_when_it_is_back(fresh_kafka, tmp_path):
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        door.start()
        until("the gateway to be ready", lambda: door.answers("/readyz"))
        fresh_kafka.kill()
        answers = [door.deliver(message(number)) for number in range(30)]
        answers.append(door.deliver({"event": "of a kind that nobody knows"}))
        assert {answer.status_code for answer in answers} == {200}
        assert door.figure("attesa_gateway_spool_records") >= 30
        fresh_kafka.start()
        until("the spool to be empty", door.spool_is_empty)
        assert door.figure("attesa_gateway_drained_records_total") >= 30
    ids = message_ids(door.settings)
    assert list(dict.fromkeys(ids)) == [str(number) for number in range(30)]
    (letter,) = (json.loads(value) for _, value, _ in read_all(door.settings, DEAD_LETTERS))
    assert letter["reason"] == "unmapped"


def test_killed_while_kafka_is_away_nothing_that_was_answered_is_lost(fresh_kafka, tmp_path):
    """Killed in the middle of a stream of deliveries, several times; what was not answered may be missing."""
    answered = []
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        for life in range(3):
            door.start()
            answered += asyncio.run(_deliver_until_killed(door, first=1_000 * life, kill_after=20 + 7 * life))
        fresh_kafka.start()
        door.start()
        until("the spool to be empty", lambda: door.answers("/readyz") and door.spool_is_empty())
    assert len(answered) >= 60
    assert set(answered) <= set(message_ids(door.settings))


async def _deliver_until_killed(door: Gateway, first: int, kill_after: int) -> list[str]:
    """Eight connections deliver until the process dies; the numbers of the messages that were answered."""
    answered: list[str] = []

    async def platform(client: httpx.AsyncClient, start: int) -> None:
        for number in range(start, start + 100):
            raw = written(message(number))
            try:
                answer = await client.post(SHOP, content=raw, headers=signed(raw))
            except httpx.HTTPError:
                return
            assert answer.status_code == 200
            answered.append(str(number))
            if len(answered) == kill_after:
                door.server.kill()

    async with httpx.AsyncClient(base_url=str(door.client.base_url), timeout=30) as client:
        await asyncio.gather(*(platform(client, first + 100 * n) for n in range(8)))
    return answered


def test_killed_while_the_spool_is_drained_nothing_is_lost(fresh_kafka, tmp_path):
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        door.start()
        for number in range(40):
            assert door.deliver(message(number)).status_code == 200
        fresh_kafka.start()
        until("the first of them to arrive", lambda: len(message_ids(door.settings)) > 0)
        door.server.kill()
        door.start()
        until("the spool to be empty", lambda: door.answers("/readyz") and door.spool_is_empty())
    assert set(message_ids(door.settings)) == {str(number) for number in range(40)}


def test_a_full_spool_is_503_with_retry_after_and_is_counted(fresh_kafka, tmp_path):
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        door.start(ATTESA_SPOOL_BYTES="2000")
        answers = [door.deliver(message(number)) for number in range(10)]
        assert [answer.status_code for answer in answers[:2]] == [200, 200]
        assert answers[-1].status_code == 503
        assert answers[-1].json()["type"] == "urn:attesa:problem:spool-full"
        assert int(answers[-1].headers["retry-after"]) > 0
        assert door.figure("attesa_gateway_spool_refused_total") > 0


def test_a_platform_that_sends_again_is_told_to_and_fills_no_spool(fresh_kafka, tmp_path):
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        door.start()
        body = {"app": {"id": "a"}, "events": [{"type": "of a kind that nobody knows"}]}
        headers = {"x-api-key": ENVIRONMENT["TEST_URL_TOKEN"], "content-type": "application/json"}
        answer = door.client.post(ZENDESK, content=written(body), headers=headers)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert door.spool_is_empty()


def test_no_secret_no_customer_and_no_text_is_in_the_log_or_the_spool(fresh_kafka, tmp_path):
    token = ENVIRONMENT["TEST_URL_TOKEN"]
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        door.start()
        for path in (SHOP, OLD, f"{OLD}?token={token}", "/v1/sources/nobody"):
            for body in (message(1), message(2, message_type=TEXT), {"event": TEXT}, TEXT.encode()):
                door.deliver(body, path)
                door.client.post(path, content=written(body), headers={"authorization": f"Bearer {token}"})
        door.client.get(f"{SHOP}?token={token}")
    log = door.server.log_path.read_bytes()
    assert b"listening" in log
    spool = b"".join(path.read_bytes() for path in door.settings.spool_dir.iterdir())
    for secret in (*ENVIRONMENT.values(), CUSTOMER, KEY):
        assert secret.encode() not in log + spool
    assert TEXT.encode() not in log
