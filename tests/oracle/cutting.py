"""A conversation is cut into pieces, one per session: rules.md, "Sessions"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.telling import SURVEYS, Told, first_told, opens_a_session, opens_outbound

from attesa.core.definitions import Definitions, Expectation

QUEUE_TOLD_BY = {
    "session.started": "queue", "session.queued": "queue", "agent.assigned": "queue",
    "agent.accepted": "queue", "session.transferred": "to_queue",
}  # fmt: skip


@dataclass
class Piece:
    """The events of one session: `inside` up to its end, `after` what came behind it."""

    number: int
    before: "Piece | None"
    inside: list[Told] = field(default_factory=list)
    after: list[Told] = field(default_factory=list)
    end: Told | None = None
    timed_out_at: int | None = None
    following: "Piece | None" = None

    @property
    def is_open(self) -> bool:
        return self.end is None and self.timed_out_at is None

    @property
    def ended_at(self) -> int | None:
        return self.end.at if self.end is not None else self.timed_out_at

    @property
    def is_outbound(self) -> bool:
        return opens_outbound(self.inside[0])

    def own(self, name: str) -> Any:
        """What the beginning of this session told."""
        return first_told(self.inside, {"session.started": name})

    def known(self, name: str) -> Any:
        """The same, or what the session before knew."""
        found = self.own(name)
        return self.before.known(name) if found is None and self.before else found

    @property
    def queue(self) -> str | None:
        found = first_told(self.inside, QUEUE_TOLD_BY)
        return self.before.queue if found is None and self.before else found

    def channel_up_to(self, events: Sequence[Told], definitions: Definitions) -> str:
        """The channel as it was known after the last of `events`, which are this session's first ones."""
        found = first_told(events, {"session.started": "channel"})
        if found is None and self.before is not None:
            found = self.before.known("channel")
        return found or definitions.default_channel

    def expectation_up_to(self, events: Sequence[Told], definitions: Definitions) -> Expectation:
        return definitions.channels[self.channel_up_to(events, definitions)]

    def times_out_at(self, definitions: Definitions) -> int:
        seconds = self.expectation_up_to(self.inside, definitions).session_timeout_seconds
        return self.inside[-1].at + seconds * 1000

    def time_out_before(self, instant: int | None, definitions: Definitions) -> None:
        """It is over where nothing has happened in it for too long, seen from `instant`."""
        if self.is_open and instant is not None and instant > self.times_out_at(definitions):
            self.timed_out_at = self.times_out_at(definitions)

    def take(self, event: Told) -> None:
        if not self.is_open:
            self.after.append(event)
            return
        self.inside.append(event)
        if event.what == "session.ended":
            self.end = event


def cut(
    events: Sequence[Told], definitions: Definitions, clock: int | None
) -> tuple[list[Piece], list[Told]]:
    """The sessions of a conversation, from its events in order; and the surveys that found none."""
    pieces: list[Piece] = []
    orphans: list[Told] = []
    for event in events:
        last = pieces[-1] if pieces else None
        if last is not None:
            last.time_out_before(event.at, definitions)
        if last is not None and (last.is_open or not opens_a_session(event)):
            last.take(event)
        elif last is None and event.what in SURVEYS:
            orphans.append(event)
        else:
            piece = Piece(len(pieces) + 1, before=last)
            piece.take(event)
            if last is not None:
                last.following = piece
            pieces.append(piece)
    if pieces:
        pieces[-1].time_out_before(clock, definitions)
    return pieces, orphans
