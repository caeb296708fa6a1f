"""The report as a table for a terminal of about 100 columns, as two where it is narrower.

Computes only the intervals beside the rates.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

from attesa.loader.ratios import wilson
from attesa.loader.report import FORMULAS, due

SHOWN_THRESHOLD = "30"
_HEADINGS = (
    "re-\nceived", "an-\nswered", "\nlost", "lost\n%", "wait\naver. s", "wait\np95 s", "effec-\ntive %",
    "an-\nswered", "of-\nfered", "re-\nmoved", "less\nshort", "\ndue",
)  # fmt: skip
_FURTHER = {
    "expec-\ntation %": ("expectation", "expectation_score"),
    "pa-\ntience s": (None, "patience_seconds"),
    "hung\nup %": ("rhythm", "hung_up_ratio"),
    "con-\nversion %": ("conversion", "conversion_ratio"),
    "incre-\nmental %": ("conversion", "incremental_conversion_ratio"),
    "\nNPS": ("survey", "nps_score"),
    "CSAT\ntop 2 %": ("survey", "csat_top_two_ratio"),
    "re-\nsponse %": ("survey", "survey_response_ratio"),
    "recon-\ntact %": ("recontact", "recontacted_ratio"),
    "\nFCR %": ("recontact", "first_contact_resolution_ratio"),
    "drop-\nped %": ("recontact", "dropped_ratio"),
}
_ALL = slice(None)
_HALVES = (slice(0, -len(FORMULAS)), slice(-len(FORMULAS), None))
_UNBOUNDED = 1_000  # columns


@dataclass(frozen=True)
class ReportTable:
    """One line per group: counts, waits, the service level by all five formulas, 95 % intervals below.

    The service level is at 30 s where that was asked for, else at the first threshold of the rows.
    """

    rows: Sequence[Mapping[str, Any]]
    by: str | None = None

    @property
    def _threshold(self) -> str:
        """The one that is shown, in seconds."""
        levels = self.rows[0]["service_level"] if self.rows else (SHOWN_THRESHOLD,)
        return SHOWN_THRESHOLD if SHOWN_THRESHOLD in levels else next(iter(levels))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table | Text]:
        whole = self._table(_ALL)
        needed = console.measure(whole, options=options.update(width=_UNBOUNDED)).minimum
        if needed <= options.max_width:
            yield whole
        else:  # cut off, numbers would be other numbers
            yield from map(self._table, _HALVES)
        caption = f"Last five: service level at {self._threshold} s in %, by formula."
        yield Text(f"{caption} Small: 95 % Wilson intervals.", style="dim italic")

    def _table(self, columns: slice) -> Table:
        lines = [_cells(row, self._threshold)[columns] for row in self.rows]
        return _made(_HEADINGS[columns], lines, self.rows, self.by)


@dataclass(frozen=True)
class FurtherTable:
    """The other numbers that fit beside each other; all of them are in the report's JSON."""

    rows: Sequence[Mapping[str, Any]]
    by: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table | Text]:
        lines = [[_further(row, *place) for place in _FURTHER.values()] for row in self.rows]
        yield _made(tuple(_FURTHER), lines, self.rows, self.by)
        yield Text("-: no source told it. Every further number: --json.", style="dim italic")


def _made(
    headings: Sequence[str],
    lines: Sequence[Sequence[str]],
    rows: Sequence[Mapping[str, Any]],
    by: str | None,
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0, collapse_padding=True)
    if by:
        table.add_column(f"\n{by}", overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for row, line in zip(rows, lines, strict=True):
        table.add_row(*([str(row[by])] if by else []), *line)
    return table


def _further(row: Mapping[str, Any], group: str | None, name: str) -> str:
    """A number with its interval, where it has one; NPS as it is spoken of, from -100 to 100."""
    numbers = row[group] if group else row
    if name.endswith("_seconds"):
        return _number(numbers[name])
    low, high = numbers.get(f"{name}_low"), numbers.get(f"{name}_high")
    interval = "" if low is None or high is None else f"\n[dim]{100 * low:.1f}..{100 * high:.1f}[/]"
    return f"{_percent(numbers[name])}{interval}"


def _cells(row: Mapping[str, Any], threshold: str) -> list[str]:
    level = row["service_level"][threshold]
    counts = row["service_level_counts"][threshold]
    return [
        f"{row['offered']:,}",
        f"{row['answered']:,}",
        f"{row['lost']:,}",
        f"{_percent(row['lost_ratio'])}{_interval(row['lost'], row['offered'])}",
        _number(row["average_wait_seconds"]),
        _number(row["wait_p95_seconds"]),
        _percent(row["effective_over_total"]),
        *(_percent(level[formula]) for formula in FORMULAS[:-1]),
        f"[bold]{_percent(level['due'])}[/]{_interval(counts['answered_within'], due(row, counts))}",
    ]


def _percent(ratio: float | None) -> str:
    return "-" if ratio is None else f"{100 * ratio:.2f}"


def _number(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:,.2f}".removesuffix(".00")


def _interval(part: int, whole: int) -> str:
    ends = wilson(part, whole)
    return f"\n[dim]{100 * ends[0]:.1f}-{100 * ends[1]:.1f}[/]" if ends else ""
