"""One session of a conversation: its fold, how it is judged, and what it has contributed so far."""

from attesa.core.amounts import Group
from attesa.core.cells import Cell
from attesa.core.definitions import UNKNOWN, Definitions
from attesa.core.fold import Fold
from attesa.core.policies import Expectation
from attesa.core.rows import Stub
from attesa.core.session_row import CountrySource
from attesa.core.verdicts import Judgement


class Session:
    """A fold, judged at the clock. `number`: which session of its conversation it is, from 1."""

    __slots__ = ("cell", "country_source", "fold", "groups", "judgement", "number", "stub", "waits_in")

    def __init__(self, number: int, fold: Fold) -> None:
        self.number = number
        self.fold = fold
        self.judgement: Judgement | None = None
        self.groups: tuple[Group, ...] = ()
        self.cell: Cell | None = None
        self.country_source: CountrySource = "unknown"
        self.stub: Stub | None = None  # what the customers processor was told
        self.waits_in: tuple[Cell, int] | None = None  # where, and since when, it is listed as waiting

    def continues(self, before: "Session") -> None:
        """Take over what an earlier fold of the same number contributed."""
        self.groups, self.stub = before.groups, before.stub
        self.judgement, self.cell = before.judgement, before.cell

    @property
    def is_over(self) -> bool:
        return self.fold.ended_at is not None

    def next_deadline(self, clock: int | None, pair: Expectation, live: Expectation) -> int | None:
        """The next instant after `clock` at which time alone changes something."""
        fold = self.fold
        if fold.ended_at is not None:
            return None
        found = [fold.times_out_at]
        if self.judgement is not None and self.judgement.deadlines is not None:
            found += self.judgement.deadlines
        rhythm = fold.rhythm
        if rhythm.turn_at is not None and rhythm.turn_is_next:
            pairs = (pair, live) if rhythm.turn_synchronous else (pair,)
            for limits in pairs:
                found += (
                    rhythm.turn_at + limits.good_seconds * 1000,
                    rhythm.turn_at + limits.bad_seconds * 1000,
                )
        return min((at for at in found if clock is None or at >= clock), default=None)


def country_of(found: Fold, source: str, definitions: Definitions) -> tuple[str, CountrySource]:
    """The session's country, and who told it: event, source, queue, phone, or nobody."""
    if found.country is not None:
        return found.country, "event"
    policy = definitions.source(source)
    if policy.country is not None:
        return policy.country, "source"
    queue = definitions.queues.get(found.queue or UNKNOWN)
    if queue is not None and queue.country is not None:
        return queue.country, "queue"
    if found.phone_country is not None:
        return found.phone_country, "phone"
    return UNKNOWN, "unknown"
