"""What `attesa reconcile` does: reads the export, asks ClickHouse, prints what is missing and why."""

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from attesa.cli.dead_letter_page import printable
from attesa.core.definitions import Definitions
from attesa.core.errors import InputError
from attesa.core.topics import EVENTS
from attesa.gateway.configured import platform_of
from attesa.gateway.dead_letters.burying import ORIGIN, delivery_of, opened
from attesa.gateway.sources import REGISTRY
from attesa.gateway.sources.export import Export
from attesa.loader.coverage import Buried, Coverage, Heard
from attesa.reconcile import opening, tables
from attesa.reconcile.columns import Column
from attesa.reconcile.comparing import Comparison
from attesa.reconcile.contacts import Contact, Meaning, contacts
from attesa.reconcile.instants import instant_ms
from attesa.reconcile.naming import named, telling
from attesa.reconcile.result import SHOWN, Result, as_object, lines
from attesa.sealing import opener
from attesa.settings import Settings

SETTLING_MS = 300_000  # after which what a platform tells has arrived on a day without trouble
SHOWN_EXTRA = 3
TOLD_EVERY_ROWS = 100_000
OWN = "cloudevents"  # whoever is no platform of ours writes events itself


class Question(NamedTuple):
    """As the command line has it; empty: not said."""

    source: str
    files: tuple[Path, ...]
    id: str = ""
    time: str = ""
    time_format: str = ""
    zone: str = ""
    encoding: str = ""
    prefix: str | None = None
    tenant: str = ""
    since: str = ""
    until: str = ""


class Wanted(NamedTuple):
    """`at_least`: the coverage that will do. `everything`: print all that is missing; `output`: write it."""

    at_least: float
    everything: bool = False
    output: Path | None = None
    as_json: bool = False


def run(settings: Settings, question: Question, wanted: Wanted) -> bool:
    """Print the comparison; whether the coverage will do. Raises AttesaError."""
    tenant = question.tenant or settings.definitions.source(question.source).tenant
    export = export_of(question.source)
    with closing(Coverage(settings, tenant)) as coverage:
        heard = coverage.heard()
        _must_be_heard(question.source, tenant, heard)
        result = _compared(settings, coverage, question, tenant, export, heard[question.source])
    if wanted.output is not None:
        _write(result, wanted.output)
    shown = len(result.missing) if wanted.everything else SHOWN
    if wanted.as_json:
        print(json.dumps(as_object(result, shown), indent=2))
    else:
        for line in lines(result, shown):
            print(printable(line))
    ratio = result.comparison.coverage
    return ratio is not None and ratio >= wanted.at_least


def export_of(source: str) -> Export:
    """How the source's export is read. Raises InputError for a platform that has none."""
    platform = platform_of(source)
    adapter = REGISTRY.get(platform, REGISTRY[OWN])
    if adapter.export is None:
        raise InputError(
            f"{adapter.title} has no list of conversations to compare with; where they are answered at a "
            "desk, reconcile that desk's source"
        )
    return adapter.export


def _must_be_heard(source: str, tenant: str, heard: dict[str, Heard]) -> None:
    if source not in heard:
        others = ", ".join(list(heard)[:SHOWN]) or "nobody"
        raise InputError(
            f"no session of {source} is stored for tenant {tenant!r}; there are those of: {others}"
        )


def _compared(
    settings: Settings, coverage: Coverage, question: Question, tenant: str, export: Export, heard: Heard
) -> Result:
    meaning = _meaning(settings.definitions, question, tenant, export)
    comparison, forms = Comparison(coverage.known), []
    for path in question.files:
        with opening.opened(path) as file:
            ids = Column([question.id] if question.id else export.ids)
            started = Column([question.time] if question.time else export.started)
            table = tables.table(path, file, ids, started, question.encoding)
            forms.append(table.form)
            read = contacts(table.rows, table.id, table.time, meaning)
            for rows in comparison.add(_in_words(path, read)):
                if rows % TOLD_EVERY_ROWS == 0:
                    print(f"attesa: {rows:,} rows read, {len(comparison.missing):,} missing", file=sys.stderr)
    if not comparison.compared:
        apart = ", ".join(f"{count:,} {why}" for why, count in comparison.apart.items())
        raise InputError(f"no contact to compare in {question.files[0]}" + (f": {apart}" if apart else ""))
    if question.time and comparison.first_at is None:
        raise InputError(
            f"{question.files[0]}: no row has a time in the column {question.time}: --time COLUMN"
        )
    result = Result(
        question.source, tenant, tuple(dict.fromkeys(forms)), comparison, meaning.zone, heard.first_at
    )
    return _with_extra(_with_dead(result, settings, coverage), coverage, meaning)


