"""Whether a delivery is from whom it says: signatures and tokens, as data. Pure: the time is the delivery's.

Every secret is compared, in constant time, so that several can be active while one is being replaced.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Literal
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader, Wrong

WINDOW_SECONDS = 300
MOST_SIGNATURES = 10  # in one header


class Verdict(Enum):
    """VERIFIED, or why not: no secret is configured, nothing signed, another signature, another time."""

    VERIFIED = "verified"
    UNCONFIGURED = "unconfigured"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    STALE = "stale"


@dataclass(frozen=True)
class Signed:
    """An HMAC in a header.

    `message`: what is signed, of {body}, {timestamp}, {id}. `timestamp`: the header with the time, or a field
    of the signature's own header (`t=…,v1=…`) where `fields` is set; in `unit`. `prefix` stands before each
    signature. `keyed`: how the secret is written, `whsec` being Standard Webhooks' base64 after `whsec_`.
    """

    header: str
    algorithm: Literal["sha256", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    message: str = "{body}"
    timestamp: str = ""
    unit: Literal["s", "ms", "iso"] = "s"
    window_seconds: int = WINDOW_SECONDS
    id: str = ""
    fields: bool = False
    keyed: Literal["text", "hex", "whsec"] = "text"

    def verdict(self, delivery: Delivery, secrets: Sequence[str]) -> Verdict:
        written = delivery.headers.get(self.header, "")
        parts = dict(_pairs(written)) if self.fields else {}
        found = [parts.get(self.prefix.rstrip("="), "")] if self.fields else list(self._signatures(written))
        stamp = parts.get(self.timestamp) if self.fields else delivery.headers.get(self.timestamp, "")
        if not any(found) or (self.timestamp and not stamp):
            return Verdict.UNSIGNED
        message = self.message_of(delivery, stamp or "")
        signatures = [signature for one in found if (signature := _decoded(one, self.encoding))]
        if not _any_equal(self._wanted(message, secrets), signatures):
            return Verdict.FORGED
        if self.timestamp and self.window_seconds and not self.in_time(delivery, stamp or ""):
            return Verdict.STALE
        return Verdict.VERIFIED

    def _signatures(self, written: str) -> Iterator[str]:
        """Several stand side by side while a secret is being replaced; of other versions none is ours."""
        for one in written.split()[:MOST_SIGNATURES]:
            if one.startswith(self.prefix):
                yield one.removeprefix(self.prefix)

    def message_of(self, delivery: Delivery, stamp: str) -> bytes:
        """Put together of bytes: a body need not be text."""
        before, _, after = self.message.partition("{body}")
        named = {"{timestamp}": stamp, "{id}": delivery.headers.get(self.id, "")}
        for name, value in named.items():
            before, after = before.replace(name, value), after.replace(name, value)
        return before.encode("utf-8", "replace") + delivery.raw + after.encode("utf-8", "replace")

    def _wanted(self, message: bytes, secrets: Sequence[str]) -> list[bytes]:
        keys = [key for secret in secrets if (key := _key(secret, self.keyed))]
        return [hmac.digest(key, message, self.algorithm) for key in keys]

    def in_time(self, delivery: Delivery, stamp: str) -> bool:
        reader = Reader(stamp, delivery.received_at)
        try:
            at: Instant = getattr(reader, f"instant_{self.unit}")("")
        except Wrong:
            return False
        return abs(delivery.received_at - at.at) <= timedelta(seconds=self.window_seconds)


@dataclass(frozen=True)
class SignedByKey:
    """Standard Webhooks' asymmetric signatures: ed25519; the secrets are public keys, written `whpk_…`."""

    header: str = "webhook-signature"
    prefix: str = "v1a,"

    def verdict(self, delivery: Delivery, secrets: Sequence[str]) -> Verdict:
        keys = [key for secret in secrets if (key := _public_key(secret))]
        listed = delivery.headers.get(self.header, "").split()[:MOST_SIGNATURES]
        found = [
            _decoded(one.removeprefix(self.prefix), "base64") for one in listed if one.startswith("v1a,")
        ]
        stamp = delivery.headers.get(STANDARD.timestamp, "")
        if not found or not stamp:
            return Verdict.UNSIGNED
        message = STANDARD.message_of(delivery, stamp)
        if not sum(_is_by(key, signature, message) for key in keys for signature in found):
            return Verdict.FORGED
        return Verdict.VERIFIED if STANDARD.in_time(delivery, stamp) else Verdict.STALE


