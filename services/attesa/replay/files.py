"""Opens files, plain or gzip, as lines of bytes. Understands nothing of what is in them."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from attesa.core.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_LINE_BYTES = 4_000_000


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, endings included. Gzip is told by its first bytes, not by the name.

    Raises InputError, naming the file and the line reached, for what cannot be opened or unpacked, and
    for a line of over 4 MB.
    """
    line = 0
    try:
        with _open(path) as file:
            while raw := file.readline(LONGEST_LINE_BYTES + 1):
                line += 1
                if len(raw) > LONGEST_LINE_BYTES:
                    raise InputError(f"{path}, line {line}, column 1: longer than {LONGEST_LINE_BYTES} bytes")
                yield raw
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            f"{path}, line {line + 1}, column 1: the gzip data breaks off; fetch it again"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    return cast("BinaryIO", gzip.open(path, "rb")) if packed else path.open("rb")
