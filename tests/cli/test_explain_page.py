"""The page of an explanation: readable on 100 columns, and shown as it is in docs/explain.md."""

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.core.explaining import example

from attesa.cli.explain_page import WIDTH, page
from attesa.core.explained import Explanation

DOCS = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")
ZONE = "Europe/Rome"


def printed(found: Explanation, width: int = WIDTH) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    console.print(page(found))
    assert isinstance(console.file, StringIO)
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


def section(text: str, title: str) -> str:
    """A section's heading and lines."""
    found = re.search(rf"^{title}\n(?:.+\n)+", text, re.MULTILINE)
    assert found is not None
    return found[0]


def test_the_example_of_the_docs_is_the_output() -> None:
    assert f"```text\n{printed(example('example-3/1', ZONE))}```" in DOCS


@pytest.mark.parametrize("title", ["Legs", "Surveys", "Afterwards"])
def test_the_sections_of_the_docs_are_the_output(title: str) -> None:
    assert section(printed(example("example-4/1", ZONE)), title) in DOCS


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut_off(width: int) -> None:
    found = example("example-4/1", ZONE)
    text = printed(found, width)

    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    words = [word for line in (*found.events, *found.clocks) for word in line.text.split()]
    assert all(word in text for word in words if len(word) < 20)


def test_a_section_with_nothing_in_it_is_left_out() -> None:
    assert "Surveys" not in printed(example("example-3/1", ZONE))
