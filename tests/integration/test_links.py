"""Customers found to be one later: chains of links resolved, and cohorts counted anew over persons."""

import random
from itertools import pairwise

import pytest
from tests.integration.storing import Stored
from tests.loader.examples import NINE, a_link, a_session, an_abandoned, an_order

MINUTE, HOUR = 60_000, 3_600_000
LINKED = {"tenants": {"acme": {"clock": "data"}}, "attribution_hours": 24}


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, LINKED)


def groups_by_hand(links):
    """Merge sets, one link at a time."""
    group = {}
    for one, other in links:
        merged = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(merged, merged)
    return {customer: min(members) for customer, members in group.items()}


def groups_of(store, tenant="acme"):
    store.resolve_links()
    query = f"SELECT customer, representative FROM customer_groups WHERE tenant = '{tenant}'"
    return dict(store.select(query))


def test_a_chain_is_one_person_whatever_the_order_of_its_links(store):
    store.write(a_link("d", "c"), a_link("b", "a"), a_link("b", "c"), a_link("x", "y"))
    expected = {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x"}
    assert groups_of(store) == expected
    store.write(a_link("d", "c"), a_link("a", "d"), a_link("e", "e"))  # again, a circle, and to oneself
    assert groups_of(store) == expected


def test_tenants_are_kept_apart(store):
    store.write(a_link("a", "b"), a_link("b", "c", tenant="other"))
    assert groups_of(store) == {"a": "a", "b": "a"}
    assert groups_of(store, "other") == {"b": "b", "c": "b"}


@pytest.mark.parametrize("shape", ["chain", "star", "random", "tree"])
def test_every_shape_gives_the_groups_of_merging_one_by_one(store, shape):
    chance = random.Random(shape)
    names = [f"{chance.getrandbits(64):016x}" for _ in range(2_000)]
    links = {
        "chain": list(pairwise(names)),
        "star": [(names[0], name) for name in names[1:]],
        "random": [(chance.choice(names), chance.choice(names)) for _ in range(1_200)],
        "tree": [(names[n], names[(n - 1) // 2]) for n in range(1, len(names)) if n % 97],
    }[shape]
    store.write(*(a_link(one, other) for one, other in links if one != other))
    assert groups_of(store) == groups_by_hand((one, other) for one, other in links if one != other)


def test_recontact_and_credit_are_counted_anew_over_the_person(store):
    """
    p1 and p2 are one, told only after it all:
    p1  09:00 resolved, ended by the agent 09:05 | p2  09:08 answered | p2 buys 10:00 | p3 buys alone
    """
    later = NINE + 8 * MINUTE
    store.write(
        a_session("a/1", customer="p1", ended_reason="resolved", ended_by="agent"),
        a_session("b/1", customer="p2", started_at=later, requested_at=later, first_reply_at=later + 12_000,
                  ended_at=later + 5 * MINUTE, last_event_at=later + 5 * MINUTE),
        an_order("o1", customer="p2", made_at=NINE + HOUR, last_touch="b/1"),
        an_order("o2", customer="p3", made_at=NINE + HOUR, last_touch=None, joined_by=None),
    )  # fmt: skip
    names = [
        "persons",
        "traced",
        "sessions_per_person",
        "recontacted",
        "dropped",
        "first_contact_resolved",
        "converted",
    ]
    apart = dict(zip(names, [2, 2, 1.0, 0, 0, 1, 1], strict=True))
    together = dict(zip(names, [1, 2, 2.0, 1, 1, 0, 1], strict=True))
    assert store.one("kpi_month_linked", names) == apart
    store.write(a_link("p2", "p1"))
    store.resolve_links()
    assert store.one("kpi_month_linked", names) == together
    query = "SELECT session, person, recontacted_by, orders FROM outcomes_linked ORDER BY session"
    assert store.select(query) == [("a/1", "p1", "b/1", []), ("b/1", "p1", None, ["o1"])]


def test_an_order_of_one_pseudonym_is_credited_to_the_chat_of_the_other(store):
    """
    chat of p1, replied 09:00:12 | p2 buys after 24 h: too late by a second, or just in time
    """
    replied = NINE + 12_000
    store.write(
        a_session("a/1", customer="p1"),
        a_link("p1", "p2"),
        an_order("in-time", customer="p2", made_at=replied + 24 * HOUR, last_touch=None, joined_by=None),
        an_order("too-late", customer="p2", made_at=replied + 24 * HOUR + 1, last_touch=None, joined_by=None),
    )
    store.resolve_links()
    assert store.one("outcomes_linked", ["orders", "converted"]) == {"orders": ["in-time"], "converted": 1}


def test_the_shop_s_word_goes_before_the_last_answered_chat(store):
    later = NINE + 10 * MINUTE
    reply = {"started_at": later, "requested_at": later, "first_reply_at": later + 12_000}
    store.write(
        a_session("a/1", customer="p1"),
        a_session("b/1", customer="p1", **reply),
        an_order("o1", customer="p1", made_at=NINE + HOUR, last_touch="a/1", joined_by="conversation"),
        an_order("o2", customer="p1", made_at=NINE + HOUR, last_touch="b/1"),
    )
    query = "SELECT session, orders FROM outcomes_linked ORDER BY session"
    assert store.select(query) == [("a/1", ["o1"]), ("b/1", ["o2"])]


def test_a_purchase_wholly_refunded_is_no_conversion(store):
    store.write(a_session(customer="k1"), an_order(refunded_minor=12_990, refunded_at=NINE + HOUR))
    assert store.one("outcomes_linked", ["orders", "converted"]) == {"orders": ["o1"], "converted": 0}
    store.write(an_order(refunded_minor=12_989, refunded_at=NINE + HOUR))
    assert store.one("outcomes_linked", ["orders", "converted"]) == {"orders": ["o1"], "converted": 1}


def test_a_session_that_overlaps_or_comes_a_day_later_is_no_recontact(store):
    """
    a  09:00 - 09:05 | b  09:04, in parallel | c  09:05 + 24 h: just in time for a, too late for nobody
    """
    end = NINE + 300_000
    store.write(
        a_session("a/1", customer="k"),
        a_session("b/1", customer="k", started_at=end - MINUTE, ended_at=end + 1, ended_by="agent"),
        an_abandoned("c/1", 1, customer="k", started_at=end + 24 * HOUR, ended_at=end + 24 * HOUR),
        a_session("d/1", customer="k", outcome="invalid", started_at=end + 2),
    )
    query = "SELECT session, recontacted_by, dropped FROM outcomes_linked ORDER BY session"
    assert store.select(query) == [("a/1", "c/1", 0), ("b/1", "c/1", 0), ("c/1", None, 0)]
