"""A connection to ClickHouse over HTTP, and what its errors mean for a person. Knows no table."""

import logging
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, Error

from attesa.core.errors import AttesaError, ConfigurationError, Unreachable
from attesa.settings import Settings

CONNECT_SECONDS = 5
ANSWER_SECONDS = 120

# ClickHouse's error codes, https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
_NO_ACCESS = {192, 193, 194, 497, 516}  # unknown user, wrong or missing password, access denied
_NO_SCHEMA = {16, 47, 60, 81}  # no such column, unknown identifier, table, database

# Every error is raised as well; the libraries' logs of it would be a traceback for a foreseeable problem, and
# a second telling of each retry. Importing them sets their levels, so ours come after.
_LIBRARY_LOGS = ("clickhouse_connect", "urllib3")


def connect(settings: Settings, database: str | None = None, answer_seconds: int = ANSWER_SECONDS) -> Client:
    """A client of the settings' server. `database` "" uses none: for creating it.

    Not to be shared by threads. Raises Unreachable or ConfigurationError, naming the address.
    """
    for name in _LIBRARY_LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    address = urlsplit(settings.clickhouse_url)
    secure = address.scheme == "https"
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ConfigurationError(
            f"ATTESA_CLICKHOUSE_URL={settings.clickhouse_url}: write http://host:8123 or https://host:8443"
        )
    try:
        return clickhouse_connect.get_client(
            interface=address.scheme,
            host=address.hostname,
            port=address.port or (8443 if secure else 8123),
            proxy_path=address.path.strip("/"),
            username=settings.clickhouse_user,
            password=settings.clickhouse_password.get_secret_value(),
            database=settings.clickhouse_database if database is None else database,
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=answer_seconds,
            autogenerate_session_id=False,
            tz_source="local",  # every zone is named where it matters
            client_name="attesa",
        )
    except (ClickHouseError, OSError) as error:
        raise explain(error, settings) from None


def explain(error: Exception, settings: Settings) -> AttesaError:
    """What a person can act on. Retriable unless credentials are wrong, which no waiting mends."""
    url, database = settings.clickhouse_url, settings.clickhouse_database
    code = getattr(error, "code", None)
    if code in _NO_ACCESS:
        return ConfigurationError(
            f"ClickHouse at {url} refuses user {settings.clickhouse_user!r}: "
            f"check ATTESA_CLICKHOUSE_USER, ATTESA_CLICKHOUSE_PASSWORD and its grants ({_brief(error)})"
        )
    if code in _NO_SCHEMA:
        return Unreachable(
            f"ClickHouse at {url} lacks the schema in database {database!r}: "
            f"run `attesa migrate` ({_brief(error)})"
        )
    if code is not None or type(error) is DatabaseError:  # it answered, with an error
        return Unreachable(f"ClickHouse at {url} cannot do this now: {_brief(error)}")
    return Unreachable(
        f"ClickHouse at {url} does not answer: start it or set ATTESA_CLICKHOUSE_URL ({_brief(error)})"
    )


def error_code(error: Exception) -> int | None:
    """ClickHouse's number of an error that it answered with, else None."""
    return error.code if isinstance(error, Error) else None


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())
    for marker in ("server response: ", "Caused by "):
        _, found, rest = text.partition(marker)
        text = rest if found else text
    return text if len(text) <= 240 else f"{text[:237]}..."
