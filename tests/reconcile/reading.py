"""An export's bytes, read as the command reads them."""

import io
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attesa.reconcile.columns import Column
from attesa.reconcile.contacts import Contact, Meaning, contacts
from attesa.reconcile.tables import Table, table, told

PATH = Path("export")
NEVER = 10**15  # everything has settled


def table_of(raw: bytes, ids: str = "id", times: str = "created_at", encoding: str = "") -> Table:
    """Names of columns are told with blanks between."""
    return table(PATH, io.BytesIO(raw), Column(ids.split()), Column(times.split()), encoding)


def contacts_of(raw: bytes, *columns: str, encoding: str = "", **meaning: Any) -> list[Contact]:
    found = table_of(raw, *columns, encoding=encoding)
    plain = {"conversation": str, "zone": ZoneInfo("UTC"), "settled_ms": NEVER}
    with told(PATH, 0):
        return list(contacts(found.rows, found.id, found.time, Meaning(**plain | meaning)))


def ids_of(raw: bytes, *columns: str, encoding: str = "") -> list[str]:
    return [one.id for one in contacts_of(raw, *columns, encoding=encoding)]
