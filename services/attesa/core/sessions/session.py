"""One session of a conversation: its fold, how it is judged, and what it has contributed so far."""

from msgspec import Struct

from attesa.core.partition.amounts import Group
from attesa.core.partition.cells import Cell
from attesa.core.rows import Stub
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.verdicts import Judgement


class Session(Struct, gc=False, eq=False):
    """A fold, judged at the clock. `number`: which session of its conversation it is, from 1."""

    number: int
    fold: Fold
    judgement: Judgement | None = None
    groups: tuple[Group, ...] = ()
    terms: Terms | None = None
    stub: Stub | None = None  # what the customers processor was told
    waits_in: tuple[Cell, int] | None = None  # where, and since when, it is listed as waiting

    def continues(self, before: "Session") -> None:
        """Take over what an earlier fold of the same number contributed."""
        self.groups, self.stub = before.groups, before.stub
        self.judgement, self.terms = before.judgement, before.terms

    @property
    def is_over(self) -> bool:
        return self.fold.ended_at is not None

    @property
    def cell(self) -> Cell | None:
        return None if self.terms is None else self.terms.cell

    def waits(self, cell: Cell, requested_at: int) -> bool:
        """Whether it waits in that cell since that instant."""
        return (
            self.cell is cell
            and self.fold.requested_at == requested_at
            and self.judgement is not None
            and self.judgement.outcome == "waiting"
        )

    def next_deadline(self, clock: int | None) -> int | None:
        """The next instant after `clock` at which time alone changes something; the session is judged."""
        fold, judgement, terms = self.fold, self.judgement, self.terms
        assert judgement is not None
        assert terms is not None
        if fold.ended_at is not None:
            return None
        rhythm, times_out_at = fold.rhythm, fold.times_out_at
        has_open_turn = rhythm.turn_at is not None and rhythm.turn_is_next
        if judgement.deadlines is None and not has_open_turn and (clock is None or clock <= times_out_at):
            return times_out_at
        found = [times_out_at, *(judgement.deadlines or ())]
        if rhythm.turn_at is not None and rhythm.turn_is_next:
            for limits in (terms.pair, terms.live) if rhythm.turn_synchronous else (terms.pair,):
                found += (rhythm.turn_at + limits.good_ms, rhythm.turn_at + limits.bad_ms)
        return min((at for at in found if clock is None or at >= clock), default=None)
