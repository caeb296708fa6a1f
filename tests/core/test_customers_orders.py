"""To whom an order is credited, where and when it counts, and what refunds take back."""

import pytest
from tests.core.customer_making import (
    CELL,
    HOUR,
    NO_CELL,
    bought,
    gone,
    processor,
    refunded,
    story,
    stub,
    take,
)
from tests.core.customer_making import feed as tell
from tests.core.making import DEFINITIONS
from tests.oracle.stories import ms

FIRST_TOUCH = DEFINITIONS.model_copy(update={"touch": "first"})
LONG = DEFINITIONS.model_copy(update={"attribution_hours": 48})
CHAT = stub("c/1", 0, 100, reply=10)
DESK = (*CELL[:2], "desk", CELL[3])


# reply 10 s ├──────────── 24 h ────────────┤
#            └ o                            └ p     q
def test_an_order_within_24_hours_after_the_first_reply_is_credited_and_counted_at_the_sale() -> None:
    end = 10 + 24 * HOUR
    told = story(CHAT, bought(10, "o", "1.00"), bought(end, "p", "2.50"), bought(end + 0.001, "q"))
    chat = told.sessions["c/1"]
    assert (chat.converted, chat.converted_at, chat.converted_first_touch) == (True, ms(10), True)
    assert (chat.orders, chat.revenue_minor, chat.refunded_minor) == (("o", "p"), {"EUR": 350}, {})
    assert told.totals == {
        CELL: {"converted": 1, "converted_first_touch": 1, "orders": 2, "revenue_minor:EUR": 350},
        NO_CELL: {"orders": 1, "revenue_minor:EUR": 1000},
    }
    assert told.panes()["revenue_minor:EUR", end - end % 10] == 250 + 1000
    assert told.panes()["converted", 10] == 1
    order = told.orders["q"]
    assert (order.last_touch, order.first_touch, order.joined_by, order.path) == (None, None, None, ())


def test_the_window_is_as_long_as_the_definitions_say() -> None:
    sale = bought(10 + 48 * HOUR)
    assert story(CHAT, sale).orders["o"].last_touch is None
    assert story(CHAT, sale, definitions=LONG).orders["o"].last_touch == "c/1"


@pytest.mark.parametrize(
    "outcome", ["waiting", "abandoned", "unanswered", "invalid", "outbound", "outside_hours"]
)
def test_only_an_answered_session_is_credited(outcome: str) -> None:
    told = story(stub("c/1", 0, 100, outcome=outcome), bought(20))
    assert told.orders["o"].last_touch is None
    assert not told.sessions["c/1"].converted


# a/1  reply 10        e-mail, no reply 30     b/1  reply 50     o 90
def test_the_last_reply_is_the_last_touch_and_the_first_the_first_touch() -> None:
    told = story(
        stub("a/1", 0, 20, reply=10, channel="chat"),
        stub("m/1", 30, 40, channel="email"),
        stub("b/1", 45, 80, reply=50),
        stub("d/1", 60, reply=95),
        bought(90),
    )
    order = told.orders["o"]
    assert (order.last_touch, order.first_touch, order.joined_by) == ("b/1", "a/1", "customer")
    assert order.path == ("chat", "email", "live_chat", "live_chat")
    assert told.sessions["a/1"].converted_first_touch
    assert not told.sessions["a/1"].converted
    assert told.sessions["b/1"].converted
    assert told.totals[CELL]["orders"] == told.totals[CELL]["converted"] == 1
    assert told.totals[(CELL[0], "chat", *CELL[2:])]["converted_first_touch"] == 1


def test_of_two_first_replies_at_one_instant_the_greater_name_is_last_and_the_smaller_first() -> None:
    order = story(stub("a/1", 0, reply=10), stub("b/1", 0, reply=10), bought(20)).orders["o"]
    assert (order.last_touch, order.first_touch) == ("b/1", "a/1")


