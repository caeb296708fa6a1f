"""Amounts by column, each group of them dated and in a cell: what contributions are made of."""

from collections.abc import Callable
from typing import NamedTuple

from attesa.core.cells import Cell
from attesa.core.counts import COLUMN, Column, Layout
from attesa.core.policies import Coverage, Expectation

Amounts = tuple[tuple[Column, int], ...]
# Cell, instant (ms), amounts.
Group = tuple[Cell, int, Amounts]


def one(*names: str) -> Amounts:
    """One of each."""
    return tuple((COLUMN[name], 1) for name in names)


def amounts(**by_name: int | bool | None) -> Amounts:
    """Named amounts; what is 0 or unknown is left out."""
    return tuple((COLUMN[name], int(amount)) for name, amount in by_name.items() if amount)


class Terms(NamedTuple):
    """What of the definitions holds for one session."""

    layout: Layout
    pair: Expectation
    live: Expectation  # of synchronous stretches
    coverage: Coverage | None
    business_wait_ms: int | None  # of an answered session in a queue with opening hours
    clock: int | None
    cell: Cell
    cell_of: Callable[[str], Cell]  # the same cell in another queue
