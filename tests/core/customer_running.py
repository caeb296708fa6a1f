"""Runs the customers processor over a log as the worker does, with checkpoints and crashes."""

from collections.abc import Sequence
from typing import Any

from tests.core.customer_making import PARTITIONS, Told, message, named
from tests.core.making import DEFINITIONS, LATER_MS

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.partition.restore import restore
from attesa.core.rows import TotalRow, outcome_decoder, pane_decoder, totals_decoder

KEPT_TOPICS = (topics.OUTCOMES, topics.PANES, topics.TOTALS, topics.STATE, topics.DEAD_LETTERS)


class Log:
    """One partition of all topics: of each key the newest row."""

    def __init__(self, told: Sequence[Told], definitions: Definitions = DEFINITIONS) -> None:
        self.messages = [message(each, offset) for offset, each in enumerate(told)]
        self.definitions = definitions
        self.topics: dict[str, dict[bytes, bytes]] = {topic: {} for topic in KEPT_TOPICS}
        self.committed = 0
        self.worker = self.brought_back()

    def brought_back(self) -> Customers:
        """A new worker, with what the log keeps; what the one before had not written is gone."""
        customers = Customers(0, self.definitions, 1, lambda _key: True, None, PARTITIONS)
        restore(customers, self.topics[topics.STATE], self.committed)
        return customers

    def read(self, limit: int) -> None:
        start = self.worker.next_offset
        self.worker.apply(self.messages[start : start + limit], LATER_MS)

    def checkpoint(self) -> None:
        checkpoint = self.worker.take(LATER_MS)
        for topic, rows in checkpoint.rows.items():
            for key, value in rows:
                if value is None:
                    self.topics[topic].pop(key, None)
                else:
                    self.topics[topic][key] = value
        self.committed = checkpoint.next_offset

    def step(self, what: str, amount: int) -> None:
        if what == "read":
            self.read(amount)
        elif what == "checkpoint":
            self.checkpoint()
        else:
            self.worker = self.brought_back()

    def finish(self) -> "Log":
        self.read(len(self.messages))
        self.checkpoint()
        return self

    # -- what its readers see ----------------------------------------------------------------------

    def outcomes(self) -> dict[bytes, Any]:
        """Of each key the newest row, those of what vanished left out."""
        rows = {key: outcome_decoder.decode(value) for key, value in self.topics[topics.OUTCOMES].items()}
        return {key: row for key, row in rows.items() if not getattr(row, "deleted", False)}

    def panes(self) -> dict[bytes, dict[str, int]]:
        found = {
            key: named(pane_decoder.decode(value).counts) for key, value in self.topics[topics.PANES].items()
        }
        return {key: counts for key, counts in found.items() if counts}

    def totals(self) -> dict[bytes, dict[str, int]]:
        found = {}
        for key, value in self.topics[topics.TOTALS].items():
            row = totals_decoder.decode(value)
            if isinstance(row, TotalRow):
                found[key] = named(row.total)
        return {key: counts for key, counts in found.items() if counts}


def played(told: Sequence[Told], steps: Sequence[tuple[str, int]] = ()) -> Log:
    log = Log(told)
    for what, amount in steps:
        log.step(what, amount)
    return log.finish()


def assert_alike(one: Log, other: Log) -> None:
    """The readers of both see the same."""
    assert one.outcomes() == other.outcomes()
    assert one.panes() == other.panes()
    assert one.totals() == other.totals()
