"""Ways to change a delivery: its values, its JSON, its bytes, its headers; a step is three small numbers."""

import json
from collections.abc import Callable
from typing import Any

from tests.gateway.sources.corpus import Body
from tests.gateway.sources.test_every_adapter import places, replaced
from tests.gateway.sources.test_leaks import TEXT, at

# What programs stumble over: kinds, sizes, characters, and the edges of time.
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 0.5, -0.0, 2**31, 2**53 + 1, 2**64, -(2**63), 10**400, 1e308, 5e-324, [], {},
    [[]], [{}], {"": None}, {"\x00": {}}, "", " ", "0", "-1", "1e999", "9" * 400, "NaN", "null", "\x00",
    "\ud800", "\udfff\ud800", "\u202e\u200b", "é" * 300, "x" * 70_000, "<p>" * 50, "a/b", "a:b", "[" * 500,
    "{}", "1970-01-01T00:00:00.001Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00", "2026-11-25T11:00:00", "2026-11-25T24:00:00Z", "2026-02-30T00:00:00Z",
    "2026-11-25T11:59:60Z", 253_402_300_799, 253_402_300_800_000, 1_764_072_000, 1_764_072_000_000,
    -62_135_596_800, '{"Type": "Notification", "Message": "{}"}', {"id": 1}, ["x"], [None] * 50,
)  # fmt: skip
GONE = object()
LITERALS = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"0x10",
    b"01",
    b"1" * 5_000,
    b'"\\ud800"',
    b'"\\u0000"',
    b"'a'",
    b"",
)
PLACES = 2**16


def _place(body: Any, where: int) -> tuple[Any, ...]:
    found = list(places(body))
    return found[where % len(found)]


def _without(value: Any, way: tuple[Any, ...]) -> Any:
    if not way:
        return None
    first, *rest = way
    if isinstance(value, dict):
        kept = {name: member for name, member in value.items() if name != first}
        return kept | {first: _without(value[first], tuple(rest))} if rest else kept
    kept = [_without(value[first], tuple(rest))] if rest else []
    return value[:first] + kept + value[first + 1 :]


def odd(body: Any, where: int, what: int) -> Any:
    return replaced(body, _place(body, where), ODD[what % len(ODD)])


def gone(body: Any, where: int, what: int) -> Any:
    return _without(body, _place(body, where))


def moved(body: Any, where: int, what: int) -> Any:
    """Another value of the same delivery stands there; none with a mark, which could then rightly show."""
    other = at(body, _place(body, what))
    return body if TEXT in json.dumps(other) else replaced(body, _place(body, where), other)


def rewritten(body: Any, where: int, what: int) -> Any:
    """The same value as another kind: text as a number, a number as text, one thing as a list of it."""
    way = _place(body, where)
    value = at(body, way)
    kinds = (
        [value],
        [value, value],
        {"0": value},
        len(str(value)),
        bool(value),
        str(value),
        json.dumps(value),
    )
    kinds = kinds[:5] if TEXT in kinds[-1] else kinds
    return replaced(body, way, kinds[what % len(kinds)])


def nested(body: Any, where: int, what: int) -> Any:
    way = _place(body, where)
    value = at(body, way)
    for _ in range(what % 90):
        value = [value] if what % 2 else {"data": value}
    return replaced(body, way, value)


def cut(raw: bytes, where: int, what: int) -> bytes:
    return raw[: where % (len(raw) + 1)]


def spoiled(raw: bytes, where: int, what: int) -> bytes:
    place = where % (len(raw) + 1)
    return raw[:place] + bytes([what % 256]) + raw[place + what % 2 :]


def literal(raw: bytes, where: int, what: int) -> bytes:
    """A value that is JSON's or none, behind one of the colons."""
    colons = [place for place, byte in enumerate(raw) if byte == ord(":")]
    if not colons:
        return raw
    place = colons[where % len(colons)] + 1
    rest = raw[place:].lstrip()
    end = min((found for mark in (b",", b"}", b"]") if (found := rest.find(mark)) >= 0), default=len(rest))
    return raw[:place] + LITERALS[what % len(LITERALS)] + rest[end:]


def doubled(raw: bytes, where: int, what: int) -> bytes:
    """The keys of an object come twice, with another value first."""
    brackets = [place for place, byte in enumerate(raw) if byte == ord("{")]
    if not brackets:
        return raw
    place = brackets[where % len(brackets)] + 1
    key = raw[place:].partition(b":")[0]
    return raw[:place] + key + b": " + json.dumps(ODD[what % len(ODD)]).encode() + b", " + raw[place:]


def encoded(raw: bytes, where: int, what: int) -> bytes:
    text = raw.decode("utf-8", "replace")
    codecs = ("utf-8-sig", "utf-16", "utf-32", "latin-1", "utf-7", "cp037")
    return text.encode(codecs[what % len(codecs)], "replace")


OF_BODIES: tuple[Callable[[Any, int, int], Any], ...] = (odd, odd, gone, moved, rewritten, nested)
OF_BYTES: tuple[Callable[[bytes, int, int], bytes], ...] = (cut, spoiled, literal, doubled, encoded)

WAYS = len(OF_BODIES) + len(OF_BYTES) + 1


def changed(found: Body, steps: list[tuple[int, int, int]]) -> tuple[bytes, dict[str, str]]:
    """The bytes and the headers after these steps: (which, where, what); first values, then bytes."""
    body, headers = found.body, dict(found.headers)
    for which, where, what in steps:
        if which % WAYS < len(OF_BODIES):
            body = OF_BODIES[which % WAYS](body, where, what)
        elif which % WAYS == WAYS - 1 and headers:
            name = sorted(headers)[where % len(headers)]
            values = ("", "é\x00", "x" * 9_000, " ", "application/json", "null", *headers.values())
            headers[name] = values[what % len(values)]
    raw = json.dumps(body).encode()
    for which, where, what in steps:
        if len(OF_BODIES) <= which % WAYS < WAYS - 1:
            raw = OF_BYTES[which % WAYS - len(OF_BODIES)](raw, where, what)
    return raw, headers
