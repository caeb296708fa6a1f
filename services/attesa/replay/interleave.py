"""Merges sessions into one stream in the order of time, as in life. Pure, and lazy."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import TypeVar

Item = TypeVar("Item")


def interleave(sessions: Iterable[Sequence[tuple[int, Item]]]) -> Iterator[tuple[int, Item]]:
    """The (time, item) pairs of all sessions in ascending time; of equal times, the earlier session first.

    Each session ascends, and so do the sessions' first times; only the sessions that are open at one
    time are held.
    """
    open_items: list[tuple[int, int, Item]] = []
    serial = 0
    for session in sessions:
        while open_items and open_items[0][0] < session[0][0]:
            at, _, item = heappop(open_items)
            yield at, item
        for at, item in session:
            heappush(open_items, (at, serial, item))
            serial += 1
    while open_items:
        at, _, item = heappop(open_items)
        yield at, item
