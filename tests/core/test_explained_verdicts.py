"""Every verdict with the instant at which it became certain, the deadline, and why."""

import pytest
from tests.core.explaining import explained
from tests.core.making import DEFINITIONS, Event
from tests.oracle.stories import agent, customer, ended, ms, queued, started

from attesa.core.definitions import Definitions, Expectation

NINE = 9 * 3_600
PASSED = "30 s passed at 00:00:30 while the customer waited"


def case(
    sentence: str, *told: Event, until: float | None = None, good: tuple[str, float | None, str]
) -> object:
    """A story, and the verdict on the good threshold: word, since when (s), why."""
    return pytest.param(told, until, good, id=sentence)


@pytest.mark.parametrize(
    ("told", "until", "good"),
    [
        case(
            "a reply in time",
            queued(0),
            agent(28),
            good=("met", 28, "the reply came after 28 s; 30 s were allowed"),
        ),
        case(
            "a reply too late",
            queued(0),
            agent(32),
            good=("missed", 30, f"{PASSED}; the reply came 2 s later"),
        ),
        case(
            "a reply that has not come",
            queued(0),
            until=40,
            good=("missed", 30, f"{PASSED}, and no reply has come"),
        ),
        case(
            "a wait that is still in time",
            queued(0),
            until=10,
            good=("undecided", None, "not certain yet: 30 s pass at 00:00:30, unless a reply comes"),
        ),
        case(
            "a customer who gives up in time",
            queued(0),
            ended(12, "customer"),
            good=(
                "none", 12, "the customer left after 12 s, before 30 s had passed: neither good nor bad",
            ),
        ),
        case(
            "a customer who gives up later",
            queued(0),
            ended(35, "customer"),
            good=(
                "missed", 30,
                f"{PASSED}; he left 5 s later, without a reply",
            ),
        ),
        case(
            "a queue that turns away",
            queued(0),
            ended(12, "system", reason="full"),
            good=("missed", 12, "the system ended the session without a reply, after 12 s of waiting"),
        ),
        case(
            "an agent who closes late and silently",
            queued(0),
            ended(70, "agent"),
            good=(
                "missed", 30,
                f"{PASSED}; an agent ended the session 40 s later, without a reply",
            ),
        ),
    ],
)  # fmt: skip
def test_the_verdict_on_the_wait_gives_its_reason(
    told: tuple[Event, ...], until: float | None, good: tuple[str, float | None, str]
) -> None:
    word, at, text = good
    found = explained(*told, until=until).verdicts[0]

    assert (found.of, found.deadline) == ("first reply, good", ms(30))
    assert (found.word, found.at) == (word, None if at is None else ms(at))
    assert found.text == text


def test_leaving_that_a_browser_notices_late_is_judged_by_when_it_was() -> None:
    definitions = Definitions(tenants=DEFINITIONS.tenants, sources={"desk": {"presence_timeout_seconds": 20}})
    told = queued(0), ended(45, "customer", reason="lost_presence")
    found = explained(*told, definitions=definitions)

    assert found.verdicts[0].text.startswith("the customer left after 25 s, before 30 s had passed")
    assert found.clocks[-1].text == "the customer gave up after 25 s; the source noticed it 20 s later"


def test_every_next_turn_has_its_verdicts_and_a_synchronous_one_four() -> None:
    found = explained(queued(0), agent(5), customer(200), agent(210), customer(220), agent(260)).verdicts
    of = [given.of for given in found[2:]]

    assert of == [
        "turn of 00:03:20, good", "turn of 00:03:20, bad",
        "turn of 00:03:40, good", "turn of 00:03:40, bad",
        "turn of 00:03:40, synchronous good", "turn of 00:03:40, synchronous bad",
    ]  # fmt: skip
    assert [given.word for given in found[2:]] == ["met", "met", "missed", "met", "missed", "met"]


def test_a_turn_that_is_open_is_judged_as_time_passes() -> None:
    found = explained(queued(0), agent(5), customer(200), until=240).verdicts

    assert [(given.word, given.at) for given in found[2:]] == [("missed", ms(230)), ("undecided", None)]


def test_business_time_is_said() -> None:
    hours = {"weekly": {"mon-sun": ["09:00-18:00"]}, "time_zone": "UTC"}
    chat = Expectation(good_seconds=60, bad_seconds=120, measured_in="business")
    definitions = Definitions(
        tenants=DEFINITIONS.tenants, channels={"chat": chat}, hours={"shop": hours}, default_hours="shop"
    )
    told = started(0, channel="chat"), queued(10), agent(NINE + 90)
    found = explained(*told, definitions=definitions).verdicts[0]

    assert found.deadline == ms(NINE + 60)
    assert found.text == (
        "1 min of open time passed at 09:01:00 while the customer waited; the reply came 30 s later"
    )


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ((started(0),), "nobody has asked for a person yet"),
        ((started(0), ended(9, "customer")), "the customer left before asking for a person"),
        ((queued(0), ended(9, "agent", reason="spam")), "the session is spam, a test or broken"),
        (
            (started(0, direction="outbound"), ended(9, "agent")),
            "the business began the session, and the customer asked for nobody",
        ),
    ],
)
def test_where_there_is_no_verdict_it_says_why(told: tuple[Event, ...], why: str) -> None:
    found = explained(*told)

    assert found.verdicts == []
    assert [line.text for line in found.remarks] == [why]
