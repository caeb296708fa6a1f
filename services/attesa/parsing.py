"""HTTP as httptools reads it, with the bounds that it leaves to others. Knows no application."""

import sys

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 65_536
MOST_WAITING = 100  # requests that a client may send before the one before them is answered
CHUNKED = 8  # bytes that may stand for one of a body: a chunk of one byte takes six


class Bounded(HttpToolsProtocol):
    """uvicorn's connection, of which no client keeps more than HEAD_BYTES that are not body.

    That is heads, trailers, and what parts the chunks: httptools keeps them without limit. Nobody is upgraded
    to another protocol: httptools leaves out the body of who asks for it, as Java's client does. Who sends
    requests and reads no answers is cut off: uvicorn keeps each of them until its turn comes.
    """

    _head_bytes = 0
    _fed = b""
    _again = b""

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        self._again = data
        while self._again:
            self._fed, self._again = self._again, b""
            super().data_received(self._fed)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse()

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MOST_WAITING:
            self.transport.abort()
            raise httptools.HttpParserError
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = max(0, self._head_bytes - CHUNKED * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()

    def _refuse(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.send_400_response("The head of the request is too large.")
        else:
            self.transport.abort()

    def _should_upgrade(self) -> bool:
        """Leaves a request that asks for it to `handle_websocket_upgrade`, whatever the protocol."""
        return True

    def handle_websocket_upgrade(self) -> None:
        """Have the request read again without asking for it."""
        stopped = sys.exception()
        method = self.scope["method"].encode()
        if not isinstance(stopped, httptools.HttpParserUpgrade) or method == b"CONNECT":
            self.send_400_response("This is no proxy.")
            return
        version = self.scope["http_version"].encode()
        head = [b"%b %b HTTP/%b\r\n" % (method, self.url, version)]
        head += [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self._again = b"".join([*head, b"\r\n", self._fed[stopped.args[0] :]])
