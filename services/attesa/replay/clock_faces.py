"""Local dates and times of day, as call-centre files write them, turned into UTC. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HALF_DAY_SECONDS = 43_200
DAY_SECONDS = 86_400
TWO_DIGIT_PIVOT = 70  # 99 is 1999, 05 is 2005

_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})")
_DATE = re.compile(r"(\d{4}|\d{2})-?(\d{2})-?(\d{2})")


def read_date(written: str) -> date:
    """A day written 990131, 19990131 or 1999-01-31. Raises ValueError with a sentence."""
    found = _DATE.fullmatch(written)
    if found is None:
        raise ValueError(f"not a date like 990131 or 19990131: {written!r}")
    year, month, day = (int(part) for part in found.groups())
    if len(found[1]) == 2:
        year += 1900 if year >= TWO_DIGIT_PIVOT else 2000
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"no such day: {written!r}") from None


def read_time(written: str) -> int:
    """Seconds since midnight of a time like 6:55:26; the hour 24 is the first of the next day.

    Raises ValueError with a sentence.
    """
    found = _TIME.fullmatch(written)
    if found is None:
        raise ValueError(f"not a time like 6:55:26: {written!r}")
    hours, minutes, seconds = (int(part) for part in found.groups())
    if hours > 24 or minutes > 59 or seconds > 59:
        raise ValueError(f"no such time of day: {written!r}")
    return hours * 3600 + minutes * 60 + seconds


def following(seconds: int, earlier: int) -> int:
    """A time of day seen after `earlier`: a step of over 12 h means that midnight lies between."""
    while seconds - earlier < -HALF_DAY_SECONDS:
        seconds += DAY_SECONDS
    while seconds - earlier > HALF_DAY_SECONDS:
        seconds -= DAY_SECONDS
    return seconds


def to_utc(day: date, seconds: int, zone: ZoneInfo, not_before: datetime | None = None) -> datetime:
    """A local time in UTC.

    An hour that comes twice (the end of summer time) is read as the first, unless that lies before
    `not_before` and the second does not; an hour that never came is read with the offset before the gap.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=seconds)
    first = local.replace(fold=0).astimezone(UTC)
    second = local.replace(fold=1).astimezone(UTC)
    if not_before is not None and first < not_before <= second:
        return second
    return first
