"""docs/metrics.md names every series that is served, with its labels, and no other."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.exporter.made import NOW, buckets, clock_row, pane_row, total_row
from tests.exporter.scrape import Scrape
from tests.exporter.test_expected import SALES
from tests.slo.conftest import promtool as promtool  # noqa: PLC0414  a fixture

from attesa.core import metrics
from attesa.core.events.flags import MANNERS
from attesa.core.rows import NumbersSeen
from attesa.core.rows.counts import Counts
from attesa.exporter.expected import expected_wait
from attesa.exporter.state import State

PAGE = Path(__file__).parents[2] / "docs/metrics.md"
TEXT = PAGE.read_text(encoding="utf-8")
HISTOGRAM = ("_bucket", "_sum", "_count")
CELL = set(metrics.CELL_LABELS)


@pytest.fixture
def everything(clocked: State) -> Scrape:
    """A scrape in which every family has a sample."""
    agents = {"channel": "any", "country": "unknown"}
    clocked.put_totals(total_row(Counts(offered=2), Counts(offered=3), oldest=NOW))
    clocked.put_totals(total_row(Counts(staffed=1, capacity=1), **agents))
    sold = Counts(orders=1, revenue_minor={"EUR": 1})
    clocked.put_totals(total_row(sold, processor="customers"))
    clocked.put_totals(
        clock_row(
            held=True,
            held_by="web",
            sources={"web": NOW},
            reasons={"late": 1},
            numbers={"web": NumbersSeen(1, 3, 2)},
        )
    )
    clocked.put_totals(clock_row(tenant="past", mode="data"))
    for number in range(101):
        clocked.put_totals(total_row(Counts(), tenant="many", queue=f"queue-{number}"))
    counts = Counts(answered=1, abandoned=1, nps_answers=1, met_good=1)
    clocked.put_pane(pane_row(NOW - 5_000, 10, counts), NOW)
    return Scrape(clocked)


def served(scrape: Scrape) -> dict[str, set[str]]:
    """Labels of every family, a histogram by its own name."""
    found: dict[str, set[str]] = {}
    for (name, _), sample in scrape.samples.items():
        family = next((name.removesuffix(end) for end in HISTOGRAM if name.endswith(end)), name)
        found.setdefault(family, set()).update(set(sample.labels) - {"le"})
    return found


def test_every_name_has_a_series_and_every_series_a_name(everything: Scrape) -> None:
    names = {
        value for value in vars(metrics).values() if isinstance(value, str) and re.match("attesa_.", value)
    }
    assert {name.removesuffix("_total") for name in served(everything)} == names


def test_the_page_names_what_is_served_and_nothing_else(everything: Scrape) -> None:
    told = set(re.findall(r"`(attesa_\w+)", TEXT))
    ends = {name + end for name in served(everything) for end in HISTOGRAM}
    assert told - ends == set(served(everything))


def test_the_page_names_the_labels_that_are_not_everywhere(everything: Scrape) -> None:
    labels = served(everything)
    for name, listed in re.findall(r"`(attesa_\w+)\{([a-z,]+)\}`", TEXT):
        own = set(listed.split(","))
        assert labels[name] in (own, own | CELL, own | CELL | {"window"}), name


def test_the_page_lists_the_flags() -> None:
    row = next(line for line in TEXT.splitlines() if "attesa_manners_total" in line)
    assert [flag for flag in re.findall(r"`(\w+)`", row) if not flag.startswith("attesa")] == list(MANNERS)


@pytest.mark.promtool
def test_the_recipes_are_promql(promtool: str, tmp_path: Path) -> None:
    recipes = re.findall(r"```promql\n(.+?)```", TEXT, re.DOTALL)
    rules = [{"record": f"recipe:{number}", "expr": recipe} for number, recipe in enumerate(recipes)]
    assert len(rules) >= 6
    path = tmp_path / "recipes.rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "recipes", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pages_answer_of_the_expected_wait_has_the_real_ones_form(clocked: State) -> None:
    counts = Counts(answered=1, answered_buckets=buckets(le5=1))
    for width in (10, 60):
        start = NOW // (width * 1000) * width * 1000
        clocked.put_pane(pane_row(start, width, counts), NOW)
    shown = re.search(r"```json\n(.+?)```", TEXT, re.DOTALL)
    assert shown is not None
    assert form(json.loads(shown[1])) == form(expected_wait(clocked, SALES, NOW))


def form(value: object) -> object:
    return {name: form(one) for name, one in value.items()} if isinstance(value, dict) else None