@dataclass(frozen=True)
class SignedAddress:
    """Twilio's HMAC-SHA1, base64: of the public address with the form's sorted fields, or the body's hash."""

    header: str = "x-twilio-signature"

    def verdict(self, delivery: Delivery, secrets: Sequence[str]) -> Verdict:
        signature = _decoded(delivery.headers.get(self.header, ""), "base64")
        if not signature:
            return Verdict.UNSIGNED
        message, body_hash = delivery.url, delivery.query.get("bodySHA256")
        if body_hash is None:
            fields = parse_qsl(delivery.raw.decode("utf-8", "replace"), keep_blank_values=True)
            message += "".join(name + value for name, value in sorted(set(fields)))
        elif not hmac.compare_digest(hashlib.sha256(delivery.raw).hexdigest(), body_hash.lower()):
            return Verdict.FORGED
        wanted = [hmac.digest(secret.encode(), message.encode(), "sha1") for secret in secrets if secret]
        return Verdict.VERIFIED if _any_equal(wanted, [signature]) else Verdict.FORGED


@dataclass(frozen=True)
class Token:
    """A secret that comes along as it is: in a header (perhaps as a bearer), the query, or the body."""

    header: str = ""
    query: str = ""
    body: str = ""

    def verdict(self, delivery: Delivery, secrets: Sequence[str]) -> Verdict:
        offered = self._offered(delivery)
        if not offered:
            return Verdict.UNSIGNED
        equal = _any_equal([_digest(secret) for secret in secrets], [_digest(offered)])
        return Verdict.VERIFIED if equal else Verdict.FORGED

    def _offered(self, delivery: Delivery) -> str:
        if self.query:
            return delivery.query.get(self.query, "")
        if self.header:
            return delivery.headers.get(self.header, "").removeprefix("Bearer ").strip()
        try:
            return delivery.json().maybe_text(self.body) or ""
        except Wrong:
            return ""


def _decoded(written: str, encoding: str) -> bytes:
    try:
        return bytes.fromhex(written) if encoding == "hex" else base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _key(secret: str, written_as: str) -> bytes:
    """The secret's bytes; none where it is not written as it should be."""
    if written_as == "text":
        return secret.encode()
    return _decoded(secret.removeprefix("whsec_"), "hex" if written_as == "hex" else "base64")


def _public_key(secret: str) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(_decoded(secret.removeprefix("whpk_"), "base64"))
    except ValueError:
        return None


def _is_by(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _pairs(written: str) -> Iterator[tuple[str, str]]:
    for part in written.split(",")[:MOST_SIGNATURES]:
        name, _, value = part.strip().partition("=")
        yield name, value


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _any_equal(wanted: Sequence[bytes], found: Sequence[bytes]) -> bool:
    """All are compared, whichever is right."""
    return sum(hmac.compare_digest(one, other) for one in wanted for other in found) > 0


STANDARD = Signed(
    "webhook-signature",
    encoding="base64",
    prefix="v1,",
    message="{id}.{timestamp}.{body}",
    timestamp="webhook-timestamp",
    id="webhook-id",
    keyed="whsec",
)

Scheme = Signed | SignedByKey | SignedAddress | Token


def verify(schemes: Sequence[Scheme], delivery: Delivery, secrets: Sequence[str]) -> Verdict:
    """VERIFIED where any of the schemes says so, else the first reason but UNSIGNED that one gives."""
    secrets = [secret for secret in secrets if secret]
    if not secrets:
        return Verdict.UNCONFIGURED
    verdicts = [scheme.verdict(delivery, secrets) for scheme in schemes]
    if Verdict.VERIFIED in verdicts:
        return Verdict.VERIFIED
    return next((verdict for verdict in verdicts if verdict is not Verdict.UNSIGNED), Verdict.UNSIGNED)
