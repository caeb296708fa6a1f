"""JSON Schemas of the rows that attesa publishes, from the structs in `core.rows`."""

from typing import Any

import msgspec

from attesa.core.rows import (
    ClockRow,
    DeadLetter,
    LinkOutcome,
    OrderOutcome,
    PaneRow,
    SessionOutcome,
    TotalRow,
)
from attesa.core.rows.session import SessionRow
from attesa.core.schemas.count_meanings import COUNT_FIELDS
from attesa.core.schemas.events import DIALECT
from attesa.core.schemas.outcome_meanings import LINK_FIELDS, ORDER_FIELDS, OUTCOME_FIELDS
from attesa.core.schemas.row_meanings import ROW_FIELDS
from attesa.core.schemas.session_meanings import SESSION_FIELDS

ID_PREFIX = "urn:attesa:schema:row:"

ROWS: dict[str, type[msgspec.Struct]] = {
    "session": SessionRow,
    "pane": PaneRow,
    "total": TotalRow,
    "clock": ClockRow,
    "outcome-session": SessionOutcome,
    "outcome-order": OrderOutcome,
    "outcome-link": LinkOutcome,
    "dead-letter": DeadLetter,
}

# By struct; what is not there is explained by ROW_FIELDS.
FIELDS_OF = {
    "SessionRow": SESSION_FIELDS,
    "Counts": COUNT_FIELDS,
    "SessionOutcome": OUTCOME_FIELDS,
    "OrderOutcome": ORDER_FIELDS,
    "LinkOutcome": LINK_FIELDS,
}

# The unit stands in the name; the schema says it in full.
_UNITS = {"_at": "milliseconds since 1970, UTC", "_ms": "milliseconds", "_seconds": "seconds"}

Schema = dict[str, Any]


def row_schemas() -> dict[str, Schema]:
    """The JSON Schema (2020-12) of each kind of row; readers should take fields that are new to them."""
    return {name: _schema(name, row) for name, row in ROWS.items()}


def _schema(name: str, row: type[msgspec.Struct]) -> Schema:
    _, definitions = msgspec.json.schema_components([row])
    for title, definition in definitions.items():
        definition["description"] = " ".join(definition["description"].split())
        _explain(definition, title)
    made: Schema = definitions.pop(row.__name__)
    if definitions:
        made["$defs"] = definitions
    return made | {"$id": ID_PREFIX + name, "$schema": DIALECT}


def _explain(definition: Schema, title: str) -> None:
    for field, schema in definition["properties"].items():
        meaning = (
            FIELDS_OF.get(title, {}).get(field) or ROW_FIELDS.get(f"{title}.{field}") or ROW_FIELDS[field]
        )
        unit = next((unit for ending, unit in _UNITS.items() if field.endswith(ending)), None)
        schema["description"] = f"{meaning} [{unit}]" if unit else meaning
