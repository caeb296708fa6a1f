import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from attesa.core import metrics
from attesa.exporter import families
from attesa.slo import deliveries
from attesa.slo.pipeline import GATEWAY_DEAD

COUNTERS = ("_total", "_bucket", "_sum", "_count")
METRIC = re.compile(r"\b((?:attesa|slo|sloth)[a-z_]*(?::[a-z_0-9]+)*)(?=[{\[) ]|$)")


@pytest.fixture(scope="module")
def board(root: Path) -> dict[str, Any]:
    return json.loads((root / "deploy/grafana/dashboards/attesa-slo.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def queries(board: dict[str, Any]) -> list[str]:
    return [
        target["expr"] for panel in board["panels"] for target in panel.get("targets", []) if "expr" in target
    ]


def recorded(root: Path) -> set[str]:
    found = set()
    for path in (root / "deploy/prometheus").glob("*.rules.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            found |= {rule["record"] for rule in group["rules"] if "record" in rule}
    return found


def exported() -> set[str]:
    told = [*vars(metrics).values(), *vars(deliveries).values(), GATEWAY_DEAD]
    names = {value for value in told if isinstance(value, str) and value.startswith("attesa_")}
    return names | {name + suffix for name in names for suffix in COUNTERS}


def test_the_committed_board_is_what_its_script_writes(root: Path):
    script = root / "deploy/grafana/make_dashboard.py"
    done = subprocess.run([sys.executable, script, "--check"], check=False)
    assert done.returncode == 0, "run python deploy/grafana/make_dashboard.py"


def test_every_metric_on_the_board_is_exported_or_recorded(root: Path, queries: list[str]):
    known = exported() | recorded(root)
    used = {name for query in queries for name in METRIC.findall(query)}
    assert len(used) > 15
    assert used <= known


def test_copies_of_a_family_with_parts_are_merged_part_by_part(queries: list[str]):
    labels = {f"{spec.metric}_total": spec.label for spec in families.PARTED}
    labels |= {f"{spec.metric}_total": "currency" for spec in families.MONEY}
    merged = re.compile(r"max by \(([a-z, ]+)\) \((?:increase|rate)\((\w+)")
    found = [
        (metric, kept) for query in queries for kept, metric in merged.findall(query) if metric in labels
    ]
    assert len(found) >= 6
    assert [metric for metric, kept in found if labels[metric] not in kept.split(", ")] == []


def test_variables_ask_for_metrics_that_exist(root: Path, board: dict[str, Any]):
    for variable in board["templating"]["list"]:
        metric = re.match(r"label_values\((\w+), \w+\)$", variable["definition"])
        assert metric is not None
        assert metric[1] in exported() | recorded(root)


@pytest.mark.promtool
def test_every_query_is_promql(promtool: str, queries: list[str], tmp_path: Path):
    rules = [
        {"record": f"board:{number}", "expr": re.sub(r"\$__rate_interval", "5m", query)}
        for number, query in enumerate(queries)
    ]
    path = tmp_path / "board.rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_row_says_whether_the_board_is_true(board: dict[str, Any]):
    rows = [panel["title"] for panel in board["panels"] if panel["type"] == "row"]
    assert rows[0] == "Is this board true?"
    first = [panel["title"] for panel in board["panels"][1:3]]
    assert first == ["Partitions written", "Age of the oldest partition"]


def test_no_data_is_unknown_and_grey(board: dict[str, Any]):
    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["noValue"] == "unknown", panel["title"]
        if panel["type"] == "stat":
            result = defaults["mappings"][0]["options"]["result"]
            assert result == {"text": "unknown", "color": "#808080", "index": 0}


def test_gaps_stay_gaps(board: dict[str, Any]):
    lines = [panel for panel in board["panels"] if panel["type"] == "timeseries"]
    assert all(panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False for panel in lines)


def test_every_panel_says_what_it_means_and_asks_a_source_that_is_provided(root: Path, board: dict[str, Any]):
    path = root / "deploy/grafana/provisioning/datasources/attesa.yml"
    provided = {source["uid"] for source in yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]}
    for panel in board["panels"]:
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["datasource"]["uid"] in provided


def test_panels_do_not_overlap(board: dict[str, Any]):
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_columns_asked_of_clickhouse_are_in_its_table(root: Path, board: dict[str, Any]):
    (path,) = (root / "schemas/clickhouse").glob("*_sessions.sql")
    ddl = path.read_text(encoding="utf-8")
    columns = set(re.findall(r"^    `(\w+)`", ddl, re.MULTILINE))
    statements = [
        target["rawSql"]
        for panel in board["panels"]
        for target in panel.get("targets", [])
        if "rawSql" in target
    ]
    assert len(statements) == 1
    assert {"tenant", "first_reply_at", "wait_ms"} <= columns
    assert "FROM sessions FINAL" in statements[0]


def test_the_board_is_where_compose_and_provisioning_look(root: Path, compose: dict[str, Any]):
    grafana = compose["services"]["grafana"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    provider = yaml.safe_load(
        (root / "deploy/grafana/provisioning/dashboards/attesa.yml").read_text(encoding="utf-8")
    )["providers"][0]
    assert home == f"{provider['options']['path']}/attesa-slo.json"
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in grafana["volumes"]
