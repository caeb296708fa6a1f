"""Rows as they were published, out of a real engine."""

import pytest
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_link, a_pane, a_session, an_order, an_outcome


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, {})


def test_every_fact_comes_back_as_it_was_published(store):
    row = a_session(
        language="it", ended_reason="resolved", leg_queues=("sales", "service"),
        leg_started_at=(NINE, NINE + 60_000), leg_wait_ms=(12_000, None), nps=9.0, influence=4,
        would_have_bought=True, promise_kept=False,
        expectation_coverage=0.68, form_fields=3, left_at=NINE, visibility="public",
    )  # fmt: skip
    store.write(row)
    columns = ", ".join(f"`{name}`" for name in row.__struct_fields__ if name != "deleted")
    (stored,) = store.select(f"SELECT {columns} FROM sessions_final")
    published = [getattr(row, name) for name in row.__struct_fields__ if name != "deleted"]
    for name, was, now in zip(columns.split(", "), published, stored, strict=True):
        assert as_published(now) == was, name


def as_published(stored):
    """Instants in ms, lists as tuples."""
    if isinstance(stored, list):
        return tuple(as_published(one) for one in stored)
    return round(stored.timestamp() * 1000) if hasattr(stored, "timestamp") else stored


def test_what_became_of_a_session_stands_beside_its_facts(store):
    outcome = an_outcome(
        recontact_of="c0/1", recontacted_at=NINE + 400_000, recontacted_by="c5/1",
        recontacted_other_team=True, dropped=True, spill_over="public", first_contact_resolution=False,
        self_service="failed",
        converted=True, converted_at=NINE + 600_000, converted_first_touch=True, orders=("o1", "o2"),
        revenue_minor={"EUR": 12_990, "CHF": 500}, refunded_minor={"EUR": 100}, incremental=True,
    )  # fmt: skip
    store.write(a_session(customer="k1"), a_session("c2/1", customer="k1"))
    store.write(outcome, an_outcome("c2/1"), an_outcome("c2/1", deleted=True))
    names = outcome.__struct_fields__[outcome.__struct_fields__.index("recontact_of") :]
    query = f"SELECT {', '.join(names)} FROM sessions_final ORDER BY session"
    with_outcome, without = store.select(query)
    assert [as_published(value) for value in with_outcome] == [getattr(outcome, name) for name in names]
    empty = {"orders": (), "revenue_minor": {}, "refunded_minor": {}}
    assert [as_published(value) for value in without] == [empty.get(name) for name in names]


def test_orders_and_links_come_back_as_they_were_published(store):
    order = an_order(refunded_minor=90, refunded_at=NINE + 700_000, path=("social", "live_chat"))
    link = a_link("k1", "k2")
    store.write(order, link)
    for table, row in (("orders", order), ("customer_links", link)):
        names = [name for name in row.__struct_fields__ if name != "deleted"]
        (stored,) = store.select(f"SELECT {', '.join(names)} FROM {table} FINAL")
        assert [as_published(value) for value in stored] == [getattr(row, name) for name in names]


def test_facts_alone_are_read_without_their_outcomes(store):
    store.write(a_session())
    store.write(an_outcome())
    plan = "\n".join(line for (line,) in store.select("EXPLAIN SELECT sum(wait_ms) FROM sessions_final"))
    assert "sessions" in plan
    assert "outcomes" not in plan


def test_a_minute_is_replaced_and_summed_over_partitions(store):
    store.write(a_pane(), a_pane(partition=3), a_pane(counts=a_pane().counts))
    (found,) = store.select(
        "SELECT toUnixTimestamp(start), sum(offered), sumForEach(answered_buckets), any(borders_seconds) "
        "FROM windows FINAL GROUP BY start",
    )
    assert found == (NINE // 1000, 4, [0, 0, 2, 0], [5, 10, 20])
