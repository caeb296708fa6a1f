"""Who sends a request to POST /v1/events: told by a bearer token, or else by a signature of what was sent."""

from collections.abc import Mapping

from attesa.gateway.doors.signatures import STANDARD
from attesa.gateway.doors.signers import Signers
from attesa.gateway.doors.tokens import Tokens
from attesa.gateway.http.problems import Problem
from attesa.gateway.sources import Delivery

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="attesa"'}


class Senders:
    """Tokens and signers; the tenant is the one that they belong to."""

    def __init__(self, tokens: Tokens, signers: Signers) -> None:
        self._tokens = tokens
        self._signers = signers

    def by_token(self, headers: Mapping[str, str]) -> str | None:
        """The tenant, before the body is read; None where a signature has to tell it.

        Raises Problem where neither can.
        """
        tenant = self._tokens.tenant(headers.get("authorization"))
        if tenant is None and ("authorization" in headers or STANDARD.header not in headers):
            raise _unauthorized("send the header Authorization: Bearer <token>")
        return tenant

    def by_signature(self, delivery: Delivery) -> str:
        """The tenant whose secret has signed the body. Raises Problem."""
        tenant = self._signers.tenant(delivery)
        if tenant is None:
            raise _unauthorized("the signature is nobody's, or older or newer than five minutes")
        return tenant


def _unauthorized(detail: str) -> Problem:
    return Problem("unauthorized", detail, headers=dict(CHALLENGE))
