"""Who may come in now: bodies on their way, requests at once, requests a second. Time is an argument."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from attesa.gateway.http.problems import Problem

RUNNING_BYTES = 128_000_000
REQUEST_BYTES = 32_000  # what a request holds besides its body
ARRIVING_BYTES = 64_000_000
ARRIVING_BODIES = 1_000
LARGEST_AT_ONCE = 4  # whatever their size
RETRY = {"Retry-After": "2"}


class Arrivals:
    """The bodies on their way in. Where they are too many, or hold too much, the oldest one's time is up.

    A quick sender's body is soon there and never the oldest: slow ones take places from each other only.
    """

    def __init__(self, max_body_bytes: int, most_bodies: int = ARRIVING_BODIES) -> None:
        self._sizes: dict[asyncio.Timeout, int] = {}  # in the order in which they began
        self._bytes = 0
        self._most_bytes = max(ARRIVING_BYTES, LARGEST_AT_ONCE * max_body_bytes)
        self._most_bodies = most_bodies

    def __len__(self) -> int:
        return len(self._sizes)

    @contextmanager
    def one(self, limit: asyncio.Timeout) -> Iterator[None]:
        """A body, which has to arrive within the limit, or earlier where its place is needed."""
        self.grow(limit, 0)
        try:
            yield
        finally:
            self._bytes -= self._sizes.pop(limit, 0)

    def grow(self, limit: asyncio.Timeout, size: int) -> None:
        """So many more bytes of a body have come."""
        self._sizes[limit] = self._sizes.get(limit, 0) + size
        self._bytes += size
        if len(self._sizes) > self._most_bodies or self._bytes > self._most_bytes:
            oldest = next(iter(self._sizes))
            self._bytes -= self._sizes.pop(oldest)
            if not oldest.expired():
                oldest.reschedule(0)


class Admission:
    """The requests whose bodies are there, bounded by the memory that they hold. `arrivals`: the others."""

    def __init__(self, max_body_bytes: int) -> None:
        self.arrivals = Arrivals(max_body_bytes)
        self.running = 0
        self._bytes = 0
        self._most_bytes = max(RUNNING_BYTES, LARGEST_AT_ONCE * (max_body_bytes + REQUEST_BYTES))

    @contextmanager
    def one(self, body: bytes) -> Iterator[None]:
        """A request, for as long as it runs. Raises Problem where too many do."""
        held = len(body) + REQUEST_BYTES
        if self._bytes + held > self._most_bytes:
            raise Problem("overloaded", "there is no room for more requests at once", headers=RETRY)
        self.running += 1
        self._bytes += held
        try:
            yield
        finally:
            self.running -= 1
            self._bytes -= held


class Bucket:
    """A token bucket: `per_second` requests, and as many at once after a quiet second."""

    def __init__(self, per_second: int, now_seconds: float) -> None:
        self._per_second = per_second
        self._left = float(per_second)
        self._filled_at = now_seconds

    def take(self, now_seconds: float) -> bool:
        """Take one; False where none is left."""
        gained = max(0.0, now_seconds - self._filled_at) * self._per_second
        self._left = min(float(self._per_second), self._left + gained)
        self._filled_at = max(self._filled_at, now_seconds)
        if self._left < 1:
            return False
        self._left -= 1
        return True
