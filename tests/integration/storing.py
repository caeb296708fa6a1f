"""A migrated database to write rows into, each kind of row into its table."""

from collections.abc import Sequence
from typing import Any

from tests.integration.loading import select, settings_for

from attesa.core import topics
from attesa.core.definitions import Definitions
from attesa.core.rows import LinkOutcome, OrderOutcome, PaneRow, SessionOutcome, encode
from attesa.loader.client import connect
from attesa.loader.migrate import migrate
from attesa.loader.tables import BY_NAME, read
from attesa.loader.writer import Writer

_TOPICS = {
    SessionOutcome: topics.OUTCOMES,
    OrderOutcome: topics.OUTCOMES,
    LinkOutcome: topics.OUTCOMES,
    PaneRow: topics.PANES,
}


class Stored:
    """Rows are written as the loader would; a later one replaces an earlier one with its key."""

    def __init__(self, clickhouse: Any, database: str, definitions: dict[str, Any]) -> None:
        self.settings = settings_for(clickhouse, database)
        self.settings.__dict__["definitions"] = Definitions.model_validate(definitions)
        migrate(self.settings)
        self._offset = 0

    def write(self, *rows: Any, topic: str = "") -> None:
        """One insert per table."""
        values: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows:
            self._offset += 1
            taken = read(topic or _TOPICS.get(type(row), topics.SESSIONS), encode(row), self._offset, 1)
            assert taken is not None
            values.setdefault(taken.table, []).append(taken.values)
        for table, lines in values.items():
            writer = Writer(self.settings, BY_NAME[table])
            assert writer.insert(lines) == []
            writer.close()

    def resolve_links(self) -> None:
        """Refresh the groups of customers now instead of within minutes."""
        self.command("SYSTEM REFRESH VIEW customer_groups_refresh")
        self.command("SYSTEM WAIT VIEW customer_groups_refresh")

    def command(self, sql: str) -> None:
        with connect(self.settings) as client:
            client.command(sql)

    def empty(self) -> None:
        self.command("TRUNCATE TABLE sessions")

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        return select(self.settings, sql)

    def one(self, view: str, names: Sequence[str], where: str = "1") -> dict[str, Any]:
        """The only row of a view, by name."""
        (row,) = self.select(f"SELECT {', '.join(names)} FROM {view} WHERE {where}")
        return dict(zip(names, row, strict=True))
