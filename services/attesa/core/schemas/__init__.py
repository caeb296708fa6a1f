"""Builds the published contracts from the models: JSON Schemas of events and rows, AsyncAPI of the topics.

Pure: gives texts by path and writes no file.
"""

from attesa.core.schemas.asyncapi import asyncapi
from attesa.core.schemas.events import event_schemas
from attesa.core.schemas.rows import row_schemas
from attesa.core.schemas.texts import json_text, yaml_text

__all__ = ["asyncapi", "documents", "event_schemas", "row_schemas"]


def documents() -> dict[str, str]:
    """Every generated file's text by its path inside `schemas/`; the same bytes on every machine."""
    found = {f"events/{name}.schema.json": json_text(schema) for name, schema in event_schemas().items()}
    found |= {f"rows/{name}.schema.json": json_text(schema) for name, schema in row_schemas().items()}
    return found | {"asyncapi.yaml": yaml_text(asyncapi())}
