"""The comments of the DDL, made of the catalogue: `python -m tests.loader.comments` writes them there."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from attesa.loader.migrate import schema_folder

FOLDER = schema_folder().parent / "numbers"

_CREATED = re.compile(r"^CREATE (?:TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS (\w+)", re.MULTILINE)
_COMMENT = r" COMMENT '(?:[^']|'')*'"
_COLUMN = re.compile(rf"^    `(\w+)` (.+?)(?:{_COMMENT})?((?: CODEC\(.*\)| TTL .*)?,?)$", re.MULTILINE)
_ABOUT = re.compile(r"^COMMENT '(?:[^']|'')*';$", re.MULTILINE)

_ENDS = {"low": "lower", "high": "upper"}


@dataclass
class Catalogue:
    """What numbers and tables mean. A number has one meaning; a table may narrow it."""

    numbers: dict[str, dict[str, str]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def entry(self, table: str, column: str) -> dict[str, str]:
        own = self.tables[table].get("columns", {})
        found = own.get(column) or self.numbers.get(column)
        if found is None and (end := _ENDS.get(column.rpartition("_")[2])):
            number = column.rpartition("_")[0]
            assert number in self.numbers, (table, column)
            return {"meaning": f"{end} end of the 95 % Wilson interval of {number}", "unit": "ratio"}
        assert found, (table, column)
        return found

    def comment(self, table: str, column: str) -> str:
        """Meaning, formula and unit in a line."""
        entry = self.entry(table, column)
        formula = f"; = {entry['formula']}" if "formula" in entry else ""
        unit = f" [{entry['unit']}]" if "unit" in entry else ""
        return f"{entry['meaning']}{formula}{unit}"


def read_catalogue() -> Catalogue:
    """All files of schemas/numbers as one; a name that two of them explain is an error."""
    found = Catalogue()
    for path in sorted(FOLDER.glob("*.yaml")):
        part = yaml.safe_load(path.read_text(encoding="utf-8"))
        for whole, new in (
            (found.numbers, part.get("numbers", {})),
            (found.tables, part.get("tables", {})),
        ):
            assert not set(whole) & set(new), (path, set(whole) & set(new))
            whole.update(new)
    return found


def filled(text: str, catalogue: Catalogue) -> str:
    """A file of DDL with the catalogue's comments; a file holds one object."""
    (table,) = _CREATED.findall(text)

    def column(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        return f"    `{name}` {kind} COMMENT {_quoted(catalogue.comment(table, name))}{rest}"

    text = _COLUMN.sub(column, text)
    return _ABOUT.sub(lambda _: f"COMMENT {_quoted(catalogue.tables[table]['about'])};", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def files() -> list[Path]:
    return sorted(schema_folder().glob("*.sql"))


if __name__ == "__main__":
    meanings = read_catalogue()
    for path in files():
        path.write_text(filled(path.read_text(encoding="utf-8"), meanings), encoding="utf-8")
