"""The parts of a session spent in one queue each (docs/rules.md, "Legs and transfers")."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct


class Leg(Struct, gc=False, eq=False):
    """One leg; `queue` is None for the session's own. Instants in ms."""

    queue: str | None
    started_at: int
    accepted_at: int | None = None
    replied_at: int | None = None
    ended_at: int | None = None
    noted: bool = False  # an agent wrote something that the customer cannot see
    noted_early: bool = False  # before the leg's first reply

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
