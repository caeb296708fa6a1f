"""What a stock JSON Schema validator says of an event, with the one format that the events use."""

import re
from datetime import datetime

from jsonschema import Draft202012Validator, FormatChecker
from tests.schemas.published import event_schema

from attesa.core.schemas import event_schemas

FORMATS = FormatChecker(formats=())
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339, section 5.6, without leap seconds; jsonschema has it only with another package."""
    if not isinstance(value, str):
        return True
    return RFC_3339.fullmatch(value) is not None and datetime.fromisoformat(value.upper()) is not None


VALIDATORS = {
    name: Draft202012Validator(event_schema(name), format_checker=FORMATS) for name in event_schemas()
}


def accepts(event: object) -> bool:
    """Whether the committed schema of its type accepts the event; without a known type there is none."""
    kind = event.get("type") if isinstance(event, dict) else None
    return isinstance(kind, str) and kind in VALIDATORS and VALIDATORS[kind].is_valid(event)
