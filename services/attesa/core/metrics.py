"""The names of what /metrics serves: the one place that knows them, for the exporter, rules and dashboards.

Labels of business series: tenant, channel, queue, country; one more where a family has parts. Durations in
seconds, instants as Unix time, ratios from 0 to 1, money in the currency's minor unit. Counters get `_total`.
"""

PREFIX = "attesa_"

CELL_LABELS = ("tenant", "channel", "queue", "country")
QUEUE_LABELS = ("tenant", "queue")
PARTITION_LABELS = ("tenant", "processor", "partition")
SLO_LABELS = (*CELL_LABELS, "slo")
WINDOW_LABEL = "window"

SLO_GOOD = "good"
SLO_TOLERABLE = "bad"

# Counters: cumulative, from the published totals; exact = counter - pending corrections.
PENDING_CORRECTIONS = "attesa_pending_corrections"  # gauge; label metric; absent: none

# The request.
RECORDS = "attesa_records"
OFFERED = "attesa_offered"
OUTSIDE_HOURS = "attesa_outside_hours"
SALES_OFFERED = "attesa_sales_offered"

# The first reply.
ANSWERED = "attesa_answered"
ANSWERED_QUEUED = "attesa_answered_queued"
BUSINESS_ANSWERED = "attesa_business_answered"
BUSINESS_WAIT_SECONDS = "attesa_business_wait_seconds"
ACCEPTED = "attesa_accepted"
PICKUP_SECONDS = "attesa_pickup_seconds"
USEFUL_REPLIES = "attesa_useful_replies"
USEFUL_REPLY_SECONDS = "attesa_useful_reply_seconds"
TIME_TO_PERSON_SECONDS = "attesa_time_to_person_seconds"
SALES_ANSWERED = "attesa_sales_answered"
COVERED_REPLIES = "attesa_expectation_coverage_replies"
COVERAGE = "attesa_expectation_coverage"
PROMISED_WAITS = "attesa_promised_waits"
PROMISED_WAITS_KEPT = "attesa_promised_waits_kept"
PROMISED_SECONDS = "attesa_promised_seconds"
PROMISED_ACTUAL_SECONDS = "attesa_promised_actual_wait_seconds"
WAIT_SECONDS = "attesa_wait_seconds"  # histogram

# Verdicts; label slo = good | bad.
SLO_EVENTS = "attesa_slo_events"
SLO_BAD = "attesa_slo_bad"  # verdicts missed
TOLERABLE = "attesa_tolerable"

# Losses.
LOST = "attesa_lost"
ABANDONED = "attesa_abandoned"
SHORT_ABANDONED = "attesa_short_abandoned"
ABANDONED_IN_TRANSFER = "attesa_abandoned_in_transfer"
TIME_TO_ABANDON_SECONDS = "attesa_time_to_abandon_seconds"  # histogram
REJECTED = "attesa_rejected"
REJECTED_REASON = "attesa_rejected_reason"  # label reason
UNANSWERED = "attesa_unanswered"
UNANSWERED_BY = "attesa_unanswered_by"  # label by
LEFT_BEFORE_QUEUE = "attesa_left_before_queue"
INVALID = "attesa_invalid"

# Next replies.
NEXT_REPLY_SECONDS = "attesa_next_reply_seconds"  # histogram
NEXT_SLO_EVENTS = "attesa_next_slo_events"
NEXT_SLO_BAD = "attesa_next_slo_bad"
SYNCHRONOUS_REPLIES = "attesa_synchronous_replies"
SYNCHRONOUS_SLO_EVENTS = "attesa_synchronous_slo_events"
SYNCHRONOUS_SLO_BAD = "attesa_synchronous_slo_bad"

# Legs, in the cell of the leg's queue, and transfers.
LEGS = "attesa_legs"
LEGS_ANSWERED = "attesa_legs_answered"
LEG_WAIT_SECONDS = "attesa_leg_wait_seconds"
LEGS_ABANDONED = "attesa_legs_abandoned"
TRANSFERS = "attesa_transfers"
TRANSFERS_WITHOUT_CONTEXT = "attesa_transfers_without_context"
TRANSFERS_WITHOUT_NOTE = "attesa_transfers_without_note"

# The end.
ENDED = "attesa_ended"
RESOLVED = "attesa_resolved"
MEASURED = "attesa_measured"
EFFECTIVE_SECONDS = "attesa_effective_seconds"
TOTAL_SECONDS = "attesa_total_seconds"
LEFT_UNANSWERED = "attesa_left_unanswered"
HUNG_UP = "attesa_hung_up"
TURNS = "attesa_turns"
SINGLE_MESSAGE_TURNS = "attesa_single_message_turns"
AGENT_BURSTS = "attesa_agent_bursts"
SILENCES = "attesa_silences"
LONGEST_SILENCE_SECONDS = "attesa_longest_silence_seconds"
NUDGES = "attesa_nudges"
CUSTOMER_MESSAGES = "attesa_customer_messages"
AGENT_MESSAGES = "attesa_agent_messages"
QUESTION_CLUSTERS = "attesa_question_clusters"
LONG_MESSAGES = "attesa_long_messages"
VOICE_MESSAGES = "attesa_voice_messages"
MANNERS = "attesa_manners"  # label flag
VIDEO = "attesa_video"
FROM_BOT = "attesa_from_bot"
BOT_SECONDS = "attesa_bot_seconds"
FORM_FIELDS = "attesa_form_fields"
SELF_SERVICE = "attesa_self_service"
SELF_SERVICE_FAILED = "attesa_self_service_failed"

