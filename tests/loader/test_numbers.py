from pathlib import Path

import pytest
from tests.loader import comments
from tests.loader.comments import files, filled, read_catalogue

from attesa.core.rows import LinkOutcome, OrderOutcome, SessionOutcome
from attesa.core.rows.counts import Counts
from attesa.core.rows.session import SessionRow
from attesa.core.schemas.rows import FIELDS_OF

CATALOGUE = read_catalogue()
PAGE = (Path(__file__).parents[2] / "docs" / "clickhouse.md").read_text(encoding="utf-8")


def test_the_page_of_the_numbers_is_made_of_the_catalogue():
    assert comments.PAGE.read_text(encoding="utf-8") == comments.page(), (
        "run `python -m tests.loader.comments`"
    )


def test_the_page_names_every_table_and_view():
    for table in CATALOGUE.tables:
        assert f"`{table}`" in PAGE


def test_every_count_has_a_meaning():
    windows = CATALOGUE.tables["windows"]["columns"]
    assert set(Counts.__struct_fields__) <= set(windows)


def test_a_meaning_is_one_line_without_a_formula_of_its_own():
    entries = [*CATALOGUE.numbers.values()]
    entries += [entry for table in CATALOGUE.tables.values() for entry in table.get("columns", {}).values()]
    for entry in entries:
        assert set(entry) <= {"meaning", "unit", "formula"}
        assert "\n" not in entry["meaning"]
        assert " = " not in entry["meaning"]


@pytest.mark.parametrize(
    ("row", "table"),
    [
        (SessionRow, "sessions"),
        (Counts, "windows"),
        (SessionOutcome, "outcomes"),
        (OrderOutcome, "orders"),
        (LinkOutcome, "customer_links"),
    ],
)
def test_a_field_means_on_its_topic_what_its_column_means(row, table):
    told = FIELDS_OF[row.__name__]
    of_every_row = {"tenant", "partition", "epoch", "definition_version", "deleted"}
    assert set(row.__struct_fields__) - set(told) <= of_every_row
    for field, meaning in told.items():
        entry = CATALOGUE.entry(table, field)
        formula = f": {entry['formula']}" if "formula" in entry else ""
        assert meaning == f"{entry['meaning'][0].upper()}{entry['meaning'][1:]}{formula}.", field


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_comments_of_a_file_are_the_catalogue_s(path):
    text = path.read_text(encoding="utf-8")
    assert text == filled(text, CATALOGUE), "run `python -m tests.loader.comments`"
