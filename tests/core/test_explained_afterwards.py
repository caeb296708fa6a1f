"""What became of a session: who came back, and its orders with the reason of each credit."""

from tests.core.explaining import explained
from tests.core.making import Event, of
from tests.oracle.stories import agent, bot, customer, ended, event, ms, queued, started

DAY = 86_400
CHAT = (started(0, customer="k"), queued(5), agent(20), ended(120, "agent", reason="resolved"))
FIRST = of("d", started(-500, customer="k"), queued(-500), agent(-480), ended(-400, "customer"))


def purchase(seconds: float, order_id: str = "o", kind: str = "made", **data: object) -> Event:
    contents = {"order_id": order_id, "value": "129.90", "currency": "EUR"} | data
    return event(f"purchase.{kind}", seconds, **contents) | {"subject": "k"}


def afterwards(
    *told: Event, session: str = "c/1", until: float = 2 * DAY - 3_600
) -> dict[str, tuple[int | None, str]]:
    found = explained(*told, session=session, until=until).afterwards
    return {line.what: (line.at, line.text) for line in found}


def test_nobody_came_back() -> None:
    found = afterwards(*CHAT)

    assert found["recontact"] == (None, "none within 24 h after the end")
    assert found["resolved at first contact"] == (None, "yes: resolved, and no recontact")


def test_whether_somebody_comes_back_is_open_for_a_day() -> None:
    assert afterwards(*CHAT, until=300)["recontact"] == (None, "none yet, within 24 h after the end")


def test_who_came_back_at_once_was_dropped() -> None:
    told = *CHAT, *of("d", started(180, customer="k"), queued(180), agent(200))
    found = afterwards(*told)

    assert found["recontact"] == (ms(180), "d/1 began 1 min after the end, within 24 h")
    assert found["dropped"] == (ms(180), "yes: back within 5 min of an end by agent")
    assert found["resolved at first contact"] == (None, "no: a recontact")
    assert afterwards(*told, session="d/1")["recontact of"] == (ms(180), "the customer came back after c/1")


def test_who_chose_to_end_it_was_not_dropped() -> None:
    told = *CHAT[:-1], ended(120, "customer"), *of("d", started(180, customer="k"), queued(180))

    assert afterwards(*told)["dropped"] == (ms(180), "no: the customer chose to end it")


def test_a_comment_in_public_is_a_spill_over() -> None:
    social = of("d", started(DAY, customer="k", channel="social", visibility="public"), customer(DAY))

    assert afterwards(*CHAT, *social)["spill-over"] == (
        ms(DAY), "d/1, public, 23 h 58 min after the end, within 7 days",
    )  # fmt: skip


def test_who_is_served_by_the_bot_and_stays_away_served_himself() -> None:
    told = started(0, customer="k"), bot(5), ended(60, "customer")

    assert afterwards(*told)["self-service"] == (None, "served: ended in the bot, and no recontact")
    back = of("d", started(600, customer="k"), queued(600))
    assert afterwards(*told, *back)["self-service"] == (ms(600), "failed: a recontact within 24 h")


def test_a_purchase_says_how_it_was_joined() -> None:
    by_customer, by_hint = purchase(620, "o-1"), purchase(620, "o-2", conversation="c")
    found = afterwards(*CHAT, by_customer, by_hint)
    when = "10 min after the first reply, within 1 d"

    assert found["order o-1"] == (
        ms(620), f"129.90 EUR: credited, last and first touch: the same customer; {when}",
    )  # fmt: skip
    assert found["order o-2"] == (
        ms(620), f"129.90 EUR: credited, last and first touch: the shop named its conversation; {when}",
    )  # fmt: skip


def test_of_two_sessions_the_last_one_has_the_credit() -> None:
    told = *FIRST, *CHAT, purchase(620)

    assert afterwards(*told)["order o"][1].startswith("129.90 EUR: credited, last touch: the same customer")
    assert afterwards(*told, session="d/1")["order o"][1].startswith(
        "129.90 EUR: first touch, credited to c/1: the same customer"
    )


def test_an_order_that_is_not_credited_says_why() -> None:
    told = purchase(10, "early"), purchase(20 + DAY + 1, "late"), purchase(30, "test", test=True)
    found = afterwards(*CHAT, *told)
    abandoned = started(0, customer="k"), queued(5), ended(60, "customer")

    assert found["order early"][1] == "129.90 EUR: not credited here: made before the first reply at 00:00:20"
    assert found["order late"][1] == "129.90 EUR: not credited here: made more than 1 d after the first reply"
    assert found["order test"][1] == "left out: a test order"
    assert afterwards(*abandoned, purchase(90))["order o"][1] == (
        "129.90 EUR: not credited here: no person replied in this session"
    )


def test_an_order_that_names_another_conversation_says_so() -> None:
    told = *FIRST, *CHAT, purchase(620, conversation="d")

    assert afterwards(*told)["order o"][1] == (
        "129.90 EUR: not credited here: the shop named another conversation; it is credited to d/1"
    )


def test_a_refund_counts_at_its_own_time_and_takes_the_credit_back_once_nothing_is_left() -> None:
    told = *CHAT, purchase(620), purchase(700, kind="refunded", value="29.90")
    part = explained(*told, until=DAY)
    whole = explained(*told, purchase(800, kind="refunded", value="100.00"), until=DAY)

    assert part.afterwards[-1].at == ms(700)
    assert part.afterwards[-1].text == "29.90 EUR given back; 100.00 EUR stay, and so does the credit"
    assert whole.afterwards[-1].text == (
        "100.00 EUR given back: nothing is left, and the credit is taken back in the cohort"
    )


def test_what_it_adds_afterwards_stands_among_the_counts_with_its_instant() -> None:
    found = explained(*CHAT, purchase(620), until=DAY).counts

    assert (found[-1].at, found[-1].cell) == (ms(620), ("live_chat", "unknown", "unknown"))
    assert found[-1].counts == {
        "converted": 1, "converted_first_touch": 1, "orders": 1, "revenue_minor EUR": 12_990,
    }  # fmt: skip
