"""What is made of the catalogue: the comments of the DDL and docs/numbers.md.

`python -m tests.loader.comments` writes both.
"""

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

_HEAD = """# The numbers, by name

The names are the same in topics, ClickHouse, reports and, with their unit, on `/metrics`. This page is
made of `schemas/numbers/` by `python -m tests.loader.comments`; [rules.md](rules.md) says how events lead
to them.

A ratio is a fraction of 1; `_low` and `_high` beside it are the ends of its 95 % Wilson interval. A number
that no source could tell, or that would divide by nothing, is null, never 0.

| name | unit | meaning | formula |
|---|---|---|---|
"""
PAGE = schema_folder().parents[1] / "docs" / "numbers.md"
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


def page() -> str:
    """docs/numbers.md: every number of a group of sessions, in the order of the catalogue."""
    lines = [_HEAD]
    for name in ("groups", "afterwards"):
        part = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["numbers"]
        for number, entry in part.items():
            cells = (f"`{number}`", entry.get("unit", ""), entry["meaning"], entry.get("formula", ""))
            lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def files() -> list[Path]:
    return sorted(schema_folder().glob("*.sql"))


if __name__ == "__main__":
    meanings = read_catalogue()
    for path in files():
        path.write_text(filled(path.read_text(encoding="utf-8"), meanings), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
