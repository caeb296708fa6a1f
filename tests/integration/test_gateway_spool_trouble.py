"""What the spool does with records that Kafka refuses for good, and with a disk that is full."""

import asyncio
import json
import random
import sys

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.gateway.delivering import ENVIRONMENT, message
from tests.gateway.topic import administering
from tests.integration.gating import Gateway, gateway
from tests.integration.running import read_all, until

from attesa.cli.doctor_spool import spool_findings
from attesa.core.topics import DEAD_LETTERS, EVENTS

UNKNOWN = "of a kind that nobody knows"
LIMIT_BLOCKS = 200  # of 1024 bytes: what the process may write into one file


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


async def limit_dead_letters(bootstrap: str, max_bytes: int) -> None:
    async with administering(bootstrap) as admin:
        limit = {"max.message.bytes": str(max_bytes)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, DEAD_LETTERS, limit)])


def large(number: int) -> dict[str, str]:
    """A delivery whose dead letter holds 20 kB that no compression makes smaller."""
    return {"event": UNKNOWN, "filler": random.Random(number).randbytes(10_000).hex()}


def sent(door: Gateway) -> list[int]:
    """The numbers of the messages on the topic, each the first time that it comes."""
    found = [
        json.loads(value)["data"]["message_id"] for _, value, _ in read_all(door.settings, EVENTS) if value
    ]
    return [int(number) for number in dict.fromkeys(found)]


def aside(door: Gateway) -> float:
    return door.figure("attesa_gateway_spool_aside_records")


def test_what_kafka_refuses_for_good_holds_nobody_up_is_kept_and_sent_once_it_may_be(fresh_kafka, tmp_path):
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        asyncio.run(limit_dead_letters(fresh_kafka.bootstrap, 5_000))
        door.start()
        until("the gateway to be ready", lambda: door.answers("/readyz"))
        assert door.deliver(large(1)).status_code == 200  # refused while Kafka is there
        until("it to be put aside", lambda: aside(door) == 1)

        fresh_kafka.kill()
        for number in range(10):
            assert door.deliver(message(number)).status_code == 200
            assert door.deliver(large(2) if number == 4 else {"event": UNKNOWN}).status_code == 200
        fresh_kafka.start()
        until("the spool to be empty", door.spool_is_empty)
        assert aside(door) == 2
        (finding,) = spool_findings(door.settings.model_copy(update={"gateway_port": door.port}))
        assert (finding.well, finding.text.split(",")[0]) == (False, "empty; 2 lie aside")
        assert sent(door) == list(range(10))
        log = door.server.log_path.read_text()
        assert log.count("MessageSizeTooLargeError, a record of attesa.dead-letters: it is kept aside") == 2

        door.server.kill()
        asyncio.run(limit_dead_letters(fresh_kafka.bootstrap, 1_000_000))
        door.start()
        until("what lay aside to be sent", lambda: door.answers("/readyz") and aside(door) == 0)
    letters = [json.loads(value) for _, value, _ in read_all(door.settings, DEAD_LETTERS) if value]
    assert len({letter["sha256"] for letter in letters if letter["size_bytes"] > 20_000}) == 2


def test_a_full_disk_is_503_and_what_was_answered_before_arrives(fresh_kafka, tmp_path):
    """The system refuses to let the spool's files grow, as a full disk does."""
    limited = ["/bin/bash", "-c", f"ulimit -f {LIMIT_BLOCKS}; exec {sys.executable} -m attesa gateway"]
    with gateway(fresh_kafka.bootstrap, tmp_path) as door:
        fresh_kafka.kill()
        door.start(limited)
        answered, refused = [], 0
        for number in range(400):
            answer = door.deliver(message(number))
            if answer.status_code == 200:
                answered.append(number)
            else:
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
                assert answer.json()["type"] == "urn:attesa:problem:spool-full"
                refused += 1
            if refused == 5:
                break
        assert refused == 5
        assert len(answered) > 10
        assert door.answers("/healthz")
        door.server.kill()

        fresh_kafka.start()
        door.start()
        until("the spool to be empty", lambda: door.answers("/readyz") and door.spool_is_empty())
        assert set(answered) <= set(sent(door))
