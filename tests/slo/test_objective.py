from pathlib import Path

import pytest

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError
from attesa.slo import load


@pytest.fixture
def quick(root: Path) -> str:
    return (root / "schemas/slo/live-chat-reply.yaml").read_text(encoding="utf-8")


def refused(folder: Path, text: str) -> str:
    path = folder / "slo.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(folder) + "/")


def test_the_quick_reply_objective_is_read(root: Path):
    slo = load(root / "schemas/slo/live-chat-reply.yaml")
    assert (slo.id, slo.target, slo.budget, slo.period) == ("attesa-live-chat-reply", 0.9, 0.1, "30d")
    assert (slo.channel, slo.slo, slo.minimum_events) == ("live_chat", "good", 20)
    assert slo.matchers == 'channel="live_chat",slo="good"'
    assert [row.factor for row in slo.windows] == [7.2, 6, 3, 1]


def test_without_windows_of_its_own_an_objective_gets_the_workbooks(root: Path):
    slo = load(root / "schemas/slo/live-chat-reply-3m.yaml")
    assert (slo.slo, slo.target) == ("bad", 0.99)
    assert [row.factor for row in slo.windows] == [14.4, 6, 3, 1]


def test_the_words_of_the_files_are_the_default_thresholds(root: Path):
    pair = Definitions().channels["live_chat"]
    quick = load(root / "schemas/slo/live-chat-reply.yaml").description
    slow = load(root / "schemas/slo/live-chat-reply-3m.yaml").description
    assert f"within {pair.good_seconds} seconds" in quick
    assert f"within {pair.bad_seconds // 60} minutes" in slow


def test_rows_that_cannot_fire_are_refused_with_line_field_and_what_to_write(tmp_path: Path, quick: str):
    text = "\n".join(line for line in quick.splitlines() if "attesa.windows:" not in line)
    assert refused(tmp_path, text) == (
        "slo.yaml:7: metadata.annotations.attesa.windows: 'page 5m/1h 14.4' can never fire at target 0.9: "
        "14.4 x 0.1 asks for 144% bad events. "
        "Write attesa.windows: page 5m/1h 7.2, page 30m/6h 6, ticket 2h/1d 3, ticket 6h/3d 1"
    )


WINDOWS = "metadata.annotations.attesa.windows"
MINIMUM = "metadata.annotations.attesa.minimum_events"
RATIO = "spec.indicator.spec.ratioMetric"
BAD, TOTAL = f"{RATIO}.bad.metricSource.spec.query", f"{RATIO}.total.metricSource.spec.query"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("target: 0.90", "target: 90", "spec.objectives.0.target: Input should be less than 1"),
        ("7.2, page", "14.4, page", f"{WINDOWS}: 'page 5m/1h 14.4' can never fire at target 0.9"),
        ("7.2, page", "7.2; page", f"{WINDOWS}: cannot read "),
        ("6h/3d 1", "6h/30d 1", f"{WINDOWS}: 'ticket 6h/30d 1': the long window must be shorter"),
        ('"20"', '"0"', f"{MINIMUM}: a whole number from 1"),
        ('"20"', "20", f"{MINIMUM}: Input should be a valid string"),
        ("minimum_events", "min_events", "metadata.annotations.attesa.min_events: unknown option"),
        ("openslo/v1", "openslo/v2", "apiVersion: Input should be 'openslo/v1'"),
        ("kind: SLO", "kind: SLI", "kind: Input should be 'SLO'"),
        ("Occurrences", "Timeslices", "spec.budgetingMethod: Input should be 'Occurrences'"),
        ("duration: 30d", "duration: 1M", "spec.timeWindow.0.duration: String should match"),
        ("isRolling: true", "isRolling: false", "spec.timeWindow.0.isRolling: Input should be True"),
        ("counter: true", "counter: false", f"{RATIO}.counter: Input should be True"),
        ("query: attesa_slo_bad", "query: attesa_missed", f"{BAD}: must be the counter alone"),
        ('attesa_slo_events_total{channel="live_chat"', "sum(attesa_slo_events_total{", f"{TOTAL}: must be"),
        (
            "query: attesa_slo_events_total{",
            'query: attesa_slo_events_total{city="Rome",',
            f"{TOTAL}: no label",
        ),
        ('events_total{channel="live_chat"', 'events_total{channel="chat"', f"{TOTAL}: must select the same"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_field(
    tmp_path: Path, quick: str, old: str, new: str, message: str
):
    text = quick.replace("# OpenSLO v1. ", "# ").replace(old, new)
    changed = [number for number, line in enumerate(text.splitlines(), 1) if new in line]
    assert len(changed) == 1
    assert refused(tmp_path, text).startswith(f"slo.yaml:{changed[0]}: {message}")


def test_a_field_that_is_missing_is_named_with_the_line_of_what_lacks_it(tmp_path: Path, quick: str):
    assert refused(tmp_path, quick.replace("  service: attesa\n", "")) == (
        "slo.yaml:13: spec.service: Field required"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('channel="live_chat",', "", 'must name one channel, as in channel="…"'),
        ('slo="good"', 'slo="30s"', 'slo is "good" or "bad"'),
        ('slo="good"', "slo=good", "cannot read the matcher 'slo=good'"),
    ],
)
def test_both_queries_must_name_the_channel_and_the_threshold(
    tmp_path: Path, quick: str, old: str, new: str, message: str
):
    assert refused(tmp_path, quick.replace(old, new)).endswith(message)


def test_an_objective_may_be_one_tenants(tmp_path: Path, quick: str):
    path = tmp_path / "slo.yaml"
    path.write_text(quick.replace('{channel="live_chat"', '{tenant=~"shop|bank",channel="live_chat"'))
    assert load(path).matchers == 'channel="live_chat",slo="good",tenant=~"shop|bank"'


def test_a_file_that_is_no_yaml_or_not_there_is_one_line(tmp_path: Path):
    assert refused(tmp_path, "a: [").startswith("slo.yaml: while parsing")
    assert refused(tmp_path, "just text").startswith("slo.yaml:1: document: ")
    assert refused(tmp_path, "").startswith("slo.yaml:1: document: ")
    with pytest.raises(ConfigurationError, match=r"absent\.yaml: No such file"):
        load(tmp_path / "absent.yaml")
