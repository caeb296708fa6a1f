"""The open intervals of one day of UTC, from spans on the wall clock of a zone. No clock, nothing kept.

Days are those of UTC because they part time without a gap: a zone's own days are 23 to 25 hours long, may be
left out altogether (Samoa's 30 December 2011) and may come twice in part.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from attesa.core.definitions.spans import Span

DAY_MS = 86_400_000
LAST_DAY = (date(9998, 12, 31) - date(1970, 1, 1)).days  # the calendar ends in 9999

_MINUTE_MS = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1)

Interval = tuple[int, int]
SpansOf = Callable[[date], tuple[Span, ...]]


class OpenDay(NamedTuple):
    """Intervals in ms since 1970, start included, end excluded, ascending; and their sum."""

    intervals: tuple[Interval, ...]
    total_ms: int

    def before(self, at_ms: int) -> int:
        """The open time of the day before an instant of it."""
        return sum(min(end, at_ms) - start for start, end in self.intervals if start < at_ms)

    def reaching(self, amount_ms: int) -> int:
        """The first instant before which the day was open for `amount_ms`: above 0, at most `total_ms`."""
        for start, end in self.intervals:
            if amount_ms <= end - start:
                return start + amount_ms
            amount_ms -= end - start
        raise ValueError(f"the day is not open for another {amount_ms} ms")


CLOSED = OpenDay((), 0)


def open_day(number: int, zone: tzinfo, spans_of: SpansOf) -> OpenDay:
    """The day that begins `number` days after 1970-01-01T00:00Z. `spans_of` tells the spans of a local day.

    An instant is open exactly when the zone's wall clock shows a time within a span of the date it shows.
    """
    if not 0 <= number <= LAST_DAY:
        return CLOSED
    found = tuple(
        (opening - offset_ms, closing - offset_ms)
        for start, end, offset_ms in _steady(number * DAY_MS, (number + 1) * DAY_MS, zone)
        for opening, closing in _local(start + offset_ms, end + offset_ms, spans_of)
    )
    return OpenDay(found, sum(end - start for start, end in found))


def _steady(start: int, end: int, zone: tzinfo) -> Iterator[tuple[int, int, int]]:
    """[start, end) in parts of one offset each: one, or two where the clocks change that day."""
    before, after = _offset_ms(start, zone), _offset_ms(end - 1, zone)
    change = end if before == after else _change(start, end, zone)
    yield start, change, before
    if change < end:
        yield change, end, after


def _change(start: int, end: int, zone: tzinfo) -> int:
    """The first instant of a new offset, by halving; offsets change at whole seconds."""
    before = _offset_ms(start, zone)
    low, high = start // 1000, end // 1000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_ms(middle * 1000, zone) == before else (low, middle)
    return high * 1000


def _offset_ms(at_ms: int, zone: tzinfo) -> int:
    offset = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1000


def _local(start: int, end: int, spans_of: SpansOf) -> Iterator[Interval]:
    """The parts of [start, end) within spans, all on a wall clock that does not change between them."""
    for day in range(start // DAY_MS, (end - 1) // DAY_MS + 1):
        for span in spans_of(_FIRST_DAY + timedelta(days=day)):
            opening = max(start, day * DAY_MS + span.start * _MINUTE_MS)
            closing = min(end, day * DAY_MS + span.end * _MINUTE_MS)
            if opening < closing:
                yield opening, closing
