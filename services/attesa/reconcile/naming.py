"""Which ids a delivery names that could not be used: so that what is missing is found among the dead."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

SHORTEST = 6  # characters: a shorter id is a number that stands anywhere


def named(raw: bytes, ids: Mapping[str, str]) -> set[str]:
    """Of the names that lead to ids, the ids of those that are values in a body: JSON, or a form."""
    return {ids[value] for value in _values(_decoded(raw)) if value in ids}


def telling(ids: Mapping[str, str]) -> dict[str, str]:
    """The names that are long enough to say something."""
    return {name: one for name, one in ids.items() if len(name) >= SHORTEST}


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return [value for _, value in parse_qsl(raw.decode("utf-8", "replace"))]


def _values(value: Any) -> Iterator[str]:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, str | int):
            yield str(one)
            if isinstance(one, str) and one[:1] in {"{", "["}:  # an envelope whose message is JSON as text
                left.extend(_inner(one))


def _inner(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return []
