"""Over generated worlds an explanation is of the numbers: counts are the totals, verdicts the facts."""

from collections import Counter
from random import Random

import pytest
from tests.core.running import LATER_MS, PARTITION, Log, Worker, read
from tests.oracle.worlds import world

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.customers.attribution import NONE
from attesa.core.explained import Explanation
from attesa.core.explained.rows import explain_row
from attesa.core.explained.state import (
    Named,
    explain_afterwards,
    explain_found,
    find_customer,
    find_session,
    needed,
)
from attesa.core.rows import SessionRow, session_decoder
from attesa.core.sessions import Sessions

Counts = dict[tuple[str, ...], dict[str, int]]


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_counts_of_all_sessions_are_the_totals_and_their_verdicts_the_facts(first: int) -> None:
    for seed in range(first, first + 40):
        log = folded(seed)
        found = {(row.tenant, row.session): (row, explained(log, row)) for row in sessions(log)}
        assert summed([told for _, told in found.values()]) == totals(log), f"world of seed {seed}"
        for row, told in found.values():
            assert_verdicts(row, told)
            from_rows = explain_row(row, world(Random(seed)).definitions, "Europe/Rome")
            assert from_rows.verdicts == list(told.verdicts[:2]), f"world of seed {seed}"
            assert from_rows.summary == told.summary
            assert len(told.events) - (row.ended_by == "timeout") == row.events, f"world of seed {seed}"


def folded(seed: int) -> Log:
    made = world(Random(seed))
    log = Log()
    worker = Worker(log, topics.EVENTS, made.definitions)
    for event in made.events():
        log.append(event)
    worker.read(log.end(topics.EVENTS), LATER_MS)
    worker.checkpoint(LATER_MS)
    for event in made.events(topics.CUSTOMERS):
        log.append(event, topics.CUSTOMERS)
    worker = Worker(log, topics.CUSTOMERS, made.definitions)
    worker.read(log.end(topics.CUSTOMERS), LATER_MS)
    worker.checkpoint(LATER_MS)
    return log


def sessions(log: Log) -> list[SessionRow]:
    rows = map(session_decoder.decode, log.rows[topics.SESSIONS].values())
    return [row for row in rows if not row.deleted]


def kept(log: Log, prefix: bytes, key: str) -> dict[bytes, bytes]:
    keys = needed(prefix, key.encode())
    return {key: value for key, value in log.rows[topics.STATE].items() if key in keys}


def explained(log: Log, row: SessionRow) -> Explanation:
    rows = kept(log, Sessions.prefix, f"{row.tenant}:{row.conversation}")
    named = Named(row.conversation, int(row.session.rpartition("/")[2]))
    found = find_session(rows, row.tenant, named, PARTITION)
    assert found is not None
    told = explain_found(found, "Europe/Rome")
    if row.customer is None:
        return told
    rows = kept(log, Customers.prefix, f"{row.tenant}:{row.customer}")
    customer = find_customer(rows, row.tenant, row.customer, PARTITION, 1)
    assert customer is not None
    with_more = explain_afterwards(told, customer, rows)
    assert with_more is not None
    return with_more


def summed(told: list[Explanation]) -> Counts:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for one in told:
        for added in one.counts:
            counts = found.setdefault((one.tenant, *added.cell), Counter())
            counts.update({name: n for name, n in added.counts.items() if " " not in name})
    return not_zero(found)


def totals(log: Log) -> Counts:
    """Of both processors; agents' presence and orders without a session left out."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for processor in ("sessions", "customers"):
        for cell, counts in read(log, processor).totals.items():
            if cell[1] not in ("any", NONE):
                named = {name: n for name, n in counts.items() if isinstance(name, str)}
                found.setdefault(cell, Counter()).update(named)
    return not_zero(found)


def not_zero(found: dict[tuple[str, ...], Counter[str]]) -> Counts:
    held = {cell: {name: n for name, n in counts.items() if n} for cell, counts in found.items()}
    return {cell: counts for cell, counts in held.items() if counts}


def assert_verdicts(row: SessionRow, told: Explanation) -> None:
    if told.verdicts:
        good, bad = told.verdicts[:2]
        assert (good.word, bad.word) == (row.verdict_good or "undecided", row.verdict_bad or "undecided")
        assert (good.at, bad.at) == (row.verdict_good_at, row.verdict_bad_at)
    of = Counter((given.of.partition(", ")[2], given.word) for given in told.verdicts[2:])
    for size in ("good", "bad"):
        assert of[size, "met"] == getattr(row, f"next_met_{size}")
        assert of[size, "missed"] == getattr(row, f"next_missed_{size}")
        assert of[f"synchronous {size}", "missed"] == getattr(row, f"synchronous_missed_{size}")
