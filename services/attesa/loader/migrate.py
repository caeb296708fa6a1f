"""The numbered files of schemas/clickhouse, applied once each and in order. Holds no DDL itself."""

import hashlib
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.core.definitions import TenantPolicy
from attesa.core.errors import ConfigurationError
from attesa.loader.client import connect, explain
from attesa.loader.configured import write_references, write_tenants
from attesa.settings import Settings

log = logging.getLogger("attesa.loader")

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_STATEMENT_END = re.compile(r";[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Migration:
    """One numbered file; `checksum` is the SHA-256 of its bytes."""

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]


def schema_folder() -> Path:
    """Where the numbered files lie: beside the package in a wheel, else in the project's schemas/.

    Raises ConfigurationError where neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    candidates = (package / "schemas" / "clickhouse", package.parents[1] / "schemas" / "clickhouse")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ConfigurationError(
        f"no folder of ClickHouse DDL at {' or '.join(map(str, candidates))}: install attesa anew"
    )


def split(text: str) -> tuple[str, ...]:
    """The statements of a file: each ends with a `;` at the end of a line."""
    return tuple(statement.strip() for statement in _STATEMENT_END.split(text) if statement.strip())


def read_migrations(folder: Path) -> list[Migration]:
    """The numbered files in order. Raises ConfigurationError for a name or number that does not fit."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.match(path.name)
        if not match:
            raise ConfigurationError(f"{path}: a migration is called NNNN_name.sql")
        contents = path.read_bytes()
        checksum = hashlib.sha256(contents).hexdigest()
        found.append(Migration(int(match[1]), path.name, checksum, split(contents.decode())))
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise ConfigurationError(
            f"{folder}: the files must be numbered 0001, 0002, ... without a gap or a double"
        )
    return found


def migrate(settings: Settings, folder: Path | None = None) -> list[str]:
    """Bring the settings' database to the newest schema; the names of the files applied now, in order.

    Creates the database where it is missing, writes what the views need of the configuration, and may
    run any number of times, also two at once: every statement is IF NOT EXISTS or OR REPLACE.
    Raises ConfigurationError for a file that was changed after it was applied, Unreachable without a server.
    """
    migrations = read_migrations(folder or schema_folder())
    try:
        with connect(settings, database="") as client:
            client.command(f"CREATE DATABASE IF NOT EXISTS `{settings.clickhouse_database}`")
        with connect(settings) as client:
            applied = _apply(client, migrations)
            write_tenants(client, settings.definitions.tenants, settings.definitions)
            write_references(client, settings.definitions)
    except ClickHouseError as error:
        raise explain(error, settings) from None
    for name in applied:
        log.info("applied %s to %s", name, settings.clickhouse_database)
    return applied


def name_tenant(settings: Settings, tenant: str, policy: TenantPolicy) -> None:
    """Give a tenant its zone and clock for reports and views; a configuration that lists it goes before.

    Raises as `migrate` does.
    """
    if tenant in settings.definitions.tenants:
        return
    try:
        with connect(settings) as client:
            write_tenants(client, {tenant: policy}, settings.definitions)
    except ClickHouseError as error:
        raise explain(error, settings) from None


def check(applied: dict[int, str], migrations: Iterable[Migration]) -> list[Migration]:
    """The migrations that are still to apply, given the checksums of the applied ones by number.

    Raises ConfigurationError for a changed file, and for a database that is newer than the files.
    """
    pending = []
    known = set()
    for migration in migrations:
        known.add(migration.version)
        checksum = applied.get(migration.version)
        if checksum is None:
            pending.append(migration)
        elif checksum != migration.checksum:
            raise ConfigurationError(
                f"{migration.name} was changed after it had been applied "
                f"(SHA-256 {checksum[:12]} then, {migration.checksum[:12]} now): "
                "put it back, and write the change as a new numbered file"
            )
    newer = sorted(set(applied) - known)
    if newer:
        raise ConfigurationError(
            f"the database has migration {newer[0]:04}, which this version does not: upgrade attesa"
        )
    return pending


def status(settings: Settings, folder: Path | None = None) -> tuple[str, int, list[str]]:
    """The server's version, the number of the last applied migration (0: none), and the names to apply.

    Raises as `migrate` does.
    """
    migrations = read_migrations(folder or schema_folder())
    try:
        with connect(settings, database="") as client:
            server = str(client.server_version)
            if not int(
                str(client.command(f"EXISTS TABLE `{settings.clickhouse_database}`.schema_migrations"))
            ):
                return server, 0, [migration.name for migration in migrations]
        with connect(settings) as client:
            applied = _applied(client)
            return server, max(applied, default=0), [one.name for one in check(applied, migrations)]
    except ClickHouseError as error:
        raise explain(error, settings) from None


def _apply(client: Client, migrations: list[Migration]) -> list[str]:
    first, names = migrations[0], []
    for statement in first.statements:  # the table of migrations itself
        client.command(statement)
    for migration in check(_applied(client), migrations):
        for statement in migration.statements:
            client.command(statement)
        row = (migration.version, migration.name, migration.checksum, time.time_ns() // 1_000_000)
        client.insert(
            "schema_migrations",
            [row],
            ["version", "name", "checksum", "applied_at"],
            settings={"async_insert": 0},
        )
        names.append(migration.name)
    return names


def _applied(client: Client) -> dict[int, str]:
    rows = client.query("SELECT version, checksum FROM schema_migrations FINAL").result_rows
    return {int(number): str(checksum) for number, checksum in rows}
