"""Bearer tokens and the tenant that each belongs to. Keeps digests only; never logs a token."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from attesa.core.errors import ConfigurationError
from attesa.core.events.fields import TENANT_PATTERN

SETTING = "ATTESA_GATEWAY_TOKENS"


class Tokens:
    """Who may send, and as whom.

    Raises ConfigurationError where no token is given although one is `needed`, or a tenant's name cannot
    be one.
    """

    def __init__(self, tenants_by_token: Mapping[str, str], *, needed: bool = True) -> None:
        if needed and not tenants_by_token:
            raise ConfigurationError(f"no gateway token is set: set {SETTING}=default=secret (tenant=token)")
        for tenant in tenants_by_token.values():
            if not re.fullmatch(TENANT_PATTERN, tenant):
                raise ConfigurationError(f"{SETTING}: {tenant!r} is no tenant's name: {TENANT_PATTERN}")
        self._tenants = [(_digest(token.encode()), tenant) for token, tenant in tenants_by_token.items()]

    def tenant(self, authorization: str | None) -> str | None:
        """The tenant of an Authorization header's bearer token; None where there is none or it is unknown.

        Takes the same time whichever token is right: all are compared, by digest.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        offered = _digest(token.strip().encode("latin-1", "replace"))
        found = None
        for digest, tenant in self._tenants:
            if hmac.compare_digest(digest, offered):
                found = tenant
        return found


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
