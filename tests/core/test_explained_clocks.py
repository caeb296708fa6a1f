"""The clocks, legs and surveys of a session, each with its reason."""

import pytest
from tests.core.explaining import explained
from tests.core.making import Event
from tests.oracle.stories import (
    accepted,
    agent,
    bot,
    customer,
    ended,
    event,
    handed_over,
    ms,
    queued,
    started,
    transferred,
)


def clocks(*told: Event, until: float | None = None) -> dict[str, tuple[int | None, str]]:
    return {line.what: (line.at, line.text) for line in explained(*told, until=until).clocks}


@pytest.mark.parametrize(
    ("told", "at", "why"),
    [
        ((started(0), queued(5)), 5, "entered a queue"),
        ((bot(0), handed_over(9)), 9, "the bot handed over to a person"),
        ((started(0), customer(3)), 3, "the first message of the customer, and no bot came before"),
        ((customer(3), queued(5)), 5, "entered a queue"),
        ((customer(3), queued(3)), 3, "entered a queue"),
    ],
)
def test_a_request_says_what_asked(told: tuple[Event, ...], at: float, why: str) -> None:
    assert clocks(*told)["requested"] == (ms(at), why)


def test_what_never_was_has_no_instant() -> None:
    found = clocks(started(0))

    assert found["requested"] == (None, "never: nobody asked for a person")
    assert found["ended"] == (None, "not yet: times out after 4 h without an event")


def test_every_duration_says_from_what_it_counts() -> None:
    found = clocks(
        started(0, bot_first=True),
        handed_over(30),
        queued(30, promised_wait_seconds=20),
        accepted(50),
        agent(58, flags=["holding"]),
        agent(80),
        ended(490, "agent", reason="resolved"),
    )

    assert found["with the bot"] == (ms(30), "30 s since the start")
    assert found["promised"] == (ms(30), "20 s, so until 00:00:50")
    assert found["accepted"] == (ms(50), "the first agent joined: pick-up after 20 s")
    assert found["first reply"] == (ms(58), "the wait is 28 s, 58 s after the start")
    assert found["first useful reply"] == (
        ms(80), "the first without the flag holding, 50 s after the request",
    )  # fmt: skip
    assert found["ended"] == (ms(490), "by agent, resolved")
    assert found["total"] == (ms(490), "7 min 40 s since the request, effective time 22 s")


def test_a_pick_up_before_the_request_is_not_counted() -> None:
    told = clocks(accepted(0), queued(5))

    assert told["accepted"] == (ms(0), "an agent had joined before the request: no pick-up is counted")


def test_who_is_hung_up_on_is_said() -> None:
    told = clocks(queued(0), agent(5), customer(60), ended(90, "system"))

    assert told["left unanswered"] == (ms(90), "a turn was open at the end: hung up")


def test_every_leg_says_where_it_was_and_what_became_of_it() -> None:
    found = explained(
        queued(0, queue="sales"),
        agent(28),
        transferred(300, to_queue="support"),
        accepted(330),
        transferred(400, to_queue="returns"),
        ended(460, "customer"),
    ).legs

    assert [(line.at, line.what, line.text) for line in found] == [
        (
            ms(0), "leg 1",
            "in sales; first reply after 28 s; picked up after 28 s; ended by a transfer after 5 min",
        ),
        (
            ms(300), "leg 2",
            "in support; no reply in it; picked up after 30 s; ended by a transfer after 1 min 40 s",
        ),
        (
            ms(400), "leg 3",
            "in returns; the customer left before any reply in it; ended by the session's end after 1 min",
        ),
    ]  # fmt: skip


def test_a_survey_says_why_it_was_too_early() -> None:
    found = explained(
        queued(0),
        agent(5),
        customer(60),
        event("survey.requested", 70, question="nps"),
        customer(80),
        event("survey.answered", 100, question="nps", value=9),
    ).surveys

    assert [(line.at, line.what, line.text) for line in found] == [
        (
            ms(70), "asked for a rating",
            "too early: a turn of the customer's was open, and the customer wrote again within 10 min",
        ),
        (ms(100), "nps", "9 on 0-10"),
    ]  # fmt: skip
