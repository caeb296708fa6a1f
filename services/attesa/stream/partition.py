"""One owned partition: its processor, and the transactions that write what the processor gives."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from attesa.core.checkpoint import Checkpoint
from attesa.core.clocks import Progress
from attesa.core.errors import Fenced
from attesa.core.sessions import Record, Sessions
from attesa.core.topics import EVENTS
from attesa.settings import Settings
from attesa.stream.batches import BATCH_BYTES, send_rows
from attesa.stream.restoring import committed_offset

log = logging.getLogger("attesa.stream")

CHUNK = 1_000  # events folded before others get a turn
AHEAD = 200_000  # events that may be applied and not yet checkpointed
TICK_SECONDS = 0.25
BEHIND = 10_000  # events to the log's end: nobody waits for the numbers of this instant
CATCH_UP_SECONDS = 2.0  # and sessions that change several times in a longer interval are written once
IDLE_SECONDS = 1.0  # a partition tells of itself at least this often
RETRY_SECONDS = 0.5
STOP_SECONDS = 5.0


async def start_producer(settings: Settings, partition: int, is_ours: Callable[[], bool]) -> AIOKafkaProducer:
    """A transactional producer whose start fences every earlier owner of the partition.

    Retries while the brokers are away. Raises Fenced when the partition has become another's meanwhile:
    a start after that would fence the rightful owner.
    """
    while is_ours():
        producer = AIOKafkaProducer(
            **settings.kafka_client(),
            transactional_id=f"{settings.group}-{EVENTS}-{partition}",
            max_batch_size=BATCH_BYTES,
            acks="all",
        )
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            log.warning("partition %d: %s at %s; trying again", partition, error, settings.kafka)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            if is_ours():
                return producer
            await producer.stop()
    raise Fenced(f"partition {partition} was given away")


class Partition:
    """Owned from the moment that its producer has fenced the one before, until `lost` is set.

    `crash` is called with what only a programming error can raise.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        producer: AIOKafkaProducer,
        crash: Callable[[BaseException], None],
    ) -> None:
        self.settings = settings
        self.sessions = sessions
        self.producer = producer
        self.crash = crash
        self.lost = False
        self.committed_offset = sessions.next_offset
        self.checkpoints = 0
        self._changed = True
        self._is_broken = False  # a producer that failed once is not to be trusted with another transaction
        self._writing: asyncio.Task[None] | None = None
        self._taken_at = 0.0
        self._ticked_at = 0.0

    async def apply(self, records: Sequence[Record], now_ms: Callable[[], int]) -> None:
        """Fold a slice in chunks; events that the state already stands for are passed over."""
        start = self.sessions.next_offset
        fresh = records if records[0].offset >= start else [r for r in records if r.offset >= start]
        for i in range(0, len(fresh), CHUNK):
            if self.lost:
                return
            self.sessions.apply(fresh[i : i + CHUNK], now_ms())
            self._changed = True
            await asyncio.sleep(0)
        if self.sessions.next_offset - self.committed_offset > AHEAD and self._writing is not None:
            await asyncio.wait([self._writing])

    def tick_is_due(self, monotonic: float) -> bool:
        """Whether it is time to judge; far behind, nobody is judged but for a checkpoint."""
        if self.lost or self._is_behind() or monotonic - self._ticked_at < TICK_SECONDS:
            return False
        self._ticked_at = monotonic
        return True

    def tick(self, now_ms: int, progress: Progress) -> None:
        """Let time pass."""
        before = self.sessions.progress
        self.sessions.tick(now_ms, progress)
        self._changed = self._changed or bool(self.sessions.to_tell) or progress != before

    def checkpoint_is_due(self, monotonic: float) -> bool:
        """Whether to write: something changed and the interval is over, or a second has passed."""
        if self.lost or (self._writing is not None and not self._writing.done()):
            return False
        interval = CATCH_UP_SECONDS if self._is_behind() else self.settings.checkpoint_ms / 1000
        since = monotonic - self._taken_at
        if since < (interval if self._changed else max(IDLE_SECONDS, interval)):
            return False
        self._taken_at = monotonic
        return True

    def checkpoint(self, now_ms: int) -> None:
        """Start writing what changed since the checkpoint before."""
        self._changed = False
        self._writing = asyncio.create_task(self._write(self.sessions.take(now_ms)))
        self._writing.add_done_callback(self._written)

    def _is_behind(self) -> bool:
        return self.sessions.progress.end_offset - self.sessions.next_offset > BEHIND

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
                log.warning("partition %d: another worker owns it now", self.sessions.partition)
                self.lost = True
            except KafkaError as error:
                log.warning("partition %d: checkpoint: %r; trying again", self.sessions.partition, error)
                self._is_broken = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.committed_offset = checkpoint.next_offset
                self.checkpoints += 1
                return

    async def _transaction(self, checkpoint: Checkpoint) -> None:
        partition = self.sessions.partition
        async with self.producer.transaction():
            for topic, rows in checkpoint.rows.items():
                if rows:
                    await send_rows(self.producer, topic, partition, rows)
            offsets = {TopicPartition(EVENTS, partition): checkpoint.next_offset}
            await self.producer.send_offsets_to_transaction(offsets, self.settings.group)
            if self.lost:
                raise Fenced(f"partition {partition} was revoked")

    async def _renew(self, checkpoint: Checkpoint) -> None:
        """A new producer, and a look whether somebody else has gone on from our last checkpoint.

        A worker that was cut off may not know yet that the partition is another's.
        """
        partition = self.sessions.partition
        await self.producer.stop()
        self.producer = await start_producer(self.settings, partition, lambda: not self.lost)
        committed = await committed_offset(self.settings, partition)
        if committed not in (self.committed_offset, checkpoint.next_offset):
            raise Fenced(f"partition {partition} stands at {committed} by another worker's checkpoint")
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
                    await self._write(self.sessions.take(now_ms))
        except TimeoutError:
            log.warning("partition %d: stopped before its last checkpoint", self.sessions.partition)
        await self.give_up()