def test_by_first_touch_the_first_session_gets_the_order_its_money_and_the_conversion() -> None:
    told = story(
        stub("a/1", 0, 20, reply=10, queue="desk"), stub("b/1", 45, reply=50), bought(90),
        definitions=FIRST_TOUCH,
    )  # fmt: skip
    assert (told.orders["o"].last_touch, told.orders["o"].first_touch) == ("b/1", "a/1")
    assert told.sessions["a/1"].orders == ("o",)
    assert not told.sessions["b/1"].converted
    counted = told.totals[DESK]
    assert (counted["orders"], counted["converted"], counted["converted_first_touch"]) == (1, 1, 1)
    assert CELL not in told.totals


def test_an_order_that_names_a_conversation_is_credited_there_if_that_may_be() -> None:
    chats = stub("a/1", 0, 20, reply=10), stub("a/2", 30, 40, reply=35), stub("b/1", 45, reply=50)
    named = story(*chats, bought(90, conversation="a")).orders["o"]
    assert (named.last_touch, named.first_touch, named.joined_by) == ("a/2", "a/1", "conversation")
    elsewhere = story(*chats, bought(90, conversation="z")).orders["o"]
    assert (elsewhere.last_touch, elsewhere.joined_by) == ("b/1", "customer")
    too_early = story(*chats, bought(40, conversation="b")).orders["o"]
    assert (too_early.last_touch, too_early.joined_by) == ("a/2", "customer")


def test_a_session_converts_once_by_its_purpose_its_video_and_its_answer() -> None:
    told = story(
        stub("c/1", 0, reply=10, purpose="sales", video=True, would_have_bought=False),
        bought(90, "p"),
        bought(20, "o"),
    )
    assert told.sessions["c/1"].incremental is True
    assert told.totals[CELL] == {
        "converted": 1, "converted_first_touch": 1, "sales_converted": 1, "video_converted": 1, "orders": 2,
        "incremental_answers": 1, "incremental": 1, "revenue_minor:EUR": 2000,
    }  # fmt: skip
    assert told.panes()["incremental", 20] == 1


@pytest.mark.parametrize(("answer", "incremental"), [(True, False), (None, None)])
def test_who_would_have_bought_anyway_is_no_increment_and_who_did_not_say_is_unknown(
    answer: bool | None, incremental: bool | None
) -> None:
    told = story(stub("c/1", 0, reply=10, would_have_bought=answer), bought(20))
    assert told.sessions["c/1"].incremental is incremental
    assert told.totals[CELL].get("incremental_answers", 0) == (answer is not None)
    assert "incremental" not in told.totals[CELL]


def test_an_order_told_by_several_webhooks_is_one_and_the_first_telling_holds() -> None:
    again = bought(15, value="9.99", currency="USD", conversation="z")
    told = story(CHAT, bought(20), again, bought(30))
    order = told.orders["o"]
    assert (order.made_at, order.value_minor, order.currency) == (ms(15), 999, "USD")
    assert told.totals[CELL]["orders"] == 1
    assert told.totals[CELL]["revenue_minor:USD"] == 999
    assert "revenue_minor:EUR" not in told.totals[CELL]
    assert told.clocks["history"].reasons == {"order_again": 2}


def test_a_test_order_counts_nowhere_and_the_first_telling_says_whether_it_is_one() -> None:
    told = story(CHAT, bought(20, test=True), bought(30), refunded(40))
    assert (told.orders, told.totals) == ({}, {})
    assert not told.sessions["c/1"].converted
    customers = processor()
    tell(customers, CHAT, bought(30))
    take(customers)
    tell(customers, bought(20, test=True))
    told = take(customers)
    assert told.orders["o"].deleted
    assert told.totals[CELL] == {}


def test_purchases_before_their_chats_stub_give_the_same() -> None:
    customers = processor()
    tell(customers, refunded(60, value="4.00"), bought(20))
    assert take(customers).totals[NO_CELL]["orders"] == 1
    tell(customers, CHAT)
    told = take(customers)
    assert told.totals[NO_CELL] == {}
    at_once = story(CHAT, bought(20), refunded(60, value="4.00"))
    assert told.totals[CELL] == at_once.totals[CELL]
    assert (told.orders, told.sessions) == (at_once.orders, at_once.sessions)


