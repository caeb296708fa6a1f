"""Every way in which the gateway says no, as RFC 9457 problem bodies. Nothing of our insides gets out."""

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
URN = "urn:attesa:problem:"
ERRORS_SHOWN = 100

# The kind of a problem: its status, and the title that stays the same from case to case.
KINDS: dict[str, tuple[HTTPStatus, str]] = {
    "not-json": (HTTPStatus.BAD_REQUEST, "The body is not usable JSON"),
    "bad-request": (HTTPStatus.BAD_REQUEST, "The request cannot be read"),
    "unauthorized": (HTTPStatus.UNAUTHORIZED, "The token is missing or unknown"),
    "unverified": (HTTPStatus.UNAUTHORIZED, "The delivery's signature or token is not right"),
    "other-tenant": (HTTPStatus.FORBIDDEN, "The token belongs to another tenant"),
    "not-found": (HTTPStatus.NOT_FOUND, "There is nothing at this path"),
    "method-not-allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "The path does not take this method"),
    "slow-body": (HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time"),
    "body-too-large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    "too-many-events": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The batch holds too many events"),
    "media-type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The content type is not one of ours"),
    "too-many-requests": (HTTPStatus.TOO_MANY_REQUESTS, "The source sends faster than it may"),
    "events-refused": (HTTPStatus.UNPROCESSABLE_ENTITY, "Events were refused, nothing was sent"),
    "internal": (HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed"),
    "overloaded": (HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests are running"),
    "unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "Kafka has not taken the events"),
    "spool-full": (HTTPStatus.SERVICE_UNAVAILABLE, "Kafka is away, and the spool takes no more"),
    "not-ready": (HTTPStatus.SERVICE_UNAVAILABLE, "The gateway has no connection to Kafka"),
}

# The header without which a kind of problem is of no use to its reader.
HEADERS: dict[str, str] = {
    "unauthorized": "WWW-Authenticate",
    "method-not-allowed": "Allow",
} | dict.fromkeys(
    ("too-many-requests", "overloaded", "unavailable", "spool-full", "not-ready"), "Retry-After"
)


@dataclass(frozen=True)
class EventError:
    """Why one event is refused: its index in the request, and the path of the field (`data.by`)."""

    index: int
    reason: str
    path: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818  the RFC's word
    """A refusal on its way to the client. `kind` is a key of KINDS."""

    kind: str
    detail: str
    errors: tuple[EventError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return KINDS[self.kind][0].value

    def response(self) -> Response:
        """The problem as an answer: the first ERRORS_SHOWN errors, with `errors_total` beside them."""
        body: dict[str, Any] = {
            "type": URN + self.kind,
            "title": KINDS[self.kind][1],
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [asdict(error) for error in self.errors[:ERRORS_SHOWN]]
            body["errors_total"] = len(self.errors)
        return Response(msgspec.json.encode(body), self.status, self.headers, MEDIA_TYPE)
