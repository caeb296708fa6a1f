"""The KPI table, read from ClickHouse."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.terminal import terminal


class Group(StrEnum):
    QUEUE = "queue"
    COUNTRY = "country"
    CHANNEL = "channel"
    PURPOSE = "purpose"
    TEAM = "team"
    VISIBILITY = "visibility"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@app.command()
def report(
    tenant: Annotated[str, typer.Option(help="whose numbers")] = "default",
    start: Annotated[str | None, typer.Option("--from", help="date or instant, in the tenant's zone")] = None,
    end: Annotated[str | None, typer.Option("--to", help="date or instant, excluded")] = None,
    by: Annotated[Group | None, typer.Option(help="one line per ...")] = None,
    threshold: Annotated[
        list[int] | None, typer.Option(help="seconds; may be given again", show_default="20, 30, 45")
    ] = None,
    further: Annotated[bool, typer.Option("--all", help="also conversion, surveys, recontact, ...")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="every number, for programs")] = False,
) -> None:
    """Print received, answered, lost, waits and service levels, from ClickHouse.

    Example: `attesa report --tenant history --by queue --threshold 30 --all`
    """
    from attesa.loader import report as reports  # noqa: PLC0415
    from attesa.loader.report_table import FurtherTable, ReportTable  # noqa: PLC0415

    group = by.value if by else None
    thresholds = threshold or list(reports.DEFAULT_THRESHOLDS_SECONDS)
    settings = environment.load()
    rows = reports.report(settings, tenant, start, end, group, thresholds)
    if not any(row["records"] for row in rows):
        others = ", ".join(reports.tenants_with_sessions(settings)) or "nobody yet"
        print(f"attesa: no sessions of tenant {tenant!r} here; there are some of: {others}", file=sys.stderr)
    if as_json:
        print(json.dumps(rows if group else rows[0], indent=2))
    else:
        terminal().print(ReportTable(rows, group))
        if further:
            terminal().print(FurtherTable(rows, group))
