# noqa: INP001  a script, no package
"""Writes dashboards/attesa-slo.json: is the board true, the objectives, who waits now, how
long they waited; losses and replies, customers, agents, countries and deliveries.

Run it after a change of metric names or objectives: python deploy/grafana/make_dashboard.py
`--check` writes nothing and exits 1 where the file is not as it should be.
"""

import json
import sys
from pathlib import Path
from typing import Any

from deliveries import deliveries
from figures import agents, countries, customers, replies
from panels import GREEN, PROMETHEUS, RED, YELLOW, Panel, graph, heatmap, sql, stat
from queries import CELL, COPIES, SERVED, cells

from attesa.core import metrics as m
from attesa.core.definitions import DEFAULT_CHANNELS
from attesa.slo.pipeline import DEAD_INCREASE, SILENT_SECONDS

OUT = Path(__file__).parent / "dashboards" / "attesa-slo.json"

WIDTH = 24  # of Grafana's grid


def truth() -> list[Panel]:
    """First of all: are the numbers below complete and fresh."""
    written = f"max by (processor, partition) ({m.PARTITION_PROGRESS})"
    fresh = f"sum(time() - {written} < bool {SILENT_SECONDS})"
    held = f"min by (tenant, processor, partition) ({m.PARTITION_HELD})"
    return [
        stat(
            "Partitions written",
            "Written in the last 2 minutes, of those that ever were. Below 1 the board shows old numbers.",
            (f"{fresh} / count({written})", ""),
            "percentunit",
            ((None, RED), (1, GREEN)),
        ),
        stat(
            "Age of the oldest partition",
            "Since when a partition has not been written.",
            (f"max(time() - {written})", ""),
            "s",
            ((None, GREEN), (10, YELLOW), (SILENT_SECONDS, RED)),
        ),
        stat(
            "Partitions held",
            "Behind the end of the log: nobody there is judged late until they have caught up.",
            (f"sum({held})", ""),
            "none",
            ((None, GREEN), (1, RED)),
        ),
        stat(
            "Events not yet read",
            "In the partition that lags most.",
            (f"max({m.PARTITION_LAG})", ""),
            "none",
            ((None, GREEN), (1_000, YELLOW), (10_000, RED)),
        ),
        stat(
            "Events that could not be used",
            "In 10 minutes, all tenants; the topic attesa.dead-letters says which and why.",
            (f"sum({DEAD_INCREASE}) or (0 * max({m.PARTITIONS}))", ""),
            "none",
            ((None, GREEN), (1, YELLOW), (10, RED)),
        ),
    ]


def objectives() -> list[Panel]:
    chosen = SERVED[:-1] + ',sloth_id=~"$objective"}'
    by = "{{tenant}} {{channel}} {{sloth_slo}}"
    return [
        graph(
            "Met within the threshold, last hour, and the target",
            "1 - bad verdicts / verdicts. A gap is an hour without verdicts.",
            (
                (f"1 - slo:sli_error:ratio_rate1h{chosen}", by),
                ('slo:objective:ratio{sloth_id=~"$objective"}', "target {{sloth_slo}}"),
            ),
            "percentunit",
        ),
        stat(
            "Error budget left",
            "Of the period; below 0 the objective is missed.",
            (f"min(slo:period_error_budget_remaining:ratio{chosen})", ""),
            "percentunit",
            ((None, RED), (0, YELLOW), (0.25, GREEN)),
        ),
        graph(
            "Burn rate, 5 minutes",
            "1 uses the budget up exactly at the end of the period; docs/slo.md has each objective's lines.",
            ((f"slo:current_burn_rate:ratio{chosen}", by),),
            "none",
            ((None, GREEN), (1, YELLOW), (6, RED)),
        ),
        graph(
            "Verdicts, last hour",
            "How many the ratios are made of. Under 20 no burn rate pages.",
            ((f"attesa:slo_events:increase1h{chosen}", by),),
            "none",
        ),
    ]


