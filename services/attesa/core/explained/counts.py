"""What is added to which cell at which instant, by the names of the counts. No I/O."""

from collections.abc import Iterable
from itertools import groupby

from attesa.core.explained.lines import Added, duration
from attesa.core.partition.amounts import Group
from attesa.core.rows.counts import BUCKETS, COUNT_NAMES, Column, Layout


def added(groups: Iterable[Group], layout: Layout) -> list[Added]:
    """Groups in the order of time, those of one instant and cell as one."""
    ordered = sorted(groups, key=lambda group: (group[1], group[0].key))
    found = []
    for (at, key), same in groupby(ordered, key=lambda group: (group[1], group[0].key)):
        counts: dict[str, int] = {}
        for _, _, columns in same:
            for column, amount in columns:
                name = named(column, layout)
                counts[name] = counts.get(name, 0) + amount
        _, channel, queue, country = key
        kept = {name: amount for name, amount in counts.items() if amount}
        if kept:
            found.append(Added(at, (channel, queue, country), kept))
    return found


def named(column: Column, layout: Layout) -> str:
    """A count's name; of a bucket, with the durations that it counts."""
    if isinstance(column, str):
        name, _, currency = column.partition(":")
        return f"{name} {currency}"
    if column < len(COUNT_NAMES):
        return COUNT_NAMES[column]
    borders = layout.borders_ms
    which, bucket = divmod(column - len(COUNT_NAMES), len(borders) + 1)
    if bucket == len(borders):
        return f"{BUCKETS[which]} over {duration(borders[-1])}"
    return f"{BUCKETS[which]} to {duration(borders[bucket])}"
