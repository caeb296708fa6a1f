"""One session's facts as readers get them."""

from typing import Literal

from msgspec import Struct

from attesa.core.event_fields import Purpose, Stage, Visibility

Outcome = Literal[
    "open",  # not asked for a person yet
    "waiting", "answered",
    "abandoned", "rejected", "unanswered",  # lost
    "left_before_queue", "outside_hours", "outbound", "invalid",  # never offered
]  # fmt: skip
LOST = ("abandoned", "rejected", "unanswered")
OFFERED = ("waiting", "answered", *LOST)

Word = Literal["met", "missed", "none"]
CountrySource = Literal["event", "source", "queue", "phone", "unknown"]
LostReason = Literal["full", "nobody_on_duty", "other", "agent", "timeout"]


class SessionRow(Struct, kw_only=True):
    """One session's facts (METRICS.md, "Clocks of a session"). Key: `tenant:conversation/n`.

    Instants and durations in milliseconds; null is what is not known, or does not apply.
    """

    tenant: str
    session: str  # conversation + "/" + n
    conversation: str
    partition: int
    epoch: int
    definition_version: int
    deleted: bool = False  # a late event took the session away
    # what it is
    source: str
    channel: str
    queue: str
    country: str
    country_source: CountrySource
    language: str | None
    direction: Literal["inbound", "outbound"]
    customer: str | None
    purpose: Purpose | None
    visibility: Visibility | None
    entry_point: str | None
    team: str | None  # of the first reply
    agent: str | None  # likewise; only where the tenant shows agents
    # clocks
    started_at: int
    requested_at: int | None
    accepted_at: int | None
    first_reply_at: int | None
    first_useful_reply_at: int | None
    left_at: int | None
    ended_at: int | None
    ended_by: str | None
    ended_reason: str | None
    last_event_at: int
    # the outcome
    outcome: Outcome
    lost_reason: LostReason | None
    wait_ms: int | None
    business_wait_ms: int | None
    pickup_ms: int | None
    time_to_abandon_ms: int | None
    short_abandon: bool
    abandoned_in_transfer: bool
    total_ms: int | None
    effective_ms: int | None
    time_to_person_ms: int | None
    bot_ms: int | None
    form_fields: int | None
    promised_wait_ms: int | None
    promise_kept: bool | None
    expectation_coverage: float | None
    # verdicts
    measured_in: Literal["calendar", "business"]
    good_ms: int
    bad_ms: int
    verdict_good: Word | None  # null: not decided yet
    verdict_good_at: int | None
    verdict_bad: Word | None
    verdict_bad_at: int | None
    service_class: Literal["good", "tolerable", "bad"] | None
    # each reply
    next_replies: int
    next_reply_ms: int
    next_met_good: int
    next_missed_good: int
    next_met_bad: int
    next_missed_bad: int
    synchronous_replies: int
    synchronous_met_good: int
    synchronous_missed_good: int
    synchronous_met_bad: int
    synchronous_missed_bad: int
    left_unanswered: bool
    hung_up: bool
    # legs and transfers
    leg_queues: tuple[str, ...]
    leg_started_at: tuple[int, ...]
    leg_wait_ms: tuple[int | None, ...]
    transfers: int
    transfers_without_context: int
    transfers_without_note: int
    # rhythm and manners
    customer_messages: int
    agent_messages: int
    bot_messages: int
    turns: int
    single_message_turns: int
    agent_bursts: int
    longest_silence_ms: int | None
    nudges: int
    question_clusters: int
    long_messages: int
    voice_messages: int
    greeting: int
    thanks: int
    name: int
    mirror_question: int
    closing_summary: int
    abbreviation: int
    more_help: int
    video: bool
    video_stage: Stage | None
    # surveys
    survey_asked_at: int | None
    survey_too_early: bool
    nps: float | None
    csat: float | None
    csat_scale: str | None
    influence: int | None
    would_have_bought: bool | None
    events: int
