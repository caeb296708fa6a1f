"""Shares and their 95 % intervals. Knows no number by name."""

from math import sqrt

_Z_95 = 1.96

Interval = tuple[float, float]


def ratio(part: float, whole: float) -> float | None:
    """None where there is nothing to divide by."""
    return part / whole if whole else None


def wilson(part: int, whole: int) -> Interval | None:
    """The 95 % score interval of part / whole (Wilson 1927); None where nothing was counted."""
    if whole == 0:
        return None
    squared = _Z_95**2
    centre = (part + squared / 2) / (whole + squared)
    margin = _Z_95 * sqrt(part * (whole - part) / whole + squared / 4) / (whole + squared)
    return centre - margin, centre + margin


def net_interval(plus: int, minus: int, whole: int) -> Interval | None:
    """The 95 % interval of (plus - minus) / whole by its own variance; None below two answers."""
    if whole < 2:
        return None
    net = (plus - minus) / whole
    margin = _Z_95 * sqrt(max(0.0, (plus + minus) / whole - net * net) / whole)
    return max(-1.0, net - margin), min(1.0, net + margin)
