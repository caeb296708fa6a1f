"""Commands around chat platforms and producers, without a server: what a delivery means, what is wrong."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from attesa import settings as environment
from attesa.cli.app import app

sources = typer.Typer(no_args_is_help=True, help="Chat platforms: what they tell, and what a delivery means.")
app.add_typer(sources, name="sources")

FILES = Annotated[
    list[Path], typer.Argument(help="bodies as delivered, `-`: standard input", show_default=False)
]
SOURCE = Annotated[str, typer.Option(help="a platform, or platform/instance", show_default=False)]
HEADERS = Annotated[Path | None, typer.Option(help="headers: a JSON object, or lines `Name: value`")]
QUERY = Annotated[str, typer.Option(help="what stood behind `?` in the address")]
RECEIVED = Annotated[datetime | None, typer.Option(help="when it came, in UTC; absent: now")]


@app.command()
def adapt(
    files: FILES,
    source: SOURCE,
    headers: HEADERS = None,
    query: QUERY = "",
    received: RECEIVED = None,
) -> None:
    """Turn a chat platform's deliveries into events, as JSON lines; why there are none goes to stderr.

    Nothing is verified. Pseudonyms are those of the configured key, else of a demonstration's.

    Example: `attesa adapt --source chatwoot delivery.json`
    """
    from attesa.cli.delivered import context_for, read_delivery, reasons  # noqa: PLC0415  the adapters are slow to load
    from attesa.gateway.configured import adapter_of  # noqa: PLC0415

    settings = environment.load()
    adapter, context = adapter_of(source, settings.definitions), context_for(source, settings)
    broken = False
    for path in files:
        delivery = read_delivery(path, headers, query, received)
        adapted = adapter.adapt(delivery, context)
        for event in adapted.events:
            sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
        for line in reasons(adapted):
            print(f"attesa: {path}: {line}", file=sys.stderr)
        broken = broken or bool(adapted.invalid)
    if broken:
        raise typer.Exit(1)


@sources.command("list")
def list_sources() -> None:
    """Print the platforms that attesa reads, and how well each of the six KPIs is to be had from each.

    Below them the configured sources that read topics of teams.

    Example: `attesa sources list`
    """
    from attesa.gateway.sources import REGISTRY, kpis, raw_events  # noqa: PLC0415

    for name, adapter in sorted(REGISTRY.items()):
        found = ", ".join(f"{kpi} {certainty.word}" for kpi, certainty in kpis(adapter.tells).items())
        print(f"{name:24} {adapter.title}: {found}")
    for name, policy in environment.load().definitions.sources.items():
        if policy.topics:
            read = f"{', '.join(policy.topics)} (tenant {policy.tenant})"
            print(f"{name:24} {raw_events.ADAPTER.title}: {read}")


@sources.command("table")
def table() -> None:
    """Print the documentation's page on sources.

    Example: `attesa sources table > docs/sources.md`
    """
    from attesa.gateway.sources import REGISTRY  # noqa: PLC0415
    from attesa.gateway.sources.page import page  # noqa: PLC0415

    sys.stdout.write(page(REGISTRY))


@sources.command("example")
def example(
    name: Annotated[str, typer.Argument(help="a platform", show_default=False)],
) -> None:
    """Print a delivery as the platform sends it, with invented values; the headers that it needs to stderr.

    Example: `attesa sources example chatwoot | attesa adapt --source chatwoot -`
    """
    from attesa.core.definitions import Definitions  # noqa: PLC0415
    from attesa.gateway.configured import adapter_of  # noqa: PLC0415
    from attesa.gateway.http.delivery_examples import EXAMPLES  # noqa: PLC0415

    adapter_of(name, Definitions())
    found = EXAMPLES[name]
    for header, value in found.headers.items():
        print(f"{header}: {value}", file=sys.stderr)
    print(json.dumps(found.body, indent=2, ensure_ascii=False))


@sources.command("test")
def try_one(
    name: Annotated[str, typer.Argument(help="a configured source, or a platform", show_default=False)],
    payload: Annotated[Path, typer.Option(help="a body as delivered", show_default=False)],
    headers: HEADERS = None,
    query: QUERY = "",
    received: RECEIVED = None,
) -> None:
    """Say what the gateway would make of a delivery: signature, events, and where they would go.

    The signature is checked where the source is configured. Of a source that reads topics a delivery is a
    record: its value, and its headers. Exit code 1 where it or an event is refused.

    Example: `attesa sources test chatwoot --payload delivery.json --headers headers.txt`
    """
    from attesa.cli.delivered import read_delivery, trial  # noqa: PLC0415

    lines, refused = trial(name, environment.load(), read_delivery(payload, headers, query, received))
    for line in lines:
        print(line)
    if refused:
        raise typer.Exit(1)
