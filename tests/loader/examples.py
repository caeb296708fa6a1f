"""Rows to write tests with: plain ones, to be changed by keyword."""

from dataclasses import dataclass
from typing import Any

from attesa.core.rows import Counts, DeadLetter, PaneRow, SessionRow, encode

NINE = 915_526_800_000  # 1999-01-05T09:00:00Z


@dataclass
class Record:
    """A record as the consumer gives it."""

    topic: str
    partition: int
    offset: int
    value: bytes | None


def a_session(session: str = "c1/1", **changes: Any) -> SessionRow:
    """A live chat, asked for at nine, answered after 12 s, five minutes long."""
    facts: dict[str, Any] = {
        "tenant": "acme",
        "session": session,
        "conversation": session.rpartition("/")[0],
        "partition": 2,
        "epoch": 1,
        "definition_version": 1,
        "source": "sim/1",
        "channel": "live_chat",
        "queue": "sales",
        "country": "IT",
        "language": None,
        "direction": "inbound",
        "started_at": NINE - 4_000,
        "requested_at": NINE,
        "accepted_at": NINE + 9_000,
        "first_reply_at": NINE + 12_000,
        "ended_at": NINE + 300_000,
        "ended_by": "customer",
        "ended_reason": None,
        "last_event_at": NINE + 300_000,
        "outcome": "answered",
        "wait_ms": 12_000,
        "pickup_ms": 9_000,
        "time_to_abandon_ms": None,
        "short_abandon": False,
        "total_ms": 300_000,
        "effective_ms": 120_000,
        "good_ms": 30_000,
        "bad_ms": 180_000,
        "verdict_good": "met",
        "verdict_good_at": NINE + 12_000,
        "verdict_bad": "met",
        "verdict_bad_at": NINE + 12_000,
        "service_class": "good",
        "transfers": 0,
        "customer_messages": 3,
        "agent_messages": 4,
        "bot_messages": 1,
        "events": 11,
    }
    return SessionRow(**facts | changes)


NO_REPLY: dict[str, Any] = dict.fromkeys(
    ("accepted_at", "first_reply_at", "wait_ms", "pickup_ms", "effective_ms", "service_class",
     "verdict_good", "verdict_good_at", "verdict_bad", "verdict_bad_at")
)  # fmt: skip


def an_abandoned(session: str, left_ms: int, **changes: Any) -> SessionRow:
    """A customer who gave up `left_ms` after asking."""
    gone = {"outcome": "abandoned", "time_to_abandon_ms": left_ms, "short_abandon": left_ms <= 10_000}
    ended = {"ended_at": NINE + left_ms, "total_ms": left_ms}
    return a_session(session, **NO_REPLY | gone | ended | changes)


def a_waiting(session: str, **changes: Any) -> SessionRow:
    """A customer who asked at nine and waits."""
    still = {"outcome": "waiting", "ended_at": None, "ended_by": None, "total_ms": None}
    return a_session(session, **NO_REPLY | still | changes)


def a_pane(**changes: Any) -> PaneRow:
    """One minute of one cell: two asked, one was answered after 12 s."""
    counts = Counts(
        records=3, offered=2, answered=1, wait_ms=12_000, answered_queued=1, accepted=1, pickup_ms=9_000,
        met_good=1, met_bad=1, answered_buckets=[0, 0, 1, 0], abandoned_buckets=[0, 0, 0, 0],
    )  # fmt: skip
    facts: dict[str, Any] = {
        "tenant": "acme",
        "channel": "live_chat",
        "queue": "sales",
        "country": "IT",
        "partition": 2,
        "epoch": 1,
        "definition_version": 1,
        "width_seconds": 60,
        "start": NINE,
        "borders_seconds": (5, 10, 20),
        "counts": counts,
    }
    return PaneRow(**facts | changes)


def a_dead_letter(**changes: Any) -> DeadLetter:
    """A message that was no JSON."""
    facts: dict[str, Any] = {
        "tenant": None,
        "reason": "undecodable",
        "path": "",
        "detail": "not JSON",
        "topic": "attesa.events",
        "partition": 2,
        "offset": 17,
        "size_bytes": 3,
        "sha256": "0" * 64,
        "at": NINE,
    }
    return DeadLetter(**facts | changes)


def on_topic(topic: str, *rows: Any, partition: int = 2, first: int = 0) -> list[Record]:
    """Rows as records of one partition, with offsets from `first` on."""
    return [Record(topic, partition, first + index, encode(row)) for index, row in enumerate(rows)]
