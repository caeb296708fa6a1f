"""Ratios and means made of additive counts, as METRICS.md defines them; None without a count. Pure."""

from math import sqrt

from attesa.core.metrics import SLO_GOOD
from attesa.exporter.sums import Values, lost

Z_95 = 1.959963984540054


def ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def met(values: Values, slo: str, of: str = "") -> int:
    """Verdicts met; `of` is "" for first replies, `next_` or `synchronous_`."""
    return values.get(f"{of}met_{slo}", 0)


def verdicts(values: Values, slo: str, of: str = "") -> int:
    return met(values, slo, of) + values.get(f"{of}missed_{slo}", 0)


def service_level(values: Values, slo: str = SLO_GOOD, of: str = "") -> float | None:
    """Met / (met + missed); None without a verdict, for idle is not good (METRICS.md, `due`)."""
    return ratio(met(values, slo, of), verdicts(values, slo, of))


def decided(values: Values) -> int:
    """What the live lost ratio divides by: answered + lost."""
    return values.get("answered", 0) + lost(values)


def lost_ratio(values: Values) -> float | None:
    return ratio(lost(values), decided(values))


def average_wait_seconds(values: Values) -> float | None:
    return ratio(values.get("wait_ms", 0) / 1000, values.get("answered", 0))


def conversion(values: Values) -> float | None:
    """Converted / answered. In a window the sale counts when it is made, so a short one can exceed 1."""
    return ratio(values.get("converted", 0), values.get("answered", 0))


def nps(values: Values) -> float | None:
    """Share of promoters less that of detractors, from -1 to 1."""
    balance = values.get("nps_promoters", 0) - values.get("nps_detractors", 0)
    return ratio(balance, values.get("nps_answers", 0))


def patience_seconds(values: Values) -> float | None:
    """All waits, answered and abandoned, per abandoned (METRICS.md, "by country")."""
    waited_ms = values.get("wait_ms", 0) + values.get("abandon_ms", 0)
    return ratio(waited_ms / 1000, values.get("abandoned", 0))


def rejected_other(values: Values) -> int:
    """Turned away for neither of the two reasons that have a name."""
    named = values.get("rejected_full", 0) + values.get("rejected_nobody_on_duty", 0)
    return values.get("rejected", 0) - named


def nps_passives(values: Values) -> int:
    ends = values.get("nps_promoters", 0) + values.get("nps_detractors", 0)
    return values.get("nps_answers", 0) - ends


def wilson(hits: int, count: int) -> tuple[float, float] | None:
    """The 95 % score interval of a ratio hits / count (E. B. Wilson, JASA 22, 1927).

    None without a count, and where hits are no part of the count.
    """
    if count <= 0 or not 0 <= hits <= count:
        return None
    share, square = hits / count, Z_95 * Z_95
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z_95 * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return middle - half if hits else 0.0, middle + half if hits < count else 1.0


def nps_interval(values: Values) -> tuple[float, float] | None:
    """The 95 % interval of an NPS by its own variance, p + d - (p - d)^2 over the answers."""
    score, count = nps(values), values.get("nps_answers", 0)
    if score is None:
        return None
    ends = (values.get("nps_promoters", 0) + values.get("nps_detractors", 0)) / count
    half = Z_95 * sqrt(max(0.0, ends - score * score) / count)
    return max(-1.0, score - half), min(1.0, score + half)
