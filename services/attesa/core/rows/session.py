"""One session's facts as readers get them."""

from typing import Literal

from msgspec import Struct

from attesa.core.events.fields import Purpose, Stage, Visibility

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


class SessionRow(Struct, kw_only=True, omit_defaults=True):
    """One session's facts (METRICS.md, "Clocks of a session"). Key: `tenant:conversation/n`.

    Instants and durations in milliseconds; null is what is not known, or does not apply. What has its
    default may be left out.
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
    country_source: CountrySource = "unknown"
    language: str | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    customer: str | None = None
    purpose: Purpose | None = None
    visibility: Visibility | None = None
    entry_point: str | None = None
    team: str | None = None  # of the first reply
    agent: str | None = None  # likewise; only where the tenant shows agents
    # clocks
    started_at: int
    requested_at: int | None = None
    accepted_at: int | None = None
    first_reply_at: int | None = None
    first_useful_reply_at: int | None = None
    left_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    ended_reason: str | None = None
    last_event_at: int
    # the outcome
    outcome: Outcome
    lost_reason: LostReason | None = None
    wait_ms: int | None = None
    business_wait_ms: int | None = None
    pickup_ms: int | None = None
    time_to_abandon_ms: int | None = None
    short_abandon: bool = False
    abandoned_in_transfer: bool = False
    total_ms: int | None = None
    effective_ms: int | None = None
    time_to_person_ms: int | None = None
    bot_ms: int | None = None
    form_fields: int | None = None
    promised_wait_ms: int | None = None
    promise_kept: bool | None = None
    expectation_coverage: float | None = None
    # verdicts
    measured_in: Literal["calendar", "business"] = "calendar"
    good_ms: int
    bad_ms: int
    verdict_good: Word | None = None  # null: not decided yet
    verdict_good_at: int | None = None
    verdict_bad: Word | None = None
    verdict_bad_at: int | None = None
    service_class: Literal["good", "tolerable", "bad"] | None = None
    # each reply
    next_replies: int = 0
    next_reply_ms: int = 0
    next_met_good: int = 0
    next_missed_good: int = 0
    next_met_bad: int = 0
    next_missed_bad: int = 0
    synchronous_replies: int = 0
    synchronous_met_good: int = 0
    synchronous_missed_good: int = 0
    synchronous_met_bad: int = 0
    synchronous_missed_bad: int = 0
    left_unanswered: bool = False
    hung_up: bool = False
    # legs and transfers
    leg_queues: tuple[str, ...] = ()
    leg_started_at: tuple[int, ...] = ()
    leg_wait_ms: tuple[int | None, ...] = ()
    transfers: int = 0
    transfers_without_context: int = 0
    transfers_without_note: int = 0
    # rhythm and manners
    customer_messages: int = 0
    agent_messages: int = 0
    bot_messages: int = 0
    turns: int = 0
    single_message_turns: int = 0
    agent_bursts: int = 0
    longest_silence_ms: int | None = None
    nudges: int = 0
    question_clusters: int = 0
    long_messages: int = 0
    voice_messages: int = 0
    greeting: int = 0
    thanks: int = 0
    name: int = 0
    mirror_question: int = 0
    closing_summary: int = 0
    abbreviation: int = 0
    more_help: int = 0
    video: bool = False
    video_stage: Stage | None = None
    # surveys
    survey_asked_at: int | None = None
    survey_too_early: bool = False
    nps: float | None = None
    csat: float | None = None
    csat_scale: str | None = None
    influence: int | None = None
    would_have_bought: bool | None = None
    events: int
