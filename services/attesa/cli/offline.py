"""Commands that need no server: facts of a file of events, and months of calls as such a file."""

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.core.definitions import Definitions
from attesa.core.rows import dead_letter_decoder, session_decoder
from attesa.core.sessions import Sessions
from attesa.core.topics import DEAD_LETTERS, SESSIONS
from attesa.replay.deliveries import History

CHUNK = 10_000
FILES = Annotated[list[Path], typer.Argument(help="plain or .gz", show_default=False)]


class _Addressed(msgspec.Struct):
    tenant: str
    subject: str


class _Line(NamedTuple):
    """A line of a file, as the message that it would be."""

    key: bytes | None
    value: bytes
    offset: int


_address = msgspec.json.Decoder(_Addressed).decode


@app.command()
def facts(files: FILES) -> None:
    """Fold files of events without Kafka: one JSON line of facts per session.

    The rows are those of the topic attesa.sessions; time ends when every verdict and every end is certain.

    Example: `attesa facts examples/chat.jsonl`
    """
    from attesa.replay.files import lines  # noqa: PLC0415

    definitions = environment.load().definitions
    events = (line for path in files for line in lines(path) if line.strip())
    dead = 0
    for kind, row in fold_lines(events, definitions):
        if kind == SESSIONS:
            sys.stdout.write(row.decode() + "\n")
        else:
            letter = dead_letter_decoder.decode(row)
            dead += 1
            print(
                f"attesa: event {letter.offset + 1}: {letter.reason}: {letter.path} {letter.detail}",
                file=sys.stderr,
            )
    if dead:
        print(f"attesa: {dead} events could not be used", file=sys.stderr)


def fold_lines(lines: Iterable[bytes], definitions: Definitions) -> Iterator[tuple[str, bytes]]:
    """The newest facts row of every session, in the order in which sessions appear, and all dead letters."""
    now_ms = time.time_ns() // 1_000_000
    sessions = Sessions(0, definitions, epoch=1, owns=lambda _: True)
    numbered = enumerate(lines)
    rows: dict[bytes, bytes] = {}
    while chunk := [_message(offset, line) for offset, line in islice(numbered, CHUNK)]:
        sessions.apply(chunk, now_ms)
        yield from _collect(sessions, now_ms, rows)
    for clock in list(sessions.clocks.values()):
        if clock.newest_event_at is not None:
            settled_ms = definitions.settled_ms(definitions.channels)
            sessions.advance(clock, clock.newest_event_at + settled_ms + 1)
    yield from _collect(sessions, now_ms, rows)
    yield from ((SESSIONS, row) for row in rows.values() if not session_decoder.decode(row).deleted)


def _message(offset: int, line: bytes) -> _Line:
    try:
        address = _address(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Line(None, line, offset)
    return _Line(f"{address.tenant}:{address.subject}".encode(), line, offset)


def _collect(sessions: Sessions, now_ms: int, rows: dict[bytes, bytes]) -> Iterator[tuple[str, bytes]]:
    taken = sessions.take(now_ms).rows
    rows.update((key, value) for key, value in taken[SESSIONS] if value is not None)
    yield from ((DEAD_LETTERS, value) for _, value in taken[DEAD_LETTERS] if value is not None)


convert = typer.Typer(no_args_is_help=True, help="Turn other files into files of events.")
app.add_typer(convert, name="convert")


TENANT = Annotated[str, typer.Option(help="the tenant that the events name")]
STRICT = Annotated[bool, typer.Option(help="stop at the first broken row")]


@convert.command("technion")
def convert_technion(files: FILES, tenant: TENANT = "history", strict: STRICT = False) -> None:
    """Write a Technion month as JSON lines of CloudEvents.

    Example: `attesa convert technion january-1999.tsv.gz > january.jsonl`
    """
    from attesa.replay.histories import read_technion  # noqa: PLC0415

    _write(read_technion(files, tenant, strict=strict))


@convert.command("twitter")
def convert_twitter(files: FILES, tenant: TENANT = "history", strict: STRICT = False) -> None:
    """Write threads of customer care as JSON lines of CloudEvents.

    Example: `attesa convert twitter twitter-care.jsonl.gz > care.jsonl`
    """
    from attesa.replay.histories import read_twitter  # noqa: PLC0415

    _write(read_twitter(files, tenant, strict=strict))


def _write(history: History) -> None:
    for delivery in history:
        sys.stdout.write(delivery.value.decode() + "\n")
    for broken in history.broken_rows:
        print(f"attesa: {broken}", file=sys.stderr)
