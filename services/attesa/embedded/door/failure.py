"""What the engine or the door refuses, in ClickHouse's own terms: code, text, HTTP status."""

import re

NOT_IMPLEMENTED = 48
SYNTAX_ERROR = 62
BAD_ARGUMENTS = 36
CANNOT_DECOMPRESS = 271
UNKNOWN_COMPRESSION_METHOD = 89

_UNKNOWN_THINGS = frozenset({16, 43, 46, 47, 50, 60, 63, 73, 81, 115, 180, 279})  # column, function, table, …
_CANNOT_PARSE = frozenset({6, 26, 27, 33, 36, 38, 41, 53, 62, 69, 70, 72, 85, 117, 168, 321, 386, 456, 457})
_STATUS = {
    159: 408,  # TIMEOUT_EXCEEDED
    164: 403,  # READONLY
    202: 503,  # TOO_MANY_SIMULTANEOUS_QUERIES
    209: 503,  # SOCKET_TIMEOUT
    241: 503,  # MEMORY_LIMIT_EXCEEDED
    497: 403,  # ACCESS_DENIED
    NOT_IMPLEMENTED: 501,
    CANNOT_DECOMPRESS: 400,
    UNKNOWN_COMPRESSION_METHOD: 400,
}


class Refused(Exception):  # noqa: N818  the name is the sentence
    """One failed statement: `code` is ClickHouse's, `str()` the body that its server would send."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status that fits the code: 400 for input, 404 for what does not exist, else 500."""
        if self.code in _UNKNOWN_THINGS:
            return 404
        if self.code in _CANNOT_PARSE:
            return 400
        return _STATUS.get(self.code, 500)


def refused(code: int, name: str, text: str) -> Refused:
    """A refusal of the door's own, worded as the engine would."""
    return Refused(code, f"Code: {code}. DB::Exception: {text} ({name})")


def from_engine(message: str) -> Refused:
    """The engine's message without what chdb wrote before it."""
    found = re.search(r"Code: (\d+)\. DB::", message)
    if found is None:
        return Refused(1001, f"Code: 1001. DB::Exception: {message.strip()} (STD_EXCEPTION)")
    return Refused(int(found.group(1)), message[found.start() :].strip())
