"""Simulated agents: as many as the traffic needs, in shifts with breaks."""

from math import ceil
from random import Random

from attesa.replay.simulated.places import PLACES, Place
from attesa.replay.simulated.writing import SOURCE, Later, Story, Timed, told

SLOTS = 3
CHAT_SECONDS = 190.0  # from the pick-up to the end, on average
BUSY = 0.7  # of the slots
SHIFT_SECONDS = (2_400.0, 5_400.0)
BREAK_SECONDS = (120.0, 600.0)
NEXT_SECONDS = (60.0, 900.0)


def names(place: Place, chats_per_second: float) -> tuple[str, ...]:
    """The agents of a place, enough for its share of the chats."""
    slots = chats_per_second * place.share * CHAT_SECONDS / BUSY
    return tuple(f"sim-{place.team}-{number}" for number in range(1, max(2, ceil(slots / SLOTS)) + 1))


def shifts(tenant: str, seed: int, start_ms: int, chats_per_second: float) -> list[Later]:
    """Every agent's first shift; each is followed by the next one, for ever."""
    return [
        Later(start_ms, _Agent(tenant, seed, place, name, chats_per_second).shift)
        for place in PLACES
        for name in names(place, chats_per_second)
    ]


class _Agent:
    def __init__(self, tenant: str, seed: int, place: Place, name: str, chats_per_second: float) -> None:
        self._random = Random(f"{seed} {name} {chats_per_second}")  # noqa: S311  nothing secret
        self._tenant = tenant
        self._place = place
        self._name = name
        self._shown = 0

    def shift(self, at_ms: int) -> Story:
        """One shift from `at_ms` on: available, now and then away or full, at last offline."""
        random = self._random
        ends_ms = at_ms + round(random.uniform(*SHIFT_SECONDS) * 1000)
        events = [self._shows(at_ms, "available")]
        while True:
            at_ms += round(random.uniform(300, 1_500) * 1000)
            back_ms = at_ms + round(random.uniform(*BREAK_SECONDS) * 1000)
            if back_ms >= ends_ms:
                break
            events.append(self._shows(at_ms, random.choice(("away", "busy"))))
            events.append(self._shows(back_ms, "available"))
            at_ms = back_ms
        events.append(self._shows(ends_ms, "offline"))
        return Story(events, [Later(ends_ms + round(random.uniform(*NEXT_SECONDS) * 1000), self.shift)])

    def _shows(self, at_ms: int, status: str) -> Timed:
        self._shown += 1
        place = self._place
        both = ("sales", "support") if place.queue in ("sales", "support") else (place.queue,)
        queues = both if self._random.random() < 0.2 else (place.queue,)
        about = {"capacity": SLOTS, "team": place.team, "queues": list(queues)}
        name = f"{at_ms}:{self._shown}"
        return told("agent.presence", at_ms, self._tenant, self._name, name, SOURCE, status=status, **about)
