import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "promtool"

pytestmark = pytest.mark.promtool


def run(promtool: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [promtool, *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_accepts_its_configuration_and_all_rules(promtool: str, root: Path):
    said = run(promtool, "check", "config", root / "deploy/prometheus/prometheus.yml")
    assert "3 rule files found" in said


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.yml")), ids=lambda path: path.name)
def test_alerts_fire_when_they_should_and_only_then(promtool: str, path: Path):
    run(promtool, "test", "rules", path)