def live() -> list[Panel]:
    oldest = f"time() - min by (channel, queue) ({m.OLDEST_WAITING_SINCE}{CELL})"
    pair = DEFAULT_CHANNELS["live_chat"]
    level = f'max by ({COPIES}, window) ({m.SERVICE_LEVEL}{CELL[:-1]},slo="good"}})'
    return [
        graph(
            "Longest wait now",
            "Of those who wait. A gap: nobody waits. Lines: live chat's two thresholds.",
            ((oldest, "{{channel}} {{queue}}"),),
            "s",
            ((None, GREEN), (pair.good_seconds, YELLOW), (pair.bad_seconds, RED)),
        ),
        graph(
            "Waiting now",
            "Customers who asked and have no reply yet.",
            ((cells(m.WAITING), "{{queue}}"),),
            "none",
        ),
        graph(
            "Service level, rolling",
            "met / (met + missed) of what was decided in the window, per queue and country.",
            ((level, "{{queue}} {{country}} {{window}}"),),
            "percentunit",
        ),
        graph(
            "Lost, last hour",
            "lost / (answered + lost) of what was decided in the hour.",
            ((f'max by ({COPIES}) ({m.LOST_RATIO}{CELL[:-1]},window="1h"}})', "{{queue}} {{country}}"),),
            "percentunit",
        ),
    ]


def history() -> list[Panel]:
    where = "tenant = ${tenant:singlequote} AND $__timeFilter(first_reply_at)"
    buckets = (
        f"sum by (le) (max by ({COPIES}, le) (increase({m.WAIT_SECONDS}_bucket{CELL}[$__rate_interval])))"
    )
    flow = tuple(
        (f"sum({cells(f'{metric}_total', 'increase', '5m')})", name)
        for metric, name in (
            (m.OFFERED, "offered"),
            (m.ANSWERED, "answered"),
            (m.ABANDONED, "abandoned"),
            (m.REJECTED, "rejected"),
            (m.UNANSWERED, "unanswered"),
        )
    )
    return [
        heatmap("Waits of the answered", "By bucket; whoever gave up is not in it.", buckets),
        sql(
            "Wait of the answered, median and 90 %, exact",
            "From ClickHouse, per hour of the reply. Whoever gave up is not in it.",
            "SELECT toStartOfHour(first_reply_at) AS time, quantileExact(0.5)(wait_ms) / 1000 AS p50, "
            "quantileExact(0.9)(wait_ms) / 1000 AS p90\n"
            f"FROM sessions FINAL\nWHERE {where} AND wait_ms IS NOT NULL\nGROUP BY time\nORDER BY time",
        ),
        graph("Sessions in 5 minutes", "What was decided, by kind.", flow, "none"),
        graph(
            "Not used as they came, 10 minutes",
            "By reason. Duplicates and corrections are normal life.",
            (
                (
                    f"sum by (reason) (max by (tenant, reason) (increase({m.NOT_USED}_total[10m])))",
                    "{{reason}}",
                ),
            ),
            "none",
        ),
    ]


def placed() -> list[Panel]:
    """Rows of panels, side by side, each row under its title."""
    panels: list[Panel] = []
    top = 0
    for title, row, height in (
        ("Is this board true?", truth(), 4),
        ("Objectives", objectives(), 8),
        ("Now", live(), 8),
        ("How long they waited", history(), 8),
        ("Losses and next replies", replies(), 8),
        ("What came of it", customers(), 8),
        ("Agents", agents(), 8),
        ("Countries", countries(), 8),
        ("Deliveries of platforms", deliveries(), 8),
    ):
        panels.append({"type": "row", "title": title, "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1}})
        width = WIDTH // len(row)
        for index, panel in enumerate(row):
            panels.append({**panel, "gridPos": {"x": index * width, "y": top + 1, "w": width, "h": height}})
        top += height + 1
    return [{"id": number, **panel} for number, panel in enumerate(panels, 1)]


def variable(name: str, metric: str, label: str, *, several: bool = True) -> dict[str, Any]:
    query = f"label_values({metric}, {label})"
    return {
        "type": "query",
        "name": name,
        "label": name.capitalize(),
        "datasource": PROMETHEUS,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": several,
        "includeAll": several,
        **({"current": {"text": "All", "value": "$__all"}} if several else {}),
    }


def dashboard() -> dict[str, Any]:
    offered = f"{m.OFFERED}_total"
    return {
        "uid": "attesa-slo",
        "title": "attesa: service level",
        "tags": ["attesa", "slo"],
        "schemaVersion": 42,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {
            "list": [
                variable("tenant", offered, "tenant", several=False),
                variable("channel", offered, "channel"),
                variable("queue", offered, "queue"),
                variable("country", offered, "country"),
                variable("objective", "sloth_slo_info", "sloth_id"),
            ]
        },
        "annotations": {"list": []},
        "panels": placed(),
    }


def text() -> str:
    return json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(OUT.read_text(encoding="utf-8") != text())
    OUT.write_text(text(), encoding="utf-8")
