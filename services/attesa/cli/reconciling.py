"""`attesa reconcile`: what a platform's own list of its contacts has, and ClickHouse lacks."""

from pathlib import Path
from typing import Annotated

import typer

from attesa.cli.app import app


@app.command()
def reconcile(  # noqa: PLR0913, PLR0917  a command has options
    source: Annotated[str, typer.Argument(help="whose contacts, such as chatwoot/shop", show_default=False)],
    files: Annotated[
        list[Path],
        typer.Argument(help="CSV, JSON or JSON lines, plain or .gz, `-`: standard input", show_default=False),
    ],
    id_column: Annotated[str, typer.Option("--id", help="the column of the contact's id")] = "",
    time_column: Annotated[str, typer.Option("--time", help="the column of when it began")] = "",
    time_format: Annotated[str, typer.Option(help="of these times, as strptime reads them")] = "",
    zone: Annotated[str, typer.Option(help="of times without one; absent: the tenant's")] = "",
    encoding: Annotated[str, typer.Option(help="of the file, such as latin-1; absent: told by it")] = "",
    prefix: Annotated[
        str | None, typer.Option(help="what stands before the id in the events' subject", show_default=False)
    ] = None,
    tenant: Annotated[str, typer.Option(help="absent: the source's")] = "",
    since: Annotated[str, typer.Option(help="date or instant: only contacts that began then or later")] = "",
    until: Annotated[str, typer.Option(help="date or instant, excluded")] = "",
    at_least: Annotated[float, typer.Option(help="the coverage that will do", min=0, max=1)] = 1.0,
    everything: Annotated[bool, typer.Option("--all", help="print every missing contact")] = False,
    output: Annotated[Path | None, typer.Option(help="write the missing ones here, as CSV")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="every number, for programs")] = False,
) -> None:
    """Compare a platform's export of its contacts with the sessions in ClickHouse; changes nothing.

    Exit code 0 where the coverage will do, 1 where it will not, 2 for what cannot be read.

    Example: `attesa reconcile chatwoot/shop conversations.csv --since 2026-01-31 --at-least 0.999`
    """
    from attesa import settings as environment  # noqa: PLC0415  only who runs it loads what it needs
    from attesa.cli.reconciled import Question, Wanted, run  # noqa: PLC0415

    question = Question(
        source=source,
        files=tuple(files),
        id=id_column,
        time=time_column,
        time_format=time_format,
        zone=zone,
        encoding=encoding,
        prefix=prefix,
        tenant=tenant,
        since=since,
        until=until,
    )
    if not run(environment.load(), question, Wanted(at_least, everything, output, as_json)):
        raise typer.Exit(1)
