"""Which counts a session adds, and in which pane (METRICS.md, "Windows": dated by decision)."""

from collections import Counter
from typing import Any

import pytest
from tests.core.making import DEFINITIONS, Event, Taken, story
from tests.core.running import columns
from tests.oracle.stories import accepted, agent, bot, customer, ended, ms, queued, started

WAITED = DEFINITIONS.borders_seconds
LOSSES = ("abandoned", "rejected", "unanswered", "left_before_queue", "invalid")


def counted(taken: Taken, width_seconds: int) -> dict[float, dict[Any, int]]:
    """Non-zero counts by the second at which their pane starts."""
    found: dict[float, dict[Any, int]] = {}
    for row in taken.panes:
        slim = {name: amount for name, amount in columns(row.counts).items() if amount}
        if row.width_seconds == width_seconds and slim:
            found[(row.start - ms(0)) / 1000] = slim
    return found


def total(taken: Taken) -> Counter[Any]:
    (row,) = taken.totals
    return Counter(columns(row.total))


# pane   0         10        20        30        40        50        60
#        ├─────────┼─────────┼─────────┼─────────┼─────────┼─────────┤
#        started   asks      joins     misses    replies   (talk)    ends
#        1         12        25        42        48                  69
ANSWERED_LATE: list[Event] = [
    started(1), queued(12), accepted(25), agent(48), customer(58), ended(69, "agent"),
]  # fmt: skip


def test_each_count_lies_in_the_pane_where_it_was_decided() -> None:
    found = counted(story(*ANSWERED_LATE), 10)
    wanted: dict[int, dict[Any, int]] = {
        0: {"records": 1},
        10: {"offered": 1},
        20: {"accepted": 1, "pickup_ms": 13_000},
        40: {
            "missed_good": 1,
            "met_bad": 1,
            "answered": 1,
            "answered_queued": 1,
            "wait_ms": 36_000,
            ("answered_buckets", WAITED.index(45)): 1,
        },
        60: {"measured": 1, "total_ms": 57_000, "effective_ms": 10_000},
    }
    assert found.keys() == wanted.keys()
    for start, counts in wanted.items():
        assert counts.items() <= found[start].items()


def test_panes_of_both_widths_sum_to_the_totals() -> None:
    taken = story(*ANSWERED_LATE, until=500)
    for width_seconds in (10, 60):
        summed: Counter[Any] = Counter()
        for found in counted(taken, width_seconds).values():
            summed.update(found)
        assert summed == +total(taken)


def test_a_pane_begins_with_its_first_millisecond() -> None:
    assert set(counted(story(customer(9.999)), 10)) == {0}
    assert set(counted(story(customer(10)), 10)) == {10}


def test_a_miss_lies_in_the_pane_of_the_deadline_however_late_it_is_noticed() -> None:
    assert counted(story(customer(3), until=3_000), 10)[30] == {"missed_good": 1}


def test_leaving_late_is_dated_at_the_end_and_missed_at_the_deadline() -> None:
    found = counted(story(customer(0), ended(55, "customer")), 10)
    assert found[30] == {"missed_good": 1}
    wanted = {"abandoned": 1, "abandon_ms": 55_000, ("abandoned_buckets", WAITED.index(60)): 1}
    assert wanted.items() <= found[50].items()


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ([customer(0), ended(10, "customer")],
         {"abandoned": 1, "short_abandoned": 1, "abandon_ms": 10_000,
          ("abandoned_buckets", WAITED.index(10)): 1}),
        ([queued(0), ended(10, "system")], {"rejected": 1, "missed_good": 1, "missed_bad": 1}),
        ([queued(0), ended(10, "agent")], {"unanswered": 1, "missed_good": 1, "missed_bad": 1}),
        ([bot(0), ended(10, "customer")], {"left_before_queue": 1}),
        ([queued(0), agent(5), ended(10, "agent", reason="spam")], {"invalid": 1}),
        ([started(0, by="agent"), ended(10, "agent")], {}),
    ],
    ids=["abandoned", "rejected", "unanswered", "left before queue", "invalid", "outbound"],
)  # fmt: skip
def test_an_end_of_every_kind(told: list[Event], wanted: dict[Any, int]) -> None:
    found = counted(story(*told), 10).get(10, {})
    assert wanted.items() <= found.items()
    assert found.keys() & {"answered", *LOSSES} == wanted.keys() & {"answered", *LOSSES}


def test_the_invalid_and_the_never_offered_are_records_and_nothing_else() -> None:
    told = [queued(0), accepted(2), agent(5), ended(10, "agent", reason="test")]
    assert +total(story(*told)) == {"records": 1, "invalid": 1}
    assert +total(story(started(0, by="agent"), customer(4))) == {"records": 1}


@pytest.mark.parametrize(
    ("wait_seconds", "border"),
    [(0, 5), (5, 5), (5.001, 10), (30, 30), (30.001, 45), (172_800, 172_800), (172_800.001, None)],
)
def test_a_bucket_holds_its_upper_border(wait_seconds: float, border: int | None) -> None:
    index = len(WAITED) if border is None else WAITED.index(border)
    assert (
        total(story(started(0, channel="email"), customer(0), agent(wait_seconds)))["answered_buckets", index]
        == 1
    )


def test_waits_under_a_second_are_not_queued() -> None:
    assert total(story(customer(0), agent(0.999)))["answered_queued"] == 0
    assert total(story(customer(0), agent(1)))["answered_queued"] == 1


def test_every_configured_threshold_is_a_border() -> None:
    channels = DEFINITIONS.channels
    quick = channels["live_chat"].model_copy(update={"good_seconds": 25})
    definitions = type(DEFINITIONS)(channels={**channels, "live_chat": quick}, tenants=DEFINITIONS.tenants)
    (row,) = story(customer(0), agent(25), definitions=definitions).totals
    assert row.borders_seconds[row.total.answered_buckets.index(1)] == 25
