"""The parts of a session spent in one queue, and the transfers between them: rules.md, "Legs"."""

from itertools import pairwise
from typing import NamedTuple

from tests.oracle.cutting import Piece
from tests.oracle.telling import Told, is_agents_message, is_note, is_pickup_that_replies, is_transfer


class Leg(NamedTuple):
    """`events` run from its start up to the transfer or the end that closes it, which is not among them."""

    queue: str
    started_at: int
    events: list[Told]

    @property
    def reply(self) -> Told | None:
        for event in self.events:
            if event.at >= self.started_at and (is_agents_message(event) or is_pickup_that_replies(event)):
                return event
        return None

    @property
    def wait_ms(self) -> int | None:
        return None if self.reply is None else self.reply.at - self.started_at

    @property
    def was_taken(self) -> bool:
        """Somebody replied, or at least joined."""
        return self.reply is not None or any(event.what == "agent.accepted" for event in self.events)


def legs_of(piece: Piece, request: Told | None, queue: str) -> list[Leg]:
    """The first leg lies in the session's queue."""
    if request is None:
        return []
    found = [Leg(queue, request.at, [])]
    for event in piece.inside:
        if event.at < request.at or event is piece.end:
            continue
        if is_transfer(event):
            found.append(Leg(event.data.get("to_queue", found[-1].queue), event.at, []))
        else:
            found[-1].events.append(event)
    return found


def transfers_without_note(legs: list[Leg]) -> int:
    """Neither in the leg before nor, in the one behind, before its first reply was there a note."""
    found = 0
    for closed, begun in pairwise(legs):
        until = begun.events if begun.reply is None else begun.events[: begun.events.index(begun.reply)]
        found += not any(is_note(event) for event in [*closed.events, *until])
    return found


def occupations(piece: Piece) -> list[tuple[int, int | None]]:
    """Of each pick-up, when it was and when the transfer or the end after it was."""
    found: list[tuple[int, int | None]] = []
    for place, event in enumerate(piece.inside):
        if event.what == "agent.accepted":
            later = (other.at for other in piece.inside[place + 1 :] if is_transfer(other))
            found.append((event.at, next(later, piece.ended_at)))
    return found
