"""Which column of the totals becomes which counter: the table behind /metrics. Data only.

A counter is one column, or the sum of several. A difference of two columns is none: each published column
is the highest so far by itself, so a difference may fall, and Prometheus would take that for a reset.
"""

from typing import NamedTuple

from attesa.core import metrics as m
from attesa.core.events.flags import MANNERS


class Plain(NamedTuple):
    """One sample per cell: the sum of `columns`, by `divisor`."""

    metric: str
    columns: tuple[str, ...]
    text: str
    divisor: int = 1


class Parted(NamedTuple):
    """One sample per cell and part: the part is the value of `label`."""

    metric: str
    label: str
    parts: tuple[tuple[str, str], ...]  # value of the label, column
    text: str


class Verdicts(NamedTuple):
    """Verdicts given and those missed, by threshold; columns are `<of>met_good` and so on."""

    events: str
    bad: str
    of: str
    text: str


class Histogram(NamedTuple):
    metric: str
    buckets: str
    sum_ms: str
    text: str


class Money(NamedTuple):
    """One sample per cell and currency, in its minor unit."""

    metric: str
    column: str
    text: str


def _counts(*rows: tuple[str, str, str]) -> tuple[Plain, ...]:
    return tuple(Plain(metric, (column,), text) for metric, column, text in rows)


def _seconds(*rows: tuple[str, str, str]) -> tuple[Plain, ...]:
    return tuple(Plain(metric, (column,), text, 1000) for metric, column, text in rows)


