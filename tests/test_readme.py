"""The README: its commands run, its tables are the code's, its links lead somewhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from tests.integration import running

from attesa.cli import app
from attesa.cli.explaining import settings_table
from attesa.embedded.services import Services
from attesa.embedded.stack import Stack
from attesa.loader.migrate import migrate
from attesa.settings import Settings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- run: (?P<how>[a-z ]+) -->\n```(?P<language>\w+)\n(?P<code>.*?)```", re.DOTALL)
BLOCKS = [match.groupdict() for match in BLOCK.finditer(README)]


def run(block: dict[str, str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a block as a newcomer would, from a folder that looks like the project's."""
    interpreters = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    command = [*interpreters[block["language"]], block["code"]]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def levels_at_30_s(facts: list[dict]) -> dict[str, float]:
    """The five service levels of the day, counted from its facts."""
    waits = [row["wait_ms"] for row in facts if row["outcome"] == "answered"]
    left = [row["time_to_abandon_ms"] for row in facts if row["outcome"] == "abandoned"]
    within, early = sum(wait <= 30_000 for wait in waits), sum(wait <= 30_000 for wait in left)
    offered = len(waits) + len(left)
    return {
        "answered": within / len(waits),
        "offered": within / offered,
        "removed": (within + early) / offered,
        "offered_less_short": within / (offered - sum(row.get("short_abandon", False) for row in facts)),
        "due": within / (len(waits) + len(left) - early),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project as a checkout shows it: examples, and the commands in .venv/bin."""
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    script = commands / "attesa"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m attesa "$@"\n')
    script.chmod(0o755)
    return tmp_path


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The whole pipeline, and the environment that finds it."""
    place = tmp_path_factory.mktemp("readme")
    asked = Settings(gateway_port=0, stream_port=0, loader_port=0, exporter_port=0)
    with Stack(place) as stack:
        variables = {
            **stack.settings_environment(),
            "ATTESA_PARTITIONS": "4",
            "ATTESA_GATEWAY_TOKENS": "default=secret",
        }
        settings = Settings(
            kafka=variables["ATTESA_KAFKA"], clickhouse_url=variables["ATTESA_CLICKHOUSE_URL"], partitions=4
        )
        running.make_topics(settings)
        migrate(settings)
        pipeline = Services(asked, place, variables)
        pipeline.start()
        try:
            pipeline.wait_until_ready()
            yield {
                **os.environ,
                **pipeline.environment,
                "GATEWAY": pipeline.url("gateway"),
                "TOKEN": "secret",
                "ATTESA_DATA_DIR": str(place),
            }
        finally:
            pipeline.stop()


def test_offline_commands_run_and_give_the_numbers_of_the_table(folder: Path):
    for block in (block for block in BLOCKS if block["how"] == "offline"):
        ran = run(block, folder, dict(os.environ))
        assert ran.returncode == 0, ran.stderr
        if "adapt" in block["code"]:
            assert json.loads(ran.stdout.splitlines()[-1])["type"] == "attesa.message.sent"
    facts = [json.loads(line) for line in (folder / "facts.jsonl").read_text().splitlines()]
    assert len(facts) == 1757
    for formula, ratio in levels_at_30_s(facts).items():
        assert re.search(rf"^\| `{formula}`.*\| {100 * ratio:.2f} % \|$", README, re.MULTILINE), formula


def test_commands_against_the_services_run_in_their_order(services: dict[str, str], folder: Path):
    for block in (block for block in BLOCKS if block["how"] == "with services"):
        ran = run(block, folder, services)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        if "curl" in block["code"]:
            assert '"accepted":1' in ran.stdout


def test_every_make_target_that_is_named_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)", README)) | {"setup", "bench", "test-long", "lint"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_that_is_named_exists():
    known = set(typer.main.get_command(app.load()).commands)
    named = set(re.findall(r"(?:\.venv/bin/|^|[;&`] ?)attesa ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= known


def test_every_command_has_an_example_in_its_help():
    command = typer.main.get_command(app.load())
    for name, one in command.commands.items():
        for each in getattr(one, "commands", {name: one}).values():
            assert "Example:" in (each.help or ""), each.name


def test_the_settings_table_is_the_code_s():
    assert settings_table() in README


def test_the_benchmark_is_quoted_from_its_page():
    page = (PROJECT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    table = page[page.index("| figure |") :].strip()
    assert table in README


@pytest.mark.parametrize(
    "page", [PROJECT / "README.md", *sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]
)
def test_every_link_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
