"""What follows a session: recontact, dropped, spill-over, first-contact resolution, self-service."""

import pytest
from tests.core.customer_making import CELL, DAY, HISTORY, HOUR, MINUTE, gone, processor, story, stub, take
from tests.core.customer_making import feed as tell
from tests.oracle.stories import ms

FIRST = stub("c/1", 0, 100, reply=10)


# c/1 ├────────┤ end 100 s
# d/1          ·· 24 h ··▸├───
def test_the_next_session_within_24_hours_is_a_recontact_of_the_one_before_on_any_channel() -> None:
    told = story(FIRST, stub("d/1", 100 + 24 * HOUR, channel="email", queue="desk"))
    first, later = told.sessions["c/1"], told.sessions["d/1"]
    assert (first.recontacted_at, first.recontacted_by) == (ms(100 + 24 * HOUR), "d/1")
    assert (first.recontact_of, later.recontact_of, later.recontacted_at) == (None, "c/1", None)
    assert told.totals == {CELL: {"recontacted": 1}}
    assert told.panes() == {("recontacted", 100 + 24 * HOUR - 100 % 10): 1}


def test_a_session_a_millisecond_after_24_hours_is_none() -> None:
    told = story(FIRST, stub("d/1", 100.001 + 24 * HOUR))
    assert told.sessions["c/1"].recontacted_at is None
    assert told.totals == {}


def test_a_session_that_starts_before_the_end_is_no_recontact_and_hides_none() -> None:
    told = story(FIRST, stub("d/1", 99.999, 120), stub("e/1", 500))
    assert told.sessions["c/1"].recontacted_by == "e/1"
    assert told.sessions["d/1"].recontacted_by == "e/1"
    assert told.sessions["e/1"].recontact_of == "d/1"  # of both the one that ended last
    assert told.totals[CELL]["recontacted"] == 2


def test_a_session_at_the_very_end_is_a_recontact() -> None:
    assert story(FIRST, stub("d/1", 100)).sessions["c/1"].recontacted_by == "d/1"


def test_of_two_sessions_at_one_instant_the_smaller_name_is_the_next() -> None:
    told = story(FIRST, stub("e/1", 200, 300), stub("d/1", 200))
    assert told.sessions["c/1"].recontacted_by == "d/1"


def test_sessions_without_length_at_one_instant_do_not_follow_each_other_in_a_circle() -> None:
    told = story(stub("a/1", 5, 5), stub("b/1", 5, 5))
    assert told.sessions["a/1"].recontacted_by == "b/1"
    assert told.sessions["b/1"].recontacted_by is None


@pytest.mark.parametrize("outcome", ["outbound", "invalid"])
def test_the_business_writing_and_spam_are_no_recontacts(outcome: str) -> None:
    told = story(FIRST, stub("d/1", 200, 300, outcome=outcome), stub("e/1", 400))
    assert told.sessions["c/1"].recontacted_by == "e/1"


def test_an_invalid_session_has_no_recontact_and_an_open_one_has_none_yet() -> None:
    assert story(stub("c/1", 0, 10, outcome="invalid"), stub("d/1", 20)).totals == {}
    assert story(stub("c/1", 0), stub("d/1", 20)).totals == {}


def test_recontacts_make_a_chain() -> None:
    told = story(FIRST, stub("d/1", 200, 300), stub("e/1", 400, 500))
    assert [told.sessions[name].recontact_of for name in ("c/1", "d/1", "e/1")] == [None, "c/1", "d/1"]


@pytest.mark.parametrize(
    ("by", "after", "dropped"),
    [
        ("agent", 5 * MINUTE, True),
        ("system", 0, True),
        ("timeout", 1, True),
        ("agent", 5 * MINUTE + 0.001, False),
        ("customer", 1, False),
    ],
)
def test_dropped_is_a_recontact_within_5_minutes_of_an_end_that_the_customer_did_not_choose(
    by: str, after: float, dropped: bool
) -> None:
    told = story(stub("c/1", 0, 100, ended_by=by), stub("d/1", 100 + after))
    assert told.sessions["c/1"].dropped is dropped
    assert told.totals[CELL].get("dropped", 0) == dropped