COUNTERS: tuple[Plain, ...] = (
    *_counts(
        (m.RECORDS, "records", "Sessions, those in the bot and the invalid included"),
        (m.OFFERED, "offered", "Sessions that asked for a person"),
        (m.OUTSIDE_HOURS, "outside_hours", "Sessions requested outside opening hours, never answered"),
        (m.SALES_OFFERED, "sales_offered", "Sessions of sales that asked for a person"),
        (m.ANSWERED, "answered", "Sessions with a human reply"),
        (m.ANSWERED_QUEUED, "answered_queued", "Answered after a wait of 1 s and more"),
        (m.SALES_ANSWERED, "sales_answered", "Sessions of sales with a human reply"),
        (m.BUSINESS_ANSWERED, "business_answered", "Answered in queues with opening hours"),
        (m.ACCEPTED, "accepted", "Sessions that an agent joined after the request"),
        (m.USEFUL_REPLIES, "useful", "Sessions with a reply that is no mere holding message"),
        (m.COVERED_REPLIES, "covered", "First replies on channels with an expectation coverage"),
        (m.PROMISED_WAITS, "promised", "Sessions whose customer was told a wait"),
        (m.PROMISED_WAITS_KEPT, "promises_kept", "Answered within the wait that was told"),
        (m.TOLERABLE, "tolerable", "Replied beyond the good threshold and within the bad one"),
    ),
    *_seconds(
        (m.BUSINESS_WAIT_SECONDS, "business_wait_ms", "Waits in opening hours of attesa_business_answered"),
        (m.PICKUP_SECONDS, "pickup_ms", "From the request until an agent joined, of attesa_accepted"),
        (m.USEFUL_REPLY_SECONDS, "useful_ms", "From the request to the first useful reply"),
        (m.TIME_TO_PERSON_SECONDS, "to_person_ms", "From the session's start to the first human reply"),
        (m.COVERAGE, "coverage_permille", "Sum of the shares of customers whose expectation a reply met"),
        (m.PROMISED_SECONDS, "promised_ms", "Waits that were told"),
        (m.PROMISED_ACTUAL_SECONDS, "promised_wait_ms", "Waits of the answered who were told one"),
    ),
    Plain(m.LOST, ("abandoned", "rejected", "unanswered"), "Abandoned, rejected or unanswered"),
    *_counts(
        (m.ABANDONED, "abandoned", "Sessions whose customer left before any human reply"),
        (m.SHORT_ABANDONED, "short_abandoned", "Abandoned within the short-abandon seconds"),
        (m.ABANDONED_IN_TRANSFER, "abandoned_in_transfer", "Left after a transfer, before anybody was there"),
        (m.REJECTED, "rejected", "Sessions ended by the system before any human reply"),
        (m.UNANSWERED, "unanswered", "Sessions ended by agent or time-out without a human reply"),
        (m.LEFT_BEFORE_QUEUE, "left_before_queue", "Sessions ended in the bot or form, never offered"),
        (m.INVALID, "invalid", "Spam, tests and broken records, in no other count"),
        (m.SYNCHRONOUS_REPLIES, "synchronous_replies", "Next replies while both sides were writing"),
        (m.LEGS, "legs", "Parts of sessions spent in the queue"),
        (m.LEGS_ANSWERED, "legs_answered", "Legs with a human reply"),
        (m.LEGS_ABANDONED, "legs_abandoned", "Legs that the customer ended before a reply"),
        (m.TRANSFERS, "transfers", "Transfers"),
        (m.TRANSFERS_WITHOUT_CONTEXT, "transfers_without_context", "Transfers where the context was lost"),
        (m.TRANSFERS_WITHOUT_NOTE, "transfers_without_note", "Transfers without an internal note"),
        (m.ENDED, "ended", "Sessions that ended"),
        (m.RESOLVED, "resolved", "Sessions ended by resolve"),
        (m.MEASURED, "measured", "Answered sessions that ended, with an effective duration"),
        (m.LEFT_UNANSWERED, "left_unanswered", "Sessions that ended with a customer message unanswered"),
        (m.HUNG_UP, "hung_up", "Of these, ended by agent, system or time-out"),
        (m.TURNS, "turns", "Runs of messages of one side"),
        (m.SINGLE_MESSAGE_TURNS, "single_message_turns", "Turns of one message"),
        (m.AGENT_BURSTS, "agent_bursts", "Turns of an agent with three messages or more"),
        (m.SILENCES, "silences", "Sessions with a longest agent silence"),
        (m.NUDGES, "nudges", "Customer messages while already waiting beyond the good threshold"),
        (m.CUSTOMER_MESSAGES, "customer_messages", "Messages of customers"),
        (m.AGENT_MESSAGES, "agent_messages", "Messages of agents that the customer can see"),
        (m.QUESTION_CLUSTERS, "question_clusters", "Agent messages with two questions or more"),
        (m.LONG_MESSAGES, "long_messages", "Agent messages over 300 characters"),
        (m.VOICE_MESSAGES, "voice_messages", "Voice messages of agents"),
        (m.VIDEO, "video", "Sessions with video"),
        (m.FROM_BOT, "from_bot", "Sessions that a bot handed over"),
        (m.FORM_FIELDS, "form_fields", "Form fields filled in before the request"),
        (m.SELF_SERVICE, "self_service", "Sessions ended in the bot; served = this less the failed"),
        (m.SELF_SERVICE_FAILED, "self_service_failed", "Ended in the bot, and the customer came back"),
        (m.SURVEY_ASKED, "survey_asked", "Sessions whose customer was asked"),
        (m.SURVEY_ANSWERED, "survey_answered", "Sessions whose customer answered"),
        (m.SURVEY_TOO_EARLY, "survey_too_early", "Asked while the customer was not done"),
        (m.NPS_ANSWERS, "nps_answers", "Answers from 0 to 10; passives = this less the two others"),
        (m.NPS_PROMOTERS, "nps_promoters", "Answers of 9 or 10"),
        (m.NPS_DETRACTORS, "nps_detractors", "Answers from 0 to 6"),
        (m.CSAT_ANSWERS, "csat_answers", "Answers on a satisfaction scale"),
        (m.CSAT_TOP_TWO, "csat_top_two", "Satisfaction answers among the top two of their scale"),
        (m.RECONTACTED, "recontacted", "Sessions whose customer opened another within 24 h"),
        (m.RECONTACTED_OTHER_TEAM, "recontacted_other_team", "Of these, handled by another team"),
        (m.RESOLVED_RECONTACTED, "resolved_recontacted", "Resolved, and the customer came back"),
        (m.DROPPED, "dropped", "Came back within 5 min of an end that the customer did not choose"),
        (m.CONVERTED, "converted", "Answered sessions credited with a purchase by last touch"),
        (m.CONVERTED_FIRST_TOUCH, "converted_first_touch", "The same by first touch"),
        (m.SALES_CONVERTED, "sales_converted", "Sessions of sales credited with a purchase"),
        (m.VIDEO_CONVERTED, "video_converted", "Sessions with video credited with a purchase"),
        (m.ORDERS, "orders", "Orders, where their session was; channel none: credited to no session"),
        (m.REFUNDS, "refunds", "Refunds, where their order is"),
        (m.INCREMENTAL_ANSWERS, "incremental_answers", "Credited purchases whose buyer said what else"),
        (m.INCREMENTAL, "incremental", "Of these, would not have bought anyway"),
    ),
    *_seconds(
        (m.LEG_WAIT_SECONDS, "leg_wait_ms", "Waits of answered legs"),
        (m.EFFECTIVE_SECONDS, "effective_ms", "Effective duration of the measured sessions"),
        (m.TOTAL_SECONDS, "total_ms", "Total duration of the measured sessions"),
        (m.LONGEST_SILENCE_SECONDS, "longest_silence_ms", "Sum of each session's longest agent silence"),
        (m.BOT_SECONDS, "bot_ms", "In the bot before the request, of attesa_from_bot"),
        (m.CSAT_SCORE, "csat_permille", "Sum of the satisfaction answers, each from 0 to 1 on its scale"),
    ),
)

