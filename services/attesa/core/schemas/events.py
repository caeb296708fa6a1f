"""JSON Schemas of the events, one per type: models of `core.events`, defaults of `core.events.structs`."""

from typing import Any

import msgspec
from pydantic import TypeAdapter

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.events import structs as wire_structs
from attesa.core.schemas.examples import EVENTS as EXAMPLES
from attesa.core.schemas.meanings import EVENT_FIELDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID_PREFIX = "urn:attesa:schema:event:"

# Many validators take `format` for a remark: the pattern refuses a time without zone for them too.
TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})$"
)

Schema = dict[str, Any]


def event_schemas() -> dict[str, Schema]:
    """The JSON Schema (2020-12) of each event type, by the type's name; each stands for itself."""
    return {name: _schema(name, model) for name, model in (EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE).items()}


def _schema(name: str, model: type) -> Schema:
    made = TypeAdapter(model).json_schema()
    definitions = made.pop("$defs")
    properties = made["properties"]
    data = definitions[properties["data"]["$ref"].rpartition("/")[2]]
    properties["data"] = data
    data.setdefault("description", "What the event tells.")
    properties["time"]["pattern"] = TIME_PATTERN
    for fields in (properties, data["properties"]):
        _explain(fields, name)
    for field, default in _defaults(name).items():
        data["properties"][field]["default"] = default
    del data["title"]
    return made | {"$id": ID_PREFIX + name, "$schema": DIALECT, "title": name, "examples": [EXAMPLES[name]]}


def _explain(fields: Schema, name: str) -> None:
    """Each field's meaning in place of the title that only repeats its name."""
    for field, schema in fields.items():
        if isinstance(schema, dict) and field != "data":
            schema.pop("title", None)
            schema["description"] = EVENT_FIELDS.get(f"{name}.{field}") or EVENT_FIELDS[field]


def _defaults(name: str) -> Schema:
    """What an absent field is read as, where that is not "unknown"."""
    for struct in wire_structs.AnyEvent.__args__:
        if struct.__struct_config__.tag == name:
            data = next(field.type for field in msgspec.structs.fields(struct) if field.name == "data")
            found = {field.name: _default(field) for field in msgspec.structs.fields(data)}
            return {field: default for field, default in found.items() if default is not msgspec.UNSET}
    return {}


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return msgspec.UNSET if field.default is msgspec.NODEFAULT else field.default
