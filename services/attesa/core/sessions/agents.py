"""One agent's presence: which slots he lends to which queues, and until when (docs/rules.md, "Presence")."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from attesa.core.definitions import UNKNOWN, Definitions
from attesa.core.events.wire import Event
from attesa.core.partition.amounts import Group
from attesa.core.partition.cells import Cell, CellKey
from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.state import pack
from attesa.core.rows.counts import COLUMN
from attesa.core.sessions.contributions import MINUTE_MS

HOLDS_MS = 24 * 3_600_000  # the last word on an agent
STAFFED = frozenset({"available", "busy"})
ANY_CHANNEL = "any"

_STAFFED, _CAPACITY, _MOMENT = COLUMN["staffed"], COLUMN["capacity"], COLUMN["capacity_moment_ms"]


class AgentState(NamedTuple):
    """An agent in `attesa.state`."""

    agent: None
    events: list[Event]


unpack_agent = msgspec.msgpack.Decoder(AgentState).decode


class Agent:
    """A set of presence events; its contribution is a function of them and of the clock."""

    __slots__ = ("clock", "events", "expected_at", "groups", "key", "listed_hour", "ordered")

    def __init__(self, key: bytes, clock: TenantClock) -> None:
        self.key = key
        self.clock = clock
        self.events: dict[int, Event] = {}
        self.ordered: list[Event] = []
        self.groups: tuple[Group, ...] = ()
        self.expected_at: int | None = None
        self.listed_hour: int | None = None

    @property
    def first_at(self) -> int:
        return self.ordered[0][0]

    @property
    def last_at(self) -> int:
        return self.ordered[-1][0]

    @property
    def is_over(self) -> bool:
        """He is away, or nothing has been heard of him for too long."""
        return self.deadline is None

    @property
    def deadline(self) -> int | None:
        """The last instant at which the last word holds, if he is staffed and the clock is not beyond it."""
        until = self.last_at + HOLDS_MS
        if self.ordered[-1][3][0] not in STAFFED:
            return None
        return None if self.clock.clock is not None and self.clock.clock > until else until

    def add(self, event: Event) -> str | None:
        """Add an event to the set. Returns None, or why nothing or something else came of it."""
        known = self.events.get(event[2])
        if known == event:
            return "duplicate"
        self.events[event[2]] = event if known is None else min(known, event, key=pack)
        self.ordered = sorted(self.events.values())
        return None if known is None else "conflicting"

    def refold(self, _definitions: Definitions) -> None:
        self.ordered = sorted(self.events.values())

    def packed(self) -> bytes:
        """The value of its row in `attesa.state`."""
        return pack((None, self.ordered))

    def load(self, state: AgentState) -> None:
        self.events = {event[2]: event for event in state.events}
        self.ordered = sorted(state.events)

    def contribute(self, cell_of: Callable[[CellKey], Cell]) -> None:
        """Set `groups` to what he adds to the cells of his queues up to now."""
        found: list[Group] = []
        following = [event[0] for event in self.ordered[1:]]
        for event, next_at in zip(self.ordered, [*following, None], strict=True):
            if event[3][0] in STAFFED:
                found += self._stint(event, self._until(event[0], next_at), cell_of)
        self.groups = tuple(found)

    def let_go_before(self, instant: int) -> bool:
        """Forget words that others replaced before `instant`; whether nothing is left."""
        if self.is_over and self.last_at < instant:
            return True
        kept = [
            event
            for event, following in zip(self.ordered, [*self.ordered[1:], None], strict=True)
            if following is None or following[0] >= instant
        ]
        if len(kept) < len(self.ordered):
            self.ordered = kept
            self.events = {event[2]: event for event in kept}
        return False

    def _until(self, at: int, next_at: int | None) -> int | None:
        """When the word of `at` stops to hold; None: it still does."""
        end = at + HOLDS_MS
        if next_at is not None and next_at <= end:
            return next_at
        passed = next_at is not None or (self.clock.clock is not None and self.clock.clock > end)
        return end if passed else None

    def _stint(self, event: Event, until: int | None, cell_of: Callable[[CellKey], Cell]) -> Iterator[Group]:
        at, _, _, (_, capacity, team, queues) = event
        for queue, slots in lent(capacity, team, queues):
            cell = cell_of((self.clock.tenant, ANY_CHANNEL, queue, UNKNOWN))
            yield cell, at, _change(1, slots, at)
            if until is not None:
                yield cell, until, _change(-1, slots, until)


def lent(capacity: int, team: str | None, queues: tuple[Any, ...]) -> Iterator[tuple[str, int]]:
    """Slots by queue: equal parts, what is left over to the first queue."""
    names = sorted(queues) or [team or UNKNOWN]
    each, over = divmod(capacity, len(names))
    for place, name in enumerate(names):
        yield name, each + (over if place == 0 else 0)


def _change(sign: int, slots: int, at: int) -> tuple[tuple[int, int], ...]:
    return ((_STAFFED, sign), (_CAPACITY, sign * slots), (_MOMENT, sign * slots * (at % MINUTE_MS)))
