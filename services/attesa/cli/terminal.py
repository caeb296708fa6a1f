"""Where commands write for people."""

from rich.console import Console

WIDE_COLUMNS = 110  # the report in one table, where no terminal says how wide it is


def terminal() -> Console:
    """A console as wide as the terminal; into a file or a pipe, wide enough to cut nothing off."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE_COLUMNS)
