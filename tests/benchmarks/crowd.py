"""A busy house: hundreds of cells in every partition and of both processors, with nearly every count."""

import random

from tests.exporter.made import BORDERS, NOW, clock_row, pane_row, total_row

from attesa.core.definitions import Definitions
from attesa.core.rows.counts import BUCKETS, COUNT_NAMES, Counts
from attesa.exporter.state import State
from attesa.exporter.windows import WINDOWS

PARTITIONS = 12
CUSTOMERS = COUNT_NAMES[COUNT_NAMES.index("recontacted") :]
SESSIONS = COUNT_NAMES[: COUNT_NAMES.index("staffed")]
CHANNELS = ("live_chat", "chat", "social")


def crowd(queues: int = 25, countries: tuple[str, ...] = ("IT", "DE", "FR", "ES")) -> State:
    """3 channels x `queues` x 4 countries, 20 panes in each window's width."""
    state, dice = State(Definitions(queues=[f"queue-{number}" for number in range(queues)])), random.Random(1)
    labels = [
        {"channel": channel, "queue": queue, "country": country}
        for channel in CHANNELS
        for queue in state.definitions.queue_names
        for country in countries
    ]
    for partition in range(PARTITIONS):
        state.put_totals(clock_row(partition=partition))
        for one in labels:
            total, less = _counts(dice, SESSIONS), _counts(dice, SESSIONS)
            state.put_totals(
                total_row(total, less if dice.random() < 0.1 else total, partition=partition, **one)
            )
            bought = _counts(dice, CUSTOMERS)
            state.put_totals(total_row(bought, partition=partition, processor="customers", **one))
    for width in {window.width_seconds for window in WINDOWS}:
        newest = NOW // (width * 1000) * width * 1000
        for back in range(20):
            for one in labels:
                start = newest - back * width * 1000
                state.put_pane(pane_row(start, width, _counts(dice, SESSIONS), **one), NOW)
    return state


def _counts(dice: random.Random, names: tuple[str, ...]) -> Counts:
    counts = Counts(**{name: dice.randrange(1_000) for name in names})
    if "answered" in names:
        for name in BUCKETS:
            setattr(counts, name, [dice.randrange(100) for _ in range(len(BORDERS) + 1)])
    return counts
