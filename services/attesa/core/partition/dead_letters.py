"""Makes a dead letter of a message: where it lay, why it is dead, size and hash; its bytes only sealed."""

from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

from attesa.core.events.intake import Refused
from attesa.core.rows import DeadLetter

SEALED_BYTES = 65_536  # larger messages are not kept

# Encrypts bytes for keeping; gives None where no key is configured.
Seal = Callable[[bytes], str | None]


class Message(Protocol):
    @property
    def value(self) -> bytes | None: ...
    @property
    def offset(self) -> int: ...


def dead_letter(
    message: Message,
    topic: str,
    partition: int,
    tenant: str | None,
    refusal: Refused,
    now_ms: int,
    seal: Seal | None,
) -> DeadLetter:
    """The dead letter of a message of `topic`."""
    raw = message.value or b""
    return DeadLetter(
        tenant=tenant,
        reason=refusal.reason,
        path=refusal.path,
        detail=refusal.detail,
        topic=topic,
        partition=partition,
        offset=message.offset,
        size_bytes=len(raw),
        sha256=sha256(raw).hexdigest(),
        at=now_ms,
        sealed=seal(raw) if seal is not None and len(raw) <= SEALED_BYTES else None,
    )
