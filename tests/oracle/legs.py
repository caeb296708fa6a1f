"""The parts of a session spent in one queue, and the transfers between them: rules.md, "Legs"."""

from itertools import pairwise
from typing import NamedTuple

from tests.oracle.clocks import first_reply
from tests.oracle.cutting import Piece
from tests.oracle.telling import Told, is_note, is_transfer


class Leg(NamedTuple):
    """`events` run from its start up to the transfer or the end that closes it, which is not among them."""

    queue: str
    started_at: int
    ended_at: int | None
    events: list[Told]

    @property
    def reply(self) -> Told | None:
        return first_reply(self.events)

    @property
    def wait_ms(self) -> int | None:
        return None if self.reply is None else self.reply.at - self.started_at

    @property
    def taken_at(self) -> int | None:
        """When somebody joined, or replied where nobody had joined before."""
        return next((e.at for e in self.events if e.what == "agent.accepted" or e is self.reply), None)


def legs_of(piece: Piece, request: Told | None, queue: str) -> list[Leg]:
    """The first leg lies in the session's queue, and begins behind the request in the order of events."""
    if request is None:
        return []
    found = [Leg(queue, request.at, piece.ended_at, [])]
    for event in piece.inside[piece.inside.index(request) :]:
        if is_transfer(event):
            found[-1] = found[-1]._replace(ended_at=event.at)
            found.append(Leg(event.data.get("to_queue", found[-1].queue), event.at, piece.ended_at, []))
        elif event is not piece.end:
            found[-1].events.append(event)
    return found


def transfers_without_note(legs: list[Leg]) -> int:
    """Neither in the leg before nor, in the one behind, before its first reply was there a note."""
    found = 0
    for closed, begun in pairwise(legs):
        until = begun.events if begun.reply is None else begun.events[: begun.events.index(begun.reply)]
        found += not any(is_note(event) for event in [*closed.events, *until])
    return found
