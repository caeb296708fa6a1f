"""The loader between a real Kafka and a real ClickHouse engine: nothing lost, nothing twice."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from clickhouse_connect.driver.exceptions import ClickHouseError
from tests.integration.loading import (
    PARTITIONS,
    counted,
    lag,
    loading,
    make_topics,
    publish,
    scalar,
    settings_for,
    until,
)
from tests.loader.examples import a_dead_letter, a_link, a_pane, a_session, an_abandoned, an_order, an_outcome

from attesa.core import topics
from attesa.core.rows import dead_letter_decoder, encode
from attesa.loader.client import connect
from attesa.loader.migrate import migrate
from attesa.loader.report import report
from attesa.loader.tables import LOADED_TOPICS


@pytest.fixture(scope="module")
def bootstrap(module_kafka):
    """A broker of this module's own with the topics: these tests publish what no worker would."""
    asyncio.run(make_topics(module_kafka.bootstrap))
    return module_kafka.bootstrap


@pytest.fixture
def settings(clickhouse, database, bootstrap):
    settings = settings_for(clickhouse, database, bootstrap)
    migrate(settings)
    return settings


def test_rows_of_all_topics_arrive_and_their_offsets_are_committed(settings):
    async def scenario():
        await publish(
            settings.kafka,
            topics.SESSIONS,
            a_session(tenant="all"),
            an_abandoned("c2/1", 5_000, tenant="all"),
        )
        await publish(
            settings.kafka, topics.PANES, a_pane(tenant="all"), a_pane(tenant="all", width_seconds=10)
        )
        await publish(settings.kafka, topics.DEAD_LETTERS, a_dead_letter(tenant="all"))
        afterwards = (an_outcome(tenant="all"), an_order(tenant="all"), a_link("k1", "k2", tenant="all"))
        await publish(settings.kafka, topics.OUTCOMES, *afterwards)
        async with loading(settings) as loader:
            await until(counted(settings, "all", rows=2), loader)
            await until(counted(settings, "all", "windows"), loader)
            for table in ("dead_letters", "outcomes", "orders", "customer_links"):
                await until(counted(settings, "all", table), loader)
        return [await lag(settings, topic) for topic in LOADED_TOPICS]

    assert asyncio.run(scenario()) == [0, 0, 0, 0]
    (line,) = report(settings, "all")
    assert (line["offered"], line["answered"], line["short_abandoned"]) == (2, 1, 1)


def test_what_a_transaction_took_back_is_passed_over_and_costs_no_lag(settings):
    """A marker alone makes no record: its place is committed nevertheless.

    a row | a row taken back | marker | end
    """

    async def scenario():
        await publish(settings.kafka, topics.SESSIONS, a_session(tenant="marked"))
        async with loading(settings) as loader:
            await until(counted(settings, "marked"), loader)
            async with AIOKafkaProducer(
                bootstrap_servers=settings.kafka, transactional_id="takes back"
            ) as producer:
                await producer.begin_transaction()
                await producer.send_and_wait(topics.SESSIONS, encode(a_session("c2/1")), b"k", 0)
                await producer.abort_transaction()
            async with asyncio.timeout(20):
                while await lag(settings, topics.SESSIONS):
                    assert not loader.done()
                    await asyncio.sleep(0.1)

    asyncio.run(scenario())


def test_duplicates_and_older_versions_that_come_late_change_nothing(settings):
    """
    v1 v2 v3 | loaded | a row of an older epoch | everything again, by a loader of another group
    """
    versions = [a_session(tenant="late", queue=queue, events=n) for n, queue in enumerate(("a", "b", "c"))]

    async def scenario():
        await publish(settings.kafka, topics.SESSIONS, *versions)
        async with loading(settings) as loader:
            await until(counted(settings, "late"), loader)
        first = report(settings, "late", by="queue")
        older = a_session(tenant="late", queue="z", epoch=0)
        await publish(settings.kafka, topics.SESSIONS, older, a_session("mark/1", tenant="late", queue="c"))
        again = settings.model_copy(
            update={"group": f"{settings.group}-again"}
        )  # reads all from the beginning
        async with loading(again) as loader:
            await until(counted(settings, "late", rows=2), loader)
        return first, report(settings, "late", by="queue")

    first, second = asyncio.run(scenario())
    assert [(line["queue"], line["answered"]) for line in first] == [("c", 1)]
    assert [(line["queue"], line["answered"]) for line in second] == [("c", 2)]


