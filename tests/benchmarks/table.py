"""The figures as a table: for the terminal, and as the page that the README quotes."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table


class Line(NamedTuple):
    """What was measured, its median, and the spread or the conditions."""

    what: str
    median: str
    detail: str


def to_rich(lines: Sequence[Line]) -> Table:
    table = Table("figure", "median", "detail")
    for line in lines:
        table.add_row(*line)
    return table


def to_markdown(about: Sequence[str], lines: Sequence[Line]) -> str:
    rows = "\n".join(f"| {line.what} | {line.median} | {line.detail} |" for line in lines)
    facts = "\n".join(f"- {fact}" for fact in about)
    return (
        "# Benchmark\n\nWritten by `make bench`; machines differ, so compare the ratios.\n\n"
        f"{facts}\n\n| figure | median | detail |\n|---|---|---|\n{rows}\n"
    )
