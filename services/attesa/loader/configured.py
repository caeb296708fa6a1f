"""What the views need of the configuration, as rows: tenants, and what is usual in a country."""

import time
from collections.abc import Mapping, Sequence

from clickhouse_connect.driver.client import Client

from attesa.core.definitions import Definitions
from attesa.core.definitions.policies import TenantPolicy

_TENANTS = ("tenant", "time_zone", "clock", "attribution_hours", "version")
_REFERENCES = (
    "country", "reference_average_wait_seconds", "reference_lost_ratio", "reference_conversion_ratio",
    "version", "deleted",
)  # fmt: skip


def write_tenants(client: Client, tenants: Mapping[str, TenantPolicy], definitions: Definitions) -> None:
    """Give tenants their zone, clock and attribution window; those that are not named keep theirs."""
    version = _now_ms()
    rows = [
        (name, policy.time_zone, policy.clock, definitions.attribution_hours, version)
        for name, policy in tenants.items()
    ]
    _insert(client, "tenants", _TENANTS, rows)


def write_references(client: Client, definitions: Definitions) -> None:
    """Replace what is usual in the countries; one that is configured no more has nothing to compare with."""
    version = _now_ms()
    rows = [
        (country, usual.average_wait_seconds, usual.lost_ratio, usual.conversion_rate, version, 0)
        for country, usual in definitions.countries.items()
    ]
    known = client.query("SELECT country FROM country_references FINAL").result_rows
    gone = sorted({str(country) for (country,) in known} - set(definitions.countries))
    rows += [(country, 0.0, 0.0, 0.0, version, 1) for country in gone]
    _insert(client, "country_references", _REFERENCES, rows)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _insert(client: Client, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        client.insert(table, rows, list(columns), settings={"async_insert": 0})
