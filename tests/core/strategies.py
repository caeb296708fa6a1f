"""Hypothesis strategies: conversations of any shape; deliveries that repeat, contradict, reorder them."""

from typing import Any, NamedTuple

from hypothesis import strategies as st
from tests.core import making

HOUR = 3_600
# Instants (ms after a conversation's start) at which something turns: equal, one before, one after.
TURNS = (1, 5, 10, 30, 60, 120, 180)
EDGES_MS = (0, 0, 0, *(seconds * 1000 + shift for seconds in TURNS for shift in (-1, 0, 1)))
FAR_MS = tuple(hours * HOUR * 1000 + shift for hours in (1, 3, 10, 12, 24) for shift in (-1, 0, 1))

WAITS_MS = (0, 500, 9_000, 40_000, HOUR * 1000)

queues = st.sampled_from(["sales", "support"])
sources = st.sampled_from(["desk", "desk/eu", "attic"])


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


starts = optional(
    channel=st.sampled_from(["live_chat", "chat", "social", "email"]),
    direction=st.sampled_from(["inbound", "inbound", "inbound", "outbound"]),
    by=st.sampled_from(["customer", "customer", "customer", "agent", "system"]),
    bot_first=st.booleans(),
    queue=queues,
    country=st.sampled_from(["IT", "DE"]),
    language=st.sampled_from(["it", "de"]),
)
messages = st.fixed_dictionaries(
    {"author": st.sampled_from(["customer", "customer", "agent", "agent", "agent", "bot", "system"])},
    optional={
        "visible": st.sampled_from([True, True, True, False]),
        "kind": st.sampled_from(["text", "text", "image", "campaign", "echo", "automatic"]),
    },
)
ends = st.fixed_dictionaries(
    {"by": st.sampled_from(["customer", "customer", "agent", "system", "timeout"])},
    optional={
        "reason": st.sampled_from(["resolved", "full", "nobody_on_duty", "spam", "test", "broken"]),
        "effective_seconds": st.sampled_from([0, 1.5, 60, 0.0004]),
    },
)
transfers = optional(
    from_queue=queues, to_queue=queues, kind=st.sampled_from(["bot_to_person", "person_to_person"])
)
joins = optional(queue=queues, is_reply=st.booleans())

told = st.one_of(
    st.tuples(st.just("session.started"), starts),
    st.tuples(st.just("session.queued"), optional(queue=queues, position=st.integers(0, 9))),
    st.tuples(st.just("message.sent"), messages),
    st.tuples(st.just("message.sent"), messages),
    st.tuples(st.just("agent.accepted"), joins),
    st.tuples(st.sampled_from(["agent.assigned", "agent.declined"]), optional(queue=queues)),
    st.tuples(st.just("session.transferred"), transfers),
    st.tuples(st.just("session.ended"), ends),
)


def instants(longest_ms: int) -> st.SearchStrategy[int]:
    """ms after a conversation's start."""
    edges = [edge for edge in (*EDGES_MS, *FAR_MS) if edge <= longest_ms]
    return st.one_of(st.sampled_from(edges), st.integers(0, min(longest_ms, 400_000)))


@st.composite
def conversations(
    draw: st.DrawFn, subject: str = "c", tenant: str = making.HISTORY, longest_ms: int = 24 * HOUR * 1000
) -> list[making.Event]:
    """Events of one conversation in any order, of which no two have one id."""
    first_ms = making.START_MS + draw(st.sampled_from([0, 0, 1, 9_999, 10_000, 59_999]))
    found = draw(st.lists(st.tuples(told, instants(longest_ms), sources), min_size=1, max_size=9))
    return [
        making.event_at(kind, first_ms + after_ms, **data)
        | {"subject": subject, "tenant": tenant, "id": f"{subject}-{i}", "source": source}
        for i, ((kind, data), after_ms, source) in enumerate(found)
    ]


@st.composite
def contradictions(draw: st.DrawFn, event: making.Event) -> making.Event:
    """Other contents, or another time, under the id of `event`."""
    kind, data = draw(told)
    shift_ms = draw(st.sampled_from([0, 0, 1, 1_000, 60_000]))
    at_ms = max(making.START_MS, making.read_ms(event) - shift_ms)
    fresh = making.event_at(kind, at_ms, **data)
    return event | {name: fresh[name] for name in ("type", "time", "data")}


class Step(NamedTuple):
    """What happens next: read `amount` messages, tick `amount` ms later, checkpoint, crash."""

    what: str
    amount: int = 0


class World(NamedTuple):
    """What is delivered, in that order, and what happens in between."""

    deliveries: list[making.Event]
    steps: list[Step]


steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("read"), st.integers(1, 6)),
        st.builds(Step, st.just("read"), st.integers(1, 6)),
        st.builds(
            Step,
            st.sampled_from(["tick", "tick behind"]),
            st.sampled_from(WAITS_MS),
        ),
        st.builds(Step, st.just("checkpoint")),
        st.builds(Step, st.just("crash")),
    ),
    max_size=16,
)


@st.composite
def worlds(draw: st.DrawFn, tenant: str = making.HISTORY, longest_ms: int = 24 * HOUR * 1000) -> World:
    """A few conversations of one tenant; in data time with progress among the deliveries."""
    distinct: list[making.Event] = []
    for i in range(draw(st.integers(1, 4))):
        distinct += draw(conversations(f"c{i}", tenant, longest_ms))
    again = draw(st.lists(st.sampled_from(distinct), max_size=5))
    some = st.lists(st.sampled_from(distinct), max_size=3)
    twisted = [draw(contradictions(event)) for event in draw(some)]
    renamed = [event | {"source": draw(sources)} for event in draw(some)]
    deliveries = draw(st.permutations(distinct + again + twisted + renamed))
    if tenant == making.HISTORY:
        for seconds in draw(st.lists(st.integers(0, 47 * HOUR), max_size=4)):
            deliveries.insert(draw(st.integers(0, len(deliveries))), making.progress(seconds))
    return World(deliveries, draw(steps))
