"""Load for benchmarks: many plain chats of four events, interleaved as in life. Measures nothing itself."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from attesa.core import topics
from attesa.core.partition.placement import partition_of
from attesa.replay.deliveries import Delivery, History, written
from attesa.replay.interleave import interleave
from attesa.replay.kafka import PATIENCE_SECONDS, partition_count, producing
from attesa.replay.outbox import CLOUD_EVENT, Outbox
from attesa.settings import Settings

SOURCE = "attesa/load"
COUNTRIES = ("IT", "DE")
EVENTS_PER_CHAT = 4
BREATHE_EVERY = 1_000

_EVENT = (
    '{"specversion":"1.0","id":"load:%(run)s:%(number)08d:%(place)d","source":"attesa/load",'
    '"type":"attesa.%(kind)s","time":"%(time)s","tenant":"%(tenant)s","subject":"load-%(run)s-%(number)08d",'
    '"partitionkey":"%(tenant)s:load-%(run)s-%(number)08d","datacontenttype":"application/json",'
    '"dataschema":"urn:attesa:events:1",'
    '"data":%(data)s}'
)
_STARTED = (
    '{"channel":"live_chat","direction":"inbound","by":"customer","bot_first":false,'
    '"queue":"%s","country":"%s"}'
)
_SENT = '{"author":"%s","message_id":"m-%08d-%d","visible":true,"kind":"text","length":%d,"flags":["%s"]}'
_ENDED = '{"by":"agent","reason":"resolved"}'


@dataclass(frozen=True)
class Load:
    """`chats` of live chat, one beginning every `gap_ms` from `start_ms` on, each lasting 200 to 400 s.

    First replies come 5 s and an exponential 40 s after the question. `run` tells one load's
    conversations from another's; events are about 400 bytes.
    """

    chats: int
    tenant: str
    start_ms: int
    run: str = "1"
    gap_ms: int = 40
    queues: tuple[str, ...] = ("support",)
    seed: int = 1

    @property
    def events(self) -> int:
        return self.chats * EVENTS_PER_CHAT

    @property
    def longest_ms(self) -> int:
        """From the first event to no later than the last."""
        return self.chats * self.gap_ms + 400_000

    def history(self) -> History:
        """The load as a history that `replay` sends, with marks of data time."""
        return History(
            deliver=lambda: deliveries(self),
            total=self.events,
            first_ms=self.start_ms,
            newest_ms=self.start_ms + self.longest_ms,
        )


def deliveries(load: Load) -> Iterator[Delivery]:
    """The events of a load in the order of time. The same load gives the same events."""
    random = Random(load.seed)  # noqa: S311  nothing secret
    return (one for _, one in interleave(_chat(load, random, number) for number in range(load.chats)))


def _chat(load: Load, random: Random, number: int) -> list[tuple[int, Delivery]]:
    start = load.start_ms + number * load.gap_ms
    asked = start + random.randrange(1_000, 5_000)
    replied = asked + 5_000 + min(150_000, round(random.expovariate(1 / 40_000)))
    ended = start + random.randrange(200_000, 400_000)
    queue, country = load.queues[number % len(load.queues)], COUNTRIES[number % len(COUNTRIES)]
    told = (
        (start, "session.started", _STARTED % (queue, country)),
        (asked, "message.sent", _SENT % ("customer", number, 1, random.randrange(5, 300), "greeting")),
        (replied, "message.sent", _SENT % ("agent", number, 2, random.randrange(5, 300), "greeting")),
        (ended, "session.ended", _ENDED),
    )
    key = f"{load.tenant}:load-{load.run}-{number:08d}".encode()
    found = []
    for place, (at_ms, kind, data) in enumerate(told):
        about = {"run": load.run, "number": number, "place": place, "kind": kind, "tenant": load.tenant}
        value = _EVENT % {**about, "time": written(at_ms), "data": data}
        found.append((at_ms, Delivery(key, value.encode(), at_ms, at_ms)))
    return found


async def fill(settings: Settings, load: Load, *, patience_seconds: float = PATIENCE_SECONDS) -> float:
    """Write a whole load as fast as it goes, without marks of time; the seconds that it took.

    For tenants on wall time choose `start_ms` so that `longest_ms` later is not in the future.
    """
    async with producing(settings, patience_seconds) as client:
        partitions = await partition_count(client, settings)
        outbox = Outbox(client, topics.EVENTS, settings.kafka, CLOUD_EVENT)
        began = time.monotonic()
        for count, one in enumerate(deliveries(load)):
            partition = partition_of(one.key, partitions)
            if not outbox.add(partition, one.key, one.value):
                await outbox.ship(partition)
                await outbox.put(partition, one.key, one.value)
            if count % BREATHE_EVERY == 0:
                await asyncio.sleep(0)
        await outbox.flush()
        return time.monotonic() - began