PARTED: tuple[Parted, ...] = (
    Parted(
        m.REJECTED_REASON,
        "reason",
        (("full", "rejected_full"), ("nobody_on_duty", "rejected_nobody_on_duty")),
        "Rejected, by reason; other = attesa_rejected_total less these",
    ),
    Parted(
        m.UNANSWERED_BY,
        "by",
        (("agent", "unanswered_agent"), ("timeout", "unanswered_timeout")),
        "Unanswered, by who ended the session",
    ),
    Parted(m.MANNERS, "flag", tuple((flag, flag) for flag in MANNERS), "Agent messages with the flag"),
    Parted(
        m.INFLUENCE,
        "answer",
        tuple((str(answer), f"influence_{answer}") for answer in range(1, 6)),
        "How much the chat influenced the decision, from 1 to 5",
    ),
    Parted(
        m.WOULD_HAVE_BOUGHT,
        "answer",
        (("yes", "would_have_bought"), ("no", "would_not_have_bought")),
        "Whether the customer would have bought anyway",
    ),
    Parted(
        m.SPILL_OVER,
        "visibility",
        (("public", "spill_over_public"), ("private", "spill_over_private")),
        "Sessions whose customer turned to social within 7 days",
    ),
)

VERDICTS: tuple[Verdicts, ...] = (
    Verdicts(m.SLO_EVENTS, m.SLO_BAD, "", "Verdicts"),
    Verdicts(m.NEXT_SLO_EVENTS, m.NEXT_SLO_BAD, "next_", "Verdicts on next replies"),
    Verdicts(
        m.SYNCHRONOUS_SLO_EVENTS,
        m.SYNCHRONOUS_SLO_BAD,
        "synchronous_",
        "Verdicts on next replies by live chat's pair while both sides were writing",
    ),
)

HISTOGRAMS: tuple[Histogram, ...] = (
    Histogram(m.WAIT_SECONDS, "answered_buckets", "wait_ms", "Waits of answered sessions"),
    Histogram(m.TIME_TO_ABANDON_SECONDS, "abandoned_buckets", "abandon_ms", "Times to abandon"),
    Histogram(m.NEXT_REPLY_SECONDS, "next_buckets", "next_reply_ms", "Times to the next replies"),
)

MONEY: tuple[Money, ...] = (
    Money(m.REVENUE, "revenue_minor", "Value of the orders"),
    Money(m.REFUNDED, "refunded_minor", "What of the orders was refunded"),
)

# No counter: they rise and fall. Each is a level (live.py), or serves to integrate one (ClickHouse).
LEVELS = ("staffed", "capacity", "capacity_moment_ms", "occupied", "occupied_moment_ms")
