"""The rows that attesa publishes on its topics, as readers get them: JSON, one struct per kind.

Instants are integers, milliseconds since 1970 in UTC; durations are integers in milliseconds;
what a source cannot tell is null. A row replaces every earlier row with its key; its version is
`epoch << 48 | offset` of the record that carries it (see `version`).
"""

from typing import Literal

import msgspec
from msgspec import Struct

OFFSET_BITS = 48
UNATTRIBUTED = ""  # the tenant of what no tenant can be read from

Outcome = Literal[
    "open",  # not asked for a person yet
    "waiting", "answered",
    "abandoned", "rejected", "unanswered",  # lost
    "left_before_queue", "outside_hours", "outbound", "invalid",  # never offered
]  # fmt: skip
LOST = ("abandoned", "rejected", "unanswered")
OFFERED = ("waiting", "answered", *LOST)


def version(epoch: int, offset: int) -> int:
    """The version of a row: higher replaces lower; the epoch is raised when topics are made anew."""
    return epoch << OFFSET_BITS | offset


class SessionRow(Struct, kw_only=True):
    """One session's facts (METRICS.md, "Clocks of a session"). Key: `tenant:conversation/n`."""

    tenant: str
    session: str  # conversation + "/" + n
    conversation: str
    partition: int
    epoch: int
    definition_version: int
    deleted: bool = False  # a late event took the session away
    source: str
    channel: str
    queue: str
    country: str
    language: str | None
    direction: Literal["inbound", "outbound"]
    started_at: int
    requested_at: int | None
    accepted_at: int | None
    first_reply_at: int | None
    ended_at: int | None
    ended_by: str | None
    ended_reason: str | None
    last_event_at: int
    outcome: Outcome
    wait_ms: int | None
    pickup_ms: int | None
    time_to_abandon_ms: int | None
    short_abandon: bool
    total_ms: int | None
    effective_ms: int | None
    good_ms: int
    bad_ms: int
    verdict_good: Literal["met", "missed", "none"] | None  # null: not decided yet
    verdict_good_at: int | None
    verdict_bad: Literal["met", "missed", "none"] | None
    verdict_bad_at: int | None
    service_class: Literal["good", "tolerable", "bad"] | None
    transfers: int
    customer_messages: int
    agent_messages: int
    bot_messages: int
    events: int


class Counts(Struct, kw_only=True):
    """Additive counts of one cell, in a pane or in all; sums of durations are in milliseconds.

    `answered_buckets` and `abandoned_buckets` count waits and times to abandon by `borders_seconds`
    (upper border included), with one more bucket above the last border; they are not cumulative.
    """

    records: int = 0
    offered: int = 0
    answered: int = 0
    wait_ms: int = 0
    answered_queued: int = 0  # waits of 1 s and more
    accepted: int = 0
    pickup_ms: int = 0
    abandoned: int = 0
    abandon_ms: int = 0
    short_abandoned: int = 0
    rejected: int = 0
    unanswered: int = 0
    left_before_queue: int = 0
    outside_hours: int = 0
    invalid: int = 0
    met_good: int = 0
    missed_good: int = 0
    met_bad: int = 0
    missed_bad: int = 0
    measured: int = 0  # answered, ended, with an effective duration
    total_ms: int = 0
    effective_ms: int = 0
    answered_buckets: list[int] = []
    abandoned_buckets: list[int] = []


COUNT_NAMES = tuple(name for name in Counts.__struct_fields__ if not name.endswith("_buckets"))


class PaneRow(Struct, kw_only=True):
    """What was decided in one pane of one cell, in one partition: [start, start + width)."""

    tenant: str
    channel: str
    queue: str
    country: str
    partition: int
    epoch: int
    definition_version: int
    width_seconds: int
    start: int
    borders_seconds: tuple[int, ...]
    counts: Counts


class TotalRow(Struct, kw_only=True, tag_field="kind", tag="cell"):
    """The running totals of one cell in one partition.

    `total` is true and may fall by a correction; `published` is its maximum so far, so that a counter
    made of it never falls. Waiting now = offered - answered - abandoned - rejected - unanswered.
    """

    tenant: str
    channel: str
    queue: str
    country: str
    partition: int
    epoch: int
    borders_seconds: tuple[int, ...]
    total: Counts
    published: Counts
    oldest_requested_at: int | None  # of those waiting now


class ClockRow(Struct, kw_only=True, tag_field="kind", tag="clock"):
    """How far one tenant's time has come in one partition, at least once a second.

    `held`: verdicts wait because the partition is behind its end offset. `position` and `end_offset`
    are of `attesa.events`. `reasons` counts what was not used as it came (duplicate, late, ...).
    """

    tenant: str
    partition: int
    epoch: int
    mode: Literal["wall", "data"]
    clock: int | None
    newest_event_at: int | None
    position: int
    end_offset: int
    held: bool
    written_at: int
    reasons: dict[str, int]


class DeadLetter(Struct, kw_only=True):
    """What could not be used, and why; the bytes themselves only sealed. `origin` names file and line."""

    tenant: str | None
    reason: str
    path: str  # the field, as in data.by
    detail: str
    topic: str
    partition: int
    offset: int
    origin: str = ""
    size_bytes: int
    sha256: str
    at: int  # when it became a dead letter
    sealed: str | None = None


Totals = TotalRow | ClockRow

session_decoder = msgspec.json.Decoder(SessionRow)
pane_decoder = msgspec.json.Decoder(PaneRow)
totals_decoder = msgspec.json.Decoder(Totals)
dead_letter_decoder = msgspec.json.Decoder(DeadLetter)
encode = msgspec.json.Encoder().encode


def session_key(tenant: str, session: str) -> bytes:
    """The key on `attesa.sessions`."""
    return f"{tenant}:{session}".encode()


def cell_key(*parts: str | int) -> bytes:
    """The key of a pane, a total or a clock: its identifying columns as a JSON array."""
    return encode(parts)