@pytest.mark.parametrize(
    ("one", "other", "known"), [("day", "night", True), ("day", "day", False), (None, "day", None)]
)
def test_another_team_is_counted_where_both_are_known(
    one: str | None, other: str, known: bool | None
) -> None:
    told = story(stub("c/1", 0, 100, team=one), stub("d/1", 200, team=other))
    assert told.sessions["c/1"].recontacted_other_team is known
    assert told.totals[CELL].get("recontacted_other_team", 0) == bool(known)


def test_first_contact_resolution_is_true_until_the_customer_comes_back() -> None:
    customers = processor()
    tell(customers, stub("c/1", 0, 100, resolved=True))
    assert take(customers).sessions["c/1"].first_contact_resolution is True
    tell(customers, stub("d/1", 3600))
    told = take(customers)
    assert told.sessions["c/1"].first_contact_resolution is False
    assert told.sessions["d/1"].first_contact_resolution is None
    assert told.totals[CELL] == {"recontacted": 1, "resolved_recontacted": 1}


def test_who_stays_away_after_the_bot_served_himself_and_who_comes_back_did_not() -> None:
    in_bot = stub("c/1", 0, 100, outcome="left_before_queue", in_bot=True, ended_by="customer")
    assert story(in_bot).sessions["c/1"].self_service == "served"
    told = story(in_bot, stub("d/1", 200))
    assert told.sessions["c/1"].self_service == "failed"
    assert told.totals[CELL] == {"recontacted": 1, "self_service_failed": 1}
    form = stub("c/1", 0, 100, outcome="left_before_queue", in_bot=False)
    assert story(form).sessions["c/1"].self_service is None


# c/1 ├────────┤             s/1 social, private   s/2 social: not the first
#              ·········· 7 days ··········▸
def test_spill_over_is_the_first_social_session_within_7_days_after_one_elsewhere() -> None:
    late = 100 + 7 * DAY
    told = story(
        FIRST,
        stub("s/1", late, late + 5, channel="social", visibility="private"),
        stub("s/2", late + 5, channel="social", visibility="public"),
    )
    assert told.sessions["c/1"].spill_over == "private"
    assert told.sessions["s/1"].spill_over is None  # on the same channel
    assert told.totals[CELL] == {"spill_over_private": 1}
    assert told.panes()["spill_over_private", late - late % 10] == 1
    assert story(FIRST, stub("s/1", late + 0.001, channel="social")).totals == {}


def test_a_social_session_of_unknown_visibility_spills_over_in_public() -> None:
    told = story(FIRST, stub("s/1", 200, channel="social"))
    assert told.sessions["c/1"].spill_over == "public"
    assert told.totals[CELL] == {"recontacted": 1, "dropped": 1, "spill_over_public": 1}


def test_a_session_that_vanishes_takes_its_counts_back_and_leaves_a_deletion() -> None:
    customers, later = processor(), stub("d/1", 200)
    tell(customers, FIRST, later)
    take(customers)
    tell(customers, gone(later))
    told = take(customers)
    assert told.totals[CELL] == {}
    assert told.sessions["d/1"].deleted
    assert told.sessions["c/1"].recontacted_by is None
    assert not told.sessions["c/1"].deleted


def test_a_correction_moves_a_count_to_its_new_cell_and_instant() -> None:
    customers = processor()
    tell(customers, FIRST, stub("d/1", 200))
    take(customers)
    tell(customers, stub("c/1", 0, 100, 2, reply=10, queue="desk"), stub("d/1", 150, None, 2))
    told = take(customers)
    assert told.totals == {CELL: {}, (HISTORY, "live_chat", "desk", "IT"): {"recontacted": 1, "dropped": 1}}
    assert told.panes() == {("recontacted", 150): 1, ("dropped", 150): 1}


def test_what_was_told_already_is_not_told_again() -> None:
    customers = processor()
    tell(customers, FIRST)
    assert set(take(customers).sessions) == {"c/1"}
    tell(customers, FIRST, stub("c/1", 0, 100, 2, reply=11))
    assert take(customers).sessions == {}
    tell(customers, stub("d/1", 40 * HOUR))
    assert set(take(customers).sessions) == {"d/1"}
