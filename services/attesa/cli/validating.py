"""`attesa validate`: what is wrong with a producer's events, before they are sent."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from attesa.cli.app import app
from attesa.core.errors import InputError


@app.command()
def validate(
    files: Annotated[
        list[Path], typer.Argument(help="JSON lines or one JSON array, plain or .gz", show_default=False)
    ],
) -> None:
    """Say what is wrong with a producer's events: file, line, reason, the path to the field.

    Exit code 1 where anything is wrong. Unknown fields are noted: they are dropped, and are no error.

    Example: `attesa validate examples/chat.jsonl`
    """
    from attesa.gateway.judging.checking import Checker  # noqa: PLC0415
    from attesa.replay.files import lines  # noqa: PLC0415

    checker = Checker(datetime.now(UTC))
    for path in files:
        before = checker.taken + checker.wrong
        try:
            for finding in checker.lines(lines(path)):
                print(f"{path}: {finding}")
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        if checker.taken + checker.wrong == before:
            print(f"{path}: note: there are no events in it")
    print(f"attesa: {checker.taken} events, {checker.wrong} wrong", file=sys.stderr)
    if checker.wrong:
        raise typer.Exit(1)