def _in_words(path: Path, read: Iterator[Contact]) -> Iterator[Contact]:
    """Errors name the file and the row."""
    row = 0
    while True:
        with tables.told(path, row):
            try:
                contact = next(read, None)
            except InputError as error:
                raise InputError(f"{path}, row {row + 1}: {error}") from None
        if contact is None:
            return
        row += 1
        yield contact


def _meaning(definitions: Definitions, question: Question, tenant: str, export: Export) -> Meaning:
    policy = definitions.tenants.get(tenant)
    name = question.zone or (policy.time_zone if policy else "UTC")
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InputError(f"--zone {name}: write a zone such as Europe/Rome") from None
    source, prefix = question.source, question.prefix

    def conversation(native: str) -> str:
        if prefix is not None:
            return f"{prefix}{native}"
        return export.subject(source, native)

    return Meaning(
        conversation,
        zone,
        time.time_ns() // 1_000_000 - SETTLING_MS,
        question.time_format,
        export.apart,
        _limit("--since", question.since, zone),
        _limit("--until", question.until, zone),
    )


def _limit(option: str, value: str, zone: ZoneInfo) -> int | None:
    if not value:
        return None
    at = instant_ms(value, zone)
    if at is None:
        raise InputError(f"{option} {value}: write a date or an instant, such as 2026-01-31T08:00:00Z")
    return at


def _with_extra(result: Result, coverage: Coverage, meaning: Meaning) -> Result:
    """Conversations that began in the period, the file's own or the one asked for, and that no row names."""
    told = result.comparison
    since = meaning.since_ms if meaning.since_ms is not None else told.first_at
    until = meaning.until_ms - 1 if meaning.until_ms is not None else told.last_at
    if since is None or until is None or since > until:
        return result
    extra, names = 0, []
    for name in coverage.begun(result.source, since, until):
        if not told.names(name):
            extra += 1
            if len(names) < SHOWN_EXTRA:
                names.append(name)
    return replace(result, extra=extra, extra_names=tuple(names))


def _with_dead(result: Result, settings: Settings, coverage: Coverage) -> Result:
    """What the dead letters of the source say of what is missing."""
    told = result.comparison
    if not told.missing:
        return result
    is_platform = platform_of(result.source) in REGISTRY
    origins = (f"{ORIGIN}{result.source}/", *(() if is_platform else (f"{ORIGIN}{OWN}",)))
    buried = Buried(origins, "" if is_platform else EVENTS, told.first_at or 0)
    dead = coverage.dead(buried)
    unseal = opener(settings)
    names = {one.conversation: one.id for one in told.missing} | {one.id: one.id for one in told.missing}
    wanted = telling(names)
    letters = ((of, unseal(sealed)) for of, sealed in coverage.sealed(buried))
    read = [(of, raw) for of, raw in letters if raw is not None]
    found = frozenset().union(*(named(_body(of, raw), wanted) for of, raw in read))
    whose = "" if is_platform else f"--tenant {result.tenant}"  # without its bytes nobody knows its source
    return replace(result, dead=dead, named_by_dead=found if read else None, dead_asked=whose)


def _body(origin: str, raw: bytes) -> bytes:
    """What was delivered; of what no platform delivered, the record itself."""
    if not delivery_of(origin)[0]:
        return raw
    try:
        return opened(raw).raw
    except msgspec.MsgspecError:
        return b""


def _write(result: Result, output: Path) -> None:
    try:
        with output.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "conversation", "began"))
            for one in result.missing:
                at = "" if one.at is None else datetime.fromtimestamp(one.at / 1_000, UTC).isoformat()
                writer.writerow((one.id, one.conversation, at))
    except OSError as error:
        raise InputError(f"{output}: {error.strerror or error}") from None
