"""Amazon SNS: what it signs, whose certificate it may name, and what it asks before it delivers. Pure."""

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Reader, Wrong

HASHES = {"1": SHA1, "2": SHA256}  # by SignatureVersion
CONFIRMATION = "SubscriptionConfirmation"
_OF_A_MESSAGE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_OF_A_REQUEST = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def is_sns(delivery: Delivery) -> bool:
    """Whether SNS delivers it; other services of Amazon post without this header."""
    return "x-amz-sns-message-type" in delivery.headers


def certificate_address(delivery: Delivery, topics: Sequence[str]) -> str | None:
    """Where the signer's certificate lies; None where it is not with SNS itself, or of no topic of ours."""
    message = _message(delivery)
    if message is None or message.get("TopicArn") not in topics:
        return None
    return _amazons(message, "SigningCertURL", ".pem")


def confirmation_address(delivery: Delivery) -> str | None:
    """Of a verified SubscriptionConfirmation: the address to get once, then SNS delivers."""
    message = _message(delivery)
    if message is None or message.get("Type") != CONFIRMATION:
        return None
    return _amazons(message, "SubscribeURL", "")


def verify_sns(delivery: Delivery, certificate: bytes, topics: Sequence[str]) -> Verdict:
    """Check the signature with the certificate (PEM) that lies at `certificate_address`.

    `topics`: the TopicArns that may deliver. Anybody can make a topic of his own, which SNS signs as well.
    """
    message = _message(delivery)
    if message is None or not message.has("Signature"):
        return Verdict.UNSIGNED
    if not topics:
        return Verdict.UNCONFIGURED
    try:
        hashing = HASHES[message.text("SignatureVersion")]
        signature = base64.b64decode(message.text("Signature"), validate=True)
        loaded = x509.load_pem_x509_certificate(certificate)
        key, signed = loaded.public_key(), canonical(message)
    except (KeyError, ValueError, binascii.Error, UnsupportedAlgorithm):
        return Verdict.FORGED
    if message.get("TopicArn") not in topics or not isinstance(key, RSAPublicKey):
        return Verdict.FORGED
    try:
        key.verify(signature, signed, PKCS1v15(), hashing())
    except InvalidSignature:
        return Verdict.FORGED
    valid = loaded.not_valid_before_utc <= delivery.received_at <= loaded.not_valid_after_utc
    return Verdict.VERIFIED if valid else Verdict.STALE


def canonical(message: Reader) -> bytes:
    """What SNS signs: names and values of certain fields, each on a line, those that are there.

    Raises Wrong.
    """
    names = _OF_A_MESSAGE if message.text("Type") == "Notification" else _OF_A_REQUEST
    fields = ((name, message.text(name)) for name in names if message.has(name))
    return "".join(f"{name}\n{value}\n" for name, value in fields).encode("utf-8", "surrogatepass")


def _message(delivery: Delivery) -> Reader | None:
    try:
        return delivery.json()
    except Wrong:
        return None


def _amazons(message: Reader | None, path: str, ending: str) -> str | None:
    """An address, if it is https on SNS's own host, without a port or a user."""
    written = message.get(path) if message else None
    if not isinstance(written, str):
        return None
    try:
        address = urlsplit(written)
        host = (address.hostname or "").removesuffix(".cn")
        plain = address.scheme == "https" and address.netloc == address.hostname
    except ValueError:
        return None
    ours = host.startswith("sns.") and host.endswith(".amazonaws.com") and host.count(".") == 3
    return written if plain and ours and address.path.endswith(ending) else None
