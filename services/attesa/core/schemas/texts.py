"""Documents as text: keys in the order of the alphabet, a line feed at the end. Knows no document."""

import json
import re
from collections.abc import Iterator, Mapping

INDENT = "  "

# What YAML 1.1 and 1.2 both read as the string that it looks like; all else is quoted as JSON.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9 ,;()'/_.+-]*[A-Za-z0-9).]|[A-Za-z]")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def json_text(document: Mapping[str, object]) -> str:
    """The document as JSON, two blanks a level."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def yaml_text(document: Mapping[str, object]) -> str:
    """The document as YAML in block style. Knows what JSON knows: no dates, tags or references."""
    return "\n".join(_lines(document, "")) + "\n"


def _lines(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from _entry(f"{indent}{_scalar(key)}:", value[key], indent)
    elif isinstance(value, (list, tuple)) and value:
        for item in value:
            yield from _item(item, indent)
    else:
        yield indent + _scalar(value)


def _entry(start: str, value: object, indent: str) -> Iterator[str]:
    if isinstance(value, (Mapping, list, tuple)) and value:
        yield start
        yield from _lines(value, indent + INDENT)
    else:
        yield f"{start} {_scalar(value)}"


def _item(value: object, indent: str) -> Iterator[str]:
    first, *others = _lines(value, indent + INDENT)
    yield f"{indent}- {first.removeprefix(indent + INDENT)}"
    yield from others


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
