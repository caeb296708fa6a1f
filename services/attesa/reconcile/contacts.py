"""Rows of an export as contacts: which conversation each is, when it began, what is not to be compared."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from attesa.core.errors import InputError
from attesa.reconcile.columns import Column, Row
from attesa.reconcile.instants import instant_ms

LONGEST_ID = 1_000


class Contact(NamedTuple):
    """`apart`: why it is not compared; None: it is. `at`: when it began (ms); None: the row does not say."""

    id: str
    conversation: str
    at: int | None
    apart: str | None


@dataclass(frozen=True)
class Meaning:
    """How rows are read: `conversation` makes the name of an id, as events have it in their subject.

    `apart`: by column, the values (in small letters) of what the source makes no session of, and why.
    `since_ms`, `until_ms`: only contacts that began in [since, until). From `settled_ms` on they may still
    be on their way.
    """

    conversation: Callable[[str], str]
    zone: tzinfo
    settled_ms: int
    pattern: str = ""
    apart: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    since_ms: int | None = None
    until_ms: int | None = None


TOO_RECENT = "began so lately that they may still be on their way"
OUTSIDE = "began outside the period asked for"
WITHOUT_ID = "rows without an id"


def contacts(rows: Iterable[Row], id_column: Column, time: Column, meaning: Meaning) -> Iterator[Contact]:
    """One for each row. Raises InputError where the first time that is written cannot be read."""
    apart = [(Column([name]), reasons) for name, reasons in meaning.apart.items()]
    has_read_one = False
    for row in rows:
        name = _id(id_column.of(row))
        if name is None:
            yield Contact("", "", None, WITHOUT_ID)
            continue
        value = time.of(row)
        at = None if value is None else instant_ms(value, meaning.zone, meaning.pattern)
        if value is not None and at is None and not has_read_one:
            raise InputError(
                f"the time {str(value)[:40]!r} cannot be read: write how it is to be read, such as "
                '--time-format "%d/%m/%Y %H:%M", or name another column, --time COLUMN'
            )
        has_read_one = has_read_one or at is not None
        yield Contact(name, meaning.conversation(name), at, _apart(row, at, apart, meaning))


def _id(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:LONGEST_ID] or None


def _apart(
    row: Row, at: int | None, apart: list[tuple[Column, Mapping[str, str]]], meaning: Meaning
) -> str | None:
    for column, reasons in apart:
        value = column.of(row)
        if value is not None and (why := reasons.get(str(value).casefold())):
            return why
    if at is None:
        return None
    if (meaning.since_ms is not None and at < meaning.since_ms) or (
        meaning.until_ms is not None and at >= meaning.until_ms
    ):
        return OUTSIDE
    return TOO_RECENT if at >= meaning.settled_ms else None
