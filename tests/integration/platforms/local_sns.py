"""Amazon SNS on this machine: its certificate at its own https address, its signatures, its question.

A gateway finds it as it finds SNS: HTTPS_PROXY leads every https connection here, SSL_CERT_FILE names whom it
trusts. Nothing else in it knows.
"""

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HOST = "sns.eu-central-1.amazonaws.com"
CERTIFICATE = "/SimpleNotificationService-local.pem"
HASHES = {"1": SHA1, "2": SHA256}  # by SignatureVersion
SIGNED = {  # as the documentation of SNS orders them
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip


class LocalSns:
    """`asked`: the paths that were fetched of it."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.trusted = folder / "authority.pem"
        self._key = generate_private_key(65537, 2048)
        self._certificate = _certificate(self._key)
        self.trusted.write_bytes(self._certificate)
        private = folder / "sns.key"
        private.write_bytes(
            self._key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.trusted, private)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(context, self._certificate, self.asked))

    def environment(self) -> dict[str, str]:
        """What a process needs to take this for SNS; addresses on this machine go without the proxy."""
        proxy = f"http://127.0.0.1:{self._server.server_port}"
        names = {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost"}
        lower = {name.lower(): value for name, value in names.items()}
        return {**names, **lower, "SSL_CERT_FILE": str(self.trusted)}

    def signed(self, message: dict[str, Any], version: str = "1") -> dict[str, Any]:
        """A message as SNS delivers it."""
        body = message | {"SignatureVersion": version, "SigningCertURL": f"https://{HOST}{CERTIFICATE}"}
        lines = [f"{name}\n{body[name]}\n" for name in SIGNED[body["Type"]] if name in body]
        signature = self._key.sign("".join(lines).encode(), PKCS1v15(), HASHES[version]())
        return body | {"Signature": base64.b64encode(signature).decode()}

    @contextmanager
    def served(self) -> Iterator[None]:
        thread = Thread(target=self._server.serve_forever, name="local-sns")
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self.close()
            thread.join()

    def close(self) -> None:
        self._server.server_close()


def _certificate(key: RSAPrivateKey) -> bytes:
    """Signs messages and serves the address, and is its own authority."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1)
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _handler(context: ssl.SSLContext, certificate: bytes, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            """A tunnel to whatever host ends here, in TLS; its requests follow on the same connection."""
            self.send_response_only(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(certificate)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(certificate)

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, *words: object) -> None:
            pass

    return Handler
