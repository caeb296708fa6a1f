"""The SQL of the report's further numbers: one pass over what each session adds. report.py runs it."""

from collections.abc import Collection

from attesa.loader.report_groups import GROUPS_OF_NUMBERS
from attesa.loader.report_sql import PERCENTILES

_GROUPS = {
    "queue": "toString(n.queue)",
    "country": "toString(n.country)",
    "channel": "toString(n.channel)",
    "purpose": "toString(n.purpose)",
    "team": "toString(n.team)",
    "visibility": "toString(n.visibility)",
    "hour": "toUnixTimestamp(toStartOfHour(n.asked_at, {zone:String}))",
    "day": "toString(toDate(n.asked_at, {zone:String}))",
    "month": "formatDateTime(n.asked_at, '%Y-%m', {zone:String})",
}

# What is no plain sum of a column of session_numbers.
_COUNTED = {
    "covered": "count(n.expectation_coverage)",
    "content": "sum(n.good) + sum(n.tolerable) / 2",
    "next_reply_seconds": "sum(n.next_reply_ms) / 1000",
    "next_judged": "sum(n.next_met_good) + sum(n.next_missed_good)",
    "synchronous_judged": "sum(n.synchronous_met_good) + sum(n.synchronous_missed_good)",
    "surveyed": "countIf(n.survey_asked OR n.survey_answered)",
    "nps_answers": "count(n.nps)",
    "nps_promoters": "countIf(n.nps >= 9)",
    "nps_detractors": "countIf(n.nps <= 6)",
    "csat_answers": "count(n.csat)",
    "csat_mean": "if(uniqExact(n.csat_scale) = 1, avgOrNull(n.csat), NULL)",
    "influence_answers": "arrayMap(i -> countEqual(groupArray(n.influence), i), range(1, 6))",
    "resolved_known": "count(n.first_contact_resolution)",
    "first_contact_resolved": "countIf(n.first_contact_resolution)",
    "incremental_answers": "count(n.incremental)",
    "with_bot": "sum(n.from_bot) + sum(n.self_served) + sum(n.self_service_failed)",
    "video_converted": "sum(n.video_converted)",
    "revenue_minor": "sumMap(n.revenue_minor)",
    "refunded_minor": "sumMap(n.refunded_minor)",
    "abandoned": "sum(n.abandoned)",
    "waited_ms": "ifNull(sum(n.wait_ms), 0) + ifNull(sum(n.time_to_abandon_ms), 0)",
    "wait_max_ms": "max(n.wait_ms)",
    "answered_queued": "sum(n.answered_queued)",
    "queued_wait_ms": "sumIf(ifNull(n.wait_ms, 0), n.answered_queued)",
    "queued_percentiles_ms": "quantilesExactIf("
    + ", ".join(str(percent / 100) for percent in PERCENTILES)
    + ")(assumeNotNull(n.wait_ms), n.answered_queued)",
}


def _mean(column: str) -> str:
    return f"avgOrNull(n.{column}) / 1000" if column.endswith("_ms") else f"avgOrNull(n.{column})"


def _selected() -> dict[str, str]:
    sums = sorted({name for group in GROUPS_OF_NUMBERS.values() for name in group.columns} - set(_COUNTED))
    means = {name: column for group in GROUPS_OF_NUMBERS.values() for name, column in group.means.items()}
    return {
        **{name: f"ifNull(sum(n.{name}), 0)" for name in sums},
        **_COUNTED,
        **{name: _mean(column) for name, column in means.items()},
    }


def numbers_query(by: str | None, given: Collection[str]) -> str:
    """The further numbers of each group, in the groups' order.

    Parameters: tenant, zone, and start and end (ms) where they are `given`.
    """
    key = f"{_GROUPS[by]} AS key, " if by else ""
    where = ["n.tenant = {tenant:String}"]
    for name, comparison in (("start", ">="), ("end", "<")):
        if name in given:
            where.append(f"n.asked_at {comparison} fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')")
    selected = ",\n    ".join(f"{expression} AS {name}" for name, expression in _selected().items())
    # Nothing from outside gets into the text: values are bound by the server, `by` is a key of _GROUPS.
    return f"""
SELECT {key}{selected}
FROM session_numbers AS n
WHERE {" AND ".join(where)}
{"GROUP BY key ORDER BY key" if by else ""}"""  # noqa: S608
