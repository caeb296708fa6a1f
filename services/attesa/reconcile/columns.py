"""Finds a value of a row under the names that it may have: exports differ in capitals, blanks and nesting."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Row = Mapping[str, Any]


@lru_cache(maxsize=10_000)
def plain(name: str) -> str:
    """`Contact ID`, `contactId` and `contact_id` are one name; dots part the steps into what is nested."""
    return ".".join("".join(filter(str.isalnum, step)).casefold() for step in name.split("."))


def value_of(row: Row, name: str) -> Any:
    """The value of the column, None where there is none. A dotted name leads into objects."""
    if name in row:
        return row[name]
    value: Any = row
    for step in name.split("."):
        value = _step(value, step) if isinstance(value, Mapping) else None
    return _flat(row, name) if value is None and "." in name else value


class Column:
    """One thing under several names, the most telling first; the first of them that a row fills counts."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._plain = frozenset(map(plain, self.names))

    def of(self, row: Row) -> Any:
        for name in self.names:
            value = value_of(row, name)
            if value is not None and value != "":
                return value
        return None

    def is_named(self, name: str) -> bool:
        return plain(name) in self._plain

    def within(self, header: Iterable[str]) -> "Column":
        """The same with only the names that a header has, as it writes them."""
        written = {}
        for name in header:
            written.setdefault(plain(name), name)
            written.setdefault(plain(name).replace(".", ""), name)
        found = (written.get(plain(name)) or written.get(plain(name).replace(".", "")) for name in self.names)
        return Column(name for name in found if name is not None)

    def inside(self, array: str) -> "Column":
        """The same, of the members of an array: `threads.id` is their `id`."""
        return Column(name.removeprefix(f"{array}.") for name in self.names)


def _step(value: Row, step: str) -> Any:
    if step in value:
        return value[step]
    wanted = plain(step)
    return next((value[name] for name in value if plain(name) == wanted), None)


def _flat(row: Row, name: str) -> Any:
    """What is nested elsewhere may stand in a column of its own: `Thread ID` for `thread.id`."""
    wanted = plain(name).replace(".", "")
    return next((row[key] for key in row if plain(key) == wanted), None)
