"""What the transport overrides in Faust and aiokafka is still there, and is still used."""

import inspect

import pytest
from aiokafka import AIOKafkaConsumer
from faust.transport.consumer import Consumer as FaustConsumer
from faust.transport.drivers import aiokafka as driver

from attesa.stream.transport import ConsumerThread, SliceConsumer, SliceTransport, StockTransport


@pytest.mark.parametrize(
    ("owner", "ours", "name", "parameters"),
    [
        (FaustConsumer, SliceConsumer, "getmany", ["self", "timeout"]),
        (FaustConsumer, SliceConsumer, "_wait_next_records", ["self", "timeout"]),
        (driver.Consumer, SliceConsumer, "_new_consumer_thread", ["self"]),
        (driver.AIOKafkaConsumerThread, ConsumerThread, "_create_worker_consumer", ["self", "transport"]),
    ],
)
def test_what_is_overridden_is_there_with_these_parameters(
    owner: type, ours: type, name: str, parameters: list[str]
):
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters
    assert getattr(ours, name) is not getattr(owner, name)


def test_faust_calls_getmany_to_drain_and_waits_for_records_inside_it():
    assert "self.getmany" in inspect.getsource(FaustConsumer._drain_messages)
    assert "_wait_next_records" in inspect.getsource(FaustConsumer.getmany)
    assert "self._create_worker_consumer(transport)" in inspect.getsource(
        driver.AIOKafkaConsumerThread._create_consumer
    )


def test_aiokafka_reads_the_two_attributes_only_when_it_starts():
    start = inspect.getsource(AIOKafkaConsumer.start)
    assert "isolation_level=self._isolation_level" in start
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in start


def test_a_fetch_tells_position_end_and_instant_of_a_partition():
    fetched = inspect.getsource(__import__("aiokafka.consumer.fetcher", fromlist=["Fetcher"]).Fetcher)
    for attribute in ("lso", "timestamp", "highwater"):
        assert f"tp_state.{attribute} = " in fetched


def test_both_transports_use_our_consumer():
    assert SliceTransport.Consumer is SliceConsumer
    assert issubclass(SliceConsumer, StockTransport.Consumer)
