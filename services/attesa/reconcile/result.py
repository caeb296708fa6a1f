"""What a comparison came to, as lines for people and as one object for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from attesa.reconcile.comparing import HOUR_MS, Comparison, Missing
from attesa.reconcile.gaps import Gap, gaps, picture, steps, width_of
from attesa.reconcile.instants import written

SHOWN = 20
SHOWN_GAPS = 3
SHOWN_REASONS = 5


@dataclass(frozen=True)
class Result:
    """`extra`: conversations in ClickHouse of the period that no row names, None: nobody could tell; the
    first of them are in `extra_names`.

    `first_at`: when the source's first session began (ms). `dead`: dead letters of the source since the
    period's start, by reason; `named_by_dead`: missing ids that one of them names, None where none could be
    opened; `dead_asked`: the option that lists them, empty: by the source.
    """

    source: str
    tenant: str
    forms: tuple[str, ...]
    comparison: Comparison
    zone: tzinfo
    first_at: int
    extra: int | None = None
    dead: Mapping[str, int] = field(default_factory=dict)
    named_by_dead: frozenset[str] | None = None
    extra_names: tuple[str, ...] = ()
    dead_asked: str = ""

    @property
    def missing(self) -> list[Missing]:
        """In the order in which they began; those without a time last."""
        return sorted(self.comparison.missing, key=lambda one: (one.at is None, one.at or 0, one.id))

    @property
    def gaps(self) -> list[Gap]:
        return gaps(self.comparison.found_by_hour, self.comparison.missing_by_hour, self.zone)

    @property
    def before_first(self) -> int:
        """Missing contacts from before the source was heard of for the first time."""
        return sum(1 for one in self.comparison.missing if one.at is not None and one.at < self.first_at)


def lines(result: Result, shown: int) -> Iterator[str]:
    """The whole page, with at most `shown` missing contacts."""
    yield from _counts(result)
    if result.comparison.missing:
        yield from _picture(result)
        yield ""
        yield from _missing(result, shown)
        yield ""
        yield from (f"- {step}" for step in advice(result))


def _counts(result: Result) -> Iterator[str]:
    told = result.comparison
    yield f"{result.source} (tenant {result.tenant}), read as {'; '.join(result.forms)}"
    yield f"rows       {told.rows:>9,}"
    for reason, count in told.apart.most_common():
        yield f"  apart    {count:>9,}  {reason}"
    period = ""
    if told.first_at is not None and told.last_at is not None:
        first, last = (written(at, result.zone) for at in (told.first_at, told.last_at))
        period = f"  from {first} to {last} ({result.zone})"
    yield f"contacts   {told.compared:>9,}{period}"
    if told.without_time:
        yield f"  of them  {told.without_time:>9,}  without a time: --time COLUMN names it"
    yield f"found      {told.found:>9,}"
    yield f"missing    {len(told.missing):>9,}"
    assert told.coverage is not None
    yield f"coverage   {_ratio(told.coverage):>9}"
    if result.extra is not None:
        such = f", such as {', '.join(result.extra_names)}" if result.extra_names else ""
        yield f"extra      {result.extra:>9,}  in ClickHouse, of that time, and in no row{such}"


def _ratio(coverage: float) -> str:
    """Four digits; never 1 where anything is missing."""
    return f"{min(coverage, 0.9999) if coverage < 1 else 1:.4f}"


def _picture(result: Result) -> Iterator[str]:
    told = result.comparison
    if told.first_at is None or told.last_at is None:
        return
    width = width_of(told.last_at - told.first_at)
    yield ""
    yield from picture(steps(told.found_by_hour, told.missing_by_hour, width, result.zone), width)


def _missing(result: Result, shown: int) -> Iterator[str]:
    missing = result.missing
    for one in missing[:shown]:
        at = "-" if one.at is None else written(one.at, result.zone)
        yield f"missing {at:<16}  {one.id}"
    if len(missing) > shown:
        yield f"and {len(missing) - shown:,} more: --all prints them, --output FILE writes them as CSV"


def advice(result: Result) -> Iterator[str]:
    """What to do next, the most telling first."""
    told = result.comparison
    if not told.found:
        looked = told.missing[0].conversation
        stored = f", ClickHouse holds such as {result.extra_names[0]}" if result.extra_names else ""
        yield f"no id is known: looked for {looked}{stored}; another column may be the id: --id COLUMN"
        return
    if before := result.before_first:
        since = written(result.first_at, result.zone)
        yield f"{before:,} began before the source's first session ({since}): --since leaves them out"
    for gap in result.gaps[:SHOWN_GAPS]:
        yield (
            f"nothing arrived of {gap.missing:,} contacts from {gap.start} to {gap.end}: "
            "look into the logs of the gateway and of the platform's webhooks"
        )
    yield from _of_the_dead(result)


def _of_the_dead(result: Result) -> Iterator[str]:
    if not result.dead:
        yield (
            "no dead letters of the source since then: their deliveries never arrived; check that the "
            "platform sends every kind of event that docs/sources.md names"
        )
        return
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in list(result.dead.items())[:SHOWN_REASONS])
    asked = result.dead_asked or f"--source {result.source}"
    since = f" --since {_day(result)}" if result.comparison.first_at is not None else ""
    yield f"dead letters since then: {reasons}: `attesa dead-letters list {asked}{since}`"
    if result.named_by_dead is None:
        yield "whether they name what is missing is not known: no bytes were kept, or no key opens them"
    elif result.named_by_dead:
        count = len(result.named_by_dead)
        yield f"{count:,} of the missing are named there: `attesa dead-letters replay {asked}`"


def _day(result: Result) -> str:
    first_at = result.comparison.first_at
    assert first_at is not None
    return written(first_at)[:10]


def as_object(result: Result, shown: int) -> dict[str, Any]:
    """Every number under its name; `missing_ids` the first `shown`."""
    told = result.comparison
    return {
        "source": result.source,
        "tenant": result.tenant,
        "rows": told.rows,
        "apart": dict(told.apart),
        "contacts": told.compared,
        "without_time": told.without_time,
        "first_at": _iso(told.first_at),
        "last_at": _iso(told.last_at),
        "found": told.found,
        "missing": len(told.missing),
        "coverage": told.coverage,
        "extra": result.extra,
        "extra_names": list(result.extra_names),
        "before_first_session": result.before_first,
        "dead_letters": dict(result.dead),
        "named_by_dead_letters": None if result.named_by_dead is None else len(result.named_by_dead),
        "gaps": [gap._asdict() for gap in result.gaps],
        "by_hour": [
            {
                "at": _iso(hour * HOUR_MS),
                "found": told.found_by_hour[hour],
                "missing": told.missing_by_hour[hour],
            }
            for hour in sorted({*told.found_by_hour, *told.missing_by_hour})
        ],
        "missing_ids": [
            {"id": one.id, "conversation": one.conversation, "at": _iso(one.at)}
            for one in result.missing[:shown]
        ],
    }


def _iso(ms: int | None) -> str | None:
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
