"""Secrets of Standard Webhooks signatures and the tenant that each belongs to. Never logs a secret."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence

from attesa.core.errors import ConfigurationError
from attesa.core.events.fields import TENANT_PATTERN
from attesa.gateway.doors.signatures import STANDARD, SignedByKey, Verdict, verify
from attesa.gateway.sources.delivery import Delivery

SETTING = "ATTESA_GATEWAY_SECRETS"
SCHEMES = (STANDARD, SignedByKey())
# Standard Webhooks 1.0: how many bytes a shared secret has, and an ed25519 public key.
LENGTHS = {"whsec_": range(24, 65), "whpk_": range(32, 33)}


class Signers:
    """Who may sign what they send, and as whom: several secrets of a tenant are active side by side.

    Raises ConfigurationError for a secret that none can be, without telling it.
    """

    def __init__(self, secrets_by_tenant: Mapping[str, Sequence[str]]) -> None:
        for tenant, secrets in secrets_by_tenant.items():
            if not re.fullmatch(TENANT_PATTERN, tenant):
                raise ConfigurationError(f"{SETTING}: {tenant!r} is no tenant's name: {TENANT_PATTERN}")
            if not all(map(_is_secret, secrets)):
                raise ConfigurationError(f"{SETTING}: a secret of {tenant} is not whsec_ or whpk_ and base64")
        self._secrets = {tenant: tuple(secrets) for tenant, secrets in secrets_by_tenant.items()}

    @property
    def tenants(self) -> list[str]:
        return sorted(self._secrets)

    def tenant(self, delivery: Delivery) -> str | None:
        """Whose signature a delivery bears, within five minutes of its time; None where it is nobody's.

        All tenants' secrets are tried, whichever is right.
        """
        found = None
        for tenant, secrets in self._secrets.items():
            if verify(SCHEMES, delivery, secrets) is Verdict.VERIFIED:
                found = tenant
        return found


def _is_secret(written: str) -> bool:
    for prefix, lengths in LENGTHS.items():
        if written.startswith(prefix):
            try:
                return len(base64.b64decode(written.removeprefix(prefix), validate=True)) in lengths
            except binascii.Error:
                return False
    return False
