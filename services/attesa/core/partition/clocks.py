"""Time as one (partition, tenant) knows it: a clock that never goes back, and what waits for it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

from attesa.core.partition.numbering import Numbers, first, none_until

HOUR_MS = 3_600_000
GRACE_MS = 2_000  # a caught-up wall clock stays this far behind, for events still on their way
KEPT_MS = 48 * HOUR_MS  # a session after its last event
SOURCES = 100  # whose newest event is told of each

Mode = Literal["wall", "data"]


@dataclass(frozen=True)
class Progress:
    """How far the partition has been read: `position` is the next offset, `end_offset` the log's end.

    `caught_up`: position = end offset, in a fetch less than 2 s old.
    """

    position: int
    end_offset: int
    caught_up: bool


@dataclass(slots=True, eq=False)
class TenantClock:
    """One tenant's time in one partition, in ms; `clock` is None until time has begun.

    `kept_ms`: how long what is over is kept. `promises`: by source, its last heartbeat and the longest time
    to its next. `numbers`: by source, which of the numbers that it gives its events came. `waits_for`: by
    partition, how far the time of those has come that this one follows.
    """

    tenant: str
    mode: Mode
    kept_ms: int = KEPT_MS
    clock: int | None = None
    newest_event_at: int | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    sources: dict[str, int] = field(default_factory=dict)
    promises: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    waits_for: dict[int, int] = field(default_factory=dict)
    held_by: str | None = None
    deadlines: list[tuple[int, bytes]] = field(default_factory=list)
    by_last_hour: dict[int, list[bytes]] = field(default_factory=dict)
    by_first_hour: Counter[int] = field(default_factory=Counter)

    def saw(self, at: int, source: str | None, now_ms: int) -> None:
        """An event dated `at` came, or (no source) a word of one; a future date says nothing about time."""
        if at > now_ms:
            return
        if self.newest_event_at is None or at > self.newest_event_at:
            self.newest_event_at = at
        if source is not None:
            self._heard_of(source, at)

    def _heard_of(self, source: str, at: int) -> None:
        known = self.sources.get(source)
        if at > (known or 0) and (known is not None or len(self.sources) < SOURCES):
            self.sources[source] = at

    def numbered(self, source: str, number: int) -> None:
        """An event with this sequence number came, for the first time."""
        known = self.numbers.get(source)
        if known is not None:
            self.numbers[source] = known.with_one(number)
        elif len(self.numbers) < SOURCES:
            self.numbers[source] = first(number)

    def numbered_up_to(self, source: str, number: int) -> None:
        """A source told the highest sequence number that it has given."""
        known = self.numbers.get(source)
        if known is not None:
            self.numbers[source] = known.up_to(number)
        elif len(self.numbers) < SOURCES:
            self.numbers[source] = none_until(number)

    def promise(self, source: str, at: int, every_ms: int, now_ms: int) -> None:
        """A source told that it is alive, and promised to do so again; 0 takes the promise back."""
        if at <= now_ms:
            self._heard_of(source, at)
        if every_ms == 0:
            self.promises.pop(source, None)
        elif at >= self.promises.get(source, (0, 0))[0]:
            self.promises[source] = (at, every_ms)

    def wall_target(self, now_ms: int, caught_up: bool) -> int | None:
        """Where wall time allows the clock to stand.

        Behind the end of the log it stays within the newest event seen, so that our lag never looks
        like slow agents; while a source is silent that promised heartbeats, within its last one.
        """
        target: int | None = now_ms - GRACE_MS
        assert target is not None
        if not caught_up:
            target = None if self.newest_event_at is None else min(target, self.newest_event_at)
        self.held_by = None
        for source, (at, every_ms) in self.promises.items():
            if now_ms - at > every_ms + GRACE_MS and target is not None and at < target:
                target, self.held_by = at, source
        return target

    def advance(self, target: int | None) -> bool:
        """Move to `target`; never back. True when the clock moved."""
        if target is None or (self.clock is not None and target <= self.clock):
            return False
        self.clock = target
        return True

    def is_late(self, at: int) -> bool:
        """Whether an event is older than what is kept for certain."""
        return self.clock is not None and at < self.clock - self.kept_ms

    def expect(self, deadline: int, unit_key: bytes) -> None:
        heappush(self.deadlines, (deadline, unit_key))

    def due(self) -> Iterator[bytes]:
        """Units whose deadline the clock has passed, taken off the list."""
        while self.clock is not None and self.deadlines and self.deadlines[0][0] < self.clock:
            yield heappop(self.deadlines)[1]

    def kept_hour(self) -> int:
        """The first hour (since 1970) that is kept whole."""
        assert self.clock is not None
        return (self.clock - self.kept_ms) // HOUR_MS

    def keep(self, hour: int, unit_key: bytes) -> None:
        """Look at the unit again when `hour` is older than what is kept."""
        self.by_last_hour.setdefault(hour, []).append(unit_key)

    def expired(self) -> Iterator[bytes]:
        """Units to look at: all whose listed hour lies wholly before what is kept."""
        if self.clock is None:
            return
        limit = self.kept_hour()
        for hour in [hour for hour in self.by_last_hour if hour < limit]:
            yield from self.by_last_hour.pop(hour)

    def count_first(self, first_at: int, amount: int) -> None:
        """Count a kept unit by the hour of its first event; panes live as long as that hour."""
        hour = first_at // HOUR_MS
        self.by_first_hour[hour] += amount
        if not self.by_first_hour[hour]:
            del self.by_first_hour[hour]

    def horizon_ms(self) -> int | None:
        """Nothing kept, and nothing that may still come, contributes before this instant."""
        if self.clock is None:
            return None
        kept = self.clock - self.kept_ms
        return min(kept, min(self.by_first_hour) * HOUR_MS) if self.by_first_hour else kept
