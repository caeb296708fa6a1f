"""A session explained from its rows in ClickHouse: what they tell, and that they cannot tell the rest."""

from tests.loader.examples import NINE, a_session, a_waiting, an_abandoned, an_order, an_outcome

from attesa.core.definitions import Definitions
from attesa.core.explained import Explanation
from attesa.core.explained.rows import explain_row, with_outcome
from attesa.core.rows.session import SessionRow


def explained(row: SessionRow) -> Explanation:
    return explain_row(row, Definitions(), "UTC")


def said(lines: object) -> dict[str, str]:
    return {line.what: line.text for line in lines}


def test_the_clocks_are_those_of_the_facts() -> None:
    found = explained(a_session(ended_reason="resolved", bot_ms=4_000, promised_wait_ms=20_000))

    assert said(found.clocks) == {
        "started": "the session's first event",
        "requested": "the customer asked for a person",
        "with the bot": "4 s since the start",
        "promised": "20 s, so until 09:00:20",
        "accepted": "the first agent joined: pick-up after 9 s",
        "first reply": "the wait is 12 s",
        "first useful reply": "the first without the flag holding",
        "ended": "by customer, resolved",
        "total": "5 min since the request, effective 2 min",
    }


def test_who_gave_up_and_who_waits_have_their_verdicts() -> None:
    left, waits = (
        explained(an_abandoned("c1/1", 12_000, verdict_good="none", verdict_good_at=NINE + 12_000)),
        explained(a_waiting("c2/1")),
    )

    assert left.verdicts[0].text.startswith("the customer left after 12 s")
    assert {given.word for given in waits.verdicts} <= {"undecided", "missed"}


def test_next_turns_are_counts_without_instants() -> None:
    found = explained(
        a_session(next_replies=3, next_reply_ms=95_000, next_met_good=2, next_missed_good=1, next_met_bad=3)
    )

    assert said(found.remarks) == {
        "next replies": "3, 1 min 35 s in all",
        "next, good": "2 met, 1 missed",
        "next, bad": "3 met, 0 missed",
    }


def test_legs_and_answers_stand_as_they_were_told() -> None:
    row = a_session(
        leg_queues=("sales", "support"), leg_started_at=(NINE, NINE + 60_000), leg_wait_ms=(12_000, None),
        survey_asked_at=NINE + 1_000, survey_too_early=True, nps=9.0, csat=4.0, csat_scale="1-5",
        influence=5, would_have_bought=False,
    )  # fmt: skip
    found = explained(row)

    assert [line.text for line in found.legs] == [
        "in sales; first reply after 12 s", "in support; no reply in it",
    ]  # fmt: skip
    assert said(found.surveys) == {
        "asked for a rating": "too early", "nps": "9 on 0-10", "csat": "4 on 1-5", "influence": "5 on 1-5",
        "would have bought": "not without the chat",
    }  # fmt: skip


def test_what_became_of_it_stands_with_its_orders() -> None:
    outcome = an_outcome(
        recontact_of="c0/1", recontacted_at=NINE + 400_000, recontacted_by="c5/1", dropped=True,
        spill_over="public", first_contact_resolution=False, self_service="failed",
    )  # fmt: skip
    order = an_order(
        last_touch="c1/1", first_touch="c0/1", joined_by="customer", value_minor=12_990, currency="EUR",
        refunded_minor=90, refunded_at=NINE + 700_000,
    )  # fmt: skip
    found = with_outcome(explained(a_session()), outcome, [order])

    assert said(found.afterwards) == {
        "recontact of": "the customer came back after c0/1",
        "recontact": "c5/1 began within 24 h after the end",
        "dropped": "yes: back within 5 min of an end that the customer did not choose",
        "spill-over": "a public social session within 7 days",
        "resolved at first contact": "no: a recontact",
        "self-service": "failed",
        f"order {order.order_id}": "129.90 EUR: last touch: the same customer",
        f"refund of {order.order_id}": "0.90 EUR given back in all",
    }


def test_where_nothing_is_known_of_the_time_after_it_says_so() -> None:
    found = with_outcome(explained(a_session()), None, [])

    assert said(found.afterwards)["afterwards"].startswith("nothing is known")


def test_what_the_rows_cannot_tell_is_said() -> None:
    found = explained(a_session())

    assert found.events == ()
    assert found.counts == ()
    assert any("single events" in each for each in found.cannot_tell)
