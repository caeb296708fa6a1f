"""Arithmetic over the additive counts of rows: sums over partitions and maxima over time. Pure."""

from dataclasses import dataclass
from operator import add, attrgetter, le
from typing import NamedTuple, Self

from attesa.core.rows import COUNT_NAMES, Counts, TotalRow

Vector = tuple[int, ...]  # in the order of COUNT_NAMES

_vector = attrgetter(*COUNT_NAMES)
ZERO: Vector = (0,) * len(COUNT_NAMES)


class Cell(NamedTuple):
    """What a business series is labelled with."""

    tenant: str
    channel: str
    queue: str
    country: str


class Buckets(NamedTuple):
    """Counts by upper border in seconds (not cumulative), with one more above the last border."""

    borders_seconds: tuple[int, ...]
    counts: Vector

    def on(self, borders_seconds: tuple[int, ...]) -> Self:
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

    def cumulative(self) -> list[tuple[int | None, int]]:
        """(border, how many at or under it), the last with None for no border."""
        running, result = 0, []
        for border, count in zip((*self.borders_seconds, None), self.counts, strict=True):
            running += count
            result.append((border, running))
        return result


@dataclass(frozen=True)
class Sums:
    """One set of counts of one cell, summed over partitions."""

    columns: Vector
    waits: Buckets
    abandons: Buckets

    def __getitem__(self, name: str) -> int:
        return self.columns[_POSITION[name]]

    def plus(self, more: Self) -> Self:
        return type(self)(
            tuple(map(add, self.columns, more.columns)),
            self.waits.plus(more.waits),
            self.abandons.plus(more.abandons),
        )


_POSITION = {name: position for position, name in enumerate(COUNT_NAMES)}


@dataclass(frozen=True)
class CellSums:
    """A cell's true totals, its published ones, and since when its oldest waiting customer waits (ms)."""

    total: Sums
    published: Sums
    oldest_requested_at: int | None = None

    @property
    def waiting(self) -> int:
        """Offered and neither answered nor lost (rows.TotalRow)."""
        total = self.total
        return total["offered"] - total["answered"] - self.lost

    @property
    def lost(self) -> int:
        total = self.total
        return total["abandoned"] + total["rejected"] + total["unanswered"]

    def plus(self, more: Self) -> Self:
        since = [at for at in (self.oldest_requested_at, more.oldest_requested_at) if at is not None]
        return type(self)(
            self.total.plus(more.total), self.published.plus(more.published), min(since, default=None)
        )


def sums_of(counts: Counts, borders_seconds: tuple[int, ...]) -> Sums:
    """Counts as they come in a row; bucket arrays left empty count as zeros."""
    none = (0,) * (len(borders_seconds) + 1)
    return Sums(
        _vector(counts),
        Buckets(borders_seconds, tuple(counts.answered_buckets) or none),
        Buckets(borders_seconds, tuple(counts.abandoned_buckets) or none),
    )


def cell_sums(row: TotalRow) -> CellSums:
    borders = tuple(row.borders_seconds)
    return CellSums(sums_of(row.total, borders), sums_of(row.published, borders), row.oldest_requested_at)


def empty_cell(borders_seconds: tuple[int, ...]) -> CellSums:
    nothing = sums_of(Counts(), borders_seconds)
    return CellSums(nothing, nothing)


def highest(held: Sums, new: Sums) -> Sums:
    """`new`, except where a column has fallen: a counter never falls within an epoch."""
    return Sums(
        new.columns if all(map(le, held.columns, new.columns)) else _max(held.columns, new.columns),
        _highest_buckets(held.waits, new.waits),
        _highest_buckets(held.abandons, new.abandons),
    )


def _highest_buckets(held: Buckets, new: Buckets) -> Buckets:
    if held.borders_seconds != new.borders_seconds:  # another definition: nothing to compare with
        return new
    return Buckets(new.borders_seconds, _max(held.counts, new.counts))


def _max(one: Vector, other: Vector) -> Vector:
    return tuple(map(max, one, other))
