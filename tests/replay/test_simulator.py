from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice, takewhile
from typing import NamedTuple

from attesa.core import topics
from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.events.intake import Usable, examine
from attesa.core.events.wire import Decoded, decode
from attesa.core.partition.clocks import Progress
from attesa.core.rows import encode, session_decoder
from attesa.core.rows.session import SessionRow
from attesa.core.sessions import Sessions
from attesa.replay.deliveries import Event, topic_of
from attesa.replay.load import Load, deliveries
from attesa.replay.simulated.writing import SHOP, SOURCE
from attesa.replay.simulator import farewell, sign_off, simulate

START_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
END_MS = START_MS + 4 * HOUR_MS


class Message(NamedTuple):
    key: bytes
    value: bytes
    offset: int


@cache
def four_hours() -> tuple[tuple[int, Event], ...]:
    return tuple(takewhile(lambda one: one[0] < END_MS, simulate("demo", 7, START_MS, 0.5)))


def of(*kinds: str) -> list[Event]:
    return [event for _, event in four_hours() if event["type"].removeprefix("attesa.") in kinds]


@cache
def rows() -> tuple[SessionRow, ...]:
    """The sessions that began within the first two hours, nearly all of them over."""
    events = (event for _, event in four_hours() if topic_of(event["type"]) == topics.EVENTS)
    messages = [
        Message(f"demo:{event['subject']}".encode(), encode(event), i) for i, event in enumerate(events)
    ]
    sessions = Sessions(0, Definitions(tenants={"demo": TenantPolicy()}), epoch=1, owns=lambda _: True)
    sessions.apply(messages, END_MS)
    sessions.tick(END_MS, Progress(len(messages), len(messages), caught_up=True))
    assert not sessions.dead
    told = dict(sessions.take(END_MS).rows[topics.SESSIONS]).values()
    found = [session_decoder.decode(row) for row in told if row is not None]
    return tuple(row for row in found if row.started_at < START_MS + 2 * HOUR_MS)


def share(found: Iterable[object], among: Iterable[object]) -> float:
    return sum(map(bool, found)) / sum(1 for _ in among)


def answered() -> list[SessionRow]:
    return [row for row in rows() if row.outcome == "answered"]


def test_every_simulated_event_passes_the_intake_and_loses_nothing() -> None:
    for _, event in islice(four_hours(), 30_000):
        outcome = examine(event)
        assert isinstance(outcome, Usable), outcome
        assert not outcome.dropped_fields
        if topic_of(event["type"]) == topics.EVENTS:
            decoded = decode(encode(event))
            assert isinstance(decoded, Decoded)
            assert not decoded.dropped_fields


def test_events_come_in_the_order_of_time_and_name_the_simulator() -> None:
    times = [at for at, _ in four_hours()]

    assert times == sorted(times)
    assert {event["source"] for _, event in four_hours()} == {SOURCE, SHOP}
    assert SHOP.startswith(SOURCE)
    assert len({(event["subject"], event["id"]) for _, event in four_hours()}) == len(times)


def test_the_same_seed_gives_the_same_events_and_another_does_not() -> None:
    again = tuple(islice(simulate("demo", 7, START_MS, 0.5), 5_000))

    assert again == four_hours()[:5_000]
    assert again != tuple(islice(simulate("demo", 8, START_MS, 0.5), 5_000))


def test_sessions_end_in_every_way() -> None:
    ways = Counter((row.outcome, row.lost_reason or row.ended_by) for row in rows())

    assert set(ways) >= {
        ("answered", "customer"),
        ("answered", "agent"),
        ("answered", "timeout"),
        ("abandoned", "customer"),
        ("rejected", "full"),
        ("rejected", "nobody_on_duty"),
        ("unanswered", "agent"),
        ("unanswered", "timeout"),
        ("left_before_queue", "customer"),
        ("outbound", "system"),
        ("invalid", "system"),
    }
    assert {row.ended_reason for row in rows()} >= {"spam", "test", "resolved", "lost_presence"}


def test_most_replies_come_in_time_and_some_do_not() -> None:
    live = [row for row in rows() if row.channel == "live_chat"]
    waits = [row.wait_ms for row in live if row.wait_ms is not None]

    assert 0.75 < share((wait <= 30_000 for wait in waits), waits) < 0.95
    assert min(waits) > 0
    assert max(waits) > 180_000
    assert {row.service_class for row in rows()} == {"good", "tolerable", "bad", None}


def test_italy_waits_longer_and_loses_fewer_than_germany() -> None:
    def of_country(name: str) -> tuple[float, float]:
        offered = [row for row in rows() if row.channel == "live_chat" and row.country == name]
        waits = [row.wait_ms for row in offered if row.wait_ms is not None]
        lost = [row.outcome in ("abandoned", "rejected", "unanswered") for row in offered]
        return sum(waits) / len(waits), share(lost, [row for row in offered if row.requested_at])

    (wait_it, lost_it), (wait_de, lost_de) = of_country("IT"), of_country("DE")
    assert wait_it > 2 * wait_de
    assert 0.05 < lost_it < 0.12 < lost_de < 0.24


