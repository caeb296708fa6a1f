"""What a platform delivered, what an adapter may know besides, and what it makes of it. Pure values."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from attesa.core.events.flags import LANGUAGES
from attesa.gateway.sources.reading import Reader, Wrong
from attesa.gateway.texts import Look, look

PSEUDONYM_DIGITS = 32  # 128 bits: no two customers of a tenant will ever share one


@dataclass(frozen=True)
class Delivery:
    """One request of a platform: header names in lower case, the body as it came.

    `url`: the address that the platform called, where its signature covers it.
    """

    raw: bytes
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    url: str = ""

    def json(self) -> Reader:
        """The body, decoded. Raises Wrong where it is not JSON."""
        try:
            value = _DECODER.decode(self.raw.decode())
        except (ValueError, RecursionError) as error:
            raise Wrong("", f"not JSON: {str(error)[:200]}") from None
        return Reader(value, self.received_at)

    def form(self) -> Reader:
        """The body, url-encoded: every field is text, of equal names the last. Raises Wrong."""
        try:
            fields = dict(parse_qsl(self.raw.decode(), keep_blank_values=True, max_num_fields=1_000))
        except ValueError as error:
            raise Wrong("", f"not a form: {str(error)[:200]}") from None
        return Reader(fields, self.received_at)


def _refuse(constant: str) -> None:
    """NaN and the infinities are not JSON."""
    raise ValueError(f"{constant} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


@dataclass(frozen=True)
class Context:
    """Whose delivery it is, and the key that makes pseudonyms of the tenant's customers and agents.

    `instance` tells two installations of a platform apart; empty where there is one.
    `languages`: in which message texts are looked at. `bots`: names or ids of accounts that are machines,
    of platforms on which they look like agents.
    """

    tenant: str
    platform: str
    instance: str
    key: bytes = field(repr=False)
    languages: tuple[str, ...] = LANGUAGES
    bots: frozenset[str] = frozenset()

    @cached_property
    def source(self) -> str:
        """The CloudEvents `source`: platform/instance."""
        return f"{self.platform}/{self.instance}" if self.instance else self.platform

    def customer(self, native_id: str) -> str:
        """The pseudonym of a customer whom this source alone knows under `native_id`."""
        return self.pseudonym("c", f"{self.source}\0{native_id}")

    def agent(self, native_id: str) -> str:
        """The pseudonym of an agent of this source."""
        return self.pseudonym("a", f"{self.source}\0{native_id}")

    def email(self, address: str) -> str:
        """The pseudonym of the customer with this address, the same in every source of the tenant."""
        return self.pseudonym("c", f"email\0{address.strip().lower()}")

    def phone(self, number: str) -> str:
        """The pseudonym of the customer with this number (with its country's prefix), in every source."""
        return self.pseudonym("c", "phone\0" + "".join(c for c in number if c.isdecimal()))

    def pseudonym(self, kind: str, value: str) -> str:
        """`kind`-<HMAC-SHA-256 of the value with the tenant's key>: nobody leaves in clear."""
        digest = hmac.new(self.key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"{kind}-{digest.hexdigest()[:PSEUDONYM_DIGITS]}"

    def look(self, text: str, author: str, customer_name: str = "") -> Look:
        """What may be kept of a message's text; the text itself goes no further."""
        return look(text, author, customer_name, self.languages)


@dataclass(frozen=True)
class Unmapped:
    """A native event that the adapter does not know."""

    native: str


@dataclass(frozen=True)
class Invalid:
    """A native event that cannot be read: the path to the field in the delivery, and a sentence."""

    path: str
    detail: str


@dataclass(frozen=True)
class Ignored:
    """A native event that says nothing that counts: a receipt, somebody typing."""

    native: str
    why: str


@dataclass(frozen=True)
class Adapted:
    """What a delivery holds: CloudEvents in the order told, and an outcome for each native event without any.

    `received` counts the events that had to take the time of receipt for their own.
    """

    events: tuple[dict[str, Any], ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    invalid: tuple[Invalid, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    received: int = 0
