"""Runs a processor over a log of one partition as the worker does, and reads what it wrote as readers do."""

import json
from collections import Counter
from typing import Any, NamedTuple

import msgspec
from tests.oracle.counting import Cell, Column
from tests.oracle.stories import START_MS
from tests.oracle.sums import Pane
from tests.oracle.telling import Event

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.errors import Fenced
from attesa.core.partition.checkpoint import Checkpoint
from attesa.core.partition.clocks import Progress
from attesa.core.partition.processor import Processor
from attesa.core.partition.restore import restore
from attesa.core.rows import ClockRow, PaneRow, TotalRow, pane_decoder, totals_decoder
from attesa.core.rows.counts import Counts
from attesa.core.sessions import Sessions

PARTITION = 3
LATER_MS = START_MS + 100_000 * 3_600_000  # a wall clock for which everything here is history
COMPACTED = (
    topics.SESSIONS, topics.OUTCOMES, topics.PANES, topics.TOTALS, topics.STATE, topics.DEAD_LETTERS,
)  # fmt: skip
WITHOUT_KEY = ("attesa.progress", "attesa.source.heartbeat")


class Message(NamedTuple):
    """One message of an input topic, and what a producer meant by it (None: a processor wrote it)."""

    key: bytes | None
    value: bytes | None
    offset: int
    told: Event | bytes | None = None


class Log:
    """One partition of all topics: transactions, fencing, and of each key the newest row."""

    def __init__(self) -> None:
        self.inputs: dict[str, list[Message]] = {topics.EVENTS: [], topics.CUSTOMERS: []}
        self.rows: dict[str, dict[bytes, bytes]] = {topic: {} for topic in COMPACTED}
        self.committed = dict.fromkeys(self.inputs, 0)
        self.owners = dict.fromkeys(self.inputs, 0)

    def append(self, told: Event | bytes, topic: str = topics.EVENTS) -> None:
        """As a producer that follows the contract sends it."""
        key = None
        if isinstance(told, dict) and told["type"] not in WITHOUT_KEY:
            key = f"{told['tenant']}:{told['subject']}".encode()
        value = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.inputs[topic].append(Message(key, value, len(self.inputs[topic]), told))

    def fence(self, topic: str) -> int:
        """A new owner; transactions of the ones before are refused from now on."""
        self.owners[topic] += 1
        return self.owners[topic]

    def commit(self, topic: str, owner: int, checkpoint: Checkpoint) -> None:
        """Take a checkpoint as a whole, or refuse it as a whole."""
        if owner != self.owners[topic]:
            raise Fenced("another worker owns the partition now")
        for written, rows in checkpoint.rows.items():
            for key, value in rows:
                if written == topics.CUSTOMERS:
                    self.inputs[written].append(Message(key, value, len(self.inputs[written])))
                elif value is None:
                    self.rows[written].pop(key, None)
                else:
                    self.rows[written][key] = value
        self.committed[topic] = checkpoint.next_offset

    def end(self, topic: str) -> int:
        return len(self.inputs[topic])

    def read(self, topic: str) -> list[Message]:
        """What the committed state of a topic's processor stands for."""
        return self.inputs[topic][: self.committed[topic]]


def fresh(topic: str, definitions: Definitions, epoch: int) -> Processor:
    """The processor of an input topic, which has one partition."""
    if topic == topics.EVENTS:
        return Sessions(PARTITION, definitions, epoch, lambda _key: True)
    return Customers(PARTITION, definitions, epoch, lambda _key: True, None, 1)


class Worker:
    """A processor brought back from a log, and how far it has read."""

    def __init__(self, log: Log, topic: str, definitions: Definitions, epoch: int = 1) -> None:
        self.log = log
        self.topic = topic
        self.owner = log.fence(topic)
        self.processor = fresh(topic, definitions, epoch)
        restore(self.processor, log.rows[topics.STATE], log.committed[topic])

    def read(self, limit: int, now_ms: int) -> None:
        start = self.processor.next_offset
        self.processor.apply(self.log.inputs[self.topic][start : start + limit], now_ms)

    def tick(self, now_ms: int, *, caught_up: bool | None = None) -> None:
        """Let time pass; unless said otherwise, caught up means that all has been read."""
        position, end = self.processor.next_offset, self.log.end(self.topic)
        is_there = position == end if caught_up is None else caught_up
        self.processor.tick(now_ms, Progress(position, end, caught_up=is_there))

    def checkpoint(self, now_ms: int) -> None:
        self.log.commit(self.topic, self.owner, self.processor.take(now_ms))


# -- what readers see ------------------------------------------------------------------------------


class Read(NamedTuple):
    """The accumulators of one processor, what is zero left out; and its clocks by tenant."""

    totals: dict[Cell, dict[Column, int]]
    published: dict[Cell, dict[Column, int]]
    oldest_requested_at: dict[Cell, int]
    panes: dict[Pane, dict[Column, int]]
    clocks: dict[str, ClockRow]


def cell_of(row: PaneRow | TotalRow) -> Cell:
    return row.tenant, row.channel, row.queue, row.country


def read(log: Log, processor: str) -> Read:
    """The newest rows of a processor's panes, totals and clocks, as their readers decode them."""
    found = Read({}, {}, {}, {}, {})
    for value in log.rows[topics.TOTALS].values():
        row = totals_decoder.decode(value)
        if row.processor != processor:
            continue
        if isinstance(row, ClockRow):
            found.clocks[row.tenant] = row
            continue
        assert cell_of(row) not in found.totals
        found.totals[cell_of(row)] = columns(row.total)
        found.published[cell_of(row)] = columns(row.published)
        if row.oldest_requested_at is not None:
            found.oldest_requested_at[cell_of(row)] = row.oldest_requested_at
    for value in log.rows[topics.PANES].values():
        row = pane_decoder.decode(value)
        if row.processor == processor:
            pane = cell_of(row), row.width_seconds, row.start
            assert pane not in found.panes
            found.panes[pane] = columns(row.counts)
    return found


def columns(counts: Counts) -> dict[Column, int]:
    """Named counts, arrays and money, flat; what is zero is left out."""
    found: dict[Column, int] = {}
    for name, value in msgspec.to_builtins(counts).items():
        if isinstance(value, list):
            found |= {(name, place): amount for place, amount in enumerate(value)}
        elif isinstance(value, dict):
            found |= {(name, currency): amount for currency, amount in value.items()}
        else:
            found[name] = value
    return {column: amount for column, amount in found.items() if amount}


def not_zero(by_key: dict[Any, Any]) -> dict[Any, dict[Column, int]]:
    """The same of counters, cells and panes without any count left out too."""
    slim = {key: {name: n for name, n in counts.items() if n} for key, counts in by_key.items()}
    return {key: counts for key, counts in slim.items() if counts}


def reasons(log: Log, processor: str) -> Counter[str]:
    """What was not used as it came, over all tenants."""
    found: Counter[str] = Counter()
    for row in read(log, processor).clocks.values():
        found.update(row.reasons)
    return found