# Surveys.
SURVEY_ASKED = "attesa_survey_asked"
SURVEY_ANSWERED = "attesa_survey_answered"
SURVEY_TOO_EARLY = "attesa_survey_too_early"
NPS_ANSWERS = "attesa_nps_answers"
NPS_PROMOTERS = "attesa_nps_promoters"
NPS_DETRACTORS = "attesa_nps_detractors"
CSAT_ANSWERS = "attesa_csat_answers"
CSAT_SCORE = "attesa_csat_score"
CSAT_TOP_TWO = "attesa_csat_top_two"
INFLUENCE = "attesa_influence"  # label answer = 1..5
WOULD_HAVE_BOUGHT = "attesa_would_have_bought"  # label answer = yes | no

# What came of it.
RECONTACTED = "attesa_recontacted"
RECONTACTED_OTHER_TEAM = "attesa_recontacted_other_team"
RESOLVED_RECONTACTED = "attesa_resolved_recontacted"
DROPPED = "attesa_dropped"
SPILL_OVER = "attesa_spill_over"  # label visibility
CONVERTED = "attesa_converted"
CONVERTED_FIRST_TOUCH = "attesa_converted_first_touch"
SALES_CONVERTED = "attesa_sales_converted"
VIDEO_CONVERTED = "attesa_video_converted"
ORDERS = "attesa_orders"
REFUNDS = "attesa_refunds"
INCREMENTAL_ANSWERS = "attesa_incremental_answers"
INCREMENTAL = "attesa_incremental"
REVENUE = "attesa_revenue_minor"  # label currency
REFUNDED = "attesa_refunded_minor"  # label currency

# Gauges of the live state.
WAITING = "attesa_waiting"
OLDEST_WAITING_SINCE = "attesa_oldest_waiting_since_timestamp_seconds"
STAFFED_AGENTS = "attesa_staffed_agents"
CAPACITY = "attesa_capacity_slots"
OCCUPIED = "attesa_occupied_slots"
OCCUPANCY = "attesa_occupancy_ratio"

# Rolling, label window; each ratio has its count beside it.
WINDOWS_SECONDS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600, "24h": 86_400}
SERVICE_LEVEL = "attesa_service_level_ratio"  # and slo; met / (met + missed)
WINDOW_VERDICTS = "attesa_window_verdicts"  # and slo
LOST_RATIO = "attesa_lost_ratio"  # lost / (answered + lost)
WINDOW_DECIDED = "attesa_window_decided"
AVERAGE_WAIT = "attesa_average_wait_seconds"
CONVERSION = "attesa_conversion_ratio"  # converted / answered
WINDOW_ANSWERED = "attesa_window_answered"  # beside the two
NPS = "attesa_nps_ratio"  # -1 to 1
WINDOW_NPS_ANSWERS = "attesa_window_nps_answers"
PATIENCE = "attesa_patience_seconds"
WINDOW_ABANDONED = "attesa_window_abandoned"

# What is usual in a country; label country.
REFERENCE_AVERAGE_WAIT = "attesa_reference_average_wait_seconds"
REFERENCE_LOST_RATIO = "attesa_reference_lost_ratio"
REFERENCE_CONVERSION = "attesa_reference_conversion_ratio"

# The pipeline's own.
PARTITIONS = "attesa_topic_partitions"
PARTITION_PROGRESS = "attesa_partition_written_timestamp_seconds"  # old = nobody owns it
PARTITION_CLOCK = "attesa_partition_clock_timestamp_seconds"
PARTITION_LAG = "attesa_partition_lag_events"
PARTITION_HELD = "attesa_partition_held"
PARTITION_HELD_BY = "attesa_partition_held_by"  # label source; absent: held by none
SOURCE_MISSING_EVENTS = "attesa_source_missing_events"  # by sequence numbers; absent where there are none
SOURCE_LAST_EVENT = "attesa_source_last_event_timestamp_seconds"  # labels tenant, source
NOT_USED = "attesa_events_not_used"  # counter; label reason
TENANT_CLOCK_DATA = "attesa_tenant_clock_data"  # 1 for replayed history, which alert rules leave out
LABEL_OVERFLOW = "attesa_label_overflow"
BUILD_INFO = "attesa_build_info"
