"""A session explained on real servers: from the state that a worker wrote, and from ClickHouse alone."""

import asyncio
import json
import time
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from tests.core import making
from tests.integration import loading, running
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_session, an_order, an_outcome
from tests.oracle import stories
from typer.testing import CliRunner

from attesa.cli.app import load
from attesa.core import topics
from attesa.core.explained.lines import money
from attesa.embedded.kafka import KafkaBroker
from attesa.settings import Settings

NOBODY = "http://127.0.0.1:9"
TENANT = "explained"


@pytest.fixture(scope="module")
def worked(module_kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A story that a worker has folded, on its way still running."""
    settings = running.settings_for(module_kafka.bootstrap, group="explained")
    running.make_topics(settings)
    asyncio.run(send(settings, story()))
    with running.worker(settings, tmp_path_factory.mktemp("worker")):
        running.until("the story to be folded", lambda: running.all_folded(settings))
        yield settings


def story() -> list[making.Event]:
    """A chat of a minute ago with a late reply, a note, and a purchase by its customer."""
    asked_at = int(time.time() * 1000) - 60_000

    def at(seconds: float, kind: str, /, **data: object) -> making.Event:
        return stories.event_at(kind, asked_at + round(seconds * 1000), **data) | {"tenant": TENANT}

    bought = at(50, "purchase.made", order_id="o-1", value="12.50", currency="EUR", conversation="c")
    return [
        at(0, "session.started", channel="live_chat", customer="k"),
        at(0, "session.queued", queue="sales"),
        at(20, "message.sent", author="agent", visible=False),
        at(32, "message.sent", author="agent"),
        at(40, "session.ended", by="agent", reason="resolved"),
        bought | {"subject": "k"},
    ]


async def send(settings: Settings, told: list[making.Event]) -> None:
    async with AIOKafkaProducer(**settings.kafka_client(), acks="all") as producer:
        for one in told:
            topic = topics.CUSTOMERS if one["type"].startswith("attesa.purchase") else topics.EVENTS
            key = f"{one['tenant']}:{one['subject']}".encode()
            await producer.send_and_wait(topic, json.dumps(one).encode(), key)


def attesa(*arguments: str, settings: Settings) -> tuple[int, str, str]:
    """Run the command: exit code, output as one line, errors."""
    environment = {
        "ATTESA_KAFKA": settings.kafka,
        "ATTESA_PARTITIONS": str(settings.partitions),
        "ATTESA_GROUP": settings.group,
        "ATTESA_CLICKHOUSE_URL": settings.clickhouse_url,
        "ATTESA_CLICKHOUSE_USER": settings.clickhouse_user,
        "ATTESA_CLICKHOUSE_PASSWORD": settings.clickhouse_password.get_secret_value(),
        "ATTESA_CLICKHOUSE_DATABASE": settings.clickhouse_database,
    }
    ran = CliRunner().invoke(load(), list(arguments), env=environment)
    return ran.exit_code, " ".join(ran.stdout.split()), ran.stderr


def without_clickhouse(settings: Settings) -> Settings:
    return settings.model_copy(update={"clickhouse_url": NOBODY})


def test_what_a_worker_folded_is_explained_beside_it(worked: Settings):
    code, out, err = attesa("explain", "c/1", "--tenant", TENANT, settings=without_clickhouse(worked))

    assert code == 0, err
    assert "the first reply, after 32 s" in out
    assert "no reply: the customer cannot see a private note" in out
    assert "while the customer waited; the reply came 2 s later" in out
    assert "From attesa.state: attesa.events/" in out


def test_for_programs_it_is_one_object_with_the_credit(worked: Settings):
    def credited() -> bool:
        return "order o-1" in attesa(
            "explain", "c", "--tenant", TENANT, settings=without_clickhouse(worked)
        )[1]  # fmt: skip

    running.until("the stub to reach the customer", credited, 20)
    code, out, err = attesa("explain", "c", "--tenant", TENANT, "--json", settings=without_clickhouse(worked))
    found = json.loads(out)

    assert code == 0, err
    assert found["session"] == "c/1"
    assert [(given["verdict"], given["of"]) for given in found["verdicts"]] == [
        ("missed", "first reply, good"), ("met", "first reply, bad"),
    ]  # fmt: skip
    order = next(line for line in found["afterwards"] if line["what"] == "order o-1")
    assert order["text"].startswith("12.50 EUR: credited, last and first touch: the shop named its")


def test_looking_joins_no_group_and_writes_nothing(worked: Settings):
    before = asyncio.run(groups_and_ends(worked))
    assert attesa("explain", "c/1", "--tenant", TENANT, settings=without_clickhouse(worked))[0] == 0
    after = asyncio.run(groups_and_ends(worked))

    assert after[0] == before[0]
    assert after[1] == before[1]


async def groups_and_ends(settings: Settings) -> tuple[set[str], dict[TopicPartition, int]]:
    """The names of the consumer groups, and the ends of what only events move."""
    admin = AIOKafkaAdminClient(**settings.kafka_client())
    await admin.start()
    try:
        groups = {name for name, _ in await admin.list_consumer_groups()}
    finally:
        await admin.close()
    async with AIOKafkaConsumer(**settings.kafka_client()) as consumer:
        names = (topics.EVENTS, topics.SESSIONS, topics.OUTCOMES)
        places = [TopicPartition(name, number) for name in names for number in range(settings.partitions)]
        return groups, await consumer.end_offsets(places)


def test_an_unknown_session_is_exit_code_1_with_what_to_check(worked: Settings):
    code, out, err = attesa("explain", "nobody/1", "--tenant", TENANT, settings=without_clickhouse(worked))

    assert (code, out) == (1, "")
    for part in (
        "no session 'nobody/1'",
        "attesa.state:",
        "ClickHouse",
        "--tenant",
        "attesa doctor",
        "dead_letters",
    ):
        assert part in err


def test_another_count_of_partitions_is_said(worked: Settings):
    other = without_clickhouse(worked.model_copy(update={"partitions": 7}))
    code, _, err = attesa("explain", "c/1", "--tenant", TENANT, settings=other)

    assert code == 1
    assert "ATTESA_PARTITIONS says 7" in err


@pytest.fixture
def store(clickhouse, database) -> Stored:
    return Stored(clickhouse, database, {})


@pytest.fixture
def alone(clickhouse, database, store) -> Settings:
    """ClickHouse without any Kafka."""
    store.write(
        a_session("c1/1"),
        a_session("c1/2"),
        a_session("c1/10", wait_ms=32_000, first_reply_at=NINE + 32_000, verdict_good="missed",
                  verdict_good_at=NINE + 30_000, verdict_bad_at=NINE + 32_000, leg_wait_ms=(32_000,)),
        an_outcome("c1/10", recontacted_at=NINE + 400_000, recontacted_by="c5/1", dropped=True),
        an_order(last_touch="c1/10", first_touch="c1/2"),
    )  # fmt: skip
    return loading.settings_for(clickhouse, database)


def test_without_kafka_clickhouse_tells_what_it_can(alone: Settings):
    code, out, err = attesa("explain", "c1/10", "--tenant", "acme", settings=alone)
    order = an_order()

    assert code == 0, err
    assert "30 s passed at" in out
    assert "the reply came 2 s later" in out
    assert "c5/1 began within 24 h after the end" in out
    assert money(order.value_minor, order.currency) in out
    assert "From ClickHouse: the row of sessions" in out
    assert "Kafka at 127.0.0.1:9 does not answer" in out
    assert "the single events" in out


def test_the_newest_session_has_the_highest_number(alone: Settings):
    code, out, err = attesa("explain", "c1", "--tenant", "acme", "--json", settings=alone)

    assert code == 0, err
    assert json.loads(out)["session"] == "c1/10"


def test_a_session_of_another_tenant_is_unknown(alone: Settings):
    assert attesa("explain", "c1/1", "--tenant", "other", settings=alone)[0] == 1
