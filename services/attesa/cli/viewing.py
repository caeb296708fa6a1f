"""`attesa view`: the views of ClickHouse without a client of one's own."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.terminal import terminal

if TYPE_CHECKING:
    from attesa.loader.views import View


@app.command()
def view(
    name: Annotated[str | None, typer.Argument(help="absent: lists the views", show_default=False)] = None,
    tenant: Annotated[str, typer.Option(help="whose rows")] = "default",
    most: Annotated[int, typer.Option(help="how many rows", min=1)] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="with a line of headings")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object per line")] = False,
) -> None:
    """Print a view of ClickHouse: purchase paths, promised waits against real ones, patience, ...

    Example: `attesa view purchase_paths --tenant shop --csv`
    """
    from attesa.loader import views  # noqa: PLC0415

    settings = environment.load()
    if name is None:
        for known, comment in views.views(settings).items():
            print(f"{known:26} {comment}")
        return
    found = views.view(settings, name, tenant, most)
    if as_csv:
        table = csv.writer(sys.stdout)
        table.writerows([found.columns, *(map(_text, row) for row in found.rows)])
    elif as_json:
        for row in found.rows:
            print(json.dumps(dict(zip(found.columns, row, strict=True)), default=_plain))
    elif found.rows:
        _show(found)
    else:
        print(f"attesa: {name} has no rows of tenant {tenant!r}", file=sys.stderr)


def _show(found: "View") -> None:
    """A table; where that is too wide, each row as a list of its numbers."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = terminal()
    table = Table(*found.columns, box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True)
    for row in found.rows:
        table.add_row(*map(_text, row))
    if console.measure(table, options=console.options.update(width=10_000)).maximum <= console.width:
        console.print(table)
        return
    for row in found.rows:
        console.print(_list(found.columns, row))


def _list(columns: Sequence[str], row: Sequence[Any]) -> str:
    width = max(map(len, columns))
    pairs = zip(columns, row, strict=True)
    return "\n".join(f"{name:{width}}  {_text(value)}" for name, value in pairs) + "\n"


def _text(value: Any) -> str:
    """As it is read aloud: nothing for null, four digits of a fraction, `IT 3, DE 1` for a map."""
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case dict():
            return ", ".join(f"{key} {amount}" for key, amount in value.items())
        case list() | tuple():
            return " > ".join(map(_text, value))
        case _:
            return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
