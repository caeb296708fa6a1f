"""The report of one tenant, read from the session facts in ClickHouse. Writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.core.definitions import TenantPolicy
from attesa.core.definitions.policies import CountryReference
from attesa.core.errors import InputError
from attesa.loader.client import connect, explain
from attesa.loader.ratios import ratio
from attesa.loader.report_groups import further_numbers
from attesa.loader.report_numbers import numbers_query
from attesa.loader.report_sql import BROKEN_ROWS, GROUPS, PERCENTILES, facts_query
from attesa.settings import Settings

DEFAULT_THRESHOLDS_SECONDS = (20, 30, 45)
FORMULAS = ("answered", "offered", "removed", "offered_less_short", "due")

_COUNTS = (
    "records", "offered", "answered", "abandoned", "left_before_queue", "invalid", "outside_hours",
    "short_abandoned", "rejected", "unanswered", "lost", "waiting",
)  # fmt: skip
_TENANT = "SELECT clock, time_zone FROM tenants FINAL WHERE tenant = {tenant:String}"
_TENANTS = "SELECT DISTINCT tenant FROM sessions ORDER BY tenant"
_MS = 1000

When = str | date | datetime | None


def report(
    settings: Settings,
    tenant: str,
    start: When = None,
    end: When = None,
    by: str | None = None,
    thresholds_seconds: Sequence[int] = DEFAULT_THRESHOLDS_SECONDS,
) -> list[dict[str, Any]]:
    """The numbers of METRICS.md over sessions requested (else started) in [start, end): one dict per group.

    `start` and `end` are dates or instants in the tenant's time zone, `end` excluded; `by` is one of GROUPS,
    and each dict then begins with that key. Without `by` there is one dict, of zeros where nothing is found.
    Durations in seconds, rates as ratios, null where there is nothing to divide by; `broken_rows` is of the
    whole tenant, null in groups. Further numbers come in groups (report_groups.py), null where no source of
    these sessions could tell. Raises Unreachable, ConfigurationError, InputError.
    """
    if by is not None and by not in GROUPS:
        raise InputError(f"--by {by}: one of {', '.join(GROUPS)}")
    if not thresholds_seconds or min(thresholds_seconds) <= 0:
        raise InputError("--threshold: seconds above 0")
    first_ms, end_ms = instant_ms(start, UTC, "--from"), instant_ms(end, UTC, "--to")
    if first_ms is not None and end_ms is not None and end_ms <= first_ms:
        raise InputError(f"--to {end} is not after --from {start}")
    try:
        with connect(settings) as client:
            policy = _policy(client, settings, tenant)
            zone = ZoneInfo(policy.time_zone)
            given = {
                "tenant": tenant,
                "zone": policy.time_zone,
                "start": instant_ms(start, zone, "--from"),
                "end": instant_ms(end, zone, "--to"),
                "thresholds": [seconds * _MS for seconds in thresholds_seconds],
                "now_is_real": int(policy.clock == "wall"),
            }
            parameters = {name: value for name, value in given.items() if value is not None}
            rows = list(client.query(facts_query(by, parameters), parameters=parameters).named_results())
            found = client.query(numbers_query(by, parameters), parameters=parameters).named_results()
            further = {row.get("key"): row for row in found}
            broken = client.query(BROKEN_ROWS, parameters={"tenant": tenant}).result_rows[0][0]
    except ClickHouseError as error:
        raise explain(error, settings) from None
    usual = settings.definitions.countries
    lines = []
    for row in rows:
        more = further.get(row.get("key"))
        if more is None:  # a group whose last session went elsewhere between the two queries
            continue
        line = _line(row, thresholds_seconds, None if by else broken) | _further(more)
        line["reference"] = _reference(line, usual.get(row["key"]) if by == "country" else None)
        lines.append({by: _label(row["key"], by, zone), **line} if by else line)
    return lines


def tenants_with_sessions(settings: Settings) -> list[str]:
    """Whose sessions are there, in the order of their names. Raises Unreachable and ConfigurationError."""
    try:
        with connect(settings) as client:
            return [str(row[0]) for row in client.query(_TENANTS).result_rows]
    except ClickHouseError as error:
        raise explain(error, settings) from None


def _policy(client: Client, settings: Settings, tenant: str) -> TenantPolicy:
    """The configured policy; of a tenant that it does not list, what `tenants` says, as the views do."""
    configured = settings.definitions.tenants.get(tenant)
    if configured is not None:
        return configured
    stored = client.query(_TENANT, parameters={"tenant": tenant}).result_rows
    return TenantPolicy(clock=stored[0][0], time_zone=stored[0][1]) if stored else TenantPolicy()


def instant_ms(when: When, zone: ZoneInfo, option: str) -> int | None:
    """Milliseconds since 1970 of a date (its first instant) or an instant, in `zone` where it names none."""
    if when is None:
        return None
    try:
        moment = datetime.fromisoformat(when if isinstance(when, str) else when.isoformat())
    except ValueError:
        raise InputError(
            f"{option} {when}: write a date (1999-01-31) or an instant (1999-01-31T08:00)"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * _MS)


def _line(row: Mapping[str, Any], thresholds_seconds: Sequence[int], broken: int | None) -> dict[str, Any]:
    line: dict[str, Any] = {name: row[name] for name in _COUNTS}
    line["broken_rows"] = broken
    line["average_wait_seconds"] = ratio(row["wait_sum_ms"], row["answered"] * _MS)
    for percent, wait_ms in zip(PERCENTILES, row["wait_percentiles_ms"], strict=True):
        line[f"wait_p{percent}_seconds"] = wait_ms / _MS if row["answered"] else None
    line["average_time_to_abandon_seconds"] = ratio(row["abandon_sum_ms"], row["abandoned"] * _MS)
    line["lost_ratio"] = ratio(row["lost"], row["offered"])
    line["effective_over_total"] = ratio(row["effective_sum_ms"], row["total_sum_ms"])
    counts = {
        str(seconds): {
            # arrays of no rows are empty
            name: row[name][index] if row["records"] else 0
            for name in ("answered_within", "abandoned_within", "waiting_beyond")
        }
        for index, seconds in enumerate(thresholds_seconds)
    }
    line["service_level"] = {seconds: service_level(row, within) for seconds, within in counts.items()}
    line["service_level_counts"] = counts
    return line


def _further(row: Mapping[str, Any]) -> dict[str, Any]:
    """Single numbers, then the groups of report_groups.py."""
    queued = row["answered_queued"]
    waits = {
        f"wait_p{percent}_seconds": wait_ms / _MS if queued else None
        for percent, wait_ms in zip(PERCENTILES, row["queued_percentiles_ms"], strict=True)
    }
    return {
        "wait_max_seconds": None if row["wait_max_ms"] is None else row["wait_max_ms"] / _MS,
        "patience_seconds": ratio(row["waited_ms"], row["abandoned"] * _MS),
        "queued_only": {
            "answered_queued": queued,
            "average_wait_queued_seconds": ratio(row["queued_wait_ms"], queued * _MS),
            **waits,
        },
        **further_numbers(row),
    }


def _reference(line: Mapping[str, Any], usual: CountryReference | None) -> dict[str, float | None] | None:
    """What is usual in the country of the group, and how far above (+) or below (-) it is; None elsewhere."""
    if usual is None:
        return None
    wait, lost, conversion = (
        line["average_wait_seconds"], line["lost_ratio"], line["conversion"]["conversion_ratio"],
    )  # fmt: skip
    return {
        "reference_average_wait_seconds": usual.average_wait_seconds,
        "reference_lost_ratio": usual.lost_ratio,
        "reference_conversion_ratio": usual.conversion_rate,
        "average_wait_distance_seconds": _distance(wait, usual.average_wait_seconds),
        "lost_ratio_distance": _distance(lost, usual.lost_ratio),
        "conversion_ratio_distance": _distance(conversion, usual.conversion_rate),
    }


def _distance(here: float | None, usual: float) -> float | None:
    return None if here is None else here - usual


def service_level(row: Mapping[str, Any], within: Mapping[str, int]) -> dict[str, float | None]:
    """The five formulas of METRICS.md, "Service level", from the counts of a group and of one threshold."""
    met = within["answered_within"]
    return {
        "answered": ratio(met, row["answered"]),
        "offered": ratio(met, row["offered"]),
        "removed": ratio(met + within["abandoned_within"], row["offered"]),
        "offered_less_short": ratio(met, row["offered"] - row["short_abandoned"]),
        "due": ratio(met, due(row, within)),
    }


def due(row: Mapping[str, Any], within: Mapping[str, int]) -> int:
    """Sessions that `due` divides by: those where the threshold was met or certainly missed."""
    left_after: int = row["abandoned"] - within["abandoned_within"]
    return int(row["answered"] + left_after + row["unanswered"] + row["rejected"] + within["waiting_beyond"])


def _label(key: Any, by: str, zone: ZoneInfo) -> str:
    if by == "hour":
        return datetime.fromtimestamp(key, zone).isoformat(timespec="minutes")
    return str(key)
