"""When contacts are missing: by the hours, days or months of an export, and the runs without any found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

HOUR_S = 3_600
HOURLY_MS = 48 * HOUR_S * 1_000  # a shorter span is shown by the hour,
DAILY_MS = 92 * 24 * HOUR_S * 1_000  # a shorter one by the day, a longer one by the month
PATTERNS = {"hour": "%Y-%m-%d %H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}
LEAST_IN_A_GAP = 3  # missing contacts in a row: fewer are no outage
BAR = 40
FULL, EMPTY = "█", "░"


class Step(NamedTuple):
    """Compared contacts that began in one hour, day or month."""

    name: str
    found: int
    missing: int


class Gap(NamedTuple):
    """A run of hours without any contact that is known: its first and its last hour."""

    start: str
    end: str
    missing: int


def width_of(span_ms: int) -> str:
    """`hour`, `day` or `month`: so that a span makes no more than a screen."""
    if span_ms <= HOURLY_MS:
        return "hour"
    return "day" if span_ms <= DAILY_MS else "month"


def steps(found: Mapping[int, int], missing: Mapping[int, int], width: str, zone: tzinfo) -> list[Step]:
    """Those in which any contact began, in order, of counts by the hour since 1970."""
    by_name: dict[str, list[int]] = {}
    for hour in sorted({*found, *missing}):
        at = datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(zone)
        counts = by_name.setdefault(at.strftime(PATTERNS[width]), [0, 0])
        counts[0] += found.get(hour, 0)
        counts[1] += missing.get(hour, 0)
    return [Step(name, *counts) for name, counts in by_name.items()]


def gaps(found: Mapping[int, int], missing: Mapping[int, int], zone: tzinfo) -> list[Gap]:
    """Runs of hours in which contacts began and none is known, the largest first."""
    runs: list[Counter[int]] = []
    is_open = False
    for hour in sorted({*found, *missing}):
        if found.get(hour):
            is_open = False
            continue
        if not is_open:
            runs.append(Counter())
        is_open = True
        runs[-1][hour] = missing[hour]
    told = [_gap(run, zone) for run in runs if run.total() >= LEAST_IN_A_GAP]
    return sorted(told, key=lambda gap: -gap.missing)


def picture(told: list[Step], width: str) -> Iterator[str]:
    """A line for each step: what was found is full, what is missing empty."""
    most = max((step.found + step.missing for step in told), default=0)
    yield f"{width:<16} {'contacts':>9} {'missing':>9}"
    for step in told:
        both = step.found + step.missing
        bar = max(1, round(BAR * both / most))
        empty = 0 if not step.missing else max(1, round(bar * step.missing / both))
        empty = min(empty, bar - 1) if step.found else empty
        shown = FULL * (bar - empty) + EMPTY * empty
        yield f"{step.name:<16} {both:>9,} {step.missing or '-':>9} {shown}"


def _gap(run: Counter[int], zone: tzinfo) -> Gap:
    first, last = (
        datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(zone).strftime(PATTERNS["hour"])
        for hour in (min(run), max(run) + 1)
    )
    return Gap(first, last, run.total())
