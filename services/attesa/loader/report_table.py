"""The report as a table for a terminal of about 100 columns. Computes only the intervals beside the rates."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from attesa.loader.report import FORMULAS, due, wilson

SHOWN_THRESHOLD = "30"
_HEADINGS = (
    "re-\nceived", "an-\nswered", "\nlost", "lost\n%", "wait\naver. s", "wait\np95 s", "effec-\ntive %",
    "an-\nswered", "of-\nfered", "re-\nmoved", "less\nshort", "\ndue",
)  # fmt: skip


def render(rows: Sequence[Mapping[str, Any]], by: str | None = None) -> Table:
    """One line per group: counts, waits, the service level by all five formulas, 95 % intervals below.

    The service level is at 30 s where that was asked for, else at the first threshold of the rows.
    """
    thresholds = list(rows[0]["service_level"]) if rows else [SHOWN_THRESHOLD]
    threshold = SHOWN_THRESHOLD if SHOWN_THRESHOLD in thresholds else thresholds[0]
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=0,
        collapse_padding=True,
        caption=f"Last five: service level at {threshold} s in %, by formula. Small: 95 % Wilson intervals.",
        caption_justify="left",
    )
    if by:
        table.add_column(f"\n{by}", overflow="fold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*([str(row[by])] if by else []), *_cells(row, threshold))
    return table


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
