"""What is wrong with a field, as a sentence for whoever wrote it. Without its value: it may be a name."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

NULL = "null is refused: leave the field out"
EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number without quotes",
    "int_from_float": "a whole number",
    "float_type": "a number without quotes",
    "finite_number": "a finite number",
    "bool_type": "true or false without quotes",
    "dict_type": "an object",
    "list_type": "a list",
}
PATTERNS = {  # what a text has to look like, by the field's name
    "tenant": "a tenant is small letters, digits, `_`, `.` and `-`, at most 63, a letter or digit first",
    "country": "a country is two capitals, as IT",
    "phone_country": "a country is two capitals, as IT",
    "currency": "a currency is three capitals, as EUR",
    "value": 'an amount is a decimal number in quotes with a point, as "49.90"',
    "scale": 'a scale is lowest-highest, as "1-5"',
}
LIMITS = {
    "greater_than_equal": ("ge", "not below"),
    "less_than_equal": ("le", "not above"),
    "greater_than": ("gt", "above"),
    "less_than": ("lt", "below"),
}


def sentence(error: ErrorDetails) -> str:
    """Of one error of a validation; what is not said better here is said in the validator's words."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "the field is missing"
    if error["input"] is None:
        return NULL
    if kind in EXPECTED:
        expected = PATTERNS.get(_name(error)) if kind == "string_type" else None
        return expected or f"{EXPECTED[kind]} is expected, not {_kind(error['input'])}"
    if kind == "literal_error":
        return f"{limits['expected']} is expected"
    if kind == "string_pattern_mismatch" and _name(error) in PATTERNS:
        return PATTERNS[_name(error)]
    return _limit(kind, limits) or error["msg"]


def _name(error: ErrorDetails) -> str:
    return str(error["loc"][-1]) if error["loc"] else ""


def _limit(kind: str, limits: Mapping[str, Any]) -> str | None:
    if kind == "string_too_short":
        return "it is empty"
    if kind == "string_too_long":
        return f"at most {limits['max_length']} characters"
    if kind == "too_long":
        return f"at most {limits['max_length']} of them"
    if kind in LIMITS:
        name, words = LIMITS[kind]
        return f"{words} {limits[name]:,}"
    return None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "text", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return kinds.get(type(value), "that")
