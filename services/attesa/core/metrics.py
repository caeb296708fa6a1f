"""The names of what /metrics serves: the one place that knows them, for the exporter, rules and dashboards.

Labels of business series: tenant, channel, queue, country. Durations in seconds, instants as Unix time.
"""

PREFIX = "attesa_"

CELL_LABELS = ("tenant", "channel", "queue", "country")
PARTITION_LABELS = ("tenant", "partition")
SLO_LABELS = (*CELL_LABELS, "slo")

# Counters: cumulative, from the published totals; exact = counter - pending corrections.
RECORDS = "attesa_records"
OFFERED = "attesa_offered"
ANSWERED = "attesa_answered"
ABANDONED = "attesa_abandoned"
SHORT_ABANDONED = "attesa_short_abandoned"
REJECTED = "attesa_rejected"
UNANSWERED = "attesa_unanswered"
LEFT_BEFORE_QUEUE = "attesa_left_before_queue"
OUTSIDE_HOURS = "attesa_outside_hours"
INVALID = "attesa_invalid"
SLO_EVENTS = "attesa_slo_events"  # verdicts; label slo = good | bad
SLO_BAD = "attesa_slo_bad"  # verdicts missed
EFFECTIVE_SECONDS = "attesa_effective_seconds"
TOTAL_SECONDS = "attesa_total_seconds"
MEASURED = "attesa_measured"
PENDING_CORRECTIONS = "attesa_pending_corrections"  # gauge; label metric

# Histograms.
WAIT_SECONDS = "attesa_wait_seconds"
TIME_TO_ABANDON_SECONDS = "attesa_time_to_abandon_seconds"

# Gauges of the live state.
WAITING = "attesa_waiting"
OLDEST_WAITING_SINCE = "attesa_oldest_waiting_since_timestamp_seconds"
SERVICE_LEVEL = "attesa_service_level_ratio"  # labels window, slo; met / (met + missed)
LOST_RATIO = "attesa_lost_ratio"  # label window; lost / (answered + lost)
WINDOW_VERDICTS = "attesa_window_verdicts"  # the count beside SERVICE_LEVEL
WINDOW_LABEL = "window"
WINDOWS_SECONDS = {"5m": 300, "15m": 900, "1h": 3600}

# The pipeline's own.
PARTITIONS = "attesa_topic_partitions"
PARTITION_PROGRESS = "attesa_partition_written_timestamp_seconds"  # old = nobody owns it
PARTITION_CLOCK = "attesa_partition_clock_timestamp_seconds"
PARTITION_LAG = "attesa_partition_lag_events"
PARTITION_HELD = "attesa_partition_held"
NOT_USED = "attesa_events_not_used"  # counter; label reason
TENANT_CLOCK_DATA = "attesa_tenant_clock_data"  # 1 for replayed history, which alert rules leave out
LABEL_OVERFLOW = "attesa_label_overflow"
BUILD_INFO = "attesa_build_info"

SLO_GOOD = "good"
SLO_TOLERABLE = "bad"
