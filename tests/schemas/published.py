"""The published files as the tests read them."""

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = SCHEMAS / "events" / "examples"

VALID = sorted((EXAMPLES / "valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.json"))
EXPECTED: dict[str, dict[str, str]] = json.loads((EXAMPLES / "expected.json").read_bytes())
ROWS = sorted((SCHEMAS / "rows" / "examples").glob("*.json"))


def event_schema(kind: str) -> dict[str, Any]:
    """The committed JSON Schema of an event type."""
    found: dict[str, Any] = json.loads((SCHEMAS / "events" / f"{kind}.schema.json").read_bytes())
    return found


def row_schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / "rows" / f"{name}.schema.json").read_bytes())
    return found
