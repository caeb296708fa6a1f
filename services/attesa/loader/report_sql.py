"""The SQL of the report: one pass over a tenant's session facts. Text only; report.py runs it."""

from collections.abc import Collection

PERCENTILES = (50, 90, 95, 99)

# A session belongs to the moment at which the customer asked; without a request, to its start.
_ASKED = "ifNull(requested_at, started_at)"

GROUPS = {
    "queue": "toString(queue)",
    "country": "toString(country)",
    "channel": "toString(channel)",
    "purpose": "ifNull(toString(purpose), 'unknown')",
    "team": "ifNull(toString(team), 'unknown')",
    "visibility": "ifNull(toString(visibility), 'unknown')",
    "hour": f"toUnixTimestamp(toStartOfHour({_ASKED}, {{zone:String}}))",
    "day": f"toString(toDate({_ASKED}, {{zone:String}}))",
    "month": f"formatDateTime({_ASKED}, '%Y-%m', {{zone:String}})",
}

BROKEN_ROWS = """
SELECT count() AS broken_rows
FROM dead_letters FINAL
WHERE tenant = {tenant:String} AND reason = 'broken_row'"""

# Whether a session that still waits has waited longer than threshold t: its verdicts say it for their own
# thresholds and all below, the wall clock for the others, where it is the tenant's clock.
_BEYOND = """outcome = 'waiting' AND multiIf(
            t = good_ms, missed_good,
            t = bad_ms, missed_bad,
            (t < good_ms AND missed_good) OR (t < bad_ms AND missed_bad) OR waited_ms > t)"""

_DERIVED = """
        outcome = 'answered' AND ended_at IS NOT NULL AND isNotNull(effective_ms) AND isNotNull(total_ms)
            AS measured,
        ifNull(verdict_good = 'missed', 0) AS missed_good,
        ifNull(verdict_bad = 'missed', 0) AS missed_bad,
        if({now_is_real:UInt8}, ifNull(dateDiff('millisecond', requested_at, now64(3)), 0), 0) AS waited_ms"""

# quantilesExact(p) is sorted[floor(p * n)], METRICS.md's percentile; a test holds it to that.
_LEVELS = ", ".join(str(percent / 100) for percent in PERCENTILES)

_NUMBERS = f"""
    count() AS records,
    countIf(outcome = 'answered') AS answered,
    countIf(outcome = 'abandoned') AS abandoned,
    countIf(outcome = 'abandoned' AND short_abandon) AS short_abandoned,
    countIf(outcome = 'rejected') AS rejected,
    countIf(outcome = 'unanswered') AS unanswered,
    countIf(outcome = 'waiting') AS waiting,
    countIf(outcome = 'left_before_queue') AS left_before_queue,
    countIf(outcome = 'outside_hours') AS outside_hours,
    countIf(outcome = 'invalid') AS invalid,
    abandoned + rejected + unanswered AS lost,
    answered + lost + waiting AS offered,
    sumIf(ifNull(wait_ms, 0), outcome = 'answered') AS wait_sum_ms,
    quantilesExactIf({_LEVELS})(assumeNotNull(wait_ms), outcome = 'answered') AS wait_percentiles_ms,
    sumIf(ifNull(time_to_abandon_ms, 0), outcome = 'abandoned') AS abandon_sum_ms,
    sumIf(assumeNotNull(effective_ms), measured) AS effective_sum_ms,
    sumIf(assumeNotNull(total_ms), measured) AS total_sum_ms,
    sumForEach(arrayMap(t -> toUInt64(outcome = 'answered' AND ifNull(wait_ms <= t, 0)), thresholds))
        AS answered_within,
    sumForEach(arrayMap(
        t -> toUInt64(outcome = 'abandoned' AND ifNull(time_to_abandon_ms <= t, 0)), thresholds))
        AS abandoned_within,
    sumForEach(arrayMap(t -> toUInt64({_BEYOND}), thresholds))
        AS waiting_beyond"""


def facts_query(by: str | None, given: Collection[str]) -> str:
    """The counts and sums of each group, in the groups' order.

    Parameters: tenant, zone, thresholds (ms), now_is_real, and start and end (ms) where they are `given`.
    """
    key = f"{GROUPS[by]} AS key," if by else ""
    where = ["tenant = {tenant:String}"]
    for name, comparison in (("start", ">="), ("end", "<")):
        if name in given:
            where.append(f"{_ASKED} {comparison} fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')")
    # Nothing from outside gets into the text: values are bound by the server, `by` is a key of GROUPS.
    return f"""
WITH {{thresholds:Array(Int64)}} AS thresholds
SELECT {key}{_NUMBERS}
FROM
(
    SELECT
        *,{_DERIVED}
    FROM sessions FINAL
    WHERE {" AND ".join(where)}
)
{"GROUP BY key ORDER BY key" if by else ""}"""  # noqa: S608
