"""The parts of a session spent in one queue each (docs/rules.md, "Legs and transfers")."""

from collections.abc import Sequence
from itertools import pairwise


class Leg:
    """One leg; `queue` is None for the session's own. Instants in ms."""

    __slots__ = ("accepted_at", "ended_at", "noted", "noted_early", "queue", "replied_at", "started_at")

    def __init__(self, queue: str | None, started_at: int) -> None:
        self.queue = queue
        self.started_at = started_at
        self.accepted_at: int | None = None
        self.replied_at: int | None = None
        self.ended_at: int | None = None
        self.noted = False  # an agent wrote something that the customer cannot see
        self.noted_early = False  # before the leg's first reply

    def note(self) -> None:
        self.noted = True
        self.noted_early = self.noted_early or self.replied_at is None

    @property
    def picked_up_at(self) -> int | None:
        """When somebody took it: the pick-up, or the reply of sources that tell none."""
        if self.accepted_at is None or self.replied_at is None:
            return self.replied_at if self.accepted_at is None else self.accepted_at
        return min(self.accepted_at, self.replied_at)

    @property
    def wait_ms(self) -> int | None:
        return None if self.replied_at is None else self.replied_at - self.started_at


def without_note(legs: Sequence[Leg]) -> int:
    """Transfers between two legs that no internal note prepared."""
    return sum(not before.noted and not after.noted_early for before, after in pairwise(legs))
