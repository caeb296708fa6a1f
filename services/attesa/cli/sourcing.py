"""Commands around chat platforms and producers, without a server: what a delivery means, what is wrong."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.core.errors import ConfigurationError, InputError
from attesa.gateway.configured import adapter_of, pseudonym_key
from attesa.gateway.configured import source as configured_source
from attesa.gateway.signatures import Verdict
from attesa.gateway.sources import REGISTRY, Adapted, Context, Delivery, kpis
from attesa.gateway.sources_page import page
from attesa.gateway.taking import UNMAPPED, take
from attesa.settings import Settings

DEMO_KEY = b"a key for demonstrations, known to everybody"

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
    adapter, context = adapter_of(source), _context(source, environment.load())
    broken = False
    for path in files:
        delivery = _delivery(path, headers, query, received)
        adapted = adapter.adapt(delivery, context)
        for event in adapted.events:
            sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
        for line in _reasons(adapted):
            print(f"attesa: {path}: {line}", file=sys.stderr)
        broken = broken or bool(adapted.invalid)
    if broken:
        raise typer.Exit(1)


@sources.command("list")
def list_sources() -> None:
    """Print the platforms that attesa reads, and how well each of the six KPIs is to be had from each.

    Example: `attesa sources list`
    """
    for name, adapter in sorted(REGISTRY.items()):
        found = ", ".join(f"{kpi} {certainty.word}" for kpi, certainty in kpis(adapter.tells).items())
        print(f"{name:24} {adapter.title}: {found}")


@sources.command("table")
def table() -> None:
    """Print the documentation's page on sources.

    Example: `attesa sources table > docs/sources.md`
    """
    sys.stdout.write(page(REGISTRY))


@sources.command("test")
def try_one(
    name: Annotated[str, typer.Argument(help="a configured source, or a platform", show_default=False)],
    payload: Annotated[Path, typer.Option(help="a body as delivered", show_default=False)],
    headers: HEADERS = None,
    query: QUERY = "",
    received: RECEIVED = None,
) -> None:
    """Say what the gateway would make of a delivery: signature, events, and where they would go.

    The signature is checked where the source is configured. Exit code 1 where it or an event is refused.

    Example: `attesa sources test chatwoot --payload delivery.json --headers headers.txt`
    """
    settings = environment.load()
    delivery = _delivery(payload, headers, query, received)
    verdict = _verdict(name, settings, delivery)
    adapted = adapter_of(name).adapt(delivery, context := _context(name, settings))
    taken = take(adapted, context.tenant, delivery.received_at)
    print(f"signature: {verdict}")
    for record in taken.records:
        print(f"{record.topic} {(record.key or b'').decode()} {record.value.decode()}")
    for one in taken.refused:
        print(f"dead letter: {one.reason}: {one.path + ': ' if one.path else ''}{one.detail}")
    for ignored in adapted.ignored:
        print(f"ignored: {ignored.native}: {ignored.why}")
    refused = any(one.reason != UNMAPPED for one in taken.refused)
    if refused or verdict in {one.value for one in Verdict} - {Verdict.VERIFIED.value}:
        raise typer.Exit(1)


def _verdict(name: str, settings: Settings, delivery: Delivery) -> str:
    if name not in settings.definitions.sources:
        return f"not checked: sources.{name} is not in the configuration"
    source = configured_source(name, settings.definitions, settings.secrets)
    if source.door.sns and "x-amz-sns-message-type" in delivery.headers:
        return "not checked: the certificate of Amazon SNS has to be fetched"
    return source.verify(delivery).value


def _context(name: str, settings: Settings) -> Context:
    definitions = settings.definitions
    policy = definitions.source(name)
    platform, _, instance = name.partition("/")
    try:
        key = pseudonym_key(policy.tenant, definitions, settings.secrets)
    except ConfigurationError as error:
        print(
            f"attesa: {error}\n"
            "attesa: PSEUDONYMS ARE MADE WITH A KEY THAT EVERYBODY KNOWS: do not publish these events",
            file=sys.stderr,
        )
        key = DEMO_KEY
    return Context(policy.tenant, platform, instance, key, policy.languages, frozenset(policy.bots))


def _reasons(adapted: Adapted) -> Sequence[str]:
    """Why native events gave none, without anything that a customer wrote."""
    return [
        *(f"invalid: {one.path + ': ' if one.path else ''}{one.detail}" for one in adapted.invalid),
        *(f"unmapped: {one.native}" for one in adapted.unmapped),
        *(f"ignored: {one.native}: {one.why}" for one in adapted.ignored),
    ]


def _delivery(path: Path, headers: Path | None, query: str, received: datetime | None) -> Delivery:
    at = received.replace(tzinfo=UTC) if received else datetime.now(UTC)
    return Delivery(_read(path), at, _headers(headers), dict(parse_qsl(query)))


def _headers(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    text = _read(path).decode("utf-8", "replace")
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else dict(map(_header, _lines(text)))
        return {str(name).lower(): str(value) for name, value in found.items()}
    except ValueError:
        raise InputError(f"{path}: headers are a JSON object, or lines `Name: value`") from None


def _lines(text: str) -> Sequence[str]:
    return [line for line in text.splitlines() if line.strip()]


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(line)
    return name.strip(), value.strip()


def _read(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
