"""Typed reading of a decoded body: each field by its path and its declared kind, or Wrong, never a guess."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_NUMBER = 1e15
NEVER = timedelta(days=1)  # platforms write 0, or some instant of 1970's first day, for "not yet"

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?(Z|z|UTC|[+-]\d\d:?\d\d)", re.ASCII
)
_MISSING = object()
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}


class Wrong(ValueError):  # noqa: N818  an outcome, on its way to a dead letter
    """A field that is missing, of another kind, or out of range; `path` leads to it."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


@dataclass(frozen=True)
class Instant:
    """When something happened, and who says so: the platform, or only the time of receipt."""

    at: datetime
    source: Literal["event", "received"] = "event"

    @property
    def written(self) -> str:
        at = self.at.astimezone(UTC)
        digits = "microseconds" if at.microsecond % 1000 else "milliseconds"
        return at.isoformat(timespec=digits).replace("+00:00", "Z")

    @property
    def milliseconds(self) -> int:
        """Since 1970: a part of the id of facts that can happen again."""
        return (self.at - EPOCH) // timedelta(milliseconds=1)


class Reader:
    """A value of a body and the way to it. A path is written with dots: `sender.id`, `entry.0.id`.

    Plain names raise Wrong where the field is missing or null; `maybe_` ones give None then, and raise
    Wrong only where something else is there.
    """

    __slots__ = ("path", "received_at", "value")

    def __init__(self, value: Any, received_at: datetime, path: str = "") -> None:
        self.value = value
        self.received_at = received_at
        self.path = path

    def at(self, path: str) -> str:
        """The whole way to a field of this value."""
        return ".".join(part for part in (self.path, path) if part)

    def get(self, path: str) -> Any:
        """The bare value, None where there is none."""
        found = self._find(path)
        return None if found is _MISSING else found

    def has(self, path: str) -> bool:
        return self.get(path) is not None

    def wrong(self, path: str, detail: str) -> Wrong:
        return Wrong(self.at(path), detail)

    def text(self, path: str) -> str:
        """Text, perhaps empty."""
        return str(self._of(path, str, "text"))

    def maybe_text(self, path: str) -> str | None:
        value = self.get(path)
        return value if value is None or isinstance(value, str) else self.text(path)

    def hint(self, path: str) -> str | None:
        """Text where it is one; None for anything else, where that is worth no dead letter."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    def id(self, path: str) -> str:
        """An identifier as text: platforms write the same one as a number here and as text there."""
        value = self._require(path)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value:
            return value
        raise self.wrong(path, f"an identifier is text or a whole number, not {_kind(value)}")

    def maybe_id(self, path: str) -> str | None:
        """None for an empty text too, which some platforms write for nobody."""
        return self.id(path) if self.get(path) not in (None, "") else None

    def integer(self, path: str) -> int:
        value = self._require(path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.wrong(path, f"a whole number is expected, not {_kind(value)}")

    def maybe_integer(self, path: str) -> int | None:
        return self.integer(path) if self.has(path) else None

    def number(self, path: str) -> float:
        value = self._require(path)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(path, f"a number is expected, not {_kind(value)}")
        if not -MOST_NUMBER <= value <= MOST_NUMBER:  # nor what is no number: JSON readers let NaN through
            raise self.wrong(path, "a number out of range")
        return value

    def maybe_number(self, path: str) -> float | None:
        return self.number(path) if self.has(path) else None

    def flag(self, path: str) -> bool:
        """True or false; false where it is missing."""
        return bool(self._of(path, bool, "true or false")) if self.has(path) else False

    def maybe_country(self, path: str) -> str | None:
        """Two letters as capitals; None for anything else, for a country is worth no dead letter."""
        value = self.get(path)
        plain = isinstance(value, str) and re.fullmatch("[A-Za-z]{2}", value)
        return str(value).upper() if plain else None

    def child(self, path: str) -> "Reader":
        """An object."""
        return Reader(self._of(path, dict, "an object"), self.received_at, self.at(path))

    def maybe_child(self, path: str) -> "Reader | None":
        return self.child(path) if self.has(path) else None

    def each(self, path: str) -> Iterator["Reader"]:
        """The members of a list, whatever they are; none where it is missing."""
        members = self._of(path, list, "a list") if self.has(path) else []
        for place, member in enumerate(members):
            yield Reader(member, self.received_at, self.at(f"{path}.{place}" if path else str(place)))

    def instant_s(self, path: str) -> Instant:
        """Seconds since 1970, a number (perhaps with a fraction) or a text of digits."""
        return self._since_1970(path, 1)

    def instant_ms(self, path: str) -> Instant:
        """Milliseconds since 1970, a number or a text of digits."""
        return self._since_1970(path, 1_000)

    def instant_iso(self, path: str) -> Instant:
        """A date and time with its zone; what is finer than a microsecond is cut off."""
        value = self.text(path)
        found = _ISO.fullmatch(value)
        if not found:
            raise self.wrong(path, "a time is written like 2026-01-31T12:00:00.000Z")
        day, clock, fraction, zone = found.groups()
        zone = zone if zone[0] in "+-" else "+00:00"
        try:
            at = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:<06}{zone}")
            return self._in_range(path, at.astimezone(UTC))
        except (ValueError, OverflowError) as error:
            raise error if isinstance(error, Wrong) else self.wrong(path, f"no such time: {error}") from None

    def maybe_instant_s(self, path: str) -> Instant | None:
        return None if self._never(path, 1) else self.instant_s(path)

    def maybe_instant_ms(self, path: str) -> Instant | None:
        return None if self._never(path, 1_000) else self.instant_ms(path)

    def maybe_instant_iso(self, path: str) -> Instant | None:
        value = self.get(path)
        never = value is None or (isinstance(value, str) and value.startswith("1970-01-01"))
        return None if never else self.instant_iso(path)

    @property
    def received(self) -> Instant:
        """For facts to which the platform gives no time of their own."""
        return Instant(self.received_at, "received")

    def _never(self, path: str, per_second: int) -> bool:
        value = self.get(path)
        if value is None or value == "":
            return True
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return (number and 0 <= value < NEVER.total_seconds() * per_second) or value == "0"

    def _since_1970(self, path: str, per_second: int) -> Instant:
        value = self._require(path)
        if isinstance(value, str) and re.fullmatch(r"\d{1,20}", value, re.ASCII):
            value = int(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(path, f"a time is a number here, not {_kind(value)}")
        try:
            exact = value if isinstance(value, int) else Decimal(repr(value))
            at = EPOCH + timedelta(microseconds=int(exact * 1_000_000 // per_second))
        except (ValueError, OverflowError, ArithmeticError):
            raise self.wrong(path, "no such time") from None
        return self._in_range(path, at)

    def _in_range(self, path: str, at: datetime) -> Instant:
        if at < EARLIEST:
            raise self.wrong(path, "a time before 1990")
        if at > self.received_at + FUTURE:
            raise self.wrong(path, "a time more than an hour after its receipt")
        return Instant(at)

    def _find(self, path: str) -> Any:
        value = self.value
        for step in _steps(path):
            if isinstance(value, dict):
                value = value.get(step, _MISSING)
            elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            else:
                return _MISSING
        return value

    def _require(self, path: str) -> Any:
        value = self._find(path)
        if value is _MISSING:
            raise self.wrong(path, "the field is missing")
        return value

    def _of(self, path: str, kind: type, name: str) -> Any:
        value = self._require(path)
        if not isinstance(value, kind):
            raise self.wrong(path, f"{name} is expected, not {_kind(value)}")
        return value


@lru_cache(4_096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")