def test_several_queues_countries_and_channels_take_part() -> None:
    assert {row.country for row in rows()} >= {"IT", "DE", "FR", "AT", "CH"}
    assert {row.country_source for row in rows()} == {"event", "phone"}
    assert {row.queue for row in rows() if row.requested_at} == {"sales", "support", "returns"}
    assert {row.channel for row in rows()} == {"live_chat", "chat", "social"}
    assert {row.visibility for row in rows()} == {"public", "private", None}
    assert {row.purpose for row in rows()} == {"sales", "support", "marketing", None}


def test_conversations_beside_live_chat_are_taken_up_again() -> None:
    again = [row for row in rows() if row.session.endswith("/2")]

    assert len(again) > 50
    assert {row.channel for row in again} == {"chat", "social"}
    assert all(row.customer for row in again)


def test_what_goes_wrong_in_life_goes_wrong_here_and_then() -> None:
    found = answered()

    for name, low, high in (
        ("left_unanswered", 0.02, 0.2),
        ("hung_up", 0.02, 0.15),
        ("nudges", 0.03, 0.25),
        ("survey_too_early", 0.01, 0.15),
        ("agent_bursts", 0.05, 0.4),
        ("next_missed_good", 0.05, 0.5),
        ("transfers", 0.03, 0.15),
        ("transfers_without_context", 0.005, 0.06),
        ("transfers_without_note", 0.005, 0.06),
        ("question_clusters", 0.05, 0.5),
        ("long_messages", 0.05, 0.6),
        ("voice_messages", 0.02, 0.3),
        ("video", 0.005, 0.06),
        ("bot_messages", 0.1, 0.5),
        ("promised_wait_ms", 0.1, 0.4),
    ):
        assert low < share((getattr(row, name) for row in found), found) < high, name
    assert {row.promise_kept for row in found} == {True, False, None}
    assert any(row.first_useful_reply_at != row.first_reply_at for row in found)
    assert any(row.synchronous_missed_good for row in found)


def test_customers_rate_and_tell_why_they_bought() -> None:
    found = answered()

    assert 0.4 < share((row.survey_asked_at for row in found), found) < 0.8
    assert {row.nps for row in found} >= {None, 0, 7, 9, 10}
    assert {row.csat for row in found} == {None, 1, 2, 3, 4, 5}
    assert {row.influence for row in found} == {None, 1, 2, 3, 4, 5}
    assert {row.would_have_bought for row in found} == {None, True, False}


def test_customers_come_back_and_some_because_they_were_cut_off() -> None:
    customers = Counter(row.customer for row in rows())
    ends = {row.customer: row.ended_at for row in rows() if row.hung_up}
    soon = [
        row
        for row in rows()
        if (end := ends.get(row.customer)) is not None and end < row.started_at <= end + 300_000
    ]

    assert sum(count > 1 for count in customers.values()) > 200
    assert len(soon) > 10


def test_orders_are_made_told_twice_refunded_and_tried_out() -> None:
    made, refunded = of("purchase.made"), of("purchase.refunded")
    orders = Counter(event["data"]["order_id"] for event in made)
    chatted = {row.customer for row in rows()}

    assert 0.04 < len(orders) / len(answered()) / 2 < 0.25
    assert set(orders.values()) == {1, 2}
    assert {event["data"]["order_id"] for event in refunded} <= set(orders)
    assert {event["data"].get("test") for event in made} == {True, None}
    assert any("conversation" in event["data"] for event in made)
    assert any(event["subject"] not in chatted for event in made)
    assert of("customer.linked")


def test_agents_come_and_go_and_their_slots_suffice() -> None:
    shown = of("agent.presence")
    agents = {event["subject"] for event in shown}

    assert {event["data"]["status"] for event in shown} == {"available", "busy", "away", "offline"}
    assert {len(event["data"]["queues"]) for event in shown} == {1, 2}
    assert {row.team for row in answered()} > {"sales-it", "support-de", "returns-fr"}
    slots = sum(event["data"]["capacity"] for event in {event["subject"]: event for event in shown}.values())
    assert 10 < len(agents) < slots < 300


def test_a_farewell_ends_a_conversation_and_a_sign_off_a_shift() -> None:
    for event in (farewell("demo", "sim-1", START_MS), sign_off("demo", "sim-a", START_MS)):
        assert isinstance(examine(event), Usable)
    assert farewell("demo", "sim-1", START_MS)["id"] not in {event["id"] for event in of("session.ended")}


def test_a_load_is_four_usable_events_of_about_400_bytes_for_each_chat() -> None:
    load = Load(chats=300, tenant="bench", start_ms=START_MS, queues=("a", "b", "c"))

    found = list(deliveries(load))

    assert len(found) == load.events == 1_200
    assert all(isinstance(decode(one.value), Decoded) for one in found)
    assert 350 < sum(len(one.value) for one in found) / len(found) < 450
    assert set(Counter(one.key for one in found).values()) == {4}
    assert [one.time_ms for one in found] == sorted(one.time_ms for one in found)
    assert found[-1].time_ms <= load.start_ms + load.longest_ms
