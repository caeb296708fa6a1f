"""A processor brought back from its state rows: the same as before, or a clear refusal."""

import pytest
from tests.core.making import DEFINITIONS, caught_up, feed, in_seconds, of, processor, progress, take
from tests.oracle import stories
from tests.oracle.stories import HISTORY, LIVE, agent, customer, ended, ms, queued

from attesa.core import topics
from attesa.core.definitions import Definitions, Expectation
from attesa.core.errors import ConfigurationError, StateLost
from attesa.core.partition.restore import restore
from attesa.core.rows import PaneRow
from attesa.core.sessions import Sessions

State = dict[bytes, bytes]


def state_of(sessions: Sessions, state: State | None = None) -> State:
    """The newest row of each key, as compaction leaves them."""
    rows = dict(state or {}) | take(sessions).rows[topics.STATE]
    return {key: value for key, value in rows.items() if value is not None}


def back(state: State, committed: int, definitions: Definitions = DEFINITIONS, epoch: int = 1) -> Sessions:
    sessions = processor(definitions, epoch)
    restore(sessions, state, committed)
    return sessions


def patient(good_seconds: int) -> Definitions:
    """Definitions with another good threshold for live chat."""
    channels = {**DEFINITIONS.channels, "live_chat": Expectation(good_seconds=good_seconds, bad_seconds=180)}
    return Definitions(channels=channels, tenants=DEFINITIONS.tenants)


def test_nothing_read_and_nothing_kept_is_a_beginning() -> None:
    assert back({}, 0).next_offset == 0


def test_nothing_kept_of_what_was_read_is_a_loss_that_says_what_to_do() -> None:
    with pytest.raises(StateLost, match=r"attesa\.events/3 was read up to 7.*ATTESA_EPOCH"):
        back({}, 7)


def test_sessions_without_a_header_are_a_loss_too() -> None:
    sessions = processor()
    feed(sessions, queued(0))
    state = state_of(sessions)
    del state[b"sh"]
    with pytest.raises(StateLost):
        back(state, 1)


@pytest.mark.parametrize("committed", [0, 2, 4])
def test_a_state_for_another_offset_is_a_loss_that_names_both(committed: int) -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(5), ended(9, "agent"))
    with pytest.raises(StateLost, match=rf"stands for offset 3.*committed {committed}"):
        back(state_of(sessions), committed)


def test_a_raised_epoch_begins_with_nothing_and_deletes_what_the_earlier_one_kept() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(5), *of("d", queued(7)))
    state = state_of(sessions)
    again = back(state, 0, epoch=2)
    assert (again.next_offset, again.units) == (0, {})
    feed(again, queued(0))
    taken = take(again)
    assert taken.facts["c"].outcome == "waiting"
    assert taken.totals[0].total.offered == 1
    rows = taken.rows[topics.STATE]
    assert {key for key, value in rows.items() if value is None} <= state.keys() <= rows.keys()
    assert rows[b"suhistory:c"] is not None
    assert rows[b"suhistory:d"] is None
    left = {key: value for key, value in rows.items() if value is not None}
    assert set(back(left, 1, epoch=2).units) == {b"history:c"}


def test_a_raised_epoch_in_the_middle_of_the_input_is_a_loss() -> None:
    sessions = processor()
    feed(sessions, queued(0))
    with pytest.raises(StateLost, match="epoch 2 has no state: name a new ATTESA_GROUP"):
        back(state_of(sessions), 1, epoch=2)


def test_an_epoch_that_fell_is_refused_for_readers_would_keep_the_older_rows() -> None:
    sessions = processor(epoch=2)
    feed(sessions, queued(0))
    with pytest.raises(ConfigurationError, match=r"ATTESA_EPOCH=2.*with 1 readers"):
        back(state_of(sessions), 1, epoch=1)


def test_a_restored_processor_writes_what_the_first_would_have_written() -> None:
    first = processor()
    told = (queued(0), *of("d", queued(1), agent(9), ended(50, "customer")), progress(40))
    feed(first, *told)
    second = back(state_of(first), 5)
    for sessions in (first, second):
        feed(sessions, agent(50), *of("d", agent(4)), *of("e", customer(45)), progress(200))
    one, other = take(first), take(second)
    assert other.facts == one.facts
    assert other.rows[topics.STATE] == one.rows[topics.STATE]
    assert sorted(other.rows[topics.PANES].items()) == sorted(one.rows[topics.PANES].items())
    assert other.totals == one.totals
    assert other.clocks == one.clocks


def test_clocks_counters_and_modes_come_back() -> None:
    sessions = processor()
    feed(sessions, queued(0), queued(0), progress(40), *of("d", queued(3), tenant=LIVE), now_ms=ms(50))
    feed(sessions, progress(9, tenant="old"), now_ms=ms(50))
    caught_up(sessions, ms(50))
    before = take(sessions)
    again = back({key: value for key, value in before.rows[topics.STATE].items() if value}, 5)
    assert take(again).clocks[HISTORY].reasons == {"duplicate": 1}
    for tenant, row in take(again).clocks.items():
        was = before.clocks[tenant]
        assert (row.clock, row.mode, row.newest_event_at) == (was.clock, was.mode, was.newest_event_at)


def test_whoever_waited_still_waits_and_is_judged_on_time() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(10))
    again = back(state_of(sessions), 2)
    feed(again, progress(31))
    taken = take(again)
    assert in_seconds(taken.facts["c"])["verdict_good_at"] == 30
    assert taken.totals[0].oldest_requested_at == ms(0)


