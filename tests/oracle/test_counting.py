"""Counts worked out by hand: what, where and when; and what presence adds."""

from collections import Counter

from tests.oracle.stories import (
    accepted,
    agent,
    answer_to,
    answered,
    bot,
    customer,
    ended,
    ms,
    present,
    queued,
    started,
    transferred,
)
from tests.oracle.sums import live_ratios, sums, window

SALES = ("history", "live_chat", "sales", "unknown")
SUPPORT = ("history", "live_chat", "support", "unknown")


def dated(answer, cell, *columns):
    """When the given columns were decided, in seconds, and how much."""
    return {
        column: [
            ((added.at - ms(0)) / 1000, added.amount)
            for added in answer.added
            if added[::2] == (cell, column)
        ]
        for column in columns
    }


def total(answer, cell):
    return {column: amount for column, amount in sums(answer.added).totals[cell].items() if amount}


def test_everything_is_dated_when_it_was_decided():
    answer = answer_to(
        started(0, queue="sales"),
        queued(5),
        accepted(7),
        agent(45),
        customer(50),
        agent(62),
        ended(99, "agent"),
    )
    assert dated(answer, SALES, "records", "offered", "accepted", "answered", "missed_good", "met_bad") == {
        "records": [(0, 1)],
        "offered": [(5, 1)],
        "accepted": [(7, 1)],
        "answered": [(45, 1)],
        "missed_good": [(35, 1)],
        "met_bad": [(45, 1)],
    }
    assert dated(answer, SALES, "next_replies", "next_reply_ms", "ended", "occupied") == {
        "next_replies": [(62, 1)],
        "next_reply_ms": [(62, 12_000)],
        "ended": [(99, 1)],
        "occupied": [(7, 1), (99, -1)],
    }


def test_work_in_a_queue_is_counted_on_legs():
    answer = answer_to(queued(0, queue="sales"), transferred(10, to_queue="support"), ended(30, "customer"))
    assert dated(
        answer, SALES, "offered", "legs", "legs_abandoned", "abandoned", "abandoned_in_transfer"
    ) == {
        "offered": [(0, 1)],
        "legs": [(0, 1)],
        "legs_abandoned": [],
        "abandoned": [(30, 1)],
        "abandoned_in_transfer": [(30, 1)],
    }
    assert total(answer, SUPPORT) == {"legs": 1, "legs_abandoned": 1}


def test_an_invalid_session_is_in_no_other_count():
    answer = answer_to(queued(0, queue="sales"), accepted(1), agent(5), ended(9, "agent", reason="spam"))
    assert total(answer, SALES) == {"records": 1, "invalid": 1}


def test_an_outbound_session_is_ended_and_nothing_else():
    answer = answer_to(started(0, queue="sales", by="agent"), agent(5), customer(6), ended(9, "agent"))
    assert total(answer, SALES) == {"records": 1, "ended": 1}


def test_whoever_is_helped_by_the_bot_was_served_by_himself():
    answer = answer_to(
        started(0, queue="sales"), bot(1), customer(2), ended(9, "customer", reason="resolved")
    )
    found = total(answer, SALES)
    assert found["left_before_queue"] == found["self_service"] == found["resolved"] == 1
    assert "offered" not in found
    assert "from_bot" not in found


def test_a_mean_of_csat_can_be_taken_over_any_scales():
    opening = started(0, queue="sales"), customer(0)
    found = total(answer_to(*opening, answered(9, "csat", 4)), SALES)
    assert (found["csat_answers"], found["csat_permille"], found["csat_top_two"]) == (1, 750, 1)
    found = total(answer_to(*opening, answered(9, "csat", 98, scale="0-100")), SALES)
    assert found["csat_permille"] == 980
    assert "csat_top_two" not in found


def test_a_window_is_the_sum_of_its_panes():
    answer = answer_to(customer(0), agent(65), ended(70, "agent"))
    cell = ("history", "live_chat", "unknown", "unknown")
    panes = sums(answer.added).panes
    for width, seconds in ((10, 60), (60, 3_600)):
        found = window(answer.added, seconds, width, ms(69.999))[cell]
        starts = range(ms(70 if width == 10 else 120) - seconds * 1000, ms(69.999) + 1, width * 1000)
        wanted = Counter()
        for start in starts:
            wanted.update(panes.get((cell, width, start), {}))
        assert found == wanted
    ratios = live_ratios(window(answer.added, 60, 10, ms(69.999))[cell])
    assert (ratios["good"], ratios["bad"], ratios["lost"]) == (0, 1, 0)


def test_presence_counts_from_a_change_to_the_next():
    told = present(60.5, "available", capacity=5, queues=["support", "sales"]), present(200, "away")
    answer = answer_to(*told)
    cell = ("history", "any", "sales", "unknown")
    assert dated(answer, cell, "staffed", "capacity", "capacity_moment_ms") == {
        "staffed": [(60.5, 1), (200, -1)],
        "capacity": [(60.5, 3), (200, -3)],
        "capacity_moment_ms": [(60.5, 3 * 500), (200, -3 * 20_000)],
    }
    cell = ("history", "any", "support", "unknown")
    assert dated(answer, cell, "capacity")["capacity"] == [(60.5, 2), (200, -2)]


def test_whoever_says_nothing_for_a_day_is_gone():
    day = 86_400
    cell = ("history", "any", "day", "unknown")
    told = [present(0, "busy", team="day")]
    assert dated(answer_to(*told, until=day), cell, "staffed")["staffed"] == [(0, 1)]
    assert dated(answer_to(*told, until=day + 0.001), cell, "staffed")["staffed"] == [(0, 1), (day, -1)]
    later = [*told, present(day + 60, "busy", team="day")]
    found = dated(answer_to(*later), cell, "staffed")["staffed"]
    assert found == [(0, 1), (day, -1), (day + 60, 1)]


def test_whoever_takes_nobody_is_still_staffed_and_who_is_away_is_not():
    cell = ("history", "any", "unknown", "unknown")
    assert total(answer_to(present(0, "busy", capacity=0)), cell) == {"staffed": 1}
    assert total(answer_to(present(0, "away")), cell) == {}
