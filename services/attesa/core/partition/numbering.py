"""Which of a source's sequence numbers came, as three numbers that add up over partitions.

A source numbers its events from anywhere by ones, over all its conversations; each partition sees some. Of
distinct numbers lowest, highest and how many are enough to say how many are missing between, in any order
of coming. That an event comes twice, its id tells.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Numbers(NamedTuple):
    """`seen` distinct numbers from `lowest` to `highest`; with none, the next one to come is `lowest`."""

    lowest: int
    highest: int
    seen: int

    def with_one(self, number: int) -> "Numbers":
        """A number that had not come yet."""
        return Numbers(min(number, self.lowest), max(number, self.highest), self.seen + 1)

    def up_to(self, number: int) -> "Numbers":
        """The source says that it has given numbers up to here."""
        return self._replace(highest=max(number, self.highest))


def first(number: int) -> Numbers:
    """The first number that came."""
    return Numbers(number, number, 1)


def none_until(number: int) -> Numbers:
    """The source says that it has given numbers up to here, and none has come."""
    return Numbers(number + 1, number, 0)


def missing(parts: Iterable[Numbers]) -> int:
    """How many numbers of one source have come in none of the partitions, between its lowest and highest."""
    found = list(parts)
    if not found:
        return 0
    highest, lowest = max(one.highest for one in found), min(one.lowest for one in found)
    return max(0, highest - lowest + 1 - sum(one.seen for one in found))
