"""Rows into one table, as one insert; rows that the server refuses are found by halving. Never retries."""

from collections.abc import Callable, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DataError

from attesa.core.errors import AttesaError
from attesa.loader.client import connect, error_code, explain
from attesa.loader.tables import Table
from attesa.settings import Settings

Values = tuple[Any, ...]
Refusal = tuple[int, str]  # index of a row that the server will never take, and its answer

# What a retry cannot change: the value itself does not fit. ClickHouse's codes for: cannot parse,
# type mismatch, out of bounds, cannot convert, incorrect data, sizes of arrays, no null here, overflow,
# constraint, unknown enum value.
_VALUE_REFUSED = {6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 190, 349, 407, 469, 691}
# What the client raises while it packs values into columns.
_VALUE_UNPACKABLE = (DataError, TypeError, ValueError, OverflowError, AttributeError)

INSERT_SECONDS = 30  # then it is tried again: also when it went well after all
# One insert is one block: all of it is there or nothing is. A replay of history reaches over many months.
INSERT_SETTINGS = {"async_insert": 0, "max_partitions_per_insert_block": 1000}


class Writer:
    """Inserts into one table. For one thread at a time; connects when it is first used and after an error."""

    def __init__(self, settings: Settings, table: Table) -> None:
        self._settings = settings
        self._table = table
        self._client: Client | None = None
        self._types: Sequence[Any] = ()

    def insert(self, rows: Sequence[Values]) -> list[Refusal]:
        """Write the rows; those that the server refuses for their values are returned, all others are in.

        Raises Unreachable (retriable) or ConfigurationError; then any of the rows may be in.
        """
        try:
            client = self._connected()
            return halve(rows, lambda part: self._send(client, part))
        except (ClickHouseError, OSError) as error:
            self.close()
            raise explain(error, self._settings) from None
        except AttesaError:
            self.close()
            raise

    def check(self) -> None:
        """Raises Unreachable while the server is away or lacks the table, ConfigurationError for the user."""
        try:
            self._connected()
        except (ClickHouseError, OSError) as error:
            self.close()
            raise explain(error, self._settings) from None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _connected(self) -> Client:
        if self._client is None:
            client = self._client = connect(self._settings, answer_seconds=INSERT_SECONDS)
            self._types = client.create_insert_context(self._table.name, self._table.columns).column_types
        return self._client

    def _send(self, client: Client, rows: Sequence[Values]) -> None:
        client.insert(
            self._table.name,
            list(zip(*rows, strict=True)),
            column_names=self._table.columns,
            column_types=self._types,
            column_oriented=True,
            settings=INSERT_SETTINGS,
        )


def refuses(error: Exception) -> bool:
    """Whether an insert failed for the values in it, so that the same rows would fail again."""
    if isinstance(error, ClickHouseError):
        return isinstance(error, DataError) or error_code(error) in _VALUE_REFUSED
    return isinstance(error, _VALUE_UNPACKABLE)


def halve(rows: Sequence[Values], send: Callable[[Sequence[Values]], None], first: int = 0) -> list[Refusal]:
    """Send the rows at once, or, where they are refused, each half by itself, down to single rows.

    `first` is the index of the first row. n bad rows cost about 2 n log2(rows / n) sends.
    Errors other than a refusal are raised as they come.
    """
    if not rows:
        return []
    try:
        send(rows)
    except Exception as error:
        if not refuses(error):
            raise
        if len(rows) == 1:
            return [(first, " ".join(str(error).split())[:500])]
    else:
        return []
    middle = len(rows) // 2
    return [*halve(rows[:middle], send, first), *halve(rows[middle:], send, first + middle)]
