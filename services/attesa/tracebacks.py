"""Tracebacks for logs: where it happened and of what type it was, without messages, for they quote input."""

import logging
import traceback
from collections.abc import Iterator


class WithoutMessages(logging.Filter):
    """Writes the exception of a record without its message, and those that led to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = record.exc_info[1] if record.exc_info else None
        if found is not None:
            record.exc_info, record.exc_text = None, "".join(_lines(found))
        return True


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nand then\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
