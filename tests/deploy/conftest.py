"""Where things lie, and the tools: absent they skip, in CI they fail."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def tool(package: str, *names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    missing = f"{names[0]} is not installed (Debian: {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def amtool() -> str:
    return tool("prometheus-alertmanager", "amtool")


@pytest.fixture(scope="session")
def alertmanager() -> str:
    return tool("prometheus-alertmanager", "alertmanager", "prometheus-alertmanager")


@pytest.fixture(scope="session")
def promtool() -> str:
    return tool("prometheus", "promtool")
