"""What a story comes to: the facts of its sessions, in order, and the sums over all cells.

Instants are seconds after Thursday, 1 January 2026, 0:00 UTC (see `making`).
"""

from collections import Counter
from typing import Any, NamedTuple

import msgspec
from tests.core import making
from tests.core.making import Event

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.rows import ClockRow, TotalRow, session_decoder, totals_decoder
from attesa.core.session_row import SessionRow

MINUTE = 60
HOUR = 3_600
DAY = 86_400
AT_LAST = 30 * DAY  # when everything is decided


class Numbers(NamedTuple):
    """`sessions` in the order of their beginnings; `totals` and `reasons` without what is 0."""

    sessions: list[SessionRow]
    totals: Counter[str]
    reasons: Counter[str]


def numbers(
    *told: Event | bytes, until: float = AT_LAST, definitions: Definitions = making.DEFINITIONS
) -> Numbers:
    """The numbers of these events, delivered in this order, at `until`."""
    sessions = making.processor(definitions)
    making.feed(sessions, *told)
    making.feed(sessions, making.progress(until))
    written = sessions.take(making.LATER_MS).rows
    rows = [session_decoder.decode(row) for row in dict(written[topics.SESSIONS]).values() if row is not None]
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for value in dict(written[topics.TOTALS]).values():
        row = totals_decoder.decode(value or b"")
        if isinstance(row, TotalRow):
            counts: dict[str, Any] = msgspec.to_builtins(row.total)
            totals.update({name: amount for name, amount in counts.items() if isinstance(amount, int)})
        elif isinstance(row, ClockRow):
            reasons.update(row.reasons)
    assert totals["offered"] == sum(
        totals[name] for name in ("answered", "abandoned", "rejected", "unanswered")
    ) + waiting(rows)
    kept = [row for row in rows if not row.deleted]
    return Numbers(sorted(kept, key=lambda row: (row.started_at, row.session)), +totals, +reasons)


def waiting(rows: list[SessionRow]) -> int:
    return sum(row.outcome == "waiting" for row in rows)


def facts(*told: Event, until: float = AT_LAST, definitions: Definitions = making.DEFINITIONS) -> SessionRow:
    """The facts of the one session in these events."""
    (row,) = numbers(*told, until=until, definitions=definitions).sessions
    return row


def seconds(duration_ms: int | None) -> float | None:
    """A duration as people say it."""
    return None if duration_ms is None else duration_ms / 1_000


def day(number: int, written: str) -> float:
    """The seconds of a time of day (UTC) so many days after Thursday, 1 January 2026."""
    hours, minutes = written.split(":")
    return number * DAY + int(hours) * HOUR + int(minutes) * MINUTE
