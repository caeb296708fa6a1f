"""Opens an export: plain or gzip, and how its text is encoded. Understands no row."""

import codecs
import gzip
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from attesa.core.errors import InputError

SEEN_BYTES = 4_096
STANDARD_INPUT = Path("-")
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NO_EXPORTS = {
    b"PK\x03\x04": "a ZIP or Excel file: unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel file: save the sheet as CSV",
    b"%PDF": "a PDF: export CSV or JSON",
    b"<": "HTML or XML, perhaps a page that asks to log in: export CSV or JSON",
}
GZIP = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked, from the start and seekable. Raises InputError, naming the file."""
    with ExitStack() as open_files:
        try:
            if path == STANDARD_INPUT:
                file = open_files.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(sys.stdin.buffer, file)
                file.seek(0)
            else:
                file = open_files.enter_context(path.open("rb"))
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from None
        if packed:
            file = open_files.enter_context(gzip.GzipFile(fileobj=file))
        yield cast("BinaryIO", file)


def encoding_of(path: Path, file: BinaryIO) -> str:
    """UTF-8 where the file does not say. Raises InputError for an empty one, and for what is no text."""
    start = file.read(SEEN_BYTES)
    file.seek(0)
    for mark, encoding in MARKS.items():
        if start.startswith(mark):
            return encoding
    if not start.strip(b"\0 \t\r\n"):
        raise InputError(f"{path}: the file is empty")
    for magic, what in NO_EXPORTS.items():
        if start.lstrip().startswith(magic):
            raise InputError(f"{path}: {what}")
    if start[1:2] == b"\0":  # the first character is one of ASCII's: a bracket, a quote, a letter
        return "utf-16-le"
    return "utf-16-be" if start[:1] == b"\0" else "utf-8"


def text_of(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text, line ends untouched, as CSV needs them."""
    return io.TextIOWrapper(file, encoding, newline="")


class Recoded:
    """A file of another encoding read as UTF-8, as readers of JSON need it."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int = -1) -> bytes:
        """Some bytes, about `size`; none at the end only (and where none are asked for)."""
        while raw := self._file.read(size):
            if text := self._decoder.decode(raw):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode() if size else b""
