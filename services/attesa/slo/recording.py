"""Recording rules of one objective, under the names that Sloth's rules and dashboards use. Pure.

Unlike Sloth's, long windows weigh every event alike, and a window without events has no value.
"""

from typing import Any

from attesa.core import metrics
from attesa.slo.objective import Slo
from attesa.slo.promql import increase, indented, rate
from attesa.slo.windows import seconds

Rule = dict[str, Any]

INTERVAL_SECONDS = 30
PERIOD_INTERVAL_SECONDS = 120
RAW_LIMIT_SECONDS = 6 * 3_600  # longer windows are sums of recorded rates: fewer samples to read
BASE = "1h"

EVENTS_RATE = f"attesa:slo_events:rate{BASE}"
BAD_RATE = f"attesa:slo_bad:rate{BASE}"


def ids(slo: Slo) -> dict[str, str]:
    """The labels by which Sloth's rules name an objective."""
    return {"sloth_id": slo.id, "sloth_service": slo.service, "sloth_slo": slo.name}


def selector(slo: Slo) -> str:
    return f'{{sloth_id="{slo.id}"}}'


def sli_rules(slo: Slo) -> list[Rule]:
    """The rates that long windows are made of, error ratios and counts of events of each window."""
    used = {window for row in slo.windows for window in (row.short, row.long)} | {"5m", BASE}
    counted = {row.long for row in slo.windows}
    rates = [
        _rule(slo, EVENTS_RATE, rate(metrics.SLO_EVENTS, slo.matchers, BASE)),
        _rule(slo, BAD_RATE, rate(metrics.SLO_BAD, slo.matchers, BASE)),
    ]
    ratios = [
        _rule(slo, f"slo:sli_error:ratio_rate{window}", _ratio(slo, window), window)
        for window in sorted(used, key=seconds)
    ]
    counts = [
        _rule(slo, f"attesa:slo_events:increase{window}", _count(slo, window), window)
        for window in sorted(counted, key=seconds)
    ]
    return [*rates, *ratios, *counts]


def meta_rules(slo: Slo) -> list[Rule]:
    """The objective itself as series, and how fast the budget burns now."""
    days = seconds(slo.period) // 86_400
    info = {
        "sloth_mode": "cli-gen-openslo",
        "sloth_objective": f"{slo.target * 100:.10g}",
        "sloth_spec": "openslo/v1",
        "sloth_version": "attesa",
    }
    burn = _over_budget(slo, "5m")
    return [
        _rule(slo, "slo:objective:ratio", f"vector({slo.target:g})"),
        _rule(slo, "slo:error_budget:ratio", f"vector({slo.budget:g})"),
        _rule(slo, "slo:time_period:days", f"vector({days})"),
        _rule(slo, "slo:current_burn_rate:ratio", burn),
        {"record": "sloth_slo_info", "expr": "vector(1)", "labels": {**ids(slo), **info}},
    ]


def period_rules(slo: Slo) -> list[Rule]:
    """What the whole period has used of the budget. Needs a retention longer than the period."""
    ratio, count = f"slo:sli_error:ratio_rate{slo.period}", f"attesa:slo_events:increase{slo.period}"
    return [
        _rule(slo, ratio, _ratio(slo, slo.period), slo.period),
        _rule(slo, count, _count(slo, slo.period), slo.period),
        _rule(slo, "slo:period_burn_rate:ratio", _over_budget(slo, slo.period)),
        _rule(
            slo, "slo:period_error_budget_remaining:ratio", f"1 - slo:period_burn_rate:ratio{selector(slo)}"
        ),
    ]


def _rule(slo: Slo, record: str, expr: str, window: str | None = None) -> Rule:
    labels = ids(slo) if window is None else {**ids(slo), "sloth_window": window}
    return {"record": record, "expr": expr, "labels": labels}


def _ratio(slo: Slo, window: str) -> str:
    """Bad over all events of the window; `> 0`: no events, no value, and so never green."""
    if window == BASE:
        bad, events = f"{BAD_RATE}{selector(slo)}", f"{EVENTS_RATE}{selector(slo)}"
    elif seconds(window) <= RAW_LIMIT_SECONDS:
        bad = rate(metrics.SLO_BAD, slo.matchers, window)
        events = rate(metrics.SLO_EVENTS, slo.matchers, window)
    else:
        bad = f"sum_over_time({BAD_RATE}{selector(slo)}[{window}])"
        events = f"sum_over_time({EVENTS_RATE}{selector(slo)}[{window}])"
    return f"{bad}\n/\n(\n{indented(events)}\n  > 0\n)"


def _count(slo: Slo, window: str) -> str:
    """Events in the window. Of a recorded rate, each sample stands for the group's interval."""
    if seconds(window) <= RAW_LIMIT_SECONDS:
        return increase(metrics.SLO_EVENTS, slo.matchers, window)
    return f"{INTERVAL_SECONDS} * sum_over_time({EVENTS_RATE}{selector(slo)}[{window}])"


def _over_budget(slo: Slo, window: str) -> str:
    return (
        f"max without (sloth_window) (slo:sli_error:ratio_rate{window}{selector(slo)})\n"
        f"/ on (sloth_id, sloth_slo, sloth_service) group_left ()\n"
        f"slo:error_budget:ratio{selector(slo)}"
    )
