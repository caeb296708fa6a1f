from pathlib import Path
from typing import Any

import pytest
import yaml

from attesa.core import metrics
from attesa.core.definitions import Definitions, Expectation
from attesa.core.errors import ConfigurationError
from attesa.slo import load, pipeline, pipeline_rules, promql, render, rules

DEFINITIONS = Definitions()


def files(root: Path) -> list[Path]:
    return sorted((root / "schemas/slo").glob("*.yaml"))


def each(rule_file: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [rule for group in rule_file["groups"] for rule in group["rules"] if kind in rule]


@pytest.fixture(scope="module")
def quick(root: Path) -> dict[str, Any]:
    return rules(load(root / "schemas/slo/live-chat-reply.yaml"), DEFINITIONS)


def test_the_committed_rules_are_what_the_files_give(root: Path):
    assert render(files(root), root / "deploy/prometheus", DEFINITIONS, check=True) == []


def test_every_committed_rule_file_has_its_source(root: Path):
    expected = {f"slo-{path.stem}.rules.yml" for path in files(root)} | {"attesa.rules.yml"}
    assert {path.name for path in (root / "deploy/prometheus").glob("*.rules.yml")} == expected


def test_rendering_writes_once_and_the_same_bytes_again(root: Path, tmp_path: Path):
    assert len(render(files(root), tmp_path / "out", DEFINITIONS)) == 3
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert render(files(root), tmp_path / "out", DEFINITIONS) == []
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_check_names_what_differs_and_writes_nothing(root: Path, tmp_path: Path):
    changed = render(files(root), tmp_path / "out", DEFINITIONS, check=True)
    assert tmp_path / "out/attesa.rules.yml" in changed
    assert not (tmp_path / "out").exists()


def test_two_files_with_one_objective_are_refused(root: Path, tmp_path: Path):
    with pytest.raises(ConfigurationError, match="another file has an objective named 'live-chat-reply'"):
        render([files(root)[0], files(root)[1], files(root)[1]], tmp_path, DEFINITIONS)


def test_an_objective_of_an_unknown_channel_is_refused(root: Path, tmp_path: Path):
    path = tmp_path / "slo.yaml"
    text = (root / "schemas/slo/live-chat-reply.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace('"live_chat"', '"fax"'), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"slo\.yaml: no channel 'fax': one of live_chat"):
        rules(load(path), DEFINITIONS)


def test_records_have_sloths_names(quick: dict[str, Any]):
    names = {rule["record"] for rule in each(quick, "record")}
    windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
    assert names >= {f"slo:sli_error:ratio_rate{window}" for window in windows}
    assert names >= {
        "slo:objective:ratio",
        "slo:error_budget:ratio",
        "slo:time_period:days",
        "slo:current_burn_rate:ratio",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
        "sloth_slo_info",
    }


def test_records_and_alerts_carry_sloths_ids(quick: dict[str, Any]):
    ids = {
        "sloth_id": "attesa-live-chat-reply",
        "sloth_service": "attesa",
        "sloth_slo": "live-chat-reply",
    }
    for rule in each(quick, "expr"):
        assert rule["labels"].items() >= ids.items()
    for rule in each(quick, "record"):
        if "sli_error" in rule["record"]:
            assert rule["record"].endswith(rule["labels"]["sloth_window"])


def test_burn_rates_do_not_wait_beyond_their_windows(quick: dict[str, Any]):
    assert [rule["labels"]["sloth_severity"] for rule in each(quick, "alert")] == ["page", "ticket"]
    assert all("for" not in rule for rule in each(quick, "alert"))


def test_the_samples_that_long_counts_stand_for_are_the_groups_interval(quick: dict[str, Any]):
    intervals = {
        group["interval"]
        for group in quick["groups"]
        for rule in group["rules"]
        if rule.get("record") == "attesa:slo_events:rate1h"
    }
    assert intervals == {"30s"}
    counts = [
        rule["expr"]
        for rule in each(quick, "record")
        if rule["record"].endswith(("increase1d", "increase30d"))
    ]
    assert all(expr.startswith("30 * sum_over_time(") for expr in counts)


def test_thresholds_come_from_the_definitions():
    definitions = Definitions(channels={"live_chat": Expectation(good_seconds=20, bad_seconds=90)})
    found = [
        rule
        for rule in each(pipeline_rules(definitions), "alert")
        if rule["alert"] == "CustomerWaitingBeyondBad" and rule["labels"]["severity"] == "page"
    ]
    assert [rule["expr"].rsplit(None, 1)[-1] for rule in found] == ["90"]


def test_every_channel_has_its_page_or_ticket():
    found = {
        rule["labels"]["channel"]: rule["labels"]["severity"]
        for rule in each(pipeline_rules(DEFINITIONS), "alert")
        if rule["alert"] == "CustomerWaitingBeyondBad"
    }
    assert found == {"live_chat": "page", "chat": "ticket", "social": "ticket", "email": "ticket"}


def test_every_alert_says_what_how_and_where_to_read(root: Path):
    for path in (root / "deploy/prometheus").glob("*.rules.yml"):
        for rule in each(yaml.safe_load(path.read_text(encoding="utf-8")), "alert"):
            assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
            assert rule["labels"]["severity"] in ("page", "ticket", "none")
            assert rule["labels"]["team"] in ("service", "pipeline")


def test_what_silences_the_objectives_belongs_to_the_pipeline():
    found = [
        rule["alert"] for rule in each(pipeline_rules(DEFINITIONS), "alert") if rule["labels"].get("inhibits")
    ]
    four = ["PartitionNotWritten", "PartitionHeld", "SourceSilent", "ExporterAbsent"]
    assert found == [*four, "SpoolNotDraining"]


def test_the_loader_says_how_far_it_lags_by_the_name_that_the_rules_ask_for():
    health = pytest.importorskip("attesa.loader.health", reason="the loader is not there yet")
    assert pipeline.LOADER_LAG in Path(health.__file__).read_text(encoding="utf-8")


def test_copies_are_merged_by_the_exporters_labels():
    assert promql.COPY_LABELS.split(", ") == list(metrics.SLO_LABELS)
