"""What a delivery that lies in files means: its signature, its events, and why there are none."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from attesa.core.errors import ConfigurationError, InputError
from attesa.gateway.configured import adapter_of, pseudonym_key
from attesa.gateway.configured import source as configured_source
from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.judging.taking import UNMAPPED, take
from attesa.gateway.sources import Adapted, Context, Delivery
from attesa.settings import Settings

DEMO_KEY = b"a key for demonstrations, known to everybody"


def trial(name: str, settings: Settings, delivery: Delivery) -> tuple[list[str], bool]:
    """What the gateway would make of a delivery, in lines, and whether it or an event is refused."""
    verdict, context = _verdict(name, settings, delivery), context_for(name, settings)
    adapted = adapter_of(name, settings.definitions).adapt(delivery, context)
    taken = take(adapted, context.tenant, delivery.received_at)
    lines = [
        f"signature: {verdict}",
        *(f"{one.topic} {(one.key or b'').decode()} {one.value.decode()}" for one in taken.records),
        *(f"dead letter: {one.reason}: {_at(one.path)}{one.detail}" for one in taken.refused),
        *(f"ignored: {one.native}: {one.why}" for one in adapted.ignored),
    ]
    refused = any(one.reason != UNMAPPED for one in taken.refused)
    return lines, refused or verdict in {one.value for one in Verdict} - {Verdict.VERIFIED.value}


def _verdict(name: str, settings: Settings, delivery: Delivery) -> str:
    if name not in settings.definitions.sources:
        return f"not checked: sources.{name} is not in the configuration"
    if topics := settings.definitions.sources[name].topics:
        return f"none: whoever may write to {', '.join(topics)} is believed"
    source = configured_source(name, settings.definitions, settings.secrets)
    if source.door.sns and "x-amz-sns-message-type" in delivery.headers:
        return "not checked: the certificate of Amazon SNS has to be fetched"
    return source.verify(delivery).value


def context_for(name: str, settings: Settings) -> Context:
    """What the adapter may know; with a key for demonstrations, said to stderr, where none is configured."""
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


def reasons(adapted: Adapted) -> Sequence[str]:
    """Why native events gave none, without anything that a customer wrote."""
    return [
        *(f"invalid: {_at(one.path)}{one.detail}" for one in adapted.invalid),
        *(f"unmapped: {one.native}" for one in adapted.unmapped),
        *(f"ignored: {one.native}: {one.why}" for one in adapted.ignored),
    ]


def _at(path: str) -> str:
    return f"{path}: " if path else ""


def read_delivery(path: Path, headers: Path | None, query: str, received: datetime | None) -> Delivery:
    """A body and its headers from files. Raises InputError."""
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
