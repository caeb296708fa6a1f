import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SECTIONS = [
    "What it means", "What the customer feels", "First look", "Causes", "What to do", "Over when",
]  # fmt: skip
FOLDER = Path(__file__).parents[2] / "docs/runbooks"
BOOKS = sorted(FOLDER.glob("*.md"))
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.+?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def alerts(root: Path) -> dict[str, str]:
    """Each alert's runbook_url."""
    found = {}
    for path in (root / "deploy/prometheus").glob("*.rules.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            found |= {
                rule["alert"]: rule["annotations"]["runbook_url"]
                for rule in group["rules"]
                if "alert" in rule
            }
    return found


def blocks(kind: str) -> list[tuple[str, str]]:
    return [
        (path.stem, match["text"])
        for path in BOOKS
        for match in BLOCK.finditer(path.read_text(encoding="utf-8"))
        if match["kind"] == kind
    ]


def test_every_alert_has_its_runbook_and_every_runbook_its_alert(alerts: dict[str, str]):
    assert {path.stem for path in BOOKS} == set(alerts)


def test_alerts_lead_to_the_files(alerts: dict[str, str], root: Path):
    for name, url in alerts.items():
        assert url == f"docs/runbooks/{name}.md"
        assert (root / url).is_file()


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_runbook_answers_the_six_questions_in_order(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.stem}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:])


@pytest.mark.promtool
def test_queries_of_the_runbooks_are_promql(promtool: str, tmp_path: Path):
    rules = [{"record": f"look:{number}", "expr": text} for number, (_, text) in enumerate(blocks("promql"))]
    assert len(rules) >= len(BOOKS)
    path = tmp_path / "runbooks.rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "runbooks", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_queries_of_the_runbooks_ask_for_metrics_that_are_served(root: Path):
    sources = [*(root / "services/attesa").rglob("*.py"), *(root / "deploy/prometheus").glob("*.rules.yml")]
    served = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for name, text in blocks("promql"):
        for metric in re.findall(r"\b(?:attesa|slo)[a-z_]*(?::\w+)+|\battesa_\w+", text):
            assert metric in served or metric.removesuffix("_total") in served, f"{name}: {metric}"


def test_commands_of_the_runbooks_exist():
    commands = {
        found for _, text in blocks("sh") for found in re.findall(r"^attesa ([\w-]+)", text, re.MULTILINE)
    }
    assert commands
    for command in sorted(commands):
        asked = [sys.executable, "-c", "from attesa.cli import main; main()", command, "--help"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"attesa {command}: {done.stderr}"


def test_the_page_on_objectives_lists_every_alert(alerts: dict[str, str], root: Path):
    text = (root / "docs/slo.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(runbooks/(\w+)\.md\)", text)) == set(alerts)
