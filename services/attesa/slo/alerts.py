"""Alerts as Prometheus rules: burn rates of an objective, one person waiting, the pipeline itself. Pure.

Every alert has a page of its own in docs/runbooks. Burn rates have no `for:`: their windows are the delay.
"""

from typing import Any, Literal

from attesa.core import metrics
from attesa.core.definitions import Definitions
from attesa.slo.objective import Slo
from attesa.slo.promql import indented, without_data_tenants
from attesa.slo.recording import ids, selector
from attesa.slo.windows import BurnWindow, Severity

Alert = dict[str, Any]
Team = Literal["service", "pipeline"]

OCCUPIED_RATIO = 0.95  # above, the next customer waits for somebody to become free
OCCUPIED_WAIT = "15m"
PAGED_CHANNELS = ("live_chat",)  # the others' customers expect hours: a ticket is soon enough


def marked(severity: Severity | Literal["none"], team: Team, **more: str) -> dict[str, str]:
    """The labels by which Alertmanager routes: how soon, and whose it is."""
    return {"severity": severity, "team": team, **more}


def alert(
    name: str, expr: str, labels: dict[str, str], *, summary: str, description: str, wait: str | None = None
) -> Alert:
    """One alerting rule with its runbook; `wait` is Prometheus' `for`."""
    return {
        "alert": name,
        "expr": expr,
        **({"for": wait} if wait else {}),
        "labels": labels,
        "annotations": {
            "summary": summary,
            "description": description,
            "runbook_url": f"docs/runbooks/{name}.md",
        },
    }


def burn_alerts(slo: Slo, definitions: Definitions) -> list[Alert]:
    """One alert per severity; any of its rows fires it."""
    pair = definitions.channels[slo.channel]
    threshold = pair.good_seconds if slo.slo == metrics.SLO_GOOD else pair.bad_seconds
    severities: tuple[Severity, ...] = ("page", "ticket")
    found = []
    for severity in severities:
        rows = [row for row in slo.windows if row.severity == severity]
        if not rows:
            continue
        found.append(
            alert(
                slo.alert,
                "\nor\n".join(_row(slo, row) for row in rows),
                marked(severity, "service", **ids(slo), sloth_severity=severity),
                summary=f"{{{{ $labels.tenant }}}}: too many {slo.channel} customers wait over {threshold} s",
                description=(
                    "{{ $value | humanizePercentage }} of the verdicts were late in the short window; "
                    f"{slo.name} allows {slo.budget * 100:.4g} % over {slo.period}. "
                    f"Fires {' or '.join(_words(row, slo.target) for row in rows)}."
                ),
            )
        )
    return found


def _words(row: BurnWindow, target: float) -> str:
    return f"above {row.bad_share(target) * 100:.4g} % in {row.long} and {row.short}"


def _row(slo: Slo, row: BurnWindow) -> str:
    threshold = f"({row.factor:g} * {slo.budget:g})"
    conditions = [
        f"slo:sli_error:ratio_rate{row.short}{selector(slo)} > {threshold}",
        f"slo:sli_error:ratio_rate{row.long}{selector(slo)} > {threshold}",
        f"attesa:slo_events:increase{row.long}{selector(slo)} >= {slo.minimum_events}",
    ]
    joined = "\nand\n".join(f"max without (sloth_window) ({condition})" for condition in conditions)
    return f"(\n{indented(joined)}\n)"


def waiting_alerts(definitions: Definitions) -> list[Alert]:
    """One per channel: somebody waits beyond its bad threshold now, however little the traffic."""
    return [
        alert(
            "CustomerWaitingBeyondBad",
            f"time() - min by (tenant, channel, queue) (\n"
            f'  {metrics.OLDEST_WAITING_SINCE}{{channel="{channel}"}}\n'
            f"  {without_data_tenants()}\n"
            f") > {pair.bad_seconds}",
            marked("page" if channel in PAGED_CHANNELS else "ticket", "service", channel=channel),
            summary=f"{{{{ $labels.tenant }}}}: on {channel} a customer waits over {pair.bad_seconds} s now",
            description=(
                "The oldest customer in queue {{ $labels.queue }} has been waiting for "
                f"{{{{ $value | humanizeDuration }}}} without a person's reply; {pair.bad_seconds} s is bad."
            ),
        )
        for channel, pair in definitions.channels.items()
    ]


def staffing_alerts() -> list[Alert]:
    """Agents who have had no slot free for a while: nobody is late yet, and soon everybody is."""
    occupancy = f"{metrics.OCCUPANCY}\n{without_data_tenants()}"
    return [
        alert(
            "OccupancyHigh",
            f"max by (tenant, queue) (\n{indented(occupancy)}\n) > {OCCUPIED_RATIO}",
            marked("ticket", "service"),
            wait=OCCUPIED_WAIT,
            summary="{{ $labels.tenant }}: the agents of {{ $labels.queue }} are fully taken",
            description=(
                "{{ $value | humanizePercentage }} of the slots in queue {{ $labels.queue }} are in use; "
                f"over {OCCUPIED_RATIO * 100:g} % for {OCCUPIED_WAIT}: whoever comes next waits for one."
            ),
        )
    ]
