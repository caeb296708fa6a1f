"""Seals the bytes of dead letters with the configured Fernet key, and opens them again."""

from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken

from attesa.core.partition.dead_letters import Seal
from attesa.settings import Settings

# Gives back what was sealed; None where it was sealed with another key, or where none is configured.
Unseal = Callable[[str], bytes | None]


def sealer(settings: Settings) -> Seal | None:
    """None where no key is configured: then no bytes are kept."""
    key = settings.dead_letter_key.get_secret_value()
    if not key:
        return None
    fernet = Fernet(key)
    return lambda raw: fernet.encrypt(raw).decode()


def opener(settings: Settings) -> Unseal:
    """Opens what `sealer` sealed."""
    key = settings.dead_letter_key.get_secret_value()
    fernet = Fernet(key) if key else None

    def unseal(sealed: str) -> bytes | None:
        try:
            return fernet.decrypt(sealed) if fernet else None
        except InvalidToken:
            return None

    return unseal
