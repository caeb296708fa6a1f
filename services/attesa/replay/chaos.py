"""A history as bad networks deliver it: twice, out of order, with rubbish in between. Pure, by a seed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import heappop, heappush, merge
from random import Random

from msgspec.structs import replace as moved

from attesa.core.rows import encode
from attesa.replay.deliveries import Delivery, Event, History, event

SHUFFLED_WITHIN_MS = 600_000
BROKEN_MESSAGES = 100
SOURCE = "attesa/chaos"


def chaos(history: History, seed: int, tenant: str) -> History:
    """Every event of `history` twice, each up to ten minutes of data time late, and 100 broken messages.

    The broken ones have keys like any event's; a worker can make nothing but dead letters of them.
    The same seed gives the same deliveries.
    """
    assert history.behind_ms == 0, "a history is shuffled once"

    def deliver() -> Iterator[Delivery]:
        shuffled = _shuffled(history, Random(seed))  # noqa: S311  nothing secret
        broken = _broken(history, Random(f"{seed} broken"), seed, tenant)  # noqa: S311
        return merge(shuffled, broken, key=lambda one: one.position_ms)

    return replace(
        history,
        deliver=deliver,
        total=2 * history.total + BROKEN_MESSAGES,
        behind_ms=SHUFFLED_WITHIN_MS,
    )


def _shuffled(history: History, random: Random) -> Iterator[Delivery]:
    late: list[tuple[int, int, Delivery]] = []
    serial = 0
    for one in history:
        while late and late[0][0] <= one.time_ms:
            yield heappop(late)[2]
        for _ in range(2):
            position_ms = one.time_ms + random.randrange(SHUFFLED_WITHIN_MS)
            heappush(late, (position_ms, serial, moved(one, position_ms=position_ms)))
            serial += 1
    while late:
        yield heappop(late)[2]


def _broken(history: History, random: Random, seed: int, tenant: str) -> Iterator[Delivery]:
    span_ms = history.newest_ms - history.first_ms + 1
    places = sorted(history.first_ms + random.randrange(span_ms) for _ in range(BROKEN_MESSAGES))
    for number, at_ms in enumerate(places):
        subject = f"broken-{seed}-{number}"
        body = event(
            "session.ended",
            at_ms,
            identity=f"{subject}:ended",
            source=SOURCE,
            tenant=tenant,
            subject=subject,
            data={"by": "customer", "effective_seconds": 1},
        )
        value = BREAKAGES[number % len(BREAKAGES)](body, random)
        yield Delivery(f"{tenant}:{subject}".encode(), value, at_ms, at_ms)


Breakage = Callable[[Event, Random], bytes]


def _without(field: str) -> Breakage:
    return lambda body, _: encode({name: value for name, value in body.items() if name != field})


def _with(**fields: object) -> Breakage:
    return lambda body, _: encode({**body, **fields})


def _shape(value: object) -> Breakage:
    return lambda _body, _random: encode(value)


def _not_text(_body: Event, random: Random) -> bytes:
    return b"\xff\xfe" + random.randbytes(40)


def _cut_off(body: Event, random: Random) -> bytes:
    whole = encode(body)
    return whole[: random.randrange(1, len(whole))]


BREAKAGES: tuple[Breakage, ...] = (
    _not_text,
    _cut_off,
    lambda _body, _random: b"",
    lambda _body, _random: b"<event/>",
    _shape(None),
    _shape(42),
    _shape("session ended"),
    _shape([{"type": "attesa.session.ended"}]),
    _shape({}),
    *(
        _without(field)
        for field in ("specversion", "id", "source", "type", "time", "tenant", "subject", "data")
    ),
    _with(specversion="0.3"),
    _with(id=""),
    _with(id=7),
    _with(subject="x" * 300),
    _with(type=None),
    _with(time="1989-12-31T23:59:59.000Z"),
    _with(time="1999-01-31 at noon"),
    _with(time="1999-01-31T12:00:00"),
    _with(time=917_784_000),
    _with(data=None),
    _with(data=[]),
    _with(data={}),
    _with(data={"by": "nobody"}),
    _with(data={"by": "agent", "effective_seconds": -5}),
    _with(data={"by": "agent", "effective_seconds": "long"}),
    _with(data={"by": "agent", "effective_seconds": 1e12}),
    _with(data={"by": "customer", "text": "goodbye"}),
    _with(type="attesa.message.sent", data={"author": "somebody"}),
    _with(type="attesa.session.started", data={"country": "Italy"}),
)
