"""A Faust transport that hands an agent each fetched partition slice as one message.

It overrides `getmany` and the making of the consumer; tests/stream/test_transport.py guards both.
"""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from faust.topics import Topic
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

FETCH_WAIT_MS = 500  # well below the 2 s that a fetch may be old for a partition to count as caught up


class Reading(NamedTuple):
    """Where a partition is read next, where its log ended at its last fetch, and when that was (wall ms).

    Transaction markers take offsets too, so a position may lie beyond the last record's.
    """

    position: int
    end_offset: int
    fetched_at: int


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Reads only what was committed, and never sleeps on the broker for longer than half a second."""

    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001  Faust ties it to its own transactions
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001  Faust has no setting for it
        return consumer

    def reading(self, tp: TP) -> Reading | None:
        """The partition's progress as last fetched; None before the first fetch.

        Read from the main thread: these are plain values that the consumer's thread replaces.
        """
        consumer = self._consumer
        if consumer is None or (subscription := consumer._subscription.subscription) is None:  # noqa: SLF001
            return None
        place = TopicPartition(tp.topic, tp.partition)
        assignment = subscription.assignment
        if assignment is None or place not in assignment.tps:
            return None
        state = assignment.state_value(place)
        if state is None or not state.has_valid_position or state.lso is None or state.timestamp is None:
            return None
        return Reading(state.position, state.lso, state.timestamp)


class Consumer(driver.Consumer):
    """Faust's consumer, which also knows how far its partitions were fetched.

    By partition: `fetched_offset` lies behind the last record that was handed over to be applied;
    `polled_position` was the position between two polls, so that every record before it was handed over.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fetched_offset: dict[TP, int] = {}
        self.polled_position: dict[TP, int] = {}

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109
        for tp in self.assignment():
            reading = self.reading(tp)
            if reading is not None:
                self.polled_position[tp] = reading.position
        records, active = await super()._wait_next_records(timeout)
        for tp, fetched in (records or {}).items():
            if fetched:
                self.fetched_offset[tp] = fetched[-1].offset + 1
        return records, active

    def reading(self, tp: TP) -> Reading | None:
        return self._thread.reading(tp)

    def position_after(self, tp: TP, applied: int) -> int | None:
        """The offset to go on from, if all that was handed over up to `applied` is applied; else None."""
        if self.fetched_offset.get(tp, 0) > applied:
            return None
        return max(applied, self.polled_position.get(tp, 0))


class SliceConsumer(Consumer):
    """Yields a fetched slice as one message: its value is the list of records, its offset the last one's."""

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109
        records, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self.perform_seek()
            return
        for tp, fetched in records.items():
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return
            if fetched and (active is None or tp in active or tp in self._buffered_partitions):
                self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
                yield tp, _slice(tp, fetched, generation)


def _slice(tp: TP, records: list[Any], generation: int) -> ConsumerMessage:
    last = records[-1]
    return ConsumerMessage(
        topic=last.topic,
        partition=last.partition,
        offset=last.offset,
        timestamp=last.timestamp / 1000,
        timestamp_type=last.timestamp_type,
        headers=(),
        key=None,
        value=records,
        checksum=None,
        tp=tp,
        generation_id=generation,
    )


class SliceTransport(driver.Transport):
    Consumer = SliceConsumer


class StockTransport(driver.Transport):
    """Faust's own way, a message at a time: the same numbers, slowly."""

    Consumer = Consumer


class RawTopic(Topic):
    """A topic whose messages reach the agent as they are: what cannot be decoded must not crash it."""

    async def decode(self, message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG002
        return self._create_event(message.key, message.value, message.headers, message=message)
