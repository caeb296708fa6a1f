"""One session as ClickHouse holds it: its facts, what became of it, and the orders that it led to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.core.rows import OrderOutcome, SessionOutcome
from attesa.core.rows.session import SessionRow
from attesa.loader.client import connect, explain
from attesa.settings import Settings

MS = 1000
_MINE = "tenant = {tenant:String}"
_ORDER = f"{_MINE} AND (last_touch = {{session:String}} OR first_touch = {{session:String}})"
_NEWEST = f"""
SELECT session
FROM sessions FINAL
WHERE {_MINE} AND conversation = {{conversation:String}}
ORDER BY toUInt32OrZero(splitByChar('/', session)[-1]) DESC
LIMIT 1"""  # noqa: S608  values are bound by the server
_ZONE = f"SELECT time_zone FROM tenants FINAL WHERE {_MINE}"  # noqa: S608


class Stored(NamedTuple):
    """`outcome` is None where nothing became of the session."""

    row: SessionRow
    outcome: SessionOutcome | None
    orders: list[OrderOutcome]


def find(settings: Settings, tenant: str, conversation: str, number: int | None) -> Stored | None:
    """A session, or (no number) the newest of the conversation. Raises Unreachable, ConfigurationError."""
    try:
        with connect(settings) as client:
            session = f"{conversation}/{number}"
            if number is None:
                given = {"tenant": tenant, "conversation": conversation}
                newest = client.query(_NEWEST, parameters=given).result_rows
                if not newest:
                    return None
                session = str(newest[0][0])
            return _stored(client, tenant, session)
    except ClickHouseError as error:
        raise explain(error, settings) from None


def outcome_of(
    settings: Settings, tenant: str, session: str
) -> tuple[SessionOutcome | None, list[OrderOutcome]]:
    """What became of a session, and its orders. Raises Unreachable, ConfigurationError."""
    try:
        with connect(settings) as client:
            return _outcome(client, tenant, session), _orders(client, tenant, session)
    except ClickHouseError as error:
        raise explain(error, settings) from None


def zone_of(settings: Settings, tenant: str) -> str | None:
    """The time zone that ClickHouse knows of a tenant. Raises Unreachable, ConfigurationError."""
    try:
        with connect(settings) as client:
            found = client.query(_ZONE, parameters={"tenant": tenant}).result_rows
            return str(found[0][0]) if found else None
    except ClickHouseError as error:
        raise explain(error, settings) from None


def _stored(client: Client, tenant: str, session: str) -> Stored | None:
    mine = f"{_MINE} AND session = {{session:String}}"
    found = _rows(client, "sessions", SessionRow, mine, tenant, session)
    if not found:
        return None
    return Stored(found[0], _outcome(client, tenant, session), _orders(client, tenant, session))


def _outcome(client: Client, tenant: str, session: str) -> SessionOutcome | None:
    mine = f"{_MINE} AND session = {{session:String}}"
    found = _rows(client, "outcomes", SessionOutcome, mine, tenant, session)
    return found[0] if found else None


def _orders(client: Client, tenant: str, session: str) -> list[OrderOutcome]:
    orders: list[OrderOutcome] = _rows(client, "orders", OrderOutcome, _ORDER, tenant, session)
    return sorted(orders, key=lambda order: (order.made_at, order.order_id))


def _rows(
    client: Client, table: str, kind: type[msgspec.Struct], where: str, tenant: str, session: str
) -> list[Any]:
    names: Sequence[str] = kind.__struct_fields__
    columns = ", ".join(f"`{name}`" for name in names)
    query = f"SELECT {columns} FROM {table} FINAL WHERE {where}"  # noqa: S608  names of our own
    answer = client.query(query, parameters={"tenant": tenant, "session": session})
    return [
        msgspec.convert(dict(zip(names, map(_as_published, values), strict=True)), kind, strict=False)
        for values in answer.result_rows
    ]


def _as_published(value: Any) -> Any:
    """Instants in ms, also within lists."""
    if isinstance(value, datetime):
        return round(value.timestamp() * MS)
    return [_as_published(one) for one in value] if isinstance(value, list | tuple) else value
