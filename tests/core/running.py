"""Runs a processor over a log of one partition as the worker does, and holds it against the oracle."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from tests.core import making, oracle, oracle_sums

from attesa.core import topics
from attesa.core.checkpoint import Checkpoint
from attesa.core.definitions import Definitions
from attesa.core.errors import Fenced
from attesa.core.restore import restore
from attesa.core.rows import ClockRow, Counts, TotalRow, pane_decoder, session_decoder, totals_decoder
from attesa.core.state import pack
from attesa.core.wire import Decoded, decode

KEPT_TOPICS = (topics.SESSIONS, topics.PANES, topics.TOTALS, topics.STATE, topics.DEAD_LETTERS)
NOT_FACTS = {
    "tenant",
    "session",
    "conversation",
    "partition",
    "epoch",
    "definition_version",
    "deleted",
    "source",
}


class Log:
    """One partition of all topics: transactions, fencing, and of each key the newest row."""

    def __init__(self) -> None:
        self.messages: list[making.Message] = []
        self.topics: dict[str, dict[bytes, bytes]] = {topic: {} for topic in KEPT_TOPICS}
        self.committed = 0
        self.owner = 0

    def append(self, told: making.Event | bytes) -> None:
        self.messages.append(making.message(told, len(self.messages)))

    def fence(self) -> int:
        """A new owner; transactions of the ones before are refused from now on."""
        self.owner += 1
        return self.owner

    def commit(self, owner: int, checkpoint: Checkpoint) -> None:
        """Take a checkpoint as a whole, or refuse it as a whole."""
        if owner != self.owner:
            raise Fenced("another worker owns the partition now")
        for topic, rows in checkpoint.rows.items():
            for key, value in rows:
                if value is None:
                    self.topics[topic].pop(key, None)
                else:
                    self.topics[topic][key] = value
        self.committed = checkpoint.next_offset


class Worker:
    """A processor brought back from a log, and how far it has read."""

    def __init__(self, log: Log, definitions: Definitions = making.DEFINITIONS, epoch: int = 1) -> None:
        self.log = log
        self.owner = log.fence()
        self.sessions = making.processor(definitions, epoch)
        restore(self.sessions, log.topics[topics.STATE], log.committed)

    def read(self, limit: int, now_ms: int) -> None:
        start = self.sessions.next_offset
        self.sessions.apply(self.log.messages[start : start + limit], now_ms)

    def checkpoint(self, now_ms: int) -> None:
        self.log.commit(self.owner, self.sessions.take(now_ms))


def smaller(one: making.Event, other: making.Event) -> making.Event:
    """Of two events with one id, the one whose packed form is smaller."""

    def packed(told: making.Event) -> bytes:
        found = decode(json.dumps(told).encode())
        assert isinstance(found, Decoded)
        return pack(found.event)

    return min(one, other, key=packed)


def clocks(log: Log) -> dict[str, ClockRow]:
    rows = [totals_decoder.decode(value) for value in log.topics[topics.TOTALS].values()]
    return {row.tenant: row for row in rows if isinstance(row, ClockRow)}


def expected(log: Log, told: Iterable[making.Event]) -> dict[tuple[str, str], oracle.Facts]:
    """The oracle's facts by tenant and conversation, at the clocks that the log tells."""
    deliveries: dict[tuple[str, str], list[making.Event]] = defaultdict(list)
    for event in told:
        if event["type"] != "attesa.progress":
            deliveries[event["tenant"], event["subject"]].append(event)
    at = {tenant: row.clock for tenant, row in clocks(log).items()}
    return {
        (tenant, subject): oracle.facts_of(oracle.one_per_id(events, smaller), at[tenant])
        | {"source": min(event["source"] for event in events)}
        for (tenant, subject), events in deliveries.items()
    }


def assert_as_the_oracle(log: Log, told: Iterable[making.Event]) -> None:
    """What readers of the log see is what the oracle makes of the events, to the last number."""
    wanted = expected(log, told)
    assert_facts(log, wanted)
    sums = oracle_sums.sums((tenant, facts) for (tenant, _), facts in wanted.items())
    assert_panes(log, sums)
    assert_totals(log, sums)


def assert_facts(log: Log, wanted: dict[tuple[str, str], oracle.Facts]) -> None:
    found = {}
    for key, value in log.topics[topics.SESSIONS].items():
        row = session_decoder.decode(value)
        assert key == f"{row.tenant}:{row.conversation}/1".encode()
        found[row.tenant, row.conversation] = {
            name: told for name, told in msgspec.to_builtins(row).items() if name not in NOT_FACTS
        } | {"source": row.source}
    assert found == wanted


def assert_panes(log: Log, sums: oracle_sums.Sums) -> None:
    found: dict[Any, Counter[oracle_sums.Column]] = {}
    for value in log.topics[topics.PANES].values():
        row = pane_decoder.decode(value)
        cell = (row.tenant, row.channel, row.queue, row.country)
        assert row.start % (row.width_seconds * 1000) == 0
        found[cell, (row.width_seconds, row.start)] = columns(row.counts)
    assert not_zero(found) == not_zero(sums.panes)


def assert_totals(log: Log, sums: oracle_sums.Sums) -> None:
    found = {}
    for value in log.topics[topics.TOTALS].values():
        row = totals_decoder.decode(value)
        if isinstance(row, TotalRow):
            cell = (row.tenant, row.channel, row.queue, row.country)
            found[cell] = columns(row.total)
            published = columns(row.published)
            assert all(published[name] >= amount for name, amount in found[cell].items())
            assert row.oldest_requested_at == sums.oldest_requested_at.get(cell)
    assert not_zero(found) == not_zero(sums.totals)


def columns(counts: Counts) -> Counter[oracle_sums.Column]:
    """Named counts and the two bucket arrays, flat."""
    found: Counter[oracle_sums.Column] = Counter()
    for name, value in msgspec.to_builtins(counts).items():
        if isinstance(value, list):
            found.update({(name, i): amount for i, amount in enumerate(value)})
        else:
            found[name] = value
    return found


def not_zero(by_key: dict[Any, Counter[oracle_sums.Column]]) -> dict[Any, dict[oracle_sums.Column, int]]:
    slim = {key: {name: n for name, n in counts.items() if n} for key, counts in by_key.items()}
    return {key: counts for key, counts in slim.items() if counts}
