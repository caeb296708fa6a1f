"""What is said of each event of a session: what it did, or why it did nothing."""

import pytest
from tests.core.explaining import explained
from tests.core.making import Event, declined, system
from tests.oracle.stories import (
    accepted,
    agent,
    assigned,
    bot,
    customer,
    ended,
    event,
    handed_over,
    queued,
    started,
    transferred,
)

HOUR = 3_600
ASKED = "opened the session; asked for a person: the wait begins"
BY_WRITING = "opened the session; asked for a person, for no bot came before: the wait begins"
NEVER_SPOKEN = "opened the session; told live_chat, queue sales, IT"


def said(*told: Event, session: str = "c/1", until: float | None = None) -> list[str]:
    return [line.text for line in explained(*told, session=session, until=until).events]


def case(sentence: str, *told: Event, last: str) -> object:
    """The last event of a story, and what it did."""
    return pytest.param(told, last, id=sentence)


@pytest.mark.parametrize(
    ("told", "last"),
    [
        case("entering a queue asks", queued(0), last=ASKED),
        case(
            "a start says what it tells",
            started(0, channel="live_chat", queue="sales", country="IT"),
            last=NEVER_SPOKEN,
        ),
        case(
            "the first message asks where no bot came",
            customer(0),
            last=f"{BY_WRITING}; opened the first turn",
        ),
        case("behind a bot it does not", bot(0), customer(5), last="no request: a bot came first"),
        case(
            "nor where the business began",
            started(0, direction="outbound"),
            customer(5),
            last="no request: the business began",
        ),
        case(
            "an explicit request replaces an implied one",
            customer(0),
            queued(5),
            last="replaced the implied request of 00:00:00: the wait begins",
        ),
        case(
            "a second request changes nothing",
            queued(0),
            queued(5),
            last="no request: the customer had asked at 00:00:00",
        ),
        case(
            "nor does one after a reply",
            customer(0),
            agent(3),
            queued(5),
            last="no request: a person had replied at 00:00:03",
        ),
        case("a bot hands over", bot(0), handed_over(9), last="asked for a person: the wait begins"),
        case("a bot's message is no reply", queued(0), bot(5), last="no reply: a bot"),
        case("nor is the system's", queued(0), system(5), last="no reply: the system's own words"),
        case(
            "a private note is none",
            queued(0),
            agent(5, visible=False),
            last="no reply: the customer cannot see a private note",
        ),
        case(
            "a campaign is none",
            queued(0),
            agent(5, kind="campaign"),
            last="no reply: a campaign, sent to many",
        ),
        case(
            "an echo is none",
            queued(0),
            agent(5, kind="echo"),
            last="no reply: an echo of what was sent elsewhere",
        ),
        case(
            "an automatic one is none",
            queued(0),
            agent(5, kind="automatic"),
            last="no reply: an automatic message",
        ),
        case("the first reply", queued(0), agent(28), last="the first reply, after 28 s"),
        case(
            "a holding message is one, and not useful",
            queued(0),
            agent(28, flags=["holding"]),
            last="the first reply, after 28 s; not a useful one yet: a holding message",
        ),
        case(
            "then comes a useful one",
            queued(0),
            agent(8, flags=["holding"]),
            agent(50),
            last="one more message: no turn was open; the first useful reply",
        ),
        case(
            "a reply before the request is none",
            started(0),
            agent(5),
            last="no reply: nobody had asked for a person; a message all the same (counted as early_reply)",
        ),
        case(
            "the pick-up stands for the reply",
            queued(0),
            accepted(7, is_reply=True),
            last="an agent joined; the first reply, after 7 s: the pick-up stands for it",
        ),
        case(
            "an assignment is nothing",
            queued(0),
            assigned(3),
            last="nothing: an agent's assignment is no pick-up",
        ),
        case("so is declining", queued(0), declined(3), last="nothing: the agent did not take it"),
        case(
            "a later message opens a turn",
            queued(0),
            agent(5),
            customer(200),
            last="opened a next turn",
        ),
        case(
            "soon after a reply a synchronous one",
            queued(0),
            agent(5),
            customer(95),
            last="opened a next turn, synchronous: within 90 s after the reply",
        ),
        case(
            "who waits too long and writes again nudges",
            customer(0),
            customer(31),
            last="wrote again, still waiting for the next reply; a nudge: more than 30 s of waiting",
        ),
        case(
            "a reply closes the turn",
            queued(0),
            agent(5),
            customer(60),
            agent(80),
            last="answered the turn of 00:01:00, after 20 s",
        ),
        case(
            "a transfer begins a leg",
            queued(0, queue="sales"),
            transferred(60, to_queue="support", with_context=False),
            last="closed leg 1, began leg 2 in support; without the context",
        ),
        case(
            "a transfer to itself too",
            queued(0, queue="sales"),
            transferred(60, to_queue="sales"),
            last="closed leg 1, began leg 2 in sales, the queue that it is in (counted as same_queue)",
        ),
        case(
            "a transfer before the request begins none",
            started(0),
            transferred(60, to_queue="sales"),
            last="counted as a transfer; no leg, for nobody had asked for a person",
        ),
        case(
            "the end leaves a turn open",
            customer(0),
            ended(9, "agent", reason="resolved"),
            last="ended the session: by agent, resolved; the turn of 00:00:00 was left unanswered",
        ),
        case(
            "after the end comes nothing",
            queued(0),
            ended(9, "customer"),
            agent(20),
            last="nothing: the session had ended (counted as after_end)",
        ),
        case(
            "a rating that is asked for too early",
            customer(0),
            event("survey.requested", 9, question="nps"),
            last="asked for a rating, too early: a turn was open",
        ),
        case(
            "an answer on its scale",
            queued(0),
            event("survey.answered", 9, question="nps", value=9),
            last="nps: 9 on 0-10",
        ),
        case(
            "an answer outside it",
            queued(0),
            event("survey.answered", 9, question="nps", value=11),
            last="nothing: nps 11 cannot be read on 0-10 (counted as out_of_scale)",
        ),
        case(
            "a second answer",
            queued(0),
            event("survey.answered", 9, question="nps", value=9),
            event("survey.answered", 12, question="nps", value=2),
            last="nothing: nps had been answered",
        ),
    ],
)
def test_an_event_says_what_it_did(told: tuple[Event, ...], last: str) -> None:
    assert said(*told)[-1] == last


def test_the_events_stand_in_their_order_whatever_order_they_came_in() -> None:
    story = queued(0), agent(5), customer(60), agent(80), ended(90, "customer")

    assert said(*reversed(story)) == said(*story)


def test_each_session_has_its_own_events() -> None:
    story = queued(0), agent(5), ended(60, "agent"), customer(100), agent(110)

    assert len(said(*story)) == 3
    assert said(*story, session="c/2") == [
        f"{BY_WRITING}; opened the first turn",
        "the first reply, after 10 s",
    ]


def test_a_time_out_stands_among_the_events_at_its_own_instant() -> None:
    found = explained(queued(0), agent(5), until=9 * HOUR).events

    assert found[-1].what == "time-out"
    assert found[-1].text == "ended the session: no event for 4 h"
    assert found[-1].at == (found[1].at or 0) + 4 * HOUR * 1000


def test_messages_say_whose_they_are_and_of_which_kind() -> None:
    found = explained(
        queued(0), agent(5, kind="voice"), agent(6, visible=False), customer(7, kind="image"), bot(8)
    )

    assert [line.what for line in found.events] == [
        "session.queued", "agent's message, voice", "private note", "customer's message, image",
        "bot's message",
    ]  # fmt: skip
