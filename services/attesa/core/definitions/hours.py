"""When a queue is open, and how much open time lies between two instants (METRICS.md, "Business time").

Instants are ms since 1970 in UTC. Reads no clock.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from attesa.core.definitions.model import Model, TimeZone
from attesa.core.definitions.open_days import DAY_MS, OpenDay, open_day
from attesa.core.definitions.spans import DAYS, Span, Spans, spans_by_day

HORIZON_DAYS = 400  # no deadline is later than this
KEPT_DAYS = 1_024  # of each schedule, worked out once


def _written_as_iso(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "a day is written like 2026-12-24") from None
    return value


Day = Annotated[date, BeforeValidator(_written_as_iso)]


class OpeningHours(Model):
    """One schedule. `holidays` are closed all day; `special` replaces a day's spans, a holiday's too.

    An instant is open exactly when the wall clock of `time_zone` then shows a time within a span of the date
    that it shows. So a span over the hour left out in spring is an hour shorter, and one over the hour that
    comes twice in autumn an hour longer. An edge within the hour left out stands at the change; one within
    the hour that comes twice holds each time: until 02:30, and again from 02:00 to 02:30.
    """

    time_zone: TimeZone
    weekly: dict[str, Spans]
    holidays: tuple[Day, ...] = Field(default=(), max_length=10_000)
    special: dict[Day, Spans] = Field(default={}, max_length=10_000)

    @field_validator("weekly")
    @classmethod
    def _by_day(cls, written: dict[str, tuple[Span, ...]]) -> dict[str, tuple[Span, ...]]:
        found = spans_by_day(written)
        if not found:
            raise PydanticCustomError("empty", "an empty week: no day has a span")
        return found

    @field_validator("special", mode="before")
    @classmethod
    def _days_as_written(cls, value: Any) -> Any:
        """Errors name a day as it is written."""
        return {str(day): spans for day, spans in value.items()} if isinstance(value, dict) else value

    def is_open(self, at_ms: int) -> bool:
        return any(start <= at_ms < end for start, end in self._day(at_ms // DAY_MS).intervals)

    def business_ms(self, start_ms: int, end_ms: int) -> int:
        """The open time within [start, end); 0 if the end is not after the start."""
        if end_ms <= start_ms:
            return 0
        day = self._day
        first, last = start_ms // DAY_MS, end_ms // DAY_MS
        found = day(last).before(end_ms) - day(first).before(start_ms)
        for number in range(first, last):
            found += day(number).total_ms
        return found

    def deadline(self, start_ms: int, amount_ms: int) -> int:
        """The last instant at which no more than `amount_ms` of open time has passed since `start_ms`.

        Where the amount is full as the queue closes, that is the next opening: a reply in between has not
        waited longer. Never later than 400 days on: no schedule stops a timer.
        """
        full_ms = self.full_at(start_ms, amount_ms)
        if self.is_open(full_ms):
            return full_ms
        first = full_ms // DAY_MS
        for number in range(first, first + HORIZON_DAYS + 1):
            for opening, _ in self._day(number).intervals:
                if opening >= full_ms:
                    return min(opening, start_ms + HORIZON_DAYS * DAY_MS)
        return start_ms + HORIZON_DAYS * DAY_MS

    def full_at(self, start_ms: int, amount_ms: int) -> int:
        """The first instant at which the open time since `start_ms` reaches `amount_ms`.

        For no amount that is `start_ms`; never later than 400 days on.
        """
        if amount_ms <= 0:
            return start_ms
        day = self._day
        first = start_ms // DAY_MS
        left_ms = amount_ms + day(first).before(start_ms)
        for number in range(first, first + HORIZON_DAYS + 1):
            found = day(number)
            if left_ms <= found.total_ms:
                return min(found.reaching(left_ms), start_ms + HORIZON_DAYS * DAY_MS)
            left_ms -= found.total_ms
        return start_ms + HORIZON_DAYS * DAY_MS

    @cached_property
    def _day(self) -> Callable[[int], OpenDay]:
        """The open intervals of a day of UTC, by its number since 1970; the last ones asked for are kept."""
        zone, closed = ZoneInfo(self.time_zone), frozenset(self.holidays)
        week = [self.weekly.get(day, ()) for day in DAYS]

        def spans_of(day: date) -> tuple[Span, ...]:
            special = self.special.get(day)
            if special is not None:
                return special
            return () if day in closed else week[day.weekday()]

        return lru_cache(maxsize=KEPT_DAYS)(lambda number: open_day(number, zone, spans_of))
