"""What a source has told lately and what never, and which numbers are null because of that. No I/O."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from attesa.core.explained.lines import duration
from attesa.core.partition.numbering import Numbers, missing
from attesa.core.rows import UNATTRIBUTED, ClockRow

DAYS = 7
LIVE_MS = 900_000  # a source that was heard of so lately is live

# What sessions may tell: the name of its count, how people call it, and what follows where it never comes.
TOLD = (
    ("requests", "requests for a person", "waits, lost chats and the service level are null"),
    ("messages", "messages", "next replies, effective time and rhythm are null"),
    ("ends", "ends", "sessions end by time-out alone and effective over total is null"),
    ("customers", "customers", "recontact, first-contact resolution and conversion are null"),
    ("countries", "countries", "all numbers are of country unknown"),
    ("surveys", "surveys", "NPS, CSAT and incremental conversion are null"),
    ("purchases", "purchases", "conversion is null"),
)


class Counted(NamedTuple):
    """A source's sessions of the last days: how many, their newest event (ms), how many told what (TOLD)."""

    sessions: int
    last_at: int
    told: Mapping[str, int]


class Source(NamedTuple):
    """A source of one tenant; `told` counts its sessions of the last days by TOLD, None: nobody knows.

    `last_at`: its newest event (ms). `is_history`: the tenant lives in data time. `missing`: how many of its
    sequence numbers have not come, None: it gives none. `conversation_at`: the newest event of a conversation
    that is stored; an agent's presence and a heartbeat are none.
    """

    tenant: str
    name: str
    last_at: int | None
    is_history: bool
    sessions: int = 0
    told: Mapping[str, int] | None = None
    missing: int | None = None
    conversation_at: int | None = None


class Held(NamedTuple):
    """A partition whose verdicts wait, or that is silent: why, and what to do."""

    place: str
    text: str
    advice: str


def sources_of(clocks: Collection[ClockRow]) -> list[Source]:
    """The sources that the clock rows name, each with its newest event over all partitions."""
    found: dict[tuple[str, str], Source] = {}
    for row in clocks:
        for name, at in row.sources.items():
            known = found.get((row.tenant, name))
            last_at = at if known is None or known.last_at is None else max(at, known.last_at)
            found[row.tenant, name] = Source(row.tenant, name, last_at, row.mode == "data")
    gaps = missing_events(clocks)
    return [found[key]._replace(missing=gaps.get(key)) for key in sorted(found)]


def missing_events(clocks: Iterable[ClockRow]) -> dict[tuple[str, str], int]:
    """By tenant and source, of those that number their events, how many numbers have come nowhere."""
    parts: dict[tuple[str, str], list[Numbers]] = {}
    for row in clocks:
        for name, one in row.numbers.items():
            parts.setdefault((row.tenant, name), []).append(Numbers(one.lowest, one.highest, one.seen))
    return {key: missing(of_source) for key, of_source in parts.items()}


def with_told(sources: Iterable[Source], told: Mapping[tuple[str, str], Counted]) -> list[Source]:
    """The sources with what their sessions told, by tenant and source."""
    known = {(source.tenant, source.name): source for source in sources}
    for tenant, name in told:
        known.setdefault((tenant, name), Source(tenant, name, None, is_history=False))
    found = []
    for key in sorted(known):
        counted = told.get(key)
        if counted is None:
            found.append(known[key]._replace(told={}))
        else:
            sessions, last_at, counts = counted
            found.append(known[key]._replace(sessions=sessions, told=counts, conversation_at=last_at))
    return found


def sentence(source: Source, now_ms: int) -> str:
    """One source in words: whether it lives, how much it told, what it never does."""
    told = [_life(source, now_ms)]
    if source.missing is not None:
        gaps = f"{source.missing:,} events are missing by their" if source.missing else "no gap in its"
        told.append(f"{gaps} sequence numbers")
    if source.told is None:
        told.append("what it tells is known only with ClickHouse")
    elif not source.sessions:
        told.append(f"no session of {DAYS} days bears its name, as is right for a shop")
    else:
        told.append(f"{source.sessions:,} session{'s' if source.sessions > 1 else ''} in {DAYS} days")
        told += [
            f"{name} never seen, so {consequence}"
            for key, name, consequence in TOLD
            if not source.told.get(key)
        ]
    return "; ".join(told)


def _life(source: Source, now_ms: int) -> str:
    if source.last_at is None:
        return "not heard of by the workers that run"
    if source.is_history:
        return "history"
    ago = now_ms - source.last_at
    word = "live" if ago <= LIVE_MS else "silent"
    told = f"{word}, last event {_ago(ago)}"
    since = None if source.conversation_at is None else now_ms - source.conversation_at
    if ago <= LIVE_MS and since is not None and since > LIVE_MS:
        told += f", of a conversation {_ago(since)}"
    return told


def _ago(ms: int) -> str:
    return f"{duration(max(0, ms) // 1000 * 1000)} ago"


def holds(clocks: Iterable[ClockRow], now_ms: int, patience_ms: int) -> list[Held]:
    """The partitions whose verdicts wait for longer than `patience_ms`, each place once."""
    found = {}
    for row in sorted(clocks, key=lambda row: (row.processor, row.partition, row.tenant)):
        held = _held(row, now_ms, patience_ms)
        if held is not None:
            found[held.place, held.text] = held
    return list(found.values())


def _held(row: ClockRow, now_ms: int, patience_ms: int) -> Held | None:
    place = f"{row.processor}/{row.partition}"
    silent_ms = now_ms - row.written_at
    if silent_ms > patience_ms:
        text = f"nothing was written for {duration(silent_ms // 1000 * 1000)}"
        return Held(place, text, "no worker owns it: start `attesa stream`, and look into its log")
    if not row.held or row.clock is None or now_ms - row.clock <= patience_ms:
        return None
    late = f"verdicts of {row.tenant} wait for {duration((now_ms - row.clock) // 1000 * 1000)}"
    if row.held_by is not None:
        advice = "restart it, or let it send a heartbeat with every_seconds 0, which takes the promise back"
        return Held(place, f"{late}: {row.held_by} promised heartbeats and is silent", advice)
    behind = row.end_offset - row.position
    advice = "wait while that shrinks; else start more workers, at most one for each partition"
    return Held(place, f"{late}: {behind:,} records behind", advice)


def attributed(clocks: Iterable[ClockRow], epoch: int) -> list[ClockRow]:
    """The rows of tenants, written in this epoch."""
    return [row for row in clocks if row.tenant != UNATTRIBUTED and row.epoch == epoch]
