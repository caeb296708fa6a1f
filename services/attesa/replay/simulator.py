"""Invented customers and agents of every kind, from a seed. Pure: times are given, nothing is sent.

Every event names `attesa/simulator` as its source, so that nobody takes them for customers.
"""

from collections.abc import Iterator
from functools import partial
from heapq import heappop, heappush
from random import Random

from attesa.replay.deliveries import Event
from attesa.replay.interleave import interleave
from attesa.replay.simulated import agents
from attesa.replay.simulated.afterwards import afterwards, order_alone
from attesa.replay.simulated.live_chat import End, live_chat
from attesa.replay.simulated.messaging import MESSAGING, SOCIAL, messaging
from attesa.replay.simulated.places import Place, some_place
from attesa.replay.simulated.writing import SOURCE, Conversation, Later, Story, Timed, told

KNOWN = 0.12  # of the arrivals: a customer who was here before
CALLS_BACK = 0.5  # of those who were cut off, within minutes
COMES_BACK = 0.06  # of all others, within the hour
BUYS_ALONE = 0.03  # of the arrivals
COMPLAINS = 0.15  # of those who come back: in public


def farewell(tenant: str, subject: str, at_ms: int) -> Event:
    """The end of a conversation that the simulation leaves: its customer goes away."""
    return told("session.ended", at_ms, tenant, subject, "farewell", SOURCE, by="customer")[1]


def sign_off(tenant: str, agent: str, at_ms: int) -> Event:
    """The end of an agent's shift that the simulation leaves."""
    return told("agent.presence", at_ms, tenant, agent, f"{at_ms}:off", SOURCE, status="offline")[1]


def simulate(tenant: str, seed: int, start_ms: int, chats_per_second: float) -> Iterator[Timed]:
    """An endless stream of events from `start_ms` on, merged in the order of time.

    Conversations begin as a Poisson process, and some because of earlier ones. The same arguments give the
    same events.
    """
    return interleave(_Simulation(tenant, seed, start_ms, chats_per_second).stories())


class _Simulation:
    def __init__(self, tenant: str, seed: int, start_ms: int, chats_per_second: float) -> None:
        self._tenant = tenant
        self._seed = seed
        self._start_ms = start_ms
        self._rate = chats_per_second
        self._agents: dict[Place, tuple[str, ...]] = {}

    def stories(self) -> Iterator[list[Timed]]:
        """The events of each conversation and each shift; their first times ascend."""
        pending: list[tuple[int, int, Later]] = []
        serial = 0
        arrivals = self._arrivals()
        arrival = next(arrivals)
        for later in agents.shifts(self._tenant, self._seed, self._start_ms, self._rate):
            heappush(pending, (later.at_ms, serial, later))
            serial += 1
        while True:
            if pending and pending[0][0] <= arrival.at_ms:
                due = heappop(pending)[2]
            else:
                due, arrival = arrival, next(arrivals)
            story = due.tell(due.at_ms)
            for later in story.later:
                heappush(pending, (later.at_ms, serial, later))
                serial += 1
            yield story.events

    def _arrivals(self) -> Iterator[Later]:
        random = Random(self._seed)  # noqa: S311  nothing secret
        began, number = float(self._start_ms), 0
        while True:
            began += random.expovariate(self._rate) * 1000
            number += 1
            customer = random.randint(max(1, number - 400), number) if random.random() < KNOWN else number
            yield Later(
                round(began), partial(self._converse, str(number), f"sim-u-{self._seed}-{customer}", None)
            )

    def _converse(self, number: str, customer: str, place: Place | None, at_ms: int) -> Story:
        random = Random(f"{self._seed} {number}")  # noqa: S311
        subject = f"sim-{self._seed}-{self._start_ms}-{number}"
        chat = Conversation(random, self._tenant, subject, customer, at_ms)
        if place is None and random.random() < BUYS_ALONE:
            return Story(order_alone(chat), [])
        fate = random.random()
        channel = "social" if fate < SOCIAL else "chat" if fate < SOCIAL + MESSAGING else "live_chat"
        if place is not None and channel == "chat":
            channel = "live_chat"
        if place is not None and random.random() < COMPLAINS:
            channel = "social"
        place = place or some_place(random)
        crew = self._crew(place)
        end = (
            live_chat(chat, place, crew) if channel == "live_chat" else messaging(chat, place, crew, channel)
        )
        events = sorted([*chat.events, *afterwards(chat, place, end)], key=lambda one: one[0])
        return Story(events, self._comes_back(chat, number, place, end))

    def _comes_back(self, chat: Conversation, number: str, place: Place, end: End) -> list[Later]:
        random = chat.random
        if random.random() >= (CALLS_BACK if end.cut_off else COMES_BACK):
            return []
        seconds = random.uniform(15, 240) if end.cut_off else 300 + random.expovariate(1 / 1_200)
        again = partial(self._converse, f"{number}+", chat.customer, place)
        return [Later(end.at_ms + round(seconds * 1000), again)]

    def _crew(self, place: Place) -> tuple[str, ...]:
        if place not in self._agents:
            self._agents[place] = agents.names(place, self._rate)
        return self._agents[place]
