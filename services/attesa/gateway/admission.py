"""Who may come in now: requests at once, requests a second. Time is an argument."""

from collections.abc import Iterator
from contextlib import contextmanager

from attesa.gateway.problems import Problem

MAX_RUNNING = 256  # requests at once; with the body limit this bounds the memory
RETRY = {"Retry-After": "2"}


class Admission:
    """Counts the requests that run."""

    def __init__(self) -> None:
        self.running = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """A request, for as long as it runs. Raises Problem where too many do."""
        self.running += 1
        try:
            if self.running > MAX_RUNNING:
                raise Problem("overloaded", f"at most {MAX_RUNNING} requests at once", headers=RETRY)
            yield
        finally:
            self.running -= 1


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
