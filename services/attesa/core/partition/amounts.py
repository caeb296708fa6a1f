"""Amounts by column, each group of them dated and in a cell: what contributions are made of."""

from attesa.core.partition.cells import Cell
from attesa.core.rows.counts import COLUMN, Column

Amounts = tuple[tuple[Column, int], ...]
# Cell, instant (ms), amounts.
Group = tuple[Cell, int, Amounts]


def one(*names: str) -> Amounts:
    """One of each."""
    return tuple((COLUMN[name], 1) for name in names)


def amounts(**by_name: int | bool | None) -> Amounts:
    """Named amounts; what is 0 or unknown is left out."""
    return tuple((COLUMN[name], int(amount)) for name, amount in by_name.items() if amount)
