"""Opening hours as people write them: `09:00-13:00`, `mon-fri`, `sat,sun`. Reading only, no calendar."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from attesa.core.definitions.model import refused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 1440

_SPAN = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", re.ASCII)


class Span(NamedTuple):
    """Minutes of the wall clock since midnight: open from `start` on, before `end` (at most 1440)."""

    start: int
    end: int


def _write(span: Span) -> str:
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


def _read(value: object) -> Span:
    if isinstance(value, Span):
        return value
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise PydanticCustomError("span", "a span is written like 09:00-13:00")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    span = Span(start_hour * 60 + start_minute, end_hour * 60 + end_minute)
    if span.end > MINUTES_OF_DAY:
        raise PydanticCustomError("span", "a day ends at 24:00")
    if span.start >= span.end:
        raise PydanticCustomError(
            "span",
            "a span ends after it starts; over midnight, write 22:00-24:00 and 00:00-02:00 the next day",
        )
    return span


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise PydanticCustomError(
                "spans",
                "spans must be in order and must not overlap: {after} after {before}",
                {"before": _write(before), "after": _write(after)},
            )
    return spans


WrittenSpan = Annotated[Span, BeforeValidator(_read), PlainSerializer(_write, return_type=str)]
Spans = Annotated[tuple[WrittenSpan, ...], Field(max_length=48), AfterValidator(_in_order)]


def spans_by_day(weekly: Mapping[str, tuple[Span, ...]]) -> dict[str, tuple[Span, ...]]:
    """The open days with their spans, Monday first, from keys like `mon-fri` and `sat,sun`.

    Two keys may name one day while their spans do not overlap. Raises the error of the key at fault.
    """
    found: dict[str, tuple[Span, ...]] = {}
    for key, spans in weekly.items():
        for day in _days(key):
            try:
                found[day] = _in_order(tuple(sorted(found.get(day, ()) + spans)))
            except PydanticCustomError:
                raise refused((key,), f"overlaps the spans that another key gives for {day}", key) from None
    return {day: found[day] for day in DAYS if found.get(day)}


def _days(key: str) -> Iterator[str]:
    for part in key.lower().split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            raise refused((key,), f"a day is one of {', '.join(DAYS)}, or a range like mon-fri", key)
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            raise refused((key,), "a range of days runs from mon to sun: write sat,sun,mon", key)
        yield from DAYS[start : end + 1]
