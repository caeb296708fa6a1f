"""The `attesa` command and its subcommands."""

import logging
import sys

import typer

from attesa.core.errors import AttesaError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="How long customers wait in chat, how many give up, how many buy: live and exact.",
)


def load() -> typer.Typer:
    """The command with all its subcommands."""
    from attesa.cli import (  # noqa: F401, PLC0415  they register their commands on `app`
        commands,
        contracts,
        dead_letters,
        demo,
        doctor,
        explain,
        explaining,
        offline,
        reconciling,
        replaying,
        reporting,
        sourcing,
        up,
        validating,
        viewing,
    )

    return app


def main() -> None:
    """Run a command; an error that a person can act on is one line and an exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we say ourselves who does not answer
    logging.getLogger("faust").setLevel(logging.WARNING)
    logging.getLogger("mode").setLevel(logging.WARNING)
    try:
        load()()
    except AttesaError as error:
        print(f"attesa: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
