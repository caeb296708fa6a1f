"""How one dead letter is printed."""

from datetime import UTC, datetime

import msgspec

from attesa.gateway.dead_letters.buried import Grave
from attesa.gateway.dead_letters.burying import delivery_of, opened


def line(grave: Grave) -> str:
    """Where it lies, when it died, whose it is, why; nothing of what it held."""
    letter = grave.letter
    at = datetime.fromtimestamp(letter.at / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    kept = "not kept" if grave.sealed is None else "kept" if grave.raw is not None else "sealed"
    whose = f"{letter.tenant or '-'} {grave.source or letter.topic or '-'}"
    why = ": ".join(part for part in (letter.reason, letter.path, letter.detail) if part)
    return printable(f"{grave.place:8} {at} {whose} {why} ({letter.size_bytes} bytes, {kept})")


def page(grave: Grave) -> str:
    """The letter's fields, then what it held."""
    letter = grave.letter
    fields = msgspec.structs.asdict(letter)
    fields["at"] = datetime.fromtimestamp(letter.at / 1000, UTC).isoformat(timespec="milliseconds")
    del fields["sealed"]
    lines = [printable(f"{name}: {value}") for name, value in fields.items() if value not in (None, "")]
    return "\n".join([*lines, "", *_held(grave)])


def _held(grave: Grave) -> list[str]:
    if grave.raw is None:
        missing = "its bytes are sealed: ATTESA_DEAD_LETTER_KEY does not open them"
        return [missing if grave.sealed else "its bytes were not kept"]
    if not delivery_of(grave.letter.origin)[0]:
        return [_shown(grave.raw)]
    delivery = opened(grave.raw)
    headers = [f"{name}: {_shown(value.encode())}" for name, value in sorted(delivery.headers.items())]
    query = [f"?{name}={_shown(value.encode())}" for name, value in sorted(delivery.query.items())]
    return [*query, *headers, "", _shown(delivery.raw)]


def _shown(raw: bytes) -> str:
    return printable(raw.decode("utf-8", "backslashreplace"))


def printable(text: str) -> str:
    """Text that does nothing to a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)
