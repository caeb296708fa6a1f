"""Rows as the stream worker writes them, with only what a test cares about to be said."""

from typing import Any

from attesa.core.definitions import Definitions
from attesa.core.rows import ClockRow, PaneRow, Processor, TotalRow
from attesa.core.rows.counts import Counts
from attesa.exporter.sums import Cell

BORDERS = Definitions().borders_seconds
NOW = 1_800_000_005_000  # 5 s into a pane of 10 s and one of 60 s
CELL = {"tenant": "default", "channel": "live_chat", "queue": "sales", "country": "IT"}


def cell(**labels: str) -> Cell:
    return Cell(**(CELL | labels))


def buckets(**counts: int) -> list[int]:
    """Bucket counts by upper border: `buckets(le30=2, above=1)`."""
    made = [0] * (len(BORDERS) + 1)
    for name, count in counts.items():
        made[len(BORDERS) if name == "above" else BORDERS.index(int(name.removeprefix("le")))] = count
    return made


def total_row(
    total: Counts,
    published: Counts | None = None,
    *,
    partition: int = 0,
    epoch: int = 1,
    oldest: int | None = None,
    processor: Processor = "sessions",
    **labels: str,
) -> TotalRow:
    return TotalRow(
        **(CELL | labels), processor=processor, partition=partition, epoch=epoch, borders_seconds=BORDERS,
        total=total, published=published or total, oldest_requested_at=oldest,
    )  # fmt: skip


def pane_row(
    start: int,
    width: int,
    counts: Counts,
    *,
    partition: int = 0,
    epoch: int = 1,
    processor: Processor = "sessions",
    **labels: str,
) -> PaneRow:
    return PaneRow(
        **(CELL | labels), processor=processor, partition=partition, epoch=epoch, definition_version=1,
        width_seconds=width, start=start, borders_seconds=BORDERS, counts=counts,
    )  # fmt: skip


def clock_row(written_at: int = NOW, **changes: Any) -> ClockRow:
    values: dict[str, Any] = {
        "tenant": "default", "processor": "sessions", "partition": 0, "epoch": 1, "mode": "wall",
        "clock": written_at - 2_000, "newest_event_at": written_at - 2_500, "position": 100,
        "end_offset": 100, "held": False, "written_at": written_at, "reasons": {},
    } | changes  # fmt: skip
    return ClockRow(**values)