def test_what_cannot_be_used_is_a_dead_letter_and_the_rest_goes_on(settings):
    async def scenario():
        first = await publish(
            settings.kafka,
            topics.SESSIONS,
            b"\xff",
            b"[]",
            a_session(tenant="broken"),
            b'{"tenant":5}',
            partition=3,
        )
        await publish(settings.kafka, topics.DEAD_LETTERS, b"not a dead letter", partition=3)
        places = f"topic = '{topics.SESSIONS}' AND partition = 3 AND offset BETWEEN {first} AND {first + 3}"
        async with loading(settings) as loader:
            await until(counted(settings, "broken"), loader)
            found = f"SELECT count() FROM dead_letters FINAL WHERE reason = 'undecodable_row' AND {places}"
            await until(lambda: scalar(settings, found) == 3, loader)

    asyncio.run(scenario())


def test_a_value_that_cannot_be_packed_is_told_apart_and_its_neighbours_are_loaded(settings):
    rows = [a_session(f"c{n}/1", tenant="unpackable", transfers=-1 if n == 11 else 0) for n in range(40)]
    letters = loaded_but_one(settings, "unpackable", rows)
    assert [letter.reason for letter in letters] == ["refused_by_clickhouse"]
    assert "transfers" in letters[0].detail


def test_a_row_that_the_server_refuses_is_told_apart_and_its_neighbours_are_loaded(settings):
    with connect(settings) as client:
        client.command("ALTER TABLE sessions ADD CONSTRAINT no_poison CHECK queue != 'poison'")
        try:
            client.insert("sessions", [["probe", "poison"]], ["tenant", "queue"])
        except ClickHouseError:
            pass
        else:
            pytest.skip("this ClickHouse says nothing of a row that it refuses")
    rows = [a_session(f"c{n}/1", tenant="refused", queue="poison" if n == 11 else "sales") for n in range(40)]
    letters = loaded_but_one(settings, "refused", rows)
    assert [letter.reason for letter in letters] == ["refused_by_clickhouse"]
    assert "no_poison" in letters[0].detail


def loaded_but_one(settings, tenant, rows):
    """Publish and load rows of which one is refused; the dead letters of the tenant, as published."""

    async def scenario():
        await publish(settings.kafka, topics.SESSIONS, *rows)
        async with loading(settings) as loader:
            await until(counted(settings, tenant, rows=len(rows) - 1), loader)
            await until(counted(settings, tenant, "dead_letters"), loader)
        assert await lag(settings, topics.SESSIONS) == 0
        return [letter for letter in await dead_letters(settings) if letter.tenant == tenant]

    return asyncio.run(scenario())


async def dead_letters(settings):
    """Every readable dead letter on its topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    await consumer.start()
    try:
        places = [TopicPartition(topics.DEAD_LETTERS, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        values = []
        for place, end in ends.items():
            consumer.seek(place, 0)
            while await consumer.position(place) < end:
                fetched = await consumer.getmany(place, timeout_ms=200)
                values += [record.value for record in fetched.get(place, [])]
    finally:
        await consumer.stop()
    return [dead_letter_decoder.decode(value) for value in values if value.startswith(b"{")]


def test_a_stop_between_insert_and_commit_repeats_the_rows_and_changes_nothing(settings):
    """The committed offsets of a first loader are thrown away, as if it had died before its commit."""

    async def scenario():
        rows = [a_session(f"c{n}/1", tenant="again") for n in range(50)]
        await publish(settings.kafka, topics.SESSIONS, *rows, partition=1)
        async with loading(settings) as loader:
            await until(counted(settings, "again", rows=50), loader)
        before = report(settings, "again")
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=f"{settings.group}-loader")
        await consumer.start()
        try:
            places = [TopicPartition(topics.SESSIONS, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            await consumer.commit(dict.fromkeys(places, 0))
        finally:
            await consumer.stop()
        with connect(settings) as client:
            client.command("TRUNCATE TABLE sessions")  # so that the second arrival shows
        async with loading(settings) as loader:
            await until(counted(settings, "again", rows=50), loader)
        return before, report(settings, "again")

    before, after = asyncio.run(scenario())
    assert before == after
