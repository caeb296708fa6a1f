"""Arithmetic over the additive counts of rows: sums over partitions and maxima over time. Pure.

Sets of counts are sparse: what is 0 is left out, for a cell fills a small part of all the columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import add, attrgetter
from typing import NamedTuple, Self

from attesa.core.rows import TotalRow
from attesa.core.rows.counts import BUCKETS, COUNT_NAMES, MONEY, Counts, money_column

Borders = tuple[int, ...]  # upper ones, in seconds
# A named count, money by `counts.money_column`; in windows also the upper border, in seconds, of a bucket.
Column = str | float
Values = dict[Column, int]

_columns = attrgetter(*COUNT_NAMES)


class Cell(NamedTuple):
    """What a business series is labelled with."""

    tenant: str
    channel: str
    queue: str
    country: str


class Buckets(NamedTuple):
    """Counts by upper border in seconds (not cumulative), with one more above the last border."""

    borders_seconds: Borders
    counts: tuple[int, ...]

    def on(self, borders_seconds: Borders) -> Self:
        """The same counts on fewer borders: exact, for every border kept was a border before."""
        position, regrouped = 0, [0] * (len(borders_seconds) + 1)
        for border, count in zip((*self.borders_seconds, None), self.counts, strict=True):
            while position < len(borders_seconds) and (border is None or border > borders_seconds[position]):
                position += 1
            regrouped[position] += count
        return type(self)(borders_seconds, tuple(regrouped))

    def plus(self, more: Self) -> Self:
        """Both together, on the borders that both have (they differ while a new definition rolls out)."""
        if self.borders_seconds == more.borders_seconds:
            return type(self)(self.borders_seconds, tuple(map(add, self.counts, more.counts)))
        common = tuple(sorted(set(self.borders_seconds).intersection(more.borders_seconds)))
        return self.on(common).plus(more.on(common))

    def highest(self, new: Self | None) -> Self:
        """`new`, except where a count has fallen; other borders are another definition: not comparable."""
        if new is None:
            return self
        if self.borders_seconds != new.borders_seconds:
            return new
        return type(self)(self.borders_seconds, tuple(map(max, self.counts, new.counts)))

    def cumulative(self) -> Iterator[tuple[int | None, int]]:
        """(border, how many at or under it), the last with None for no border."""
        running = 0
        for border, count in zip((*self.borders_seconds, None), self.counts, strict=True):
            running += count
            yield border, running


@dataclass(frozen=True, slots=True)
class Sums:
    """One set of counts of one cell, summed over partitions; bucket arrays by their column's name."""

    values: Values = field(default_factory=dict)
    buckets: dict[str, Buckets] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.values.get(name, 0)

    def plus(self, *others: Self) -> Self:
        values, buckets = dict(self.values), dict(self.buckets)
        for more in others:
            for name, amount in more.values.items():
                values[name] = values.get(name, 0) + amount
            for name, one in more.buckets.items():
                buckets[name] = buckets[name].plus(one) if name in buckets else one
        return type(self)(values, buckets)


@dataclass(frozen=True, slots=True)
class CellSums:
    """A cell's true totals, its published ones, and since when its oldest waiting customer waits (ms)."""

    total: Sums
    published: Sums
    oldest_requested_at: int | None = None

    @property
    def waiting(self) -> int:
        """Offered and neither answered nor lost (rows.TotalRow)."""
        return self.total["offered"] - self.total["answered"] - lost(self.total.values)

    def plus(self, *others: Self) -> Self:
        every = (self, *others)
        total = self.total.plus(*(one.total for one in others))
        if all(one.published is one.total for one in every):
            published = total
        else:
            published = self.published.plus(*(one.published for one in others))
        since = [one.oldest_requested_at for one in every if one.oldest_requested_at is not None]
        return type(self)(total, published, min(since, default=None))


NOTHING = Sums()
EMPTY = CellSums(NOTHING, NOTHING)


def lost(values: Values) -> int:
    """Abandoned + rejected + unanswered (METRICS.md)."""
    return values.get("abandoned", 0) + values.get("rejected", 0) + values.get("unanswered", 0)


def values_of(counts: Counts) -> Values:
    """The named counts of a row, and its money; the buckets are left out."""
    values: Values = {
        name: amount for name, amount in zip(COUNT_NAMES, _columns(counts), strict=True) if amount
    }
    for name in MONEY:
        for currency, amount in getattr(counts, name).items():
            values[money_column(name, currency)] = amount
    return values


def sums_of(counts: Counts, borders_seconds: Borders) -> Sums:
    """Counts as they come in a row."""
    arrays = ((name, getattr(counts, name)) for name in BUCKETS)
    buckets = {name: Buckets(borders_seconds, tuple(array)) for name, array in arrays if array}
    return Sums(values_of(counts), buckets)


def cell_sums(row: TotalRow) -> CellSums:
    borders = tuple(row.borders_seconds)
    total = sums_of(row.total, borders)
    published = total if row.published == row.total else sums_of(row.published, borders)
    return CellSums(total, published, row.oldest_requested_at)


def highest(held: Sums, new: Sums) -> Sums:
    """`new`, except where a column has fallen: a counter never falls within an epoch."""
    fallen: Values = {name: n for name, n in held.values.items() if n > new.values.get(name, 0)}
    buckets = {name: one.highest(new.buckets.get(name)) for name, one in held.buckets.items()}
    if not fallen and all(new.buckets.get(name) == one for name, one in buckets.items()):
        return new
    return Sums({**new.values, **fallen}, {**new.buckets, **buckets})