def test_a_vanished_session_gives_its_orders_to_the_one_before() -> None:
    customers, later = processor(), stub("b/1", 45, 80, reply=50)
    tell(customers, CHAT, later, bought(90))
    take(customers)
    tell(customers, gone(later))
    told = take(customers)
    assert told.orders["o"].last_touch == "c/1"
    assert told.sessions["b/1"].deleted


# refunds      3.00      5.00      4.00 → cut to 2.00     1.00 → 0
def test_refunds_count_at_their_own_time_and_never_exceed_the_order() -> None:
    told = story(
        CHAT,
        bought(20),
        refunded(8000, value="1.00"),
        refunded(7000, value="4.00"),
        refunded(5000, value="3.00"),
        refunded(6000, value="5.00"),
    )
    counted = told.totals[CELL]
    assert (counted["refunds"], counted["refunded_minor:EUR"], counted["revenue_minor:EUR"]) == (
        4,
        1000,
        1000,
    )
    panes = told.panes()
    assert [panes["refunded_minor:EUR", at] for at in (5000, 6000, 7000, 8000)] == [300, 500, 200, 0]
    assert panes["refunds", 8000] == 1
    order, chat = told.orders["o"], told.sessions["c/1"]
    assert (order.refunded_minor, order.refunded_at) == (1000, ms(8000))
    assert chat.refunded_minor == {"EUR": 1000}


def test_a_session_is_converted_until_every_order_credited_to_it_is_refunded_whole() -> None:
    customers = processor()
    tell(customers, CHAT, bought(20, "o"), bought(30, "p"), refunded(40, "o"), refunded(50, "p", "9.99"))
    assert take(customers).sessions["c/1"].converted is True
    tell(customers, refunded(60, "p", "0.01"))
    told = take(customers)
    chat = told.sessions["c/1"]
    assert (chat.converted, chat.converted_at, chat.converted_first_touch) == (False, ms(20), False)
    counted = told.totals[CELL]  # the live count tells what was sold when
    assert counted["converted"] == counted["converted_first_touch"] == 1


def test_a_refund_takes_the_first_touch_back_too_where_another_session_has_the_credit() -> None:
    told = story(stub("a/1", 0, 20, reply=10), stub("b/1", 45, reply=50), bought(90), refunded(99))
    assert (told.sessions["a/1"].converted_first_touch, told.sessions["b/1"].converted) == (False, False)


def test_a_free_order_is_not_refunded_by_itself() -> None:
    assert story(CHAT, bought(20, value="0")).sessions["c/1"].converted is True


def test_the_same_refund_counts_once_and_one_in_another_currency_not_at_all() -> None:
    told = story(CHAT, bought(20), refunded(60, value="1.00"), refunded(60, value="1.00"),
                 refunded(70, currency="USD"))  # fmt: skip
    assert told.totals[CELL]["refunded_minor:EUR"] == 100
    assert "refunded_minor:USD" not in told.totals[CELL]
    assert told.clocks["history"].reasons == {"duplicate": 1, "orphan_refund": 1}


def test_a_refund_waits_for_its_order() -> None:
    customers = processor()
    tell(customers, CHAT, refunded(60))
    told = take(customers)
    assert told.totals == {}
    assert told.clocks["history"].reasons == {"orphan_refund": 1}
    tell(customers, bought(20))
    assert take(customers).totals[CELL]["refunds"] == 1


def test_amounts_in_two_currencies_are_never_added() -> None:
    told = story(CHAT, bought(20), bought(30, "p", "500", "JPY"))
    assert told.sessions["c/1"].revenue_minor == {"EUR": 1000, "JPY": 500}
    assert told.totals[CELL]["revenue_minor:JPY"] == 500
