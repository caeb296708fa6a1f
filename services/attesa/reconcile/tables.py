"""Reads the rows of an export one after the other: CSV, or JSON in the forms that REST interfaces give."""

import csv
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from gzip import BadGzipFile
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import ijson

from attesa.core.errors import InputError
from attesa.reconcile.columns import Column, Row
from attesa.reconcile.located import locate
from attesa.reconcile.opening import Recoded, encoding_of, text_of

DELIMITERS = ",;\t|"
NAMED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LONGEST_FIELD = 10_000_000  # characters: some exports have a whole transcript in one field
SHOWN_COLUMNS = 40
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)  # what Excel writes above the header


@dataclass(frozen=True)
class Table:
    """`form`: in words, what it was read as. `id`: the column as this file names it."""

    form: str
    id: Column
    time: Column
    rows: Iterator[Row]


def table(path: Path, file: BinaryIO, id_column: Column, time: Column, encoding: str = "") -> Table:
    """The rows of a file that `opening.opened` gave. Raises InputError, also while rows are read."""
    with told(path, 0):
        encoding = encoding or encoding_of(path, file)
        first = _first_character(file, encoding)
        if first in "[{":
            return _json(path, file, encoding, id_column, time)
        return _csv(path, file, encoding, id_column, time)


@contextmanager
def told(path: Path, row: int) -> Iterator[None]:
    """Errors of the libraries as what a person can act on."""
    where = f"{path}, row {row + 1}" if row else str(path)
    try:
        yield
    except UnicodeDecodeError as error:
        hint = "try --encoding latin-1" if error.encoding.startswith("utf") else "try another --encoding"
        raise InputError(f"{where}: a byte that is not {error.encoding}: {hint}") from None
    except UnicodeError as error:
        raise InputError(f"{where}: {error}: try another --encoding") from None
    except LookupError as error:  # of codecs
        raise InputError(f"{where}: {error}: --encoding is a name such as latin-1 or cp1252") from None
    except csv.Error as error:
        raise InputError(f"{where}: not CSV: {error}") from None
    except ijson.JSONError as error:
        reason = _reason(error)
        hint = "; in another encoding? --encoding latin-1" if "UTF8" in reason else ""
        raise InputError(f"{where}: not JSON: {reason}{hint}") from None
    except (EOFError, zlib.error, BadGzipFile):
        raise InputError(f"{where}: the gzip data breaks off; fetch it again") from None
    except OSError as error:
        raise InputError(f"{where}: {error.strerror or error}") from None


def _reason(error: Exception) -> str:
    """Without the piece of the file that the library shows: it may be a customer's words."""
    text = error.args[0] if error.args else str(error)
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return text.splitlines()[0].rstrip(".") if text else "it breaks off"


def _first_character(file: BinaryIO, encoding: str) -> str:
    text = text_of(file, encoding)
    try:
        while (character := text.read(1)).isspace() or character == "\ufeff":
            pass
    finally:
        text.detach()
        file.seek(0)
    return character or ","


def _csv(path: Path, file: BinaryIO, encoding: str, id_column: Column, time: Column) -> Table:
    csv.field_size_limit(LONGEST_FIELD)
    text = text_of(file, encoding)
    try:
        delimiter, header = _header(text)
        found = id_column.within(header)
        if not found.names:
            raise no_id(path, id_column, header)
    except (InputError, UnicodeError, csv.Error, OSError, EOFError, zlib.error):
        text.detach()
        raise
    parted = NAMED.get(delimiter, f"`{delimiter}`") if len(header) > 1 else "one column"
    return Table(
        f"CSV with {parted}, {encoding}", found, time.within(header), _csv_rows(text, header, delimiter)
    )


def _header(text: TextIOWrapper) -> tuple[str, list[str]]:
    """The delimiter, by which the header is parted most often, and the names of the columns."""
    line = text.readline()
    while line and not line.strip(" \t\r\n\ufeff"):
        line = text.readline()
    if said := _SEPARATOR.fullmatch(line.strip(" \t\r\n\ufeff")):
        delimiter, line = said[1], text.readline()
    else:
        delimiter = max(DELIMITERS, key=re.sub(r'"[^"]*"', "", line).count)
    names = next(csv.reader([line.lstrip("\ufeff")], delimiter=delimiter), [])
    return delimiter, [name.strip() for name in names]


def _csv_rows(text: TextIOWrapper, header: list[str], delimiter: str) -> Iterator[Row]:
    try:
        for fields in csv.reader(text, delimiter=delimiter):
            if any(fields):
                yield dict(zip(header, fields, strict=False))
    finally:
        with suppress(ValueError):  # whoever opened the file may have closed it already
            text.detach()


def _json(path: Path, file: BinaryIO, encoding: str, id_column: Column, time: Column) -> Table:
    place = locate(_as_utf8(file, encoding), id_column)
    if place.prefix is None:
        raise no_id(path, id_column, place.columns)
    file.seek(0)
    values = ijson.items(_as_utf8(file, encoding), place.prefix, multiple_values=True)
    rows = (value if isinstance(value, dict) else {} for value in values)
    form = f"JSON, {place.array}[]" if place.array else "JSON"
    array = place.array.rpartition(".")[2]
    return Table(form, id_column.inside(array), time.inside(array), rows)


def _as_utf8(file: BinaryIO, encoding: str) -> BinaryIO | Recoded:
    return file if encoding == "utf-8" else Recoded(file, encoding)


def no_id(path: Path, id_column: Column, columns: list[str]) -> InputError:
    """Which columns there are, and what to pass."""
    there = ", ".join(columns[:SHOWN_COLUMNS]) + (", …" if len(columns) > SHOWN_COLUMNS else "")
    looked = ", ".join(id_column.names)
    return InputError(
        f"{path}: no column {looked}: name the one with the contact's id, --id COLUMN; "
        + (f"there are: {there}" if columns else "there are none")
    )
