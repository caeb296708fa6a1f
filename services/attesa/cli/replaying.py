"""Files into Kafka, with progress."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from attesa import settings as environment
from attesa.cli.app import app
from attesa.replay.chaos import chaos
from attesa.replay.deliveries import History, written
from attesa.replay.histories import read_jsonl, read_technion, read_twitter
from attesa.replay.produce import Summary
from attesa.replay.produce import replay as send
from attesa.settings import Settings

replay = typer.Typer(no_args_is_help=True, help="Send files of events, of calls or of posts through Kafka.")
app.add_typer(replay, name="replay")

FILES = Annotated[list[Path], typer.Argument(help="plain or .gz", show_default=False)]
TENANT = Annotated[str, typer.Option(help="whose history it becomes; it lives in data time")]
SPEED = Annotated[
    float | None, typer.Option(help="times as fast as it happened; without it, at once", min=0.001)
]
CHAOS = Annotated[
    int | None,
    typer.Option("--chaos", metavar="SEED", help="everything twice, shuffled, with rubbish in between"),
]
STRICT = Annotated[bool, typer.Option(help="stop at a broken row, before anything is sent")]


@replay.command("technion")
def technion(
    files: FILES,
    tenant: TENANT = "history",
    speed: SPEED = None,
    seed: CHAOS = None,
    strict: STRICT = False,
) -> None:
    """Replay months of the Technion bank's calls as chat sessions.

    Example: `attesa replay technion january-1999.tsv.gz --tenant history`
    """
    _send(read_technion(files, tenant, strict=strict), tenant, speed, seed)


@replay.command("twitter")
def twitter(
    files: FILES,
    tenant: TENANT = "history",
    speed: SPEED = None,
    seed: CHAOS = None,
    strict: STRICT = False,
) -> None:
    """Replay threads of customer care, one post a line, as social conversations.

    Example: `attesa replay twitter twitter-care.jsonl.gz --tenant history`
    """
    _send(read_twitter(files, tenant, strict=strict), tenant, speed, seed)


@replay.command("events")
def events(
    files: FILES,
    tenant: TENANT = "history",
    speed: SPEED = None,
    seed: CHAOS = None,
    strict: STRICT = False,
) -> None:
    """Replay files of CloudEvents, one a line.

    Example: `attesa replay events examples/chat.jsonl --tenant history`
    """
    now_ms = time.time_ns() // 1_000_000
    _send(read_jsonl(files, tenant, strict=strict, now_ms=now_ms), tenant, speed, seed)


def _send(history: History, tenant: str, speed: float | None, seed: int | None) -> None:
    if seed is not None:
        history = chaos(history, seed, tenant)
    send_with_progress(environment.load(), history, tenant, speed, Console())


def send_with_progress(
    settings: Settings, history: History, tenant: str, speed: float | None, console: Console
) -> Summary:
    """Send a history under a progress bar, then say what was sent and name each broken row."""
    bar = Progress(
        TextColumn("replaying {task.fields[at]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=history.total, at=written(history.first_ms)[:16])

        def show(count: int, at_ms: int) -> None:
            bar.update(task, completed=count, at=written(at_ms)[:16])

        summary = asyncio.run(send(settings, tenant, history, speed=speed, on_progress=show))
        bar.update(task, completed=history.total)
    for row in history.broken_rows:
        console.print(f"broken row: {row}", style="yellow", highlight=False)
    console.print(
        f"sent {summary.sent:,} events of {written(summary.first_ms)[:10]} to "
        f"{written(summary.newest_ms)[:10]} as tenant {tenant!r} in {summary.seconds:.1f} s"
        + (f"; {summary.broken_rows:,} broken rows are dead letters" if summary.broken_rows else ""),
        highlight=False,
    )
    return summary
