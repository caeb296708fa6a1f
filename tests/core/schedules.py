"""Schedules around the switches of the clocks, and a slow counter that looks at every minute by itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from attesa.core.definitions.hours import OpeningHours
from attesa.core.definitions.spans import DAYS

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Rome", "America/New_York", "Asia/Jerusalem", "Australia/Lord_Howe", "America/Havana")

Minutes = list[tuple[int, int]]


class Schedule(NamedTuple):
    """Spans as pairs of minutes of the day."""

    zone: str
    weekly: dict[str, Minutes]
    holidays: list[date]
    special: dict[date, Minutes]

    def opening_hours(self) -> OpeningHours:
        return OpeningHours.model_validate(
            {
                "time_zone": self.zone,
                "weekly": {day: written(spans) for day, spans in self.weekly.items()},
                "holidays": [str(day) for day in self.holidays],
                "special": {str(day): written(spans) for day, spans in self.special.items()},
            }
        )

    def shows_open(self, moment: datetime) -> bool:
        """Whether the wall clock shows an open time at a moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        spans = self.special.get(local.date())
        if spans is None:
            spans = [] if local.date() in self.holidays else self.weekly.get(DAYS[local.weekday()], [])
        return any(start <= local.hour * 60 + local.minute < end for start, end in spans)

    def open_minutes(self, start: datetime, end: datetime) -> int:
        count = 0
        while start < end:
            count += self.shows_open(start)
            start += timedelta(minutes=1)
        return count


def written(spans: Minutes) -> list[str]:
    return [f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in spans]


def in_ms(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def switches(zone: str) -> list[datetime]:
    """The whole hours of 2026 before which or in which the zone's clocks change; for UTC, new year."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(8760)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, 8760) if offsets[n] != offsets[n - 1]] or hours[:1]


SWITCHES = {zone: switches(zone) for zone in ZONES}

# Half of the edges fall into the hours in which clocks change, or on midnight.
edges = st.one_of(st.integers(0, 240), st.integers(0, 1440), st.sampled_from([0, 120, 180, 1440]))


@st.composite
def spans(draw: st.DrawFn) -> Minutes:
    found = sorted(draw(st.lists(edges, unique=True, max_size=6)))
    return list(zip(found[::2], found[1::2], strict=False))


@st.composite
def around_a_switch(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule, and a whole minute within two days of a switch of its zone."""
    zone = draw(st.sampled_from(ZONES))
    switch = draw(st.sampled_from(SWITCHES[zone]))
    days = st.integers(-3, 3).map(lambda n: switch.date() + timedelta(days=n))
    weekly: dict[str, Any] = draw(st.dictionaries(st.sampled_from(DAYS), spans(), min_size=4))
    if not any(weekly.values()):
        weekly["wed"] = [(540, 1080)]
    schedule = Schedule(
        zone,
        weekly,
        draw(st.lists(days, max_size=1)),
        draw(st.dictionaries(days, spans(), max_size=1)),
    )
    return schedule, switch + timedelta(minutes=draw(st.integers(-2880, 2880)))
