# noqa: INP001  a script's neighbour, no package
"""Grafana's panels as plain dicts. Without data each says "unknown" in grey, never green."""

from typing import Any

Panel = dict[str, Any]
Query = tuple[str, str]  # PromQL, legend

PROMETHEUS = {"type": "prometheus", "uid": "attesa-prometheus"}
CLICKHOUSE = {"type": "grafana-clickhouse-datasource", "uid": "attesa-clickhouse"}

GREY, GREEN, YELLOW, RED = "#808080", "green", "yellow", "red"

UNKNOWN_MAPPING = {
    "type": "special",
    "options": {"match": "null+nan", "result": {"text": "unknown", "color": GREY, "index": 0}},
}
Steps = tuple[tuple[float | None, str], ...]
NEUTRAL: Steps = ((None, "blue"),)


def _field(unit: str, steps: Steps, **custom: object) -> dict[str, Any]:
    return {
        "defaults": {
            "unit": unit,
            "noValue": "unknown",
            "mappings": [UNKNOWN_MAPPING],
            "color": {"mode": "thresholds" if not custom else "palette-classic"},
            "thresholds": {
                "mode": "absolute",
                "steps": [{"value": value, "color": color} for value, color in steps],
            },
            **({"custom": custom} if custom else {}),
        },
        "overrides": [],
    }


def _targets(queries: tuple[Query, ...], *, instant: bool) -> list[dict[str, Any]]:
    return [
        {
            "refId": chr(ord("A") + index),
            "datasource": PROMETHEUS,
            "expr": expr,
            "legendFormat": legend,
            "instant": instant,
            "range": not instant,
        }
        for index, (expr, legend) in enumerate(queries)
    ]


def stat(title: str, about: str, query: Query, unit: str, steps: Steps) -> Panel:
    return {
        "type": "stat",
        "title": title,
        "description": about,
        "datasource": PROMETHEUS,
        "targets": _targets((query,), instant=True),
        "fieldConfig": _field(unit, steps),
        "options": {"colorMode": "background", "graphMode": "none", "reduceOptions": {"calcs": ["last"]}},
    }


def graph(title: str, about: str, queries: tuple[Query, ...], unit: str, steps: Steps = NEUTRAL) -> Panel:
    """Lines over time; steps with a value are drawn as lines too. Gaps stay gaps."""
    style = "line" if len(steps) > 1 else "off"
    return {
        "type": "timeseries",
        "title": title,
        "description": about,
        "datasource": PROMETHEUS,
        "targets": _targets(queries, instant=False),
        "fieldConfig": _field(unit, steps, spanNulls=False, thresholdsStyle={"mode": style}),
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
    }


def heatmap(title: str, about: str, expr: str) -> Panel:
    target = _targets(((expr, "{{le}}"),), instant=False)
    return {
        "type": "heatmap",
        "title": title,
        "description": about,
        "datasource": PROMETHEUS,
        "targets": [{**target[0], "format": "heatmap"}],
        "fieldConfig": {"defaults": {"noValue": "unknown"}, "overrides": []},
        "options": {"calculate": False, "yAxis": {"unit": "s"}, "color": {"scheme": "Blues"}},
    }


def sql(title: str, about: str, statement: str) -> Panel:
    return {
        "type": "timeseries",
        "title": title,
        "description": about,
        "datasource": CLICKHOUSE,
        "targets": [
            {
                "refId": "A",
                "datasource": CLICKHOUSE,
                "editorType": "sql",
                "queryType": "timeseries",
                "format": 0,
                "rawSql": statement,
                "pluginVersion": "4.20.0",
            }
        ],
        "fieldConfig": _field("s", NEUTRAL, spanNulls=False),
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
    }
