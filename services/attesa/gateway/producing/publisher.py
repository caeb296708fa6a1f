"""The gateway's line to Kafka: sends with acks=all, knows whether Kafka answers, reconnects by itself.

Knows nothing of HTTP and does not look into records.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import BrokerResponseError, KafkaError, KafkaTimeoutError

from attesa.core.errors import ConfigurationError, Rejected, Unreachable
from attesa.core.partition.placement import partition_of
from attesa.core.topics import CUSTOMERS, DEAD_LETTERS, EVENTS
from attesa.gateway.judging import Record
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

HEADERS = [("content-type", b"application/cloudevents+json")]
DEAD_LETTER_HEADERS = [("content-type", b"application/json")]
CLOSE_SECONDS = 5.0
PROBE_TIMEOUT_SECONDS = 5.0
REBOOTSTRAP_SECONDS = 60.0
BATCH_BYTES = 131_072
SLICE = 100  # records between two breaths of the event loop

TOPICS = (EVENTS, CUSTOMERS, DEAD_LETTERS)
_NO_TOPIC = f"lacks topic {EVENTS}, {CUSTOMERS} or {DEAD_LETTERS}, waiting for it"


class Publisher:
    """Sends records to their topics.

    `ack_seconds`: how long a request waits for Kafka before it is told to come again.
    `probe_seconds`: between two looks at whether Kafka answers, and between two attempts to connect.
    """

    def __init__(self, settings: Settings, *, ack_seconds: float = 10.0, probe_seconds: float = 1.0) -> None:
        self._settings = settings
        self._ack_seconds = ack_seconds
        self._probe_seconds = probe_seconds
        self._producer: AIOKafkaProducer | None = None
        self._spoiled = asyncio.Event()
        self._trouble = "has not answered yet"  # empty while Kafka answers

    @property
    def ready(self) -> bool:
        return not self._trouble

    @property
    def state(self) -> str:
        """One sentence for clients; addresses are for the log only."""
        return f"Kafka {self._trouble or 'answers'}"

    async def publish(self, records: Sequence[Record], within_seconds: float | None = None) -> None:
        """Return when all in-sync replicas have every record. Raises Unreachable, of which Rejected is one.

        `within_seconds` is for senders that wait less long than `ack_seconds`.
        After Unreachable some of the records may still arrive: the same events can safely be sent again,
        for their ids are the same.
        """
        producer = self._producer
        if producer is None or not self.ready:
            raise Unreachable(self.state)
        patience = min(self._ack_seconds, within_seconds or self._ack_seconds)
        try:
            await self._send_all(producer, records, patience)
        except KafkaError as error:
            # An idempotent producer has spent the refused batch's sequence number: from now on the broker
            # would refuse this partition's batches as out of order, so the producer is made anew.
            self._spoil(producer, error)
            raise _refusal(error) from None

    async def publish_apart(self, records: Sequence[Record]) -> None:
        """The same by a producer of its own, so that what is refused is refused for nobody else's sake."""
        if any(record.topic not in TOPICS for record in records):
            raise Rejected("a topic that is none of attesa's")
        producer = await self._open()
        try:
            await self._send_all(producer, records, self._ack_seconds)
        except KafkaError as error:
            raise _refusal(error) from None
        finally:
            await _close(producer)

    async def _send_all(self, producer: AIOKafkaProducer, records: Sequence[Record], patience: float) -> None:
        acks: list[asyncio.Future[Any]] = []
        try:
            async with asyncio.timeout(patience):
                for count, record in enumerate(records, start=1):
                    for partition in self._partitions(record):
                        acks.append(await _send(producer, record, partition))  # noqa: PERF401
                    if count % SLICE == 0:
                        await asyncio.sleep(0)
                for ack in acks:  # one after the other costs less than gather: most come together
                    await ack
        except TimeoutError:
            raise Unreachable(f"Kafka has not confirmed within {patience:g} s") from None
        except KafkaTimeoutError:
            raise Unreachable("Kafka takes events more slowly than they come in") from None
        finally:
            for ack in acks:
                _let_go(ack)

    def _partitions(self, record: Record) -> Iterable[int]:
        """Where a record goes: where its key belongs, or everywhere."""
        partitions = self._settings.partitions
        return range(partitions) if record.key is None else (partition_of(record.key, partitions),)

    async def keep(self) -> None:
        """Connect, watch and reconnect until cancelled; then flush and close.

        Raises ConfigurationError where the topic has another number of partitions than the settings say.
        """
        while True:
            producer = await self._connect()
            self._producer = producer
            self._tell("")
            try:
                await self._watch(producer)
            finally:
                self._producer = None
                self._trouble = self._trouble or "is being connected anew"
                await _close(producer)

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator["asyncio.Task[None]"]:
        """`keep` in the background for the length of the block."""
        task = asyncio.create_task(self.keep(), name="gateway-publisher")
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # seen by whoever watches the task

    async def _connect(self) -> AIOKafkaProducer:
        while True:
            try:
                return await self._open()
            except Unreachable as error:
                self._tell(str(error))
            await asyncio.sleep(self._probe_seconds)

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._settings.kafka_client(),
            client_id="attesa-gateway",
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=10_000,
        )
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
                await producer.start()
                cluster = await producer.client.fetch_all_metadata()
                for topic in TOPICS:
                    self._check(topic, cluster.partitions_for_topic(topic))
                    await producer.partitions_for(topic)
        except (KafkaError, OSError, TimeoutError) as error:
            await _close(producer)
            raise Unreachable(f"does not answer ({type(error).__name__}), trying again") from None
        except BaseException:
            await _close(producer)
            raise
        return producer

    def _check(self, topic: str, found: set[int] | None) -> None:
        wanted = self._settings.partitions
        if not found:
            raise Unreachable(_NO_TOPIC)
        if len(found) != wanted:
            raise ConfigurationError(
                f"topic {topic} at {self._settings.kafka} has {len(found)} partitions, not {wanted}: "
                f"set ATTESA_PARTITIONS={len(found)}, or make the topics anew"
            )

    async def _watch(self, producer: AIOKafkaProducer) -> None:
        """Return when the producer has to be made anew: spoiled, or away so long that brokers moved."""
        loop = asyncio.get_running_loop()
        answered = loop.time()
        while loop.time() - answered < REBOOTSTRAP_SECONDS:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._probe_seconds):
                    await self._spoiled.wait()
                    self._spoiled.clear()
                    return
            if await _answers(producer):
                answered = loop.time()
                known = producer.client.cluster.partitions_for_topic
                self._tell("" if all(map(known, TOPICS)) else _NO_TOPIC)
            else:
                self._tell("does not answer, trying again")

    def _spoil(self, producer: AIOKafkaProducer, error: KafkaError) -> None:
        if producer is self._producer:
            self._tell(f"refused a batch ({type(error).__name__}), connecting anew")
            self._spoiled.set()

    def _tell(self, trouble: str) -> None:
        """One log line per change."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble:
            log.warning("Kafka at %s %s", self._settings.kafka, trouble)
        else:
            log.info("connected to Kafka at %s", self._settings.kafka)


def _refusal(error: KafkaError) -> Unreachable:
    """Rejected where the broker says that trying again is of no use."""
    final = isinstance(error, BrokerResponseError) and not error.retriable
    return (Rejected if final else Unreachable)(f"Kafka refused: {type(error).__name__}")


async def _send(producer: AIOKafkaProducer, record: Record, partition: int) -> "asyncio.Future[Any]":
    headers = DEAD_LETTER_HEADERS if record.topic == DEAD_LETTERS else HEADERS
    sent: asyncio.Future[Any] = await producer.send(
        record.topic, record.value, record.key, partition=partition, headers=headers
    )
    return sent


async def _answers(producer: AIOKafkaProducer) -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
            return bool(await producer.client.force_metadata_update())
    except (KafkaError, OSError, TimeoutError):
        return False


async def _close(producer: AIOKafkaProducer) -> None:
    """Flush and close; where Kafka is away, give up after CLOSE_SECONDS.

    An idempotent producer's stop() waits for ever for batches that nobody takes: its sender is ended by
    hand then.
    """
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await producer.stop()
    except (KafkaError, TimeoutError):
        sender = producer._sender  # noqa: SLF001
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await sender.close()
        await producer.client.close()


def _let_go(ack: "asyncio.Future[Any]") -> None:
    """An acknowledgement that nobody waits for any more must not be reported as never retrieved."""
    if ack.done() and not ack.cancelled():
        ack.exception()
    else:
        ack.cancel()
