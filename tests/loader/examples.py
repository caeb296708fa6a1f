"""Rows to write tests with: plain ones, to be changed by keyword."""

from dataclasses import dataclass
from typing import Any

from attesa.core.rows import DeadLetter, LinkOutcome, OrderOutcome, PaneRow, SessionOutcome, encode
from attesa.core.rows.counts import Counts
from attesa.core.rows.session import SessionRow

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
        "country_source": "event",
        "direction": "inbound",
        "started_at": NINE - 4_000,
        "requested_at": NINE,
        "accepted_at": NINE + 9_000,
        "first_reply_at": NINE + 12_000,
        "first_useful_reply_at": NINE + 20_000,
        "ended_at": NINE + 300_000,
        "ended_by": "customer",
        "last_event_at": NINE + 300_000,
        "outcome": "answered",
        "wait_ms": 12_000,
        "pickup_ms": 9_000,
        "total_ms": 300_000,
        "effective_ms": 120_000,
        "time_to_person_ms": 16_000,
        "measured_in": "calendar",
        "good_ms": 30_000,
        "bad_ms": 180_000,
        "verdict_good": "met",
        "verdict_good_at": NINE + 12_000,
        "verdict_bad": "met",
        "verdict_bad_at": NINE + 12_000,
        "service_class": "good",
        "leg_queues": ("sales",),
        "leg_started_at": (NINE,),
        "leg_wait_ms": (12_000,),
        "customer_messages": 3,
        "agent_messages": 4,
        "bot_messages": 1,
        "turns": 5,
        "single_message_turns": 3,
        "events": 11,
    }
    return SessionRow(**facts | changes)


NO_REPLY: dict[str, Any] = dict.fromkeys(
    ("accepted_at", "first_reply_at", "first_useful_reply_at", "wait_ms", "pickup_ms", "effective_ms",
     "time_to_person_ms", "service_class", "verdict_good", "verdict_good_at", "verdict_bad", "verdict_bad_at")
)  # fmt: skip


def an_abandoned(session: str, left_ms: int, **changes: Any) -> SessionRow:
    """A customer who gave up `left_ms` after asking."""
    gone = {"outcome": "abandoned", "time_to_abandon_ms": left_ms, "short_abandon": left_ms <= 10_000}
    ended = {"left_at": NINE + left_ms, "ended_at": NINE + left_ms, "total_ms": left_ms}
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
        "processor": "sessions",
        "partition": 2,
        "epoch": 1,
        "definition_version": 1,
        "width_seconds": 60,
        "start": NINE,
        "borders_seconds": (5, 10, 20),
        "counts": counts,
    }
    return PaneRow(**facts | changes)


def an_outcome(session: str = "c1/1", **changes: Any) -> SessionOutcome:
    """Of a session of customer k1, who neither came back nor bought."""
    facts: dict[str, Any] = {
        "tenant": "acme",
        "session": session,
        "customer": "k1",
        "partition": 3,
        "epoch": 1,
        "definition_version": 1,
        "recontact_of": None,
        "recontacted_at": None,
        "recontacted_by": None,
        "recontacted_other_team": None,
        "dropped": False,
        "spill_over": None,
        "first_contact_resolution": None,
        "self_service": None,
        "converted": False,
        "converted_at": None,
        "converted_first_touch": False,
        "orders": (),
        "revenue_minor": {},
        "refunded_minor": {},
        "incremental": None,
    }
    return SessionOutcome(**facts | changes)


def an_order(order_id: str = "o1", **changes: Any) -> OrderOutcome:
    """129.90 euros, ten minutes after nine, credited to the only chat before."""
    facts: dict[str, Any] = {
        "tenant": "acme",
        "order_id": order_id,
        "customer": "k1",
        "partition": 3,
        "epoch": 1,
        "definition_version": 1,
        "made_at": NINE + 600_000,
        "value_minor": 12_990,
        "currency": "EUR",
        "refunded_minor": 0,
        "refunded_at": None,
        "last_touch": "c1/1",
        "first_touch": "c1/1",
        "joined_by": "customer",
        "path": ("live_chat",),
    }
    return OrderOutcome(**facts | changes)


def a_link(customer: str, same_as: str, **changes: Any) -> LinkOutcome:
    """Two pseudonyms of one customer, known since nine."""
    facts: dict[str, Any] = {"tenant": "acme", "customer": customer, "same_as": same_as, "partition": 3}
    return LinkOutcome(**facts | {"epoch": 1, "at": NINE} | changes)


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
