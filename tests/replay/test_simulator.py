from collections import Counter
from functools import cache
from itertools import islice, takewhile

from attesa.core.definitions import Definitions
from attesa.core.fold import Fold, fold
from attesa.core.intake import Usable, examine
from attesa.core.rows import encode
from attesa.core.wire import Decoded, decode
from attesa.replay.deliveries import Event
from attesa.replay.load import Load, deliveries
from attesa.replay.simulator import SOURCE, farewell, simulate

START_MS = 1_800_000_000_000
HOUR_MS = 3_600_000


@cache
def two_hours() -> tuple[tuple[int, Event], ...]:
    return tuple(takewhile(lambda one: one[0] < START_MS + 2 * HOUR_MS, simulate("demo", 7, START_MS, 0.5)))


@cache
def folded() -> tuple[Fold, ...]:
    """The chats of the first hour, all of them over."""
    sessions: dict[str, list[object]] = {}
    for _, event in two_hours():
        decoded = decode(encode(event))
        assert isinstance(decoded, Decoded)
        sessions.setdefault(event["subject"], []).append(decoded.event)
    found = [fold(events, Definitions()) for events in sessions.values()]  # type: ignore[arg-type]
    return tuple(one for one in found if one.started_at is not None and one.started_at < START_MS + HOUR_MS)


def test_every_simulated_event_passes_the_intake_and_loses_nothing() -> None:
    for _, event in two_hours():
        outcome = examine(event)
        assert isinstance(outcome, Usable), outcome
        assert not outcome.dropped_fields


def test_events_come_in_the_order_of_time_and_name_the_simulator() -> None:
    times = [at for at, _ in two_hours()]

    assert times == sorted(times)
    assert {event["source"] for _, event in two_hours()} == {SOURCE}
    assert len({event["id"] for _, event in two_hours()}) == len(times)


def test_the_same_seed_gives_the_same_chats_and_another_does_not() -> None:
    again = tuple(islice(simulate("demo", 7, START_MS, 0.5), 1_000))

    assert again == two_hours()[:1_000]
    assert again != tuple(islice(simulate("demo", 8, START_MS, 0.5), 1_000))


def test_chats_end_in_every_way() -> None:
    ways = Counter(
        (one.ended_by, one.first_reply_at is not None, one.requested_at is not None) for one in folded()
    )

    assert all(one.ended_at is not None for one in folded())
    assert set(ways) >= {
        ("customer", True, True),  # answered
        ("agent", True, True),
        ("timeout", True, True),
        ("customer", False, True),  # abandoned
        ("system", False, True),  # rejected
        ("agent", False, True),  # unanswered
        ("timeout", False, True),
        ("customer", False, False),  # left before the queue
    }
    assert {one.ended_reason for one in folded()} >= {"full", "nobody_on_duty", "spam", "test"}
    assert any(one.transfers for one in folded())
    assert any(one.bot_messages for one in folded())


def test_most_replies_come_in_time_and_some_do_not() -> None:
    waits = [
        one.first_reply_at - one.requested_at
        for one in folded()
        if one.first_reply_at is not None and one.requested_at is not None
    ]

    within = sum(wait <= 30_000 for wait in waits) / len(waits)
    assert 0.75 < within < 0.95
    assert min(waits) > 0
    assert max(waits) > 180_000


def test_several_queues_and_countries_take_part() -> None:
    assert {one.country for one in folded()} == {"IT", "DE", "FR"}
    assert {one.queue for one in folded() if one.requested_at} == {"sales", "support", "returns"}


def test_a_farewell_ends_the_chat_with_the_id_that_its_end_would_have_had() -> None:
    ends = [event for _, event in two_hours() if event["type"] == "attesa.session.ended"]
    goodbye = farewell("demo", ends[0]["subject"], START_MS)

    assert goodbye["id"] == ends[0]["id"]
    assert isinstance(examine(goodbye), Usable)


def test_a_load_is_four_usable_events_of_about_400_bytes_for_each_chat() -> None:
    load = Load(chats=300, tenant="bench", start_ms=START_MS, queues=("a", "b", "c"))

    found = list(deliveries(load))

    assert len(found) == load.events == 1_200
    assert all(isinstance(decode(one.value), Decoded) for one in found)
    assert 350 < sum(len(one.value) for one in found) / len(found) < 450
    assert set(Counter(one.key for one in found).values()) == {4}
    assert [one.time_ms for one in found] == sorted(one.time_ms for one in found)
    assert found[-1].time_ms <= load.start_ms + load.longest_ms
