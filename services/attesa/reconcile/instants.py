"""When a contact began, as exports write it."""

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

EARLIEST_S = 631_152_000  # 1990
LATEST_S = 4_102_444_800  # 2100
MS = 1_000
_ZONE = re.compile(r" ?(UTC|GMT|[+-]\d\d:?\d\d)$")


def instant_ms(value: Any, zone: tzinfo, pattern: str = "") -> int | None:
    """Ms since 1970; None for what cannot be read.

    ISO 8601, or by `pattern` as strptime has it; where no zone is written, in `zone`. Numbers are seconds or
    milliseconds since 1970: within 1990 to 2100 no number is both.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if not pattern and re.fullmatch(r"\d{1,15}(\.\d+)?", text, re.ASCII):
        return _of_number(Decimal(text))
    try:
        at = datetime.strptime(text, pattern) if pattern else _iso(text)  # noqa: DTZ007  the zone follows
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return _in_range(round(at.timestamp() * MS)) if 1970 < at.year < 9999 else None


def written(ms: int, zone: tzinfo = UTC) -> str:
    """As people read it."""
    return datetime.fromtimestamp(ms / MS, zone).strftime("%Y-%m-%d %H:%M")


def _iso(text: str) -> datetime:
    """Some write a blank before the zone, or its name."""
    found = _ZONE.search(text)
    if found is None:
        return datetime.fromisoformat(text)
    zone = found[1] if found[1][0] in "+-" else "+00:00"
    return datetime.fromisoformat(f"{text[: found.start()]}{zone}")


def _of_number(number: Decimal) -> int | None:
    return _in_range(round(number * MS)) or _in_range(round(number))


def _in_range(ms: int) -> int | None:
    return ms if EARLIEST_S * MS <= ms < LATEST_S * MS else None
