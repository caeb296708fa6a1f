import pytest

from attesa.core.errors import ConfigurationError
from attesa.loader.migrate import Migration, check, read_migrations, schema_folder, split

ONE = Migration(1, "0001_one.sql", "a" * 64, ())
TWO = Migration(2, "0002_two.sql", "b" * 64, ())


def test_statements_end_with_a_semicolon_at_the_end_of_a_line():
    text = "-- first; a note\nCREATE TABLE a (x String COMMENT 'one; two')\nENGINE = Log;\n\nSELECT 1; \n"
    first, second = split(text)
    assert first.endswith("ENGINE = Log")
    assert second == "SELECT 1"


def test_what_is_not_applied_yet_is_pending():
    assert check({1: ONE.checksum}, [ONE, TWO]) == [TWO]
    assert check({}, [ONE, TWO]) == [ONE, TWO]


def test_a_file_changed_after_it_was_applied_is_refused_by_name():
    with pytest.raises(ConfigurationError, match=r"0001_one\.sql was changed .* new numbered file"):
        check({1: "c" * 64}, [ONE, TWO])


def test_a_database_newer_than_the_files_is_refused():
    with pytest.raises(ConfigurationError, match="0003"):
        check({1: ONE.checksum, 2: TWO.checksum, 3: "d" * 64}, [ONE, TWO])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["0001_a.sql", "0003_c.sql"], "without a gap"),
        (["0001_a.sql", "0001_b.sql"], "without a gap or a double"),
        (["1_a.sql"], "NNNN_name"),
    ],
)
def test_files_out_of_sequence_are_refused(tmp_path, names, message):
    for name in names:
        (tmp_path / name).write_text("SELECT 1;\n")
    with pytest.raises(ConfigurationError, match=message):
        read_migrations(tmp_path)


def test_every_shipped_statement_can_run_again():
    for migration in read_migrations(schema_folder()):
        assert migration.statements
        for statement in migration.statements:
            code = "\n".join(line for line in statement.splitlines() if not line.startswith("--"))
            assert "IF NOT EXISTS" in code or "OR REPLACE" in code, migration.name
            assert "attesa." not in code, "the database is the connection's"
