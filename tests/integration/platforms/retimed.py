"""Written conversations, moved to now: every instant in their bodies, however a platform writes it.

Platforms write times as ISO text, as seconds, as text of seconds, and within JSON that is itself text. So the
written body is changed, not its fields: what lies within two days of where the script begins is an instant.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

NEAR = timedelta(days=2)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)")
_SECONDS = re.compile(r"(?<![\w.])\d{10}(\.\d+)?(?![\w.])")

Move = Callable[[str], str]


def moving(began: datetime, to: datetime) -> Move:
    """Text with every instant moved as `began` is to `to`."""

    def moved(at: datetime) -> datetime | None:
        return to + (at - began) if abs(at - began) < NEAR else None

    def iso(found: re.Match[str]) -> str:
        at = moved(datetime.fromisoformat(found[0]))
        if at is None:
            return found[0]
        digits = "microseconds" if len(found[1] or "") > 3 else "milliseconds"
        return at.astimezone(UTC).isoformat(timespec=digits).replace("+00:00", "Z")

    def seconds(found: re.Match[str]) -> str:
        at = moved(datetime.fromtimestamp(float(found[0]), UTC))
        if at is None:
            return found[0]
        return str(at.timestamp()) if found[1] else str(int(at.timestamp()))

    return lambda text: _SECONDS.sub(seconds, _ISO.sub(iso, text))
