"""Invented chats with ends of every kind, from a seed. Pure: times are given, nothing is sent.

Every event names `attesa/simulator` as its source, so that nobody takes them for customers.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from attesa.replay.deliveries import Event, event
from attesa.replay.interleave import interleave

SOURCE = "attesa/simulator"
CHANNEL = "live_chat"

Timed = tuple[int, Event]


class Place(NamedTuple):
    """Where a chat comes from and which queue takes it; `share` weighs it against the others."""

    queue: str
    country: str
    language: str
    share: float


PLACES = (
    Place("sales", "IT", "it", 0.35),
    Place("support", "IT", "it", 0.30),
    Place("sales", "DE", "de", 0.15),
    Place("support", "DE", "de", 0.15),
    Place("returns", "FR", "fr", 0.05),
)
FLAGS = ("greeting", "thanks", "name", "mirror_question")

# Shares of all chats; what is left over is answered, or abandoned where the wait outlasts the patience.
BOT_FIRST = 0.35
LEFT_IN_BOT = 0.18  # of those that a bot took first
INVALID = 0.005
REJECTED = 0.03
CLOSED_UNSEEN = 0.01
TIMED_OUT = 0.015
TRANSFERRED = 0.08
DECLINED_FIRST = 0.05

QUICK = 0.86  # of the waits
QUICK_MEDIAN_SECONDS = 9.0
SLOW_SECONDS = (32.0, 150.0)
BAD = 0.03
BAD_SECONDS = (185.0, 420.0)
PATIENCE_SECONDS = 240.0  # exponential mean


class Chat:
    """One chat being written: its events so far and the time that it has come to."""

    def __init__(self, random: Random, tenant: str, subject: str, start_ms: int) -> None:
        self.random = random
        self.tenant = tenant
        self.subject = subject
        self.at_ms = start_ms
        self.events: list[Timed] = []

    def later(self, seconds: float) -> None:
        """Let time pass; a millisecond at least, so that no two events stand at one instant."""
        self.at_ms += max(1, round(seconds * 1000))

    def tell(self, what: str, name: str | None = None, /, **data: Any) -> None:
        """Add an event here and now; `name` makes its id where the number of events does not."""
        identity = f"{self.subject}:{name or len(self.events)}"
        about = {"source": SOURCE, "tenant": self.tenant, "subject": self.subject}
        self.events.append((self.at_ms, event(what, self.at_ms, identity=identity, data=data, **about)))

    def message(self, author: str, mean_length: int) -> None:
        length = 1 + round(self.random.expovariate(1 / mean_length))
        flags = [flag for flag in FLAGS if author == "agent" and self.random.random() < 0.15]
        self.tell("message.sent", author=author, visible=True, kind="text", length=length, flags=flags)

    def end(self, by: str, **more: str) -> list[Timed]:
        self.tell("session.ended", ENDED, by=by, **more)
        return self.events


ENDED = "ended"  # the id of a chat's last event, which `farewell` may bring early


def farewell(tenant: str, subject: str, at_ms: int) -> Event:
    """The end of a chat that the simulation leaves: its customer goes away."""
    chat = Chat(Random(0), tenant, subject, at_ms)  # noqa: S311  nothing secret
    return chat.end("customer")[0][1]


def write_chat(random: Random, tenant: str, subject: str, start_ms: int) -> list[Timed]:
    """The events of one chat with their times in ms, ascending, none at the same instant."""
    chat = Chat(random, tenant, subject, start_ms)
    place = random.choices(PLACES, weights=[place.share for place in PLACES])[0]
    bot_first = random.random() < BOT_FIRST
    queue = {} if bot_first else {"queue": place.queue}
    chat.tell(
        "session.started",
        channel=CHANNEL,
        direction="inbound",
        by="customer",
        bot_first=bot_first,
        country=place.country,
        language=place.language,
        entry_point=random.choice(("home", "product", "cart", "help")),
        **queue,
    )
    if random.random() < INVALID:
        chat.later(1)
        return chat.end("system", reason=random.choice(("spam", "test")))
    if bot_first:
        _talk_to_bot(chat)
        if random.random() < LEFT_IN_BOT:
            chat.later(random.expovariate(1 / 20))
            return chat.end("customer")
        chat.later(1)
        chat.tell("session.transferred", kind="bot_to_person", to_queue=place.queue, with_context=True)
    else:
        chat.later(random.uniform(0.5, 4))
        chat.message("customer", 60)
    return _wait(chat, place)


def _talk_to_bot(chat: Chat) -> None:
    for _ in range(chat.random.randint(1, 3)):
        chat.later(chat.random.uniform(0.3, 1.2))
        chat.message("bot", 120)
        chat.later(chat.random.uniform(3, 15))
        chat.message("customer", 30)


def _wait(chat: Chat, place: Place) -> list[Timed]:
    random = chat.random
    chat.later(0.05)
    chat.tell("session.queued", queue=place.queue, position=random.randint(0, 6))
    fate = random.random()
    if fate < REJECTED:
        chat.later(0.1)
        return chat.end("system", reason=random.choice(("full", "full", "nobody_on_duty")))
    if fate < REJECTED + CLOSED_UNSEEN:
        chat.later(random.uniform(20, 90))
        return chat.end("agent")
    if fate < REJECTED + CLOSED_UNSEEN + TIMED_OUT:
        chat.later(random.uniform(200, 400))
        return chat.end("timeout")
    wait_seconds = _wait_seconds(random)
    patience_seconds = random.expovariate(1 / PATIENCE_SECONDS)
    if patience_seconds < wait_seconds:
        chat.later(patience_seconds)
        return chat.end("customer")
    return _answer(chat, place, wait_seconds)


def _wait_seconds(random: Random) -> float:
    kind = random.random()
    if kind < QUICK:
        return min(29.0, 1 + random.lognormvariate(0, 0.6) * QUICK_MEDIAN_SECONDS)
    return random.uniform(*(BAD_SECONDS if kind > 1 - BAD else SLOW_SECONDS))


def _answer(chat: Chat, place: Place, wait_seconds: float) -> list[Timed]:
    random = chat.random
    team = f"{place.queue}-{place.country.lower()}"
    chat.later(wait_seconds * 0.4)
    chat.tell("agent.assigned", team=team, queue=place.queue)
    if random.random() < DECLINED_FIRST:
        chat.later(wait_seconds * 0.1)
        chat.tell("agent.declined", team=team, queue=place.queue)
        wait_seconds *= 0.9
    chat.later(wait_seconds * 0.4)
    chat.tell("agent.accepted", team=team, queue=place.queue)
    chat.later(wait_seconds * 0.2)
    chat.message("agent", 80)
    _converse(chat, random.randint(1, 6))
    if random.random() < TRANSFERRED:
        other = "support" if place.queue == "sales" else "sales"
        chat.later(5)
        chat.tell(
            "session.transferred",
            kind="person_to_person",
            from_queue=place.queue,
            to_queue=other,
            with_context=random.random() < 0.7,
        )
        chat.later(random.expovariate(1 / 25))
        chat.tell("agent.accepted", team=f"{other}-{place.country.lower()}", queue=other)
        chat.message("system", 40)
        _converse(chat, random.randint(1, 3))
    chat.later(random.uniform(2, 30))
    return chat.end(random.choices(("agent", "customer", "timeout"), weights=(60, 32, 8))[0])


def _converse(chat: Chat, turns: int) -> None:
    for _ in range(turns):
        chat.later(2 + chat.random.expovariate(1 / 18))
        chat.message("customer", 50)
        chat.later(3 + chat.random.expovariate(1 / 20))
        chat.message("agent", 110)


def simulate(tenant: str, seed: int, start_ms: int, chats_per_second: float) -> Iterator[Timed]:
    """An endless stream of chats that begin from `start_ms` on, their events merged in the order of time.

    Chats begin as a Poisson process. The same arguments give the same events.
    """
    return interleave(_arrivals(tenant, seed, start_ms, chats_per_second))


def _arrivals(tenant: str, seed: int, start_ms: int, chats_per_second: float) -> Iterator[list[Timed]]:
    random = Random(seed)  # noqa: S311  nothing secret
    began, number = float(start_ms), 0
    while True:
        began += random.expovariate(chats_per_second) * 1000
        number += 1
        subject = f"sim-{seed}-{start_ms}-{number}"
        yield write_chat(Random(f"{seed} {number}"), tenant, subject, round(began))  # noqa: S311