def test_a_verdict_given_before_is_not_given_again() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(31))
    again = back(state_of(sessions), 2)
    feed(again, progress(60), agent(61))
    (row,) = take(again).totals
    assert (row.total.missed_good, row.total.met_bad, row.total.offered) == (1, 1, 1)


def test_published_totals_survive_a_correction_and_a_restart() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(31))
    state = state_of(sessions)
    feed(sessions, agent(5))
    again = back(state_of(sessions, state), 3)
    feed(again, ended(9, "agent"))
    (row,) = take(again).totals
    assert (row.total.missed_good, row.published.missed_good) == (0, 1)


def test_a_session_restored_is_let_go_in_its_time() -> None:
    sessions = processor()
    feed(sessions, queued(0), ended(9, "customer"), progress(60))
    again = back(state_of(sessions), 3)
    feed(again, progress(50 * 3_600))
    assert again.units == {}
    assert not any(cell.panes for cell in again.cells.values())


def test_a_threshold_that_is_no_border_yet_becomes_one_and_what_is_kept_lies_on_its_sides() -> None:
    told = (queued(0), agent(22), *of("d", queued(0), agent(27)), *of("e", queued(0), ended(28, "customer")))
    sessions = processor()
    feed(sessions, *told, progress(35))
    fresh = processor(patient(25))
    feed(fresh, *told, progress(35))
    state = state_of(sessions)
    taken, wanted = take(back(state, 7, patient(25))), take(fresh)
    assert 25 in taken.totals[0].borders_seconds
    assert [row.total for row in taken.totals] == [row.total for row in wanted.totals]
    assert [(row.start, row.borders_seconds, row.counts) for row in in_order(taken.panes)] == [
        (row.start, row.borders_seconds, row.counts) for row in in_order(wanted.panes)
    ]


def test_a_border_that_goes_away_and_comes_back_loses_nothing_of_what_is_kept() -> None:
    sessions = processor(patient(25))
    feed(sessions, queued(0), agent(22), progress(35))
    before = take(sessions)
    state = state_of(sessions, before.rows[topics.STATE])
    away = back(state, 3, patient(30))
    state = state_of(away, state)
    again = take(back(state, 3, patient(25)))
    assert [row.total for row in again.totals] == [row.total for row in before.totals]


def test_what_was_let_go_counts_for_the_next_border_that_was_known_then() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(22), ended(30, "agent"), progress(50 * 3_600))
    assert sessions.units == {}
    again = back(state_of(sessions), 4, patient(25))
    (row,) = take(again).totals
    answered = dict(zip(row.borders_seconds, row.total.answered_buckets, strict=False))
    assert (answered[25], answered[30]) == (0, 1)
    assert row.total.answered == sum(row.total.answered_buckets) == 1


def in_order(panes: list[PaneRow]) -> list[PaneRow]:
    return sorted(panes, key=lambda row: (row.width_seconds, row.start))


def test_with_a_changed_threshold_what_is_kept_is_judged_anew() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(40), *of("d", queued(0), ended(50, "agent")), progress(35))
    state = state_of(sessions)
    again = back(state, 5, patient(45))
    taken = take(again)
    (row,) = taken.totals
    assert (row.total.met_good, row.total.missed_good) == (1, 1)
    assert (row.published.met_good, row.published.missed_good) == (1, 2)
    assert {key: found.verdict_good for key, found in taken.facts.items()} == {"c": "met", "d": "missed"}
    assert in_seconds(taken.facts["d"])["verdict_good_at"] == 45
    assert taken.facts["c"].good_ms == 45_000


def test_and_the_one_who_waits_has_the_new_deadline() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(35))
    again = back(state_of(sessions), 2, patient(45))
    assert take(again).facts["c"].verdict_good is None
    feed(again, progress(44))
    assert take(again).facts == {}
    feed(again, progress(46))
    assert in_seconds(take(again).facts["c"])["verdict_good_at"] == 45


def test_what_was_let_go_keeps_the_counts_of_its_day() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(40), ended(50, "agent"), progress(60 * 3_600))
    again = back(state_of(sessions), 4, patient(45))
    feed(again, *of("d", queued(59 * 3_600), agent(59 * 3_600 + 40)))
    (row,) = take(again).totals
    assert (row.total.missed_good, row.total.met_good) == (1, 1)


def test_a_crash_before_the_new_judgement_is_written_changes_nothing() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(40), ended(60, "agent"))
    state = state_of(sessions)
    back(state, 3, patient(45))
    again = back(state, 3, patient(45))
    (row,) = take(again).totals
    assert (row.total.met_good, row.total.missed_good) == (1, 0)


def test_the_new_definitions_hold_from_the_next_checkpoint_on() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(40), ended(60, "agent"))
    again = back(state_of(sessions), 3, patient(45))
    third = back(state_of(again, state_of(sessions)), 3, patient(45))
    taken = take(third)
    assert taken.facts == {}
    assert taken.totals == []
    assert taken.clocks[HISTORY].reasons == {"corrected": 1}


def test_a_state_row_of_a_later_writer_is_never_needed_twice() -> None:
    """Reading the rows in another order gives the same processor: each key stands for itself."""
    sessions = processor()
    feed(sessions, queued(0), agent(40), *of("d", queued(0)), *of("e", customer(7)), progress(35))
    state = state_of(sessions)
    turned = dict(reversed(state.items()))
    one, other = back(state, 5), back(turned, 5)
    for again in (one, other):
        feed(again, stories.ended(50, "agent"), progress(90))
    assert take(one).facts == take(other).facts
