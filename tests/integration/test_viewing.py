"""`attesa view` on a real engine: the views, one view as table, list, CSV and JSON."""

import csv
import io
import json

import pytest
from tests.integration.storing import Stored
from tests.loader.examples import a_session, an_order
from typer.testing import CliRunner

from attesa.cli.app import load
from attesa.core.errors import InputError
from attesa.loader.views import view, views

ROME = {"tenants": {"acme": {"clock": "data", "time_zone": "Europe/Rome"}}}


@pytest.fixture
def store(clickhouse, database):
    return Stored(clickhouse, database, ROME)


@pytest.fixture
def run(monkeypatch, store):
    settings = store.settings
    for name, value in {
        "ATTESA_CLICKHOUSE_URL": settings.clickhouse_url,
        "ATTESA_CLICKHOUSE_USER": settings.clickhouse_user,
        "ATTESA_CLICKHOUSE_PASSWORD": settings.clickhouse_password.get_secret_value(),
        "ATTESA_CLICKHOUSE_DATABASE": settings.clickhouse_database,
        "NO_COLOR": "1",
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(load(), ["view", *arguments])


def test_every_view_can_be_read_for_a_tenant_and_says_what_it_holds(store):
    store.write(a_session(), an_order())
    for name, comment in views(store.settings).items():
        assert comment, name
        assert "tenant" not in view(store.settings, name, "acme", 10).columns


def test_a_name_that_is_no_view_is_refused_with_those_that_are(store):
    with pytest.raises(InputError, match="purchase_paths"):
        view(store.settings, "sessions; DROP TABLE sessions", "acme", 1)


def test_a_view_is_printed_as_table_csv_and_json(run, store):
    store.write(an_order("o1", path=("social", "live_chat")), an_order("o2", path=("social", "live_chat")))
    table = run("purchase_paths", "--tenant", "acme").stdout
    assert "social > live_chat" in table
    (row,) = csv.DictReader(io.StringIO(run("purchase_paths", "--tenant", "acme", "--csv").stdout))
    assert (row["path"], row["orders"], row["revenue_minor"]) == ("social > live_chat", "2", "EUR 25980")
    (line,) = run("purchase_paths", "--tenant", "acme", "--json").stdout.splitlines()
    assert json.loads(line)["path"] == ["social", "live_chat"]


def test_a_wide_view_is_printed_row_by_row(run, store):
    store.write(a_session())
    lines = run("kpi_month", "--tenant", "acme").stdout.splitlines()
    assert any(line.split() == ["offered", "1"] for line in lines)


def test_no_rows_are_said_to_be_none_and_the_list_names_every_view(run):
    empty = run("kpi_month", "--tenant", "nobody")
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "no rows of tenant 'nobody'" in empty.stderr
    assert "retention_90d" in run().stdout
