"""Hypothesis strategies for the customers processor: a customer's messages, and how they arrive."""

from typing import Any, NamedTuple

from hypothesis import strategies as st
from tests.core.customer_making import DAY, HOUR, MINUTE, Told, bought, gone, linked, refunded, stub

MINUTES = (0, 1, 5, 6, 60, 24 * 60 - 1, 24 * 60, 7 * 24 * 60)
CONVERSATIONS = ("a", "b", "c")
ORDERS = ("o", "p", "q")


class World(NamedTuple):
    """Messages in the order in which they were produced, and one in which they may arrive instead."""

    produced: list[Told]
    arriving: list[Told]
    steps: list[tuple[str, int]]


instants = st.builds(
    lambda days, minutes: days * DAY + minutes * MINUTE, st.integers(0, 3), st.sampled_from(MINUTES)
)
optional: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(["live_chat", "email", "social", "social"]),
    "queue": st.sampled_from(["sales", "desk"]),
    "ended_by": st.sampled_from(["customer", "agent", "timeout"]),
    "resolved": st.booleans(),
    "outcome": st.sampled_from(["answered", "left_before_queue", "outbound", "invalid"]),
    "in_bot": st.booleans(),
    "team": st.sampled_from(["day", "night"]),
    "visibility": st.sampled_from(["public", "private"]),
    "purpose": st.sampled_from(["sales", "support"]),
    "video": st.booleans(),
    "would_have_bought": st.booleans(),
}


@st.composite
def sessions(draw: st.DrawFn, name: str, start: st.SearchStrategy[float] = instants) -> list[Told]:
    """The stubs of one session in the order of their versions; perhaps it vanishes in the end."""
    found: list[Told] = []
    begin = draw(start)
    for version in range(1, draw(st.integers(1, 4)) + 1):
        reply = draw(st.none() | st.just(begin + draw(st.sampled_from([1, 30, HOUR]))))
        end = draw(st.none() | st.just(begin + draw(st.sampled_from([0, HOUR, DAY]))))
        more = draw(st.fixed_dictionaries({}, optional=optional))
        if end is None:
            more = {key: value for key, value in more.items() if key not in ("ended_by", "resolved")}
        told = stub(name, begin, end, version, reply=reply, **more)
        found.append(told)
    if draw(st.integers(0, 4)) == 0:
        found.append(gone(told, version + 1))
    return found


values = st.sampled_from(["0", "5", "10.00", "10.01"])
currencies = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
purchases = st.builds(
    bought,
    instants,
    st.sampled_from(ORDERS),
    values,
    currencies,
    conversation=st.sampled_from(CONVERSATIONS),
    test=st.sampled_from([False, False, False, True]),
)
refunds = st.builds(refunded, instants, st.sampled_from(ORDERS), values, currencies)
links = st.builds(linked, instants, st.sampled_from(["y", "z"]))
steps = st.lists(
    st.tuples(st.sampled_from(["read", "read", "read", "checkpoint", "crash"]), st.integers(1, 6)),
    max_size=30,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Stubs arrive in the order of their session's log; everything repeats and changes places otherwise."""
    names = [f"{name}/{n}" for name in CONVERSATIONS for n in (1, 2)]
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    histories = [draw(sessions(name)) for name in chosen]
    events = draw(st.lists(st.one_of(purchases, purchases, refunds, refunds, links), max_size=8))
    produced = [told for history in histories for told in history] + events
    repeated = events + draw(st.lists(st.sampled_from(events), max_size=3) if events else st.just([]))
    return World(produced, draw(arrival(histories, repeated)), draw(steps))


@st.composite
def arrival(draw: st.DrawFn, histories: list[list[Told]], events: list[Told]) -> list[Told]:
    lines = [list(history) for history in histories] + [[event] for event in events]
    found: list[Told] = []
    while lines:
        line = draw(st.sampled_from(range(len(lines))))
        found.append(lines[line].pop(0))
        if draw(st.integers(0, 5)) == 0:
            found.append(found[-1])
        lines = [line for line in lines if line]
    return found
