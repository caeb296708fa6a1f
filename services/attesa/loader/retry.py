"""Trying again, for ever, while a server is away; who is away is said once. Knows no server."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from attesa.core.errors import AttesaError

log = logging.getLogger("attesa.loader")
Result = TypeVar("Result")

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 10.0


class Retry:
    """Attempts on named servers; `away` holds, by server, why it does not answer now."""

    def __init__(self, on_error: Callable[[str], None]) -> None:
        self._on_error = on_error
        self.away: dict[str, str] = {}

    async def until_done(self, server: str, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the first attempt that succeeds; they come ever later, at most 10 s apart.

        Logs each new reason once, and the return. Raises what is not retriable.
        """
        delay = FIRST_SECONDS
        while True:
            try:
                result = await attempt()
            except AttesaError as error:
                if not error.retriable:
                    raise
                self._on_error(server)
                self._note(server, str(error))
            else:
                if self.away.pop(server, None):
                    log.info("%s answers again", server)
                return result
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_SECONDS)

    def _note(self, server: str, reason: str) -> None:
        if self.away.get(server) != reason:
            log.warning("%s; trying again until it works", reason)
        self.away[server] = reason
