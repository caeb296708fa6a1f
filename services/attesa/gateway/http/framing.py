"""Requests of which it is unclear where they end are refused, before anything else looks at them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from attesa.gateway.http.problems import Problem

CLOSE = {"Connection": "close"}


class OneFraming:
    """RFC 9112, 6.1: of two lengths, or chunks in HTTP/1.0, a proxy may see one request where we see two.

    Other versions have other framings: HTTP/0.9 is one line, HTTP/2 none of ours.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_unclear(scope):
            refusal = Problem("bad-request", "it is unclear where the request ends", headers=CLOSE)
            await refusal.response()(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_unclear(scope: Scope) -> bool:
    names = [name for name, _ in scope["headers"]]
    if b"transfer-encoding" in names:
        return b"content-length" in names or scope["http_version"] != "1.1"
    return scope["http_version"] not in {"1.1", "1.0"}
