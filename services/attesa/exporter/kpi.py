"""The figures of one set of counts as plain values for a screen, each with its count and interval. Pure.

`cohort`: the counts are of everything there is, so lost is of offered; else they are what was decided in a
window, and lost is of answered and lost (METRICS.md, "Windows").
"""

from collections.abc import Iterable, Mapping
from typing import Any

from attesa.core.definitions.policies import CountryReference
from attesa.exporter import figures
from attesa.exporter.sums import Values, lost

Json = dict[str, Any]


def added(values: Iterable[Values]) -> Values:
    total: Values = {}
    for one in values:
        for column, amount in one.items():
            total[column] = total.get(column, 0) + amount
    return total


def ratio(hits: int, count: int) -> Json:
    """A ratio with its counts and 95 % interval; null where there is no count."""
    interval = figures.wilson(hits, count)
    return {
        "ratio": figures.ratio(hits, count),
        "hits": hits,
        "count": count,
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
    }


def brief(values: Values, *, cohort: bool = False) -> Json:
    """What the first view shows: of the whole, and of each queue."""
    return {
        "offered": values.get("offered", 0),
        "answered": values.get("answered", 0),
        "service_level": _level(values),
        "lost": ratio(lost(values), values.get("offered", 0) if cohort else figures.decided(values)),
        "average_wait_seconds": figures.average_wait_seconds(values),
    }


def full(values: Values, *, sells: bool, cohort: bool = False) -> Json:
    """What the second view adds. `sells`: purchases are told of the tenant; else conversion is null."""
    return {
        **brief(values, cohort=cohort),
        "lost_reasons": _reasons(values),
        "next_replies": {
            "count": values.get("next_replies", 0),
            "average_seconds": figures.ratio(
                values.get("next_reply_ms", 0) / 1000, values.get("next_replies", 0)
            ),
            "service_level": _level(values, "next_"),
        },
        "conversion": _conversion(values, sells=sells),
        "nps": _nps(values),
        "survey": ratio(values.get("survey_answered", 0), values.get("survey_asked", 0)),
        "patience": _patience(values),
    }


def countries(
    found: Mapping[str, Values],
    references: Mapping[str, CountryReference],
    *,
    sells: bool,
    cohort: bool = False,
) -> list[Json]:
    """One row per country, in the order of what was offered; with what is usual there, and how far it is."""
    rows = []
    for country, values in sorted(found.items(), key=lambda one: (-one[1].get("offered", 0), one[0])):
        row = {
            "country": country,
            **brief(values, cohort=cohort),
            "conversion": _conversion(values, sells=sells),
            "patience": _patience(values),
        }
        rows.append(row | _beside(row, references.get(country)))
    return rows


def _beside(row: Json, reference: CountryReference | None) -> Json:
    if reference is None:
        return {"reference": None, "distance": None}
    usual = {
        "average_wait_seconds": reference.average_wait_seconds,
        "lost": reference.lost_ratio,
        "conversion": reference.conversion_rate,
    }
    here = {
        "average_wait_seconds": row["average_wait_seconds"],
        "lost": row["lost"]["ratio"],
        "conversion": row["conversion"]["ratio"],
    }
    distance = {name: None if here[name] is None else here[name] - usual[name] for name in usual}
    return {"reference": usual, "distance": distance}


def _level(values: Values, of: str = "") -> Json:
    slo = figures.SLO_GOOD
    return ratio(figures.met(values, slo, of), figures.verdicts(values, slo, of))


def _conversion(values: Values, *, sells: bool) -> Json:
    return ratio(values.get("converted", 0), values.get("answered", 0)) if sells else ratio(0, 0)


def _patience(values: Values) -> Json:
    return {"seconds": figures.patience_seconds(values), "count": values.get("abandoned", 0)}


def _reasons(values: Values) -> Json:
    names = (
        "abandoned", "rejected_full", "rejected_nobody_on_duty", "unanswered_agent", "unanswered_timeout",
    )  # fmt: skip
    return {name: values.get(name, 0) for name in names} | {"rejected_other": figures.rejected_other(values)}


def _nps(values: Values) -> Json:
    interval = figures.nps_interval(values)
    return {
        "score": figures.nps(values),
        "count": values.get("nps_answers", 0),
        "promoters": values.get("nps_promoters", 0),
        "passives": figures.nps_passives(values),
        "detractors": values.get("nps_detractors", 0),
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
    }
