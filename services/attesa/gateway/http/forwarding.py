"""Behind a proxy: whose X-Forwarded headers are believed, and the address that a platform knows.

Without a setting nobody's are believed: whoever reaches the port could write them.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

Network = IPv4Network | IPv6Network


class Forwarded:
    """From a trusted proxy, scheme, host and client are those that it forwards.

    Of several hosts the last counts, which the nearest proxy wrote; of several clients the last that is no
    trusted proxy. `prefix`: a path that stands before all of ours; a proxy may take it away or not.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network] = (), prefix: str = "") -> None:
        self._trusted = trusted
        self._prefix = prefix
        self._app = ProxyHeadersMiddleware(app, [str(network) for network in trusted])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            client = scope.get("client")
            if client and (known := self._proxy(client[0])):
                scope = {**scope, "client": (known, client[1]), "headers": _with_host(scope["headers"])}
            path = self._prefix + scope["path"].removeprefix(self._prefix)
            scope = {**scope, "root_path": self._prefix, "path": path}
        await self._app(scope, receive, send)  # type: ignore[arg-type]

    def _proxy(self, host: str) -> str:
        """The address of a trusted proxy as it is written in the settings; empty for others."""
        try:
            found = ip_address(host)
        except ValueError:
            return ""
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return str(found) if any(found in network for network in self._trusted) else ""


def _with_host(headers: Sequence[tuple[bytes, bytes]]) -> Sequence[tuple[bytes, bytes]]:
    forwarded = [value for name, value in headers if name == b"x-forwarded-host"]
    host = forwarded[-1].rpartition(b",")[2].strip() if forwarded else b""
    if not host:
        return headers
    return [(b"host", host), *(header for header in headers if header[0] != b"host")]


def prefix_of(public_url: str) -> str:
    """The path under which a proxy shows the gateway, such as `/attesa`."""
    return urlsplit(public_url).path.rstrip("/")


def address_of(request: Request, public_url: str) -> str:
    """The address that the platform was given, which is what some of them sign."""
    if not public_url:
        return str(request.url)
    path, query = request.url.path.removeprefix(prefix_of(public_url)), request.url.query
    return f"{public_url.rstrip('/')}{path}{'?' if query else ''}{query}"
