"""One owned partition: its processor, and the transactions that write what the processor gives."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from attesa.core.errors import Fenced
from attesa.core.partition.checkpoint import Checkpoint, Row
from attesa.core.partition.clocks import Progress
from attesa.core.partition.placement import partition_of
from attesa.core.partition.processor import Processor
from attesa.core.partition.unit import Record
from attesa.core.topics import CUSTOMERS
from attesa.settings import Settings
from attesa.stream.batches import BATCH_BYTES, send_rows
from attesa.stream.restoring import committed_offset

log = logging.getLogger("attesa.stream")

CHUNK = 1_000  # events folded before others get a turn
AHEAD = 200_000  # events that may be applied and not yet checkpointed
TICK_SECONDS = 0.25
BEHIND = 10_000  # events to the log's end: nobody waits for the numbers of this instant
CATCH_UP_SECONDS = 4.0  # and sessions that change several times in a longer interval are written once
MANY = 30_000  # changed units that are worth a checkpoint of their own
IDLE_SECONDS = 1.0  # a partition tells of itself at least this often
RETRY_SECONDS = 0.5
STOP_SECONDS = 5.0


async def start_producer(
    settings: Settings, place: TopicPartition, is_ours: Callable[[], bool]
) -> AIOKafkaProducer:
    """A transactional producer whose start fences every earlier owner of the partition.

    Retries while the brokers are away. Raises Fenced when the partition has become another's meanwhile:
    a start after that would fence the rightful owner.
    """
    while is_ours():
        producer = AIOKafkaProducer(
            **settings.kafka_client(),
            transactional_id=f"{settings.group}-{place.topic}-{place.partition}",
            max_batch_size=BATCH_BYTES,
            acks="all",
        )
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            log.warning("%s/%d: %s at %s; trying again", *place, error, settings.kafka)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            if is_ours():
                return producer
            await producer.stop()
    raise Fenced(f"{place.topic}/{place.partition} was given away")


class Partition:
    """Owned from the moment that its producer has fenced the one before, until `lost` is set.

    `crash` is called with what only a programming error can raise.
    """

    def __init__(
        self,
        settings: Settings,
        processor: Processor,
        producer: AIOKafkaProducer,
        crash: Callable[[BaseException], None],
    ) -> None:
        self.settings = settings
        self.processor = processor
        self.place = TopicPartition(processor.topic, processor.partition)
        self.producer = producer
        self.crash = crash
        self.lost = False
        self.committed_offset = processor.next_offset
        self.checkpoints = 0
        self._changed = True
        self._is_broken = False  # a producer that failed once is not to be trusted with another transaction
        self._writing: asyncio.Task[None] | None = None
        self._taken_at = 0.0
        self._ticked_at = 0.0

    async def apply(self, records: Sequence[Record], now_ms: Callable[[], int]) -> None:
        """Fold a slice in chunks; events that the state already stands for are passed over."""
        start = self.processor.next_offset
        fresh = records if records[0].offset >= start else [r for r in records if r.offset >= start]
        for i in range(0, len(fresh), CHUNK):
            if self.lost:
                return
            self.processor.apply(fresh[i : i + CHUNK], now_ms())
            self._changed = True
            await asyncio.sleep(0)
        if self.processor.next_offset - self.committed_offset > AHEAD and self._writing is not None:
            await asyncio.wait([self._writing])

    def tick_is_due(self, monotonic: float) -> bool:
        """Whether it is time to judge; far behind, nobody is judged but for a checkpoint."""
        if self.lost or self.is_behind or monotonic - self._ticked_at < TICK_SECONDS:
            return False
        self._ticked_at = monotonic
        return True

    def pass_over(self, position: int) -> None:
        """All up to `position` is applied: what lies between is no record."""
        if position > self.processor.next_offset:
            self.processor.next_offset = position
            self._changed = True

    def tick(self, now_ms: int, progress: Progress) -> None:
        """Let time pass."""
        before = self.processor.progress
        self.processor.tick(now_ms, progress)
        self._changed = self._changed or self.processor.has_news or progress != before

    def checkpoint_is_due(self, monotonic: float) -> bool:
        """Whether to write: something changed and the interval is over, or a second has passed."""
        if self.lost or (self._writing is not None and not self._writing.done()):
            return False
        many = len(self.processor.to_keep) > MANY  # what is over lies unpacked until it is written
        interval = CATCH_UP_SECONDS if self.is_behind and not many else self.settings.checkpoint_ms / 1000
        since = monotonic - self._taken_at
        if since < (interval if self._changed else max(IDLE_SECONDS, interval)):
            return False
        self._taken_at = monotonic
        return True

    def checkpoint(self, now_ms: int) -> None:
        """Start writing what changed since the checkpoint before."""
        self._changed = False
        self._writing = asyncio.create_task(self._write(self.processor.take(now_ms)))
        self._writing.add_done_callback(self._written)

    @property
    def is_behind(self) -> bool:
        """Whether so much is still to be read that nobody waits for the numbers of this instant."""
        return self.processor.progress.end_offset - self.processor.next_offset > BEHIND

    def _written(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.lost = True
            self.crash(error)

    async def _write(self, checkpoint: Checkpoint) -> None:
        """Write until it is written, or until the partition is another's.

        A transaction whose fate is unknown is written again: every row is an upsert.
        """
        while not self.lost:
            try:
                if self._is_broken:
                    await self._renew(checkpoint)
                await self._transaction(checkpoint)
            except (ProducerFenced, InvalidProducerEpoch, Fenced):
                log.warning("%s/%d: another worker owns it now", *self.place)
                self.lost = True
            except KafkaError as error:
                log.warning("%s/%d: checkpoint: %r; trying again", *self.place, error)
                self._is_broken = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.committed_offset = checkpoint.next_offset
                self.checkpoints += 1
                return

    async def _transaction(self, checkpoint: Checkpoint) -> None:
        async with self.producer.transaction():
            for topic, partition, rows in self._placed(checkpoint):
                await send_rows(self.producer, topic, partition, rows)
            offsets = {self.place: checkpoint.next_offset}
            await self.producer.send_offsets_to_transaction(offsets, self.settings.group)
            if self.lost:
                raise Fenced(f"{self.place.topic}/{self.place.partition} was revoked")

    def _placed(self, checkpoint: Checkpoint) -> Iterator[tuple[str, int, list[Row]]]:
        """The rows by partition: the processor's own, and those for customers where their key belongs.

        A row for customers without a key goes to every partition.
        """
        for topic, rows in checkpoint.rows.items():
            if topic != CUSTOMERS:
                yield topic, self.place.partition, rows
                continue
            everywhere = [row for row in rows if not row[0]]
            by_partition: dict[int, list[Row]] = defaultdict(list)
            for row in rows:
                if row[0]:
                    by_partition[partition_of(row[0], self.settings.partitions)].append(row)
            for number in range(self.settings.partitions):
                yield topic, number, by_partition[number] + everywhere

    async def _renew(self, checkpoint: Checkpoint) -> None:
        """A new producer, and a look whether somebody else has gone on from our last checkpoint.

        A worker that was cut off may not know yet that the partition is another's.
        """
        await self.producer.stop()
        self.producer = await start_producer(self.settings, self.place, lambda: not self.lost)
        committed = await committed_offset(self.settings, self.place)
        if committed not in (self.committed_offset, checkpoint.next_offset):
            name = f"{self.place.topic}/{self.place.partition}"
            raise Fenced(f"{name} stands at {committed} by another worker's checkpoint")
        self._is_broken = False

    async def give_up(self) -> None:
        """Stop writing at once: what was not committed is the next owner's to do again."""
        self.lost = True
        if self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing], timeout=STOP_SECONDS)
            self._writing.cancel()
        with contextlib.suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.producer.stop()

    async def finish(self, now_ms: int) -> None:
        """Write what was applied, as far as that goes within STOP_SECONDS; then stop."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if self._writing is not None:
                    await asyncio.wait([self._writing])
                if not self.lost:
                    await self._write(self.processor.take(now_ms))
        except TimeoutError:
            log.warning("%s/%d: stopped before its last checkpoint", *self.place)
        await self.give_up()
