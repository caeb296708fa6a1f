"""Burn-rate windows: the rows of an alert, whether each can fire, and what to write where it cannot. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["page", "ticket"]

SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
MOST_BAD = 0.75  # a row that is proposed asks for at most so large a share of bad events

ROW = re.compile(
    r"(?P<severity>page|ticket)\s+(?P<short>[1-9]\d*[mhdw])/(?P<long>[1-9]\d*[mhdw])\s+(?P<factor>\d+(\.\d+)?)"
)


@dataclass(frozen=True)
class BurnWindow:
    """One row: it fires while both windows burn the budget at least `factor` times as fast as allowed."""

    severity: Severity
    short: str
    long: str
    factor: float

    def bad_share(self, target: float) -> float:
        """The share of bad events above which the row fires; 1 and more can never be reached."""
        return round(self.factor * (1 - target), 10)

    def __str__(self) -> str:
        return f"{self.severity} {self.short}/{self.long} {self.factor:g}"


# Google, The Site Reliability Workbook, chapter 5, table 5-8 and the ticket rows of the listing after it
# (https://sre.google/workbook/alerting-on-slos/): severity, short window, long window, share of the period's
# budget that the long window may use. The short window is a twelfth of the long one.
WORKBOOK: tuple[tuple[Severity, str, str, float], ...] = (
    ("page", "5m", "1h", 0.02),
    ("page", "30m", "6h", 0.05),
    ("ticket", "2h", "1d", 0.10),
    ("ticket", "6h", "3d", 0.10),
)


def seconds(duration: str) -> int:
    """`5m`, `6h`, `3d`, `4w` in seconds."""
    return int(duration[:-1]) * SECONDS[duration[-1]]


def workbook_rows(period: str) -> tuple[BurnWindow, ...]:
    """The workbook's rows; factor = budget share x period / long window (14.4, 6, 3, 1 for 30 days)."""
    return tuple(
        BurnWindow(severity, short, long, round(share * seconds(period) / seconds(long), 4))
        for severity, short, long, share in WORKBOOK
    )


def parse_rows(text: str) -> tuple[BurnWindow, ...]:
    """Read `page 5m/1h 7.2, ticket 6h/3d 1`. Raises ValueError naming the row that cannot be read."""
    rows = []
    for part in text.split(","):
        match = ROW.fullmatch(part.strip())
        if match is None:
            raise ValueError(
                f"cannot read {part.strip()!r}: write severity, windows and factor, as in 'page 5m/1h 7.2'"
            )
        row = BurnWindow(match["severity"], match["short"], match["long"], float(match["factor"]))  # type: ignore[arg-type]
        if seconds(row.short) >= seconds(row.long):
            raise ValueError(f"{row}: the short window comes first and is the shorter one")
        rows.append(row)
    return tuple(rows)


def refusal(rows: tuple[BurnWindow, ...], target: float) -> str | None:
    """Why these rows cannot be used at this target, with what to write instead; None when all can fire."""
    dead = [row for row in rows if row.bad_share(target) >= 1]
    if not dead:
        return None
    reasons = "; ".join(
        f"'{row}' can never fire at target {target:g}: {row.factor:g} x {1 - target:.4g} asks for "
        f"{row.bad_share(target):.0%} bad events"
        for row in dead
    )
    proposal = ", ".join(str(_lowered(row, target)) for row in rows)
    return f"{reasons}. Write attesa.windows: {proposal}"


def _lowered(row: BurnWindow, target: float) -> BurnWindow:
    """The row with its budget share halved until it can fire."""
    factor = row.factor
    while factor * (1 - target) > MOST_BAD:
        factor /= 2
    return BurnWindow(row.severity, row.short, row.long, round(factor, 4))
