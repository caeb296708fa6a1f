"""Where in a JSON document the contacts are: its values, or the members of one array in it."""

from typing import NamedTuple, Protocol

import ijson

from attesa.reconcile.columns import Column, plain

SCALARS = frozenset({"string", "number", "integer", "double"})
MOST_COLUMNS = 60
MOST_VALUES = 100  # looked at until one has an id


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class Place(NamedTuple):
    """`prefix` as ijson writes it, None where no value has an id; `array`: the path of the array, or ""."""

    prefix: str | None
    array: str
    columns: list[str]


def locate(file: Readable, id_column: Column) -> Place:
    """By the first values: the first place in one that has a column of the id's name.

    An object with the id itself is a contact; else the array of objects with it holds them, as REST
    interfaces page. Raises ijson.JSONError.
    """
    base: str | None = None
    arrays: list[str] = []
    columns: dict[str, None] = {}
    values = 0
    for prefix, event, _ in ijson.parse(file, multiple_values=True):
        if base is None:
            base = "item" if event == "start_array" else ""
        elif event == "start_array":
            arrays.append(prefix)
        elif event == "end_array" and arrays:
            arrays.pop()
        elif event in SCALARS and len(arrays) < 2:
            array = arrays[0] if arrays else ""
            within = f"{array}.item" if array else base
            name = prefix.removeprefix(within).lstrip(".")
            path = array.removeprefix(base).lstrip(".")
            if name and len(columns) < MOST_COLUMNS:
                columns.setdefault(f"{path}.{name}" if path else name)
            if name and _is_id(id_column, name, path):
                return Place(within, path, list(columns))
        elif event == "end_map" and prefix == base:
            values += 1
            if values == MOST_VALUES:
                break
    return Place(None, "", list(columns))


def _is_id(id_column: Column, name: str, array: str) -> bool:
    last = array.rpartition(".")[2]
    return id_column.is_named(name) or (bool(last) and id_column.is_named(f"{last}.{plain(name)}"))
