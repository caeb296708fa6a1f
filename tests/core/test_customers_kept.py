"""What is kept of a customer, for how long, what comes too late, and what stays when it is let go."""

import pytest
from tests.core.customer_making import (
    CELL,
    DAY,
    HOUR,
    NO_CELL,
    Taken,
    bought,
    feed,
    linked,
    processor,
    reasons,
    refunded,
    story,
    stub,
    take,
    times,
)
from tests.core.making import DEFINITIONS
from tests.oracle.stories import HISTORY, ms

from attesa.core import topics
from attesa.core.customers import Customers

KEPT = 9 * DAY  # the 7 days of spill-over and 48 h
KEY = b"history:k"
CHAT = stub("c/1", 0, 100, reply=10)


def pass_time(customers: Customers, seconds: float) -> Taken:
    feed(customers, *times(seconds))
    return take(customers)


def panes(customers: Customers) -> int:
    return sum(len(cell.panes) for cell in customers.cells.values())


# end 100 s                         9 days               9 days 1 h
#   ├─────────────── kept ─────────────┤ ── gone with the next hour ─┤
def test_a_session_is_let_go_9_days_after_its_last_news() -> None:
    customers = processor()
    feed(customers, CHAT)
    pass_time(customers, KEPT)
    assert KEY in customers.units
    taken = pass_time(customers, KEPT + HOUR + 1)
    assert KEY not in customers.units
    assert taken.rows[topics.STATE][b"cu" + KEY] is None
    assert taken.sessions == {}  # nobody takes it back


def test_a_longer_attribution_is_waited_for() -> None:
    month = DEFINITIONS.model_copy(update={"attribution_hours": 31 * 24})
    customers = processor(month)
    feed(customers, CHAT)
    pass_time(customers, 33 * DAY)
    assert KEY in customers.units
    pass_time(customers, 33 * DAY + 2 * HOUR)
    assert KEY not in customers.units


def test_letting_go_takes_the_panes_along_and_leaves_the_totals() -> None:
    customers = processor()
    feed(customers, CHAT, stub("d/1", 200, 300))
    take(customers)
    assert panes(customers) == 2
    pass_time(customers, KEPT + 2 * HOUR)
    assert (panes(customers), customers.units) == (0, {})
    feed(customers, stub("e/1", KEPT, KEPT + 1), stub("f/1", KEPT + 2))
    assert take(customers).totals[CELL]["recontacted"] == 2


def test_an_open_session_stays_and_is_credited_weeks_later() -> None:
    customers = processor()
    feed(customers, stub("c/1", 0, reply=10))
    pass_time(customers, 60 * DAY)
    assert KEY in customers.units
    feed(customers, stub("c/1", 0, 60 * DAY, 2, reply=10), stub("d/1", 60 * DAY + 60))
    assert take(customers).sessions["c/1"].recontacted_by == "d/1"


def test_what_is_older_than_what_is_kept_is_a_dead_letter() -> None:
    customers = processor()
    pass_time(customers, KEPT + 200)
    feed(customers, CHAT, bought(199), linked(20, "z"), bought(200, "p"))
    taken = take(customers)
    assert reasons(taken.dead) == ["late", "late", "late"]
    assert set(taken.orders) == {"p"}
    assert taken.clocks[HISTORY].reasons == {"late": 3, "unknown_customer": 1}


def test_an_open_session_that_is_first_heard_of_late_is_none_the_less_one() -> None:
    customers = processor()
    pass_time(customers, KEPT + DAY)
    feed(customers, stub("c/1", 0, reply=10))
    taken = take(customers)
    assert (reasons(taken.dead), set(taken.sessions)) == ([], {"c/1"})


def test_old_sessions_go_one_by_one_while_the_customer_keeps_coming() -> None:
    customers = processor()
    for day in range(60):
        feed(
            customers, *times(day * DAY), stub(f"c/{day + 1}", day * DAY, day * DAY + 60, reply=day * DAY + 5)
        )
        taken = take(customers)
    assert taken.totals[CELL]["recontacted"] == 59
    unit = customers.find(KEY)
    assert unit is not None
    assert len(unit.known.visits) <= 11  # type: ignore[attr-defined]
    assert panes(customers) <= 2 * 11
    feed(customers, stub("c/60", 59 * DAY, 59 * DAY + 90, 2, reply=59 * DAY + 5))
    assert take(customers).sessions == {}


def test_whom_a_session_follows_is_known_when_that_one_has_been_let_go() -> None:
    customers = processor()
    feed(customers, CHAT, stub("d/1", DAY, reply=DAY + 5))
    assert take(customers).sessions["d/1"].recontact_of == "c/1"
    pass_time(customers, KEPT + DAY + 2 * HOUR)
    feed(customers, stub("d/1", DAY, 11 * DAY, 2, reply=DAY + 5, resolved=True))
    told = take(customers).sessions
    assert set(told) == {"d/1"}
    assert (told["d/1"].recontact_of, told["d/1"].first_contact_resolution) == ("c/1", True)


