"""What runs behind the numbers: sources and what they tell, partitions that wait, topics that grow."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping

from attesa.cli.finding import Finding
from attesa.core.errors import AttesaError
from attesa.core.explained.heard import attributed, holds, sentence, sources_of, with_told
from attesa.core.rows import ClockRow
from attesa.core.topics import CUSTOMERS, EVENTS
from attesa.loader.heard import told
from attesa.settings import Settings
from attesa.stream.looking import clock_rows

PATIENCE_MS = 30_000  # a partition under load is a little behind at any instant
MOST_LAG = 10_000  # records; the rules of Prometheus say so likewise
SHOWN_SOURCES = 20

_LATE = {
    EVENTS: "verdicts wait: start more `attesa stream`, at most one for each partition",
    CUSTOMERS: "credits and recontacts come late: start more `attesa stream`, at most one for each partition",
}
_LOADER_LATE = "ClickHouse is behind: look at the log of `attesa loader`"


def lag_findings(behind: Mapping[str, int]) -> Iterator[Finding]:
    """How far each reader is behind its topic, and what to do about one that is far."""
    text = ", ".join(f"{name.removeprefix('attesa.')} {lag:,}" for name, lag in behind.items())
    far = [name for name, lag in behind.items() if lag > MOST_LAG]
    yield Finding("lag", not far, text)
    for name in far:
        yield Finding("lag", False, f"{name}: {_LATE.get(name, _LOADER_LATE)}")


def source_findings(settings: Settings) -> list[Finding]:
    """The partitions that wait, and every source; nothing where Kafka cannot be asked."""
    now_ms = time.time_ns() // 1_000_000
    try:
        clocks = attributed(asyncio.run(clock_rows(settings)), settings.epoch)
    except AttesaError as error:
        return [Finding("sources", False, str(error))]
    return [*_holds(clocks, now_ms), *_sources(settings, clocks, now_ms)]


def _holds(clocks: list[ClockRow], now_ms: int) -> Iterator[Finding]:
    found = holds(clocks, now_ms, PATIENCE_MS)
    for held in found:
        yield Finding("partition", False, f"{held.place}: {held.text}: {held.advice}")
    if not found and clocks:
        places = {(row.processor, row.partition) for row in clocks}
        yield Finding("partitions", True, f"{len(places)} are told of, none waits")


def _sources(settings: Settings, clocks: list[ClockRow], now_ms: int) -> Iterator[Finding]:
    sources = sources_of(clocks)
    with contextlib.suppress(AttesaError):  # ClickHouse's own line says what is wrong with it
        sources = with_told(sources, told(settings))
    if not sources:
        yield Finding("sources", True, "none has told anything yet")
    for source in sources[:SHOWN_SOURCES]:
        name = source.name if source.tenant == "default" else f"{source.name} (tenant {source.tenant})"
        yield Finding("source", True, f"{name}: {sentence(source, now_ms)}")
    if len(sources) > SHOWN_SOURCES:
        yield Finding("sources", True, f"and {len(sources) - SHOWN_SOURCES} more")
