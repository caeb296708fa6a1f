"""Messages for a topic, in full batches per partition. The order in a partition is the order of `put`."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from attesa.core import topics
from attesa.core.errors import Unreachable

CLOUD_EVENT = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


class Outbox:
    """What is to be sent to one topic; `flush` before the producer is stopped.

    At most one batch a partition is filled while another is on its way: memory stays bounded.
    """

    def __init__(
        self,
        client: AIOKafkaProducer,
        topic: str,
        address: str,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> None:
        self._client = client
        self._topic = topic
        self._address = address
        self._headers = headers or []
        self._batches: dict[int, Any] = {}
        self._on_their_way: set[asyncio.Future[Any]] = set()
        self._failure: BaseException | None = None

    def add(self, partition: int, key: bytes | None, value: bytes) -> bool:
        """Put a message into the partition's batch; False where that is full (`ship` it, add again)."""
        batch = self._batches.get(partition)
        if batch is None:
            batch = self._batches[partition] = self._client.create_batch()
        return batch.append(key=key, value=value, timestamp=None, headers=self._headers) is not None

    async def put(self, partition: int, key: bytes | None, value: bytes) -> None:
        """Add a message, after shipping the batch where that is full. Raises Unreachable."""
        if not self.add(partition, key, value):
            await self.ship(partition)
            taken = self.add(partition, key, value)
            assert taken, "an empty batch takes any message"

    async def ship(self, partition: int) -> None:
        """Hand the partition's batch over; waits while the one before it is sent. Raises Unreachable."""
        self._raise_failure()
        batch = self._batches.get(partition)
        if batch is None:
            return
        try:  # cancelled here, the batch stays for `flush`
            future = await self._client.send_batch(batch, self._topic, partition=partition)
        except KafkaError as error:
            self._failure = error
            self._raise_failure()
        del self._batches[partition]
        self._on_their_way.add(future)
        future.add_done_callback(self._arrived)

    async def ship_all(self) -> None:
        """Hand over what there is, without waiting for Kafka's answer. Raises Unreachable."""
        for partition in list(self._batches):
            await self.ship(partition)

    async def flush(self) -> None:
        """Hand over what there is and wait until Kafka has all of it. Raises Unreachable."""
        await self.ship_all()
        if self._on_their_way:
            await asyncio.wait(list(self._on_their_way))
        self._raise_failure()

    def _arrived(self, future: asyncio.Future[Any]) -> None:
        self._on_their_way.discard(future)
        if not future.cancelled() and (error := future.exception()) is not None:
            self._failure = error

    def _raise_failure(self) -> None:
        if self._failure is not None:
            why = str(self._failure) or type(self._failure).__name__
            raise Unreachable(
                f"Kafka at {self._address} has stopped taking messages ({why}): "
                "start again when it answers, history under a --tenant of its own"
            ) from self._failure


class EventOutboxes:
    """The outboxes of both topics that take events."""

    def __init__(self, client: AIOKafkaProducer, address: str) -> None:
        self._by_topic = {
            topic: Outbox(client, topic, address, CLOUD_EVENT) for topic in (topics.EVENTS, topics.CUSTOMERS)
        }

    def __getitem__(self, topic: str) -> Outbox:
        return self._by_topic[topic]

    async def ship_all(self) -> None:
        for outbox in self._by_topic.values():
            await outbox.ship_all()

    async def flush(self) -> None:
        """Until Kafka has all that was put in. Raises Unreachable."""
        for outbox in self._by_topic.values():
            await outbox.flush()
