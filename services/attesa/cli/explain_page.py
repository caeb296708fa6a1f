"""An explanation as a page for a terminal of about 100 columns."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attesa.core.explained import Explanation
from attesa.core.explained.lines import Added, Given, Line, Times, duration

WIDTH = 100  # columns: what is wider is hard to read
_STYLES = {"met": "green", "missed": "red", "undecided": "yellow"}


def page(found: Explanation) -> Group:
    """Everything that is known, section by section; an empty section is left out."""
    return Group(*_parts(found))


def _parts(found: Explanation) -> Iterator[RenderableType]:
    times = found.times
    zone = f"{times.of_day()}, {times.zone.key}"
    customer = f", customer {found.customer}" if found.customer else ""
    yield Text(f"Session {found.session} of tenant {found.tenant}{customer}", style="bold")
    yield Text(f"{found.summary}\n{zone}")
    yield from (Text(f"From {place}", style="dim") for place in found.read_from)
    for title, lines in (("Events", found.events), ("Clocks", found.clocks)):
        yield from _section(title, [_line(line, times) for line in lines])
    verdicts = [row for given in found.verdicts for row in _given(given, times)]
    yield from _section("Verdicts", [*verdicts, *(_line(line, times) for line in found.remarks)])
    for title, lines in (("Legs", found.legs), ("Surveys", found.surveys)):
        yield from _section(title, [_line(line, times) for line in lines])
    yield from _section("Afterwards", [_line(line, times) for line in found.afterwards])
    yield from _section("Added to the counts", _counts(found.counts, times))
    yield from _section("Cannot tell", [("", "", text) for text in found.cannot_tell], plain=True)


Row = tuple[str, str | Text, str]


def _section(title: str, rows: Sequence[Row], *, plain: bool = False) -> Iterator[RenderableType]:
    if not rows:
        return
    yield Text(f"\n{title}", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    if plain:
        table.add_column(overflow="fold")
        for *_, text in rows:
            table.add_row(f"- {text}")
    else:
        stamp = max(len(row[0]) for row in rows)
        table.add_column(width=stamp, no_wrap=True, style="dim")
        table.add_column(width=min(24, max(len(row[1]) for row in rows)), overflow="fold")
        table.add_column(ratio=1, overflow="fold")
        for row in rows:
            table.add_row(*row)
    yield table


def _line(line: Line, times: Times) -> Row:
    return ("" if line.at is None else times.stamp(line.at)), line.what, line.text


def _given(given: Given, times: Times) -> Iterator[Row]:
    """Since when it is certain, the word; below, the reason."""
    word = f"{given.word} ({given.of}: {duration(given.threshold_ms)}, until {times.clock(given.deadline)})"
    at = "" if given.at is None else times.stamp(given.at)
    yield at, Text(given.word, style=_STYLES.get(given.word, "")), word.partition(" (")[2][:-1]
    yield "", "", given.text


def _counts(counts: Sequence[Added], times: Times) -> list[Row]:
    return [
        (
            times.stamp(one.at),
            " / ".join(one.cell),
            ", ".join(f"{name}:{amount:+,}" for name, amount in one.counts.items()),
        )
        for one in counts
    ]
