"""The shipped DDL on a real engine: migrations, comments, and what a corrected time may not break."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.integration.loading import scalar, select, settings_for
from tests.loader.comments import read_catalogue
from tests.loader.examples import a_session

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError, Unreachable
from attesa.core.rows import encode
from attesa.loader.client import connect
from attesa.loader.migrate import migrate, read_migrations, schema_folder, split, status
from attesa.loader.tables import BY_NAME, read
from attesa.loader.writer import Writer

FEBRUARY = 917_827_200_000  # 1999-02-01T00:00:00Z
NAMES = [migration.name for migration in read_migrations(schema_folder())]


@pytest.fixture
def settings(clickhouse, database):
    return settings_for(clickhouse, database)


@pytest.fixture
def migrated(settings):
    migrate(settings)
    return settings


def write(settings, topic, *rows):
    """Each row in an insert of its own, with the place in the list as its offset; so each makes a part."""
    for offset, row in enumerate(rows):
        taken = read(topic, encode(row), offset, 1)
        writer = Writer(settings, BY_NAME[taken.table])
        assert writer.insert([taken.values]) == []
        writer.close()


def test_a_second_run_applies_nothing(settings):
    assert migrate(settings) == NAMES
    assert migrate(settings) == []
    _, applied, pending = status(settings)
    assert (applied, pending) == (len(NAMES), [])


def test_a_database_that_is_not_there_is_made(clickhouse, database):
    settings = settings_for(clickhouse, f"{database}_new")
    try:
        assert status(settings)[1:] == (0, NAMES)
        assert migrate(settings) == NAMES
    finally:
        with connect(settings, database="") as client:
            client.command(f"DROP DATABASE IF EXISTS {database}_new SYNC")


def test_two_runs_at_once_end_in_the_same_schema(settings):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate(settings), range(2)))
    assert migrate(settings) == []
    assert scalar(settings, "SELECT count() FROM schema_migrations FINAL") == len(NAMES)


def test_a_changed_file_is_refused_and_a_new_one_is_applied(settings, tmp_path):
    folder = tmp_path / "ddl"
    shutil.copytree(schema_folder(), folder)
    migrate(settings, folder)
    number = len(NAMES) + 1
    added = folder / f"{number:04}_more.sql"
    added.write_text("CREATE TABLE IF NOT EXISTS more (x UInt8) ENGINE = Log;\n")
    assert migrate(settings, folder) == [added.name]
    added.write_text("CREATE TABLE IF NOT EXISTS more (x UInt16) ENGINE = Log;\n")
    with pytest.raises(ConfigurationError, match=f"{added.name} was changed"):
        migrate(settings, folder)


def test_the_tenants_time_zones_follow_the_configuration(settings):
    for zone in ("UTC", "Asia/Jerusalem"):
        definitions = Definitions.model_validate({"tenants": {"bank": {"clock": "data", "time_zone": zone}}})
        configured = settings.model_copy()
        configured.__dict__["definitions"] = definitions
        migrate(configured)
    rows = select(settings, "SELECT tenant, time_zone, clock FROM tenants FINAL")
    assert rows == [("bank", "Asia/Jerusalem", "data")]


def test_a_database_without_the_schema_says_what_to_run(settings):
    with pytest.raises(Unreachable, match="run `attesa migrate`"):
        Writer(settings, BY_NAME["sessions"]).check()


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def test_every_table_and_column_carries_the_catalogue_s_meaning(migrated, catalogue):
    tables = dict(
        select(migrated, "SELECT name, comment FROM system.tables WHERE database = currentDatabase()")
    )
    assert tables == {name: entry["about"] for name, entry in catalogue.tables.items()}
    columns = select(
        migrated, "SELECT table, name, comment FROM system.columns WHERE database = currentDatabase()"
    )
    wrong = [
        (table, name, comment)
        for table, name, comment in columns
        if comment != catalogue.comment(table, name)
    ]
    assert wrong == []


def test_the_catalogue_names_nothing_that_is_not_there(migrated, catalogue):
    columns = select(migrated, "SELECT table, name FROM system.columns WHERE database = currentDatabase()")
    of_report = {"broken_rows"}
    assert set(catalogue.numbers) - {name for _, name in columns} <= of_report
    for table, entry in catalogue.tables.items():
        assert set(entry.get("columns", {})) <= {name for owner, name in columns if owner == table}


@pytest.mark.parametrize(
    "setting",
    ["", "do_not_merge_across_partitions_select_final = 1", "defer_partition_pruning_after_final = 0"],
)
@pytest.mark.parametrize("optimized", [False, True])
def test_a_start_corrected_over_a_month_s_border_leaves_one_row(migrated, setting, optimized):
    before = a_session(started_at=FEBRUARY + 5_000, requested_at=FEBRUARY + 6_000)
    after = a_session(started_at=FEBRUARY - 1_000, requested_at=FEBRUARY - 500, queue="service", country="DE")
    write(migrated, topics.SESSIONS, before, after)
    if optimized:
        with connect(migrated) as client:
            client.command("OPTIMIZE TABLE sessions FINAL")
        assert scalar(migrated, "SELECT count() FROM sessions") == 1
    settings_clause = f" SETTINGS {setting}" if setting else ""
    february = f"SELECT count() FROM sessions FINAL WHERE started_at >= '1999-02-01'{settings_clause}"
    assert select(migrated, f"SELECT queue, country FROM sessions FINAL{settings_clause}") == [
        ("service", "DE")
    ]
    assert scalar(migrated, february) == 0


def test_an_older_version_that_comes_late_loses(migrated):
    newer = read(topics.SESSIONS, encode(a_session(queue="new")), 9, 1)
    older = read(topics.SESSIONS, encode(a_session(queue="old")), 3, 1)
    writer = Writer(migrated, BY_NAME["sessions"])
    for row in (newer, older, older):
        writer.insert([row.values])
    writer.close()
    assert select(migrated, "SELECT queue FROM sessions_final") == [("new",)]


def test_a_session_taken_away_is_in_no_view(migrated):
    write(migrated, topics.SESSIONS, a_session(), a_session("c2/1"), a_session(deleted=True))
    assert select(migrated, "SELECT session, conversation FROM sessions_final") == [("c2/1", "c2")]
    assert scalar(migrated, "SELECT sum(offered) FROM service_level_hourly") == 1


def test_the_queries_of_the_page_can_run(migrated):
    page = (schema_folder().parents[1] / "docs" / "clickhouse.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    queries = [query for block in blocks if "ALTER TABLE" not in block for query in split(block)]
    assert len(queries) == 4
    for query in queries:
        assert select(migrated, query) == []


def test_the_examples_of_access_rights_are_valid_statements(migrated):
    for path in sorted((schema_folder() / "access").glob("*.sql")):
        statements = split(path.read_text(encoding="utf-8"))
        assert statements
        with connect(migrated) as client:
            for statement in statements:
                code = re.sub(r"^--.*$", "", statement, flags=re.MULTILINE).strip()
                assert client.query(
                    "SELECT formatQuery({code:String})", parameters={"code": code}
                ).result_rows


@pytest.mark.needs_clickhouse_server
def test_a_reader_of_one_tenant_sees_only_that_tenant(migrated, clickhouse):
    write(migrated, topics.SESSIONS, a_session(), a_session(tenant="other"))
    reader = f"{migrated.clickhouse_database}_bi"
    with connect(migrated) as client:
        client.command(f"CREATE USER {reader} IDENTIFIED WITH sha256_password BY 'secret'")
        try:
            for name in ("sessions", "sessions_final", "kpi_month", "tenants"):
                client.command(f"GRANT SELECT ON {name} TO {reader}")
            client.command(f"CREATE ROW POLICY {reader} ON sessions USING tenant = 'acme' TO {reader}")
            restricted = settings_for(clickhouse, migrated.clickhouse_database).model_copy(
                update={
                    "clickhouse_user": reader,
                    "clickhouse_password": type(migrated.clickhouse_password)("secret"),
                }
            )
            assert select(restricted, "SELECT DISTINCT tenant FROM sessions_final") == [("acme",)]
            assert select(restricted, "SELECT DISTINCT tenant FROM kpi_month") == [("acme",)]
        finally:
            client.command(f"DROP ROW POLICY IF EXISTS {reader} ON sessions")
            client.command(f"DROP USER {reader}")
