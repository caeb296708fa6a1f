"""The rows that attesa publishes on its topics, as readers get them: JSON, one struct per kind.

Instants are integers, milliseconds since 1970 in UTC; durations are integers in milliseconds;
what a source cannot tell is null. A row replaces every earlier row with its key; its version is
`epoch << 48 | offset` of the record that carries it (see `version`).
"""

from typing import Literal

import msgspec
from msgspec import Struct

from attesa.core.events.fields import Purpose, Stage, Visibility
from attesa.core.rows.counts import Counts
from attesa.core.rows.session import SessionRow

OFFSET_BITS = 48
UNATTRIBUTED = ""  # the tenant of what no tenant can be read from

Processor = Literal["sessions", "customers"]


def version(epoch: int, offset: int) -> int:
    """The version of a row: higher replaces lower; the epoch is raised when topics are made anew."""
    return epoch << OFFSET_BITS | offset


class PaneRow(Struct, kw_only=True):
    """What was decided in one pane of one cell, in one partition: [start, start + width).

    Both processors tell of the same cells; their rows are apart and add up.
    """

    tenant: str
    channel: str
    queue: str
    country: str
    processor: Processor
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
    processor: Processor
    partition: int
    epoch: int
    borders_seconds: tuple[int, ...]
    total: Counts
    published: Counts
    oldest_requested_at: int | None  # of those waiting now


class NumbersSeen(Struct):
    """Of the sequence numbers of one source those that came in one partition."""

    lowest: int
    highest: int
    seen: int


class ClockRow(Struct, kw_only=True, tag_field="kind", tag="clock"):
    """How far one tenant's time has come in one partition, at least once a second.

    `held`: verdicts wait because the partition is behind its end offset, or because the source in
    `held_by` promised a heartbeat and is silent. `position` and `end_offset` are of the processor's topic.
    `reasons` counts what was not used as it came (duplicate, late, ...); `sources` tells the newest event
    time seen of each source, `numbers` which sequence numbers came of those that give any.
    """

    tenant: str
    processor: Processor
    partition: int
    epoch: int
    mode: Literal["wall", "data"]
    clock: int | None
    newest_event_at: int | None
    position: int
    end_offset: int
    held: bool
    held_by: str | None = None
    written_at: int
    reasons: dict[str, int]
    sources: dict[str, int] = {}
    numbers: dict[str, NumbersSeen] = {}


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


class Stub(Struct, kw_only=True):
    """What the customers processor has to know of a session: internal, on `attesa.customers`.

    `version` is that of the session's partition: higher replaces lower. `deleted`: the session is gone,
    or is another customer's.
    """

    tenant: str
    customer: str
    session: str
    conversation: str
    version: int
    deleted: bool = False
    channel: str
    queue: str
    country: str
    started_at: int
    requested_at: int | None
    first_reply_at: int | None
    ended_at: int | None
    ended_by: str | None
    resolved: bool
    outcome: str
    in_bot: bool  # a bot came first, or at all
    team: str | None
    visibility: Visibility | None
    purpose: Purpose | None
    video_stage: Stage | None
    video: bool
    would_have_bought: bool | None


class SessionOutcome(Struct, kw_only=True, tag_field="kind", tag="session"):
    """What became of a session afterwards (METRICS.md, "The other KPIs"). Key: tenant, session, customer.

    `recontacted_at`: the customer's next session within 24 h, whichever channel; `dropped`: within 5 min of
    an end that the customer did not choose; `spill_over`: a social session of his within 7 days.
    Money is in minor units by currency, of the orders credited by last touch; `converted` is false again
    where all of them were refunded whole.
    """

    tenant: str
    session: str
    customer: str
    partition: int
    epoch: int
    definition_version: int
    deleted: bool = False
    recontact_of: str | None  # the session that this one is a recontact of
    recontacted_at: int | None
    recontacted_by: str | None
    recontacted_other_team: bool | None
    dropped: bool
    spill_over: Visibility | None
    first_contact_resolution: bool | None  # null: not resolved; true while nobody came back
    self_service: Literal["served", "failed"] | None
    converted: bool
    converted_at: int | None
    converted_first_touch: bool
    orders: tuple[str, ...]  # credited by last touch
    revenue_minor: dict[str, int]
    refunded_minor: dict[str, int]
    incremental: bool | None  # null: not credited, or the buyer did not answer


class OrderOutcome(Struct, kw_only=True, tag_field="kind", tag="order"):
    """One order: to which sessions it is credited, and the customer's sessions before it.

    Key: tenant, order, customer.

    `path` lists the channels of the customer's sessions within the attribution window, oldest first.
    """

    tenant: str
    order_id: str
    customer: str
    partition: int
    epoch: int
    definition_version: int
    deleted: bool = False
    made_at: int
    value_minor: int
    currency: str
    refunded_minor: int
    refunded_at: int | None
    last_touch: str | None
    first_touch: str | None
    joined_by: Literal["conversation", "customer"] | None
    path: tuple[str, ...]


class LinkOutcome(Struct, kw_only=True, tag_field="kind", tag="link"):
    """Two pseudonyms are one customer. Key: tenant, customer, same_as."""

    tenant: str
    customer: str
    same_as: str
    partition: int
    epoch: int
    at: int


Totals = TotalRow | ClockRow
Outcome = SessionOutcome | OrderOutcome | LinkOutcome

session_decoder = msgspec.json.Decoder(SessionRow)
pane_decoder = msgspec.json.Decoder(PaneRow)
totals_decoder = msgspec.json.Decoder(Totals)
outcome_decoder = msgspec.json.Decoder(Outcome)
stub_decoder = msgspec.json.Decoder(Stub)
dead_letter_decoder = msgspec.json.Decoder(DeadLetter)
encode = msgspec.json.Encoder().encode


def session_key(tenant: str, session: str) -> bytes:
    """The key on `attesa.sessions`."""
    return f"{tenant}:{session}".encode()


def cell_key(*parts: str | int) -> bytes:
    """The key of a pane, a total, a clock or an outcome: its identifying columns as a JSON array."""
    return encode(parts)
