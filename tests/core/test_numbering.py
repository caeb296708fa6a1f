"""Gaps in a source's sequence numbers: over partitions, in any order, however often events come."""

from random import Random
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core import customer_making as buying
from tests.core.making import Event, feed, processor, progress, take
from tests.core.test_restore import back, state_of
from tests.oracle.stories import HISTORY, customer, event, ms

from attesa.core.explained.heard import missing_events, sentence, sources_of
from attesa.core.partition.clocks import SOURCES
from attesa.core.sessions import Sessions

PARTITIONS = 3


def numbered(number: int, conversation: str = "c", **changes: str) -> Event:
    told = customer(number) | {"subject": conversation, "sequence": f"{number:06}"}
    return told | {"id": f"{conversation}/{number}"} | changes


def heartbeat(number: int, every: int = 60) -> Event:
    return event("source.heartbeat", 10_000, every_seconds=every) | {"sequence": str(number)}


def missing(*partitions: Sessions) -> int | None:
    """Of the one source that there is; None: it has no numbers."""
    clocks = [clock for one in partitions for clock in take(one).clocks.values()]
    return missing_events(clocks).get((HISTORY, "desk"))


@given(st.integers(1, 40), st.sets(st.integers(0, 39)), st.randoms())
def test_what_did_not_come_is_missing_whatever_the_order_the_copies_and_the_partitions(
    count: int, lost: set[int], random: Random
) -> None:
    names = [f"c{random.randrange(6)}" for _ in range(count)]
    events = [numbered(number + 7, name) for number, name in enumerate(names) if number not in lost]
    told = events + random.choices(events, k=len(events)) if events else []
    random.shuffle(told)
    partitions = [processor() for _ in range(PARTITIONS)]
    for one in told:
        feed(partitions[crc32(one["subject"].encode()) % PARTITIONS], one)
    numbers = [number for number in range(count) if number not in lost]
    between = max(numbers) - min(numbers) + 1 - len(numbers) if numbers else None

    assert missing(*partitions) == between


def test_a_late_event_fills_its_gap() -> None:
    sessions = processor()
    feed(sessions, numbered(1), numbered(4))
    assert missing(sessions) == 2
    feed(sessions, numbered(2))
    assert missing(sessions) == 1


def test_a_source_without_numbers_has_no_gaps_and_no_zero() -> None:
    sessions = processor()
    feed(sessions, customer(1))

    assert missing(sessions) is None


@pytest.mark.parametrize("sequence", ["01J9ZK", "-3", "1" * 16, "٣", "1.5"])
def test_what_only_orders_is_not_counted(sequence: str) -> None:
    sessions = processor()
    feed(sessions, numbered(1, sequence=sequence), numbered(9, sequence="9", sequencetype="Clock"))

    assert missing(sessions) is None


def test_integer_is_the_type_that_counts() -> None:
    sessions = processor()
    feed(sessions, numbered(1, sequencetype="Integer"), numbered(3, sequencetype="Integer"))

    assert missing(sessions) == 1


def test_a_heartbeat_tells_that_the_last_ones_are_missing() -> None:
    first, second = processor(), processor()
    feed(first, numbered(1), heartbeat(5))
    feed(second, numbered(2), heartbeat(5))

    assert missing(first, second) == 3


def test_a_heartbeat_first_of_all_makes_nothing_missing_but_what_comes_after() -> None:
    first, second = processor(), processor()
    feed(first, heartbeat(5))
    feed(second, heartbeat(5))
    assert missing(first, second) == 0
    feed(first, numbered(8))
    assert missing(first, second) == 2


def test_a_heartbeat_without_a_number_changes_none() -> None:
    sessions = processor()
    feed(sessions, numbered(1), event("source.heartbeat", 10_000, every_seconds=60))

    assert missing(sessions) == 0


def test_what_is_refused_is_missing() -> None:
    sessions = processor()
    feed(sessions, numbered(1), numbered(2) | {"data": {"author": "nobody"}}, numbered(3))

    assert missing(sessions) == 1


def test_numbers_come_back_with_the_state() -> None:
    sessions = processor()
    feed(sessions, progress(0), numbered(1), numbered(5))
    restored = back(state_of(sessions), sessions.next_offset)
    assert missing(restored) == 3
    feed(restored, numbered(1), numbered(2))
    assert missing(restored) == 2


def test_events_of_customers_are_numbered_together_with_those_of_conversations() -> None:
    sessions, shop = processor(), buying.processor()
    feed(sessions, numbered(1), numbered(4))
    bought = buying.bought(2, "o-1") | {"source": "desk", "sequence": "2"}
    buying.feed(shop, bought, bought)
    clocks = [*take(sessions).clocks.values(), *buying.take(shop).clocks.values()]

    assert missing_events(clocks)[HISTORY, "desk"] == 1


def test_only_so_many_sources_are_kept() -> None:
    sessions = processor()
    for number in range(SOURCES + 5):
        feed(sessions, numbered(number, source=f"s{number}"))

    assert len(take(sessions).clocks[HISTORY].numbers) == SOURCES


def test_a_heartbeat_is_heard_of() -> None:
    sessions = processor()
    feed(sessions, customer(1), event("source.heartbeat", 90, every_seconds=60))

    assert take(sessions).clocks[HISTORY].sources == {"desk": ms(90)}


def test_a_heartbeat_from_the_future_is_not() -> None:
    sessions = processor()
    feed(sessions, customer(1), event("source.heartbeat", 90, every_seconds=60), now_ms=ms(60))

    assert take(sessions).clocks[HISTORY].sources == {"desk": ms(1)}


def test_the_gaps_are_said_of_the_source() -> None:
    sessions = processor()
    feed(sessions, numbered(1), numbered(4))
    (source,) = sources_of(list(take(sessions).clocks.values()))

    assert "2 events are missing by their sequence numbers" in sentence(source, ms(60))
    feed(sessions, numbered(2), numbered(3))
    (source,) = sources_of(list(take(sessions).clocks.values()))
    assert "no gap in its sequence numbers" in sentence(source, ms(60))
