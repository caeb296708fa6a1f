"""Opening hours, minute by minute: is it open now? How much of it was open? When is so much over?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from attesa.core.definitions.hours import OpeningHours

MINUTE_MS = 60_000
LONGEST_MINUTES = 400 * 1_440  # no deadline is later than this
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Whether a minute is open, by the schedule (which is kept here, so that its id stays its own).
_seen: dict[int, tuple[OpeningHours, dict[int, bool]]] = {}


def is_open(hours: OpeningHours | None, at: int) -> bool:
    """Without a schedule it is always open."""
    if hours is None:
        return True
    _, minutes = _seen.setdefault(id(hours), (hours, {}))
    minute = at // MINUTE_MS
    if minute not in minutes:
        minutes[minute] = _is_open_in(hours, minute)
    return minutes[minute]


def _is_open_in(hours: OpeningHours, minute: int) -> bool:
    here = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(
        ZoneInfo(hours.time_zone)
    )
    day, shown = here.date(), here.hour * 60 + here.minute
    if day in hours.special:
        spans = hours.special[day]
    elif day in hours.holidays:
        spans = ()
    else:
        spans = hours.weekly.get(WEEK[day.weekday()], ())
    return any(span.start <= shown < span.end for span in spans)


def open_ms(hours: OpeningHours, start: int, end: int) -> int:
    """The open time in [start, end)."""
    found, at = 0, start
    while at < end:
        next_at = min((at // MINUTE_MS + 1) * MINUTE_MS, end)
        if is_open(hours, at):
            found += next_at - at
        at = next_at
    return found


def deadline(hours: OpeningHours | None, start: int, amount: int) -> int:
    """The last instant at which no more open time has passed since `start`; 400 days on at the latest."""
    if hours is None:
        return start + amount
    at, left = start, amount
    for _ in range(LONGEST_MINUTES + 1):
        next_at = (at // MINUTE_MS + 1) * MINUTE_MS
        if is_open(hours, at):
            if left < next_at - at:
                return at + left
            left -= next_at - at
        at = next_at
    return start + LONGEST_MINUTES * MINUTE_MS
