"""Reads the views of ClickHouse for one tenant: what there is, and its rows. Computes nothing."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.core.errors import InputError
from attesa.loader.client import connect, explain
from attesa.settings import Settings

_VIEWS = """
SELECT name, comment FROM system.tables
WHERE database = currentDatabase() AND engine = 'View' ORDER BY name"""
_TENANT = "tenant"  # the first column of every view


class View(NamedTuple):
    """Rows of a view, without the tenant, in the order of its first columns."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def views(settings: Settings) -> dict[str, str]:
    """Every view and what it holds. Raises Unreachable and ConfigurationError."""
    try:
        with connect(settings) as client:
            return _views(client)
    except ClickHouseError as error:
        raise explain(error, settings) from None


def view(settings: Settings, name: str, tenant: str, most: int) -> View:
    """At most `most` rows of a view. Raises InputError for a view that is none, Unreachable."""
    try:
        with connect(settings) as client:
            known = _views(client)
            if name not in known:
                raise InputError(f"no view {name!r}: one of {', '.join(known)}")
            # The name is one of those that the server told; values are bound by the server.
            query = (
                f"SELECT * EXCEPT {_TENANT} FROM {name} WHERE {_TENANT} = {{tenant:String}} "  # noqa: S608
                f"ORDER BY 1, 2 LIMIT {{most:UInt64}}"
            )
            found = client.query(query, parameters={"tenant": tenant, "most": most})
            return View(tuple(found.column_names), found.result_rows)
    except ClickHouseError as error:
        raise explain(error, settings) from None


def _views(client: Client) -> dict[str, str]:
    return {str(name): str(comment) for name, comment in client.query(_VIEWS).result_rows}
