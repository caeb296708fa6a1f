"""Reads the topic of dead letters, in order, and finds the bytes that belong to each."""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from attesa.core.errors import Unreachable
from attesa.core.rows import DeadLetter, dead_letter_decoder
from attesa.core.topics import CUSTOMERS, DEAD_LETTERS, EVENTS
from attesa.gateway.dead_letters.burying import delivery_of
from attesa.sealing import opener
from attesa.settings import Settings

log = logging.getLogger("attesa.gateway")

DELIVERIES_REMEMBERED = 1_000
FETCH_MS = 500


@dataclass(frozen=True)
class Grave:
    """A dead letter, where it lies on its topic, and its bytes: as they are sealed, and opened."""

    partition: int
    offset: int
    letter: DeadLetter
    sealed: str | None
    raw: bytes | None

    @property
    def place(self) -> str:
        return f"{self.partition}:{self.offset}"

    @property
    def delivery(self) -> str:
        """Which delivery it is of; of what no platform delivered, its own place."""
        return delivery_of(self.letter.origin)[1] or self.place

    @property
    def source(self) -> str:
        """Where it came from: the source that delivered it, or the one that its event names."""
        delivered, _ = delivery_of(self.letter.origin)
        if delivered or self.raw is None or self.letter.topic not in (EVENTS, CUSTOMERS):
            return delivered
        try:
            return msgspec.json.decode(self.raw, type=_Sourced).source
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return ""


class _Sourced(msgspec.Struct):
    source: str = ""


@dataclass(frozen=True)
class Asked:
    """Which dead letters; empty: all."""

    reason: str = ""
    source: str = ""
    tenant: str = ""
    since_ms: int = 0

    def wants(self, grave: Grave) -> bool:
        letter = grave.letter
        return (
            letter.at >= self.since_ms
            and self.reason in ("", letter.reason)
            and self.tenant in ("", letter.tenant or "")
            and (not self.source or self.source == grave.source)
        )


class _Bytes:
    """The first letter of a delivery, which comes first, holds the bytes for all."""

    def __init__(self) -> None:
        self._sealed: OrderedDict[str, str] = OrderedDict()

    def sealed(self, letter: DeadLetter) -> str | None:
        _, delivery = delivery_of(letter.origin)
        if letter.sealed is None:
            return self._sealed.get(delivery)
        if delivery:
            self._sealed[delivery] = letter.sealed
            while len(self._sealed) > DELIVERIES_REMEMBERED:
                self._sealed.popitem(last=False)
        return letter.sealed


async def asked_for(settings: Settings, asked: Asked) -> AsyncIterator[Grave]:
    """The dead letters that are wanted, from the oldest to the end of the moment. Raises Unreachable."""
    known, unseal = _Bytes(), opener(settings)
    async with aclosing(_letters(settings)) as letters:
        async for partition, offset, letter in letters:
            sealed = known.sealed(letter)
            grave = Grave(partition, offset, letter, sealed, unseal(sealed) if sealed else None)
            if asked.wants(grave):
                yield grave


async def _letters(settings: Settings) -> AsyncGenerator[tuple[int, int, DeadLetter], None]:
    consumer = AIOKafkaConsumer(
        **settings.kafka_client(),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        places = [TopicPartition(DEAD_LETTERS, number) for number in range(settings.partitions)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(place, timeout_ms=FETCH_MS)).get(place, ()):
                    if letter := _read(record.value):
                        yield place.partition, record.offset, letter
    except KafkaError as error:
        message = f"Kafka at {settings.kafka} does not answer: start it or set ATTESA_KAFKA"
        raise Unreachable(f"{message} ({type(error).__name__})") from None
    finally:
        await consumer.stop()


def _read(value: bytes | None) -> DeadLetter | None:
    try:
        return dead_letter_decoder.decode(value or b"")
    except msgspec.MsgspecError as error:
        log.warning("a record of %s is no dead letter: %s", DEAD_LETTERS, error)
        return None
