"""Content encodings of HTTP bodies, both ways.

Not Brotli: no decoder at hand tells that a second stream follows, and its rows would be lost.
"""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import cramjam
import lz4.frame

from attesa.embedded.door.failure import CANNOT_DECOMPRESS, UNKNOWN_COMPRESSION_METHOD, refused

_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    # The quickest first: client and engine share one machine.
    "lz4": lambda data: bytes(lz4.frame.compress(data)),
    "zstd": lambda data: bytes(cramjam.zstd.compress(data, 1)),
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": lambda data: zlib.compress(data, 1),
}


def _each_frame(data: bytes, new_decompressor: Callable[[], Any]) -> bytes:
    """Clients write a frame per block; what decompresses the first one only would lose rows silently."""
    out = bytearray()
    while data:
        decompressor = new_decompressor()
        out += decompressor.decompress(data)
        if not decompressor.eof:
            raise EOFError("it ends in the middle of a frame")
        data = decompressor.unused_data or b""
    return bytes(out)


_DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "lz4": lambda data: _each_frame(data, lz4.frame.LZ4FrameDecompressor),
    "zstd": lambda data: bytes(cramjam.zstd.decompress(data)),
    "gzip": gzip.decompress,
    "deflate": lambda data: _each_frame(data, zlib.decompressobj),
}


def decompress(body: bytes, encoding: str) -> bytes:
    """The body as it was before `encoding` (a Content-Encoding). Raises Refused where it cannot be."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in _DECOMPRESS:
        raise refused(
            UNKNOWN_COMPRESSION_METHOD, "UNKNOWN_COMPRESSION_METHOD", f"Unknown Content-Encoding '{encoding}'"
        )
    try:
        return _DECOMPRESS[encoding](body)
    except (OSError, EOFError, RuntimeError, zlib.error, cramjam.DecompressionError) as error:
        raise refused(
            CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS", f"The body is not valid {encoding}: {error}"
        ) from None


def choose(accept_encoding: str) -> str | None:
    """The encoding of the answer for an Accept-Encoding header; None for none."""
    offered = [part.partition(";") for part in accept_encoding.lower().split(",")]
    accepted = {
        name.strip() for name, _, weight in offered if weight.replace(" ", "") not in {"q=0", "q=0.0"}
    }
    return next((name for name in _COMPRESS if name in accepted), None)


def compress(body: bytes, encoding: str) -> bytes:
    """`body` in an encoding that `choose` gave."""
    return _COMPRESS[encoding](body)