# chat 0    order 20 s                    chat let go 9 d          refund 20 d        order let go 33 d
def test_a_refund_weeks_later_counts_at_its_own_time_and_takes_the_conversion_back() -> None:
    customers = processor()
    feed(customers, CHAT, bought(20))
    take(customers)
    pass_time(customers, 20 * DAY)
    assert panes(customers) == 0
    feed(customers, refunded(20 * DAY))
    taken = take(customers)
    chat, order = taken.sessions["c/1"], taken.orders["o"]
    assert (chat.converted, chat.converted_at, chat.refunded_minor) == (False, ms(20), {"EUR": 1000})
    assert (order.refunded_minor, order.last_touch) == (1000, "c/1")
    assert (taken.totals[CELL]["orders"], taken.totals[CELL]["refunds"]) == (1, 1)
    assert dict(taken.panes()) == {("refunds", 20 * DAY): 1, ("refunded_minor:EUR", 20 * DAY): 1000}


def test_a_refund_weeks_later_takes_the_first_touch_back_of_a_session_that_has_not_the_credit() -> None:
    customers = processor()
    feed(customers, stub("a/1", 0, 20, reply=10), stub("b/1", 45, 80, reply=50), bought(90), bought(95, "p"))
    take(customers)
    pass_time(customers, 20 * DAY)
    feed(customers, refunded(20 * DAY))
    assert take(customers).sessions["b/1"].converted is True
    feed(customers, refunded(20 * DAY, "p"))
    told = take(customers).sessions
    assert (told["a/1"].converted_first_touch, told["b/1"].converted) == (False, False)


def test_refunds_before_and_after_an_order_was_settled_never_exceed_it_together() -> None:
    customers = processor()
    feed(customers, CHAT, bought(20), refunded(DAY, value="7.00"))
    pass_time(customers, 15 * DAY)
    feed(customers, refunded(15 * DAY, value="7.00"), refunded(DAY, value="7.00"))
    taken = take(customers)
    assert taken.orders["o"].refunded_minor == 1000
    assert taken.totals[CELL]["refunded_minor:EUR"] == 1000
    assert taken.clocks[HISTORY].reasons == {"duplicate": 1}
    pass_time(customers, 30 * DAY)
    feed(customers, refunded(30 * DAY, value="1.00"))
    assert take(customers).orders["o"].refunded_minor == 1000


def test_an_order_is_known_for_31_days_and_48_hours() -> None:
    customers = processor()
    feed(customers, CHAT, bought(20))
    pass_time(customers, 33 * DAY - 60)
    feed(customers, bought(33 * DAY - 60))
    assert take(customers).clocks[HISTORY].reasons == {"order_again": 1}
    pass_time(customers, 33 * DAY + 2 * HOUR)
    assert customers.units == {}
    feed(customers, refunded(33 * DAY))
    taken = take(customers)
    assert taken.clocks[HISTORY].reasons == {"order_again": 1, "orphan_refund": 1}
    assert "refunds" not in taken.totals.get(CELL, {})


def test_a_settled_test_order_stays_one() -> None:
    customers = processor()
    feed(customers, bought(20, test=True))
    pass_time(customers, 15 * DAY)
    feed(customers, bought(15 * DAY), refunded(15 * DAY))
    taken = take(customers)
    assert (taken.orders, taken.totals) == ({}, {})


def test_an_order_without_a_session_is_known_for_its_refund_too() -> None:
    customers = processor()
    feed(customers, bought(20))
    pass_time(customers, 15 * DAY)
    feed(customers, refunded(15 * DAY))
    assert take(customers).totals[NO_CELL]["refunds"] == 1


def test_a_refund_whose_order_never_comes_is_let_go() -> None:
    customers = processor()
    feed(customers, refunded(20))
    pass_time(customers, KEPT + 2 * HOUR)
    assert customers.units == {}


def test_a_link_is_let_go_without_a_trace() -> None:
    customers = processor()
    feed(customers, linked(20, "z"))
    take(customers)
    taken = pass_time(customers, KEPT + 2 * HOUR)
    assert (customers.units, taken.links) == ({}, [])


def test_a_session_that_changed_and_was_let_go_between_two_checkpoints_is_told() -> None:
    told = story(CHAT, stub("d/1", 200, 300), *times(KEPT + 2 * HOUR))
    assert set(told.sessions) == {"c/1", "d/1"}
    assert told.sessions["c/1"].recontacted_by == "d/1"
    assert not any(row.deleted for row in told.sessions.values())
    assert told.totals[CELL]["recontacted"] == 1


@pytest.mark.parametrize("hours", [1, 24, 200, 744])
def test_what_is_kept_covers_recontact_spill_over_and_attribution(hours: int) -> None:
    kept_hours = processor(DEFINITIONS.model_copy(update={"attribution_hours": hours})).kept_ms // 3_600_000
    assert kept_hours == max(168, hours) + 48


# chat 0-100 s   next 200-300 s            order 23 h
#  ├──┤            ├──┤                      │
#                       └ let go before here ┘: the order needs the chat, and the chat what followed it
def test_a_session_stays_for_a_younger_order_of_its_own_and_so_does_what_followed_it() -> None:
    customers = processor()
    feed(customers, CHAT, stub("d/1", 200, 300), bought(23 * HOUR))
    take(customers)
    pass_time(customers, KEPT + 3 * HOUR)
    feed(customers, refunded(KEPT + 3 * HOUR))
    taken = take(customers)
    assert taken.orders["o"].last_touch == "c/1"
    assert taken.sessions["c/1"].recontacted_by == "d/1"
    assert (taken.totals[CELL]["refunds"], taken.totals[CELL]["recontacted"]) == (1, 1)
    assert not taken.sessions["c/1"].converted
    feed(customers, stub("c/1", 0, 100, 2, reply=10, queue="desk"))
    assert take(customers).totals[CELL] == {}
