"""Wrong numbers that users of other systems complained about, and the right ones: ratings."""

import pytest
from tests.core.making import Event, of
from tests.core.numbers import HOUR, numbers
from tests.oracle.stories import agent, customer, ended, event, queued

CHAT = (queued(0), customer(0), agent(20), ended(60, "customer"))


def asked(at: float, question: str = "csat") -> Event:
    return event("survey.requested", at, question=question)


def rated(at: float, value: float, scale: str | None = None, question: str = "csat") -> Event:
    return event("survey.answered", at, question=question, value=value, **({"scale": scale} if scale else {}))


def test_an_answer_is_kept_with_its_scale_and_read_on_it() -> None:
    """https://github.com/chatwoot/chatwoot/issues/10844: a scale that people avoid the top of biases CSAT."""
    found = numbers(
        *of("hearts", *CHAT, rated(70, 4, "1-5")),
        *of("numbers", *CHAT, rated(70, 7, "1-7")),
        *of("thumbs", *CHAT, rated(70, 0, "0-1")),
    )

    by_name = {row.conversation: (row.csat, row.csat_scale) for row in found.sessions}
    assert by_name == {"hearts": (4, "1-5"), "numbers": (7, "1-7"), "thumbs": (0, "0-1")}
    assert found.totals["csat_answers"] == 3


@pytest.mark.parametrize(("value", "scale"), [(6, "1-5"), (0, "1-5"), (5, "1-4"), (3, "5-1")])
def test_an_answer_off_its_scale_is_no_answer(value: float, scale: str) -> None:
    """https://github.com/chatwoot/chatwoot/issues/10844: five hearts on a scale of four."""
    found = numbers(*CHAT, rated(70, value, scale))

    assert found.sessions[0].csat is None
    assert found.totals["csat_answers"] == 0
    assert found.reasons["out_of_scale"] == 1


def test_a_reminder_is_not_asking_again_and_the_first_answer_counts() -> None:
    """https://github.com/chatwoot/chatwoot/issues/12865: reminders; answers are queried by hand."""
    found = numbers(
        *CHAT,
        asked(61),
        asked(61 + 24 * HOUR),
        rated(62 + 24 * HOUR, 5),
        rated(63 + 24 * HOUR, 1),
    )

    assert (found.totals["survey_asked"], found.totals["survey_answered"]) == (1, 1)
    assert found.sessions[0].csat == 5


def test_the_response_rate_has_those_who_were_asked_below_the_line() -> None:
    """https://github.com/chatwoot/chatwoot/issues/12865: how many of those asked did answer?"""
    found = numbers(
        *of("answered", *CHAT, asked(61), rated(70, 5)),
        *of("silent", *CHAT, asked(61)),
        *of("not-asked", *CHAT),
    ).totals

    assert (found["survey_asked"], found["survey_answered"]) == (2, 1)


def test_a_rating_asked_while_the_customer_waits_is_asked_too_early() -> None:
    """https://github.com/chatwoot/chatwoot/issues/10628: when a rating is asked, and whether rightly."""

    def too_early(*told: Event) -> bool:
        return numbers(*told).sessions[0].survey_too_early

    assert too_early(queued(0), agent(20), customer(50), asked(55), ended(60, "agent"))
    assert too_early(*CHAT, asked(61), customer(61 + 600))
    assert not too_early(*CHAT, asked(61), customer(61 + 601))
    assert not too_early(*CHAT, asked(61), customer(90, flags=["courtesy"]))
    assert not too_early(*CHAT, asked(61))


def test_nps_is_read_on_its_own_scale_alone() -> None:
    """https://github.com/chatwoot/chatwoot/issues/10844: 1 to 5 is no recommendation of 0 to 10."""
    found = numbers(
        *of("a", *CHAT, rated(70, 9, "0-10", "nps")),
        *of("b", *CHAT, rated(70, 6, None, "nps")),
        *of("c", *CHAT, rated(70, 5, "1-5", "nps")),
    ).totals

    assert (found["nps_answers"], found["nps_promoters"], found["nps_detractors"]) == (2, 1, 1)
