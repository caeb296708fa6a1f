"""What each source's sessions of the last days told, counted in ClickHouse."""

from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.core.explained.heard import DAYS, TOLD, Counted
from attesa.loader.client import connect, explain
from attesa.settings import Settings

_COUNTS = tuple(name for name, *_ in TOLD)  # the columns behind `sessions`, in their order

# The newest days of each tenant: of one that lives in the past, those of its past.
_QUERY = f"""
WITH newest AS
(
    SELECT tenant, max(started_at) AS at
    FROM sessions FINAL
    GROUP BY tenant
)
SELECT
    tenant,
    source,
    count() AS sessions,
    max(last_event_at) AS last_at,
    countIf(requested_at IS NOT NULL) AS requests,
    countIf(customer_messages + agent_messages > 0) AS messages,
    countIf(ifNull(ended_by != 'timeout', 0)) AS ends,
    countIf(customer IS NOT NULL) AS customers,
    countIf(country != 'unknown') AS countries,
    countIf(survey_asked_at IS NOT NULL OR nps IS NOT NULL OR csat IS NOT NULL OR influence IS NOT NULL
        OR would_have_bought IS NOT NULL) AS surveys,
    if(tenant IN (SELECT DISTINCT tenant FROM orders FINAL), 1, 0) AS purchases
FROM sessions FINAL
INNER JOIN newest USING (tenant)
WHERE started_at > newest.at - INTERVAL {DAYS} DAY
GROUP BY tenant, source"""  # noqa: S608  a number of our own

Told = dict[tuple[str, str], Counted]


def told(settings: Settings) -> Told:
    """By tenant and source how many sessions, and how many of them told what. Raises Unreachable."""
    try:
        with connect(settings) as client:
            rows = client.query(_QUERY).result_rows
    except ClickHouseError as error:
        raise explain(error, settings) from None
    return {
        (tenant, source): Counted(
            sessions, round(last_at.timestamp() * 1000), dict(zip(_COUNTS, counts, strict=True))
        )
        for tenant, source, sessions, last_at, *counts in rows
    }
