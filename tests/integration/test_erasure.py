"""The statements of docs/clickhouse.md that erase a customer, on a real engine."""

import re

import pytest
from tests.integration.storing import Stored
from tests.loader.examples import a_link, a_session, an_order, an_outcome

from attesa.loader.client import connect
from attesa.loader.migrate import schema_folder, split

PAGE = schema_folder().parents[1] / "docs" / "clickhouse.md"


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, {})


def statements():
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = (block for block in blocks if "ALTER TABLE" in block)
    return split(block)


def erase(store, tenant, customer):
    look_up, *erasing = statements()
    with connect(store.settings) as client:
        given = {"tenant": tenant, "customer": customer}
        customers = [name for (name,) in client.query(look_up, parameters=given).result_rows]
        for statement in erasing:
            client.command(statement, parameters={"tenant": tenant, "customers": customers})
    store.command("SYSTEM WAIT VIEW customer_groups_refresh")


def left(store, table):
    return store.select(f"SELECT DISTINCT customer FROM {table} ORDER BY customer")


def test_a_customer_is_erased_under_all_pseudonyms_and_nobody_else(store):
    for customer in ("a", "b", "c", "other"):
        store.write(
            a_session(f"{customer}/1", customer=customer),
            an_outcome(f"{customer}/1", customer=customer),
            an_order(f"o-{customer}", customer=customer),
        )
    store.write(a_session("x/1", tenant="elsewhere", customer="a"), a_link("b", "a"), a_link("b", "c"))
    store.resolve_links()
    erase(store, "acme", "c")
    for table in ("sessions", "outcomes", "orders"):
        kept = [("a",), ("other",)] if table == "sessions" else [("other",)]  # "a" is of another tenant
        assert left(store, table) == kept, table
    assert store.select("SELECT tenant FROM sessions WHERE customer = 'a'") == [("elsewhere",)]
    assert left(store, "customer_links") == left(store, "customer_groups") == []


def test_a_customer_without_links_is_erased_too(store):
    store.write(a_session(customer="alone"), a_session("c2/1", customer="other"))
    erase(store, "acme", "alone")
    assert left(store, "sessions") == [("other",)]


def test_every_table_with_a_customer_is_in_the_recipe(store):
    tables = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
    query = (
        "SELECT table FROM system.columns "
        f"WHERE database = currentDatabase() AND name = 'customer' AND table IN ({tables})"
    )
    named = set(re.findall(r"ALTER TABLE (\w+)", " ".join(statements())))
    assert {table for (table,) in store.select(query)} == named | {"customer_groups"}
