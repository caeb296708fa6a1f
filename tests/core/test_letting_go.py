"""What is kept, for how long, what comes too late, and what stays when a session is let go."""

import pytest
from tests.core import making
from tests.core.making import Event, Taken, feed, of, processor, progress, take
from tests.core.running import Log, Worker, columns
from tests.oracle import stories
from tests.oracle.stories import HISTORY, agent, customer, ended, ms, queued

from attesa.core import topics
from attesa.core.rows import dead_letter_decoder
from attesa.core.sessions import Sessions

HOUR = 3_600
KEPT = 48 * HOUR
TIME_OUT_HOURS = 7 * 24  # of e-mail


def reasons(taken: Taken) -> list[str]:
    return [
        dead_letter_decoder.decode(value or b"").reason for value in taken.rows[topics.DEAD_LETTERS].values()
    ]


def kept(sessions: Sessions) -> set[bytes]:
    return set(sessions.units)


def panes(sessions: Sessions) -> int:
    return sum(len(cell.panes) for cell in sessions.cells.values())


OVER = (queued(0), agent(20), ended(60, "agent"))


# last event 60 s                        48 h                         49 h
#   ├──────────────── kept ───────────────┤ ── gone with the next hour ─┤
def test_a_session_that_is_over_is_let_go_48_hours_after_its_last_event() -> None:
    sessions = processor()
    feed(sessions, *OVER, progress(KEPT))
    take(sessions)
    assert kept(sessions) == {b"history:c"}
    feed(sessions, progress(KEPT + HOUR + 1))
    taken = take(sessions)
    assert kept(sessions) == set()
    assert taken.rows[topics.STATE][b"suhistory:c"] is None


def test_letting_go_takes_the_panes_along_and_leaves_the_totals() -> None:
    sessions = processor()
    feed(sessions, *OVER, progress(500))
    before = take(sessions)
    written = [key for key in before.rows[topics.STATE] if key.startswith(b"sp")]
    feed(sessions, progress(KEPT + 2 * HOUR), *of("d", customer(KEPT + 2 * HOUR)))
    after = take(sessions)
    assert written
    assert all(after.rows[topics.STATE][key] is None for key in written)
    assert after.rows[topics.SESSIONS].keys() == {b"history:d/1"}
    (row,) = after.totals
    assert columns(row.total)["answered"] == 1
    assert columns(row.total)["offered"] == 2


def test_a_pane_that_comes_and_goes_between_two_checkpoints_is_told_all_the_same() -> None:
    sessions = processor()
    feed(sessions, *OVER, progress(KEPT + 2 * HOUR))
    taken = take(sessions)
    assert sum(row.counts.answered for row in taken.panes if row.width_seconds == 60) == 1
    assert taken.facts["c"].outcome == "answered"
    assert panes(sessions) == 0


@pytest.mark.parametrize(
    "told",
    [[queued(0)], [customer(0), agent(5)], [stories.started(0)]],
    ids=["somebody waits", "a talk without an end", "nobody has asked yet"],
)
def test_a_session_without_an_end_is_kept_48_hours_from_its_time_out_on(told: list[Event]) -> None:
    sessions = processor()
    feed(sessions, stories.started(0, channel="email"), *told)
    for hours in (1, 49, 50, 98, TIME_OUT_HOURS + 47):
        feed(sessions, progress(hours * HOUR))
    assert kept(sessions) == {b"history:c"}
    feed(sessions, progress((TIME_OUT_HOURS + 50) * HOUR))
    assert kept(sessions) == set()


def test_a_session_whose_end_comes_days_late_is_let_go_all_the_same() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(KEPT + 2 * HOUR), ended(60, "customer"))
    assert take(sessions).facts["c"].outcome == "abandoned"
    feed(sessions, progress(KEPT + 4 * HOUR))
    assert kept(sessions) == set()


# hour     1                      5                                  52
#          d: asks, is answered   c: asks                            d is let go
#          c: an earlier message, told later; so c can still change the panes of hour 1
def test_panes_live_as_long_as_the_first_hour_of_a_kept_session_even_if_told_later() -> None:
    sessions = processor()
    feed(sessions, *of("d", queued(HOUR), agent(HOUR + 9), ended(HOUR + 50, "agent")))
    feed(sessions, customer(5 * HOUR), progress(6 * HOUR), customer(HOUR), progress(52 * HOUR))
    take(sessions)
    assert kept(sessions) == {b"history:c"}
    feed(sessions, agent(HOUR + 5))
    (narrow,) = (row for row in take(sessions).panes if row.width_seconds == 10 and row.counts.answered)
    assert (narrow.counts.offered, narrow.counts.answered) == (2, 2)


def test_a_late_event_without_a_session_is_a_dead_letter_and_counted() -> None:
    sessions = processor()
    feed(sessions, progress(KEPT + 60), customer(59.999), *of("d", customer(60)))
    taken = take(sessions)
    assert reasons(taken) == ["late"]
    assert taken.clocks[HISTORY].reasons == {"late": 1}
    assert set(taken.facts) == {"d"}


def test_a_late_event_of_a_session_that_was_let_go_makes_no_new_one() -> None:
    sessions = processor()
    feed(sessions, *OVER, progress(KEPT + 2 * HOUR))
    take(sessions)
    feed(sessions, agent(10))
    taken = take(sessions)
    assert reasons(taken) == ["late"]
    assert taken.facts == {}
    assert taken.totals == []


def test_a_late_event_of_a_kept_session_still_corrects_it_with_whole_panes() -> None:
    sessions = processor()
    other = of("d", queued(0), agent(21), ended(62, "agent"))
    feed(sessions, queued(0), agent(20), *other, progress(KEPT + 2 * HOUR))
    take(sessions)
    assert kept(sessions) == {b"history:c"}  # the other was let go and is in the pane all the same
    feed(sessions, agent(5))
    taken = take(sessions)
    assert reasons(taken) == []
    narrow = {(row.start - ms(0)) // 1000: row.counts for row in taken.panes if row.width_seconds == 10}
    assert (narrow[0].offered, narrow[0].answered) == (2, 1)
    assert (narrow[20].answered, narrow[20].wait_ms) == (1, 21_000)


def test_a_late_event_before_a_kept_sessions_first_is_refused() -> None:
    sessions = processor()
    feed(sessions, customer(100), progress(KEPT + 2 * HOUR), customer(99), customer(101))
    taken = take(sessions)
    assert reasons(taken) == ["late"]
    assert taken.facts["c"].events == 2


def test_a_conversation_that_comes_back_later_goes_on_counting() -> None:
    sessions = processor()
    feed(sessions, *OVER, progress(KEPT + 2 * HOUR), customer(KEPT + 2 * HOUR))
    taken = take(sessions)
    assert (taken.facts["c"].session, taken.facts["c"].outcome) == ("c/2", "waiting")
    assert taken.totals[0].total.records == 2
    assert taken.rows[topics.STATE][b"suhistory:c"] is not None


def month(sessions: Sessions) -> list[tuple[int, int, int]]:
    """Sessions, panes and entries on lists after each of 30 days: 6 chats an hour, all of which end."""
    sizes = []
    for hour in range(30 * 24):
        for i in range(6):
            at = hour * HOUR + i * 600
            feed(sessions, *of(f"c{hour}-{i}", queued(at), agent(at + 20), ended(at + 300, "customer")))
        feed(sessions, progress((hour + 1) * HOUR))
        sessions.take(making.LATER_MS)
        if hour % 24 == 23:
            clock = sessions.clocks[HISTORY]
            listed = sum(map(len, clock.by_last_hour.values()))
            assert listed <= len(sessions.units) + 6  # each once; some were just let go
            lists = len(clock.deadlines) + listed + len(clock.by_first_hour)
            waiting = sum(len(cell.waiting) for cell in sessions.cells.values())
            sizes.append((len(sessions.units), panes(sessions), lists + waiting))
    return sizes


def test_a_month_takes_no_more_memory_than_its_third_day() -> None:
    sizes = month(processor())
    assert sizes[3:] == [sizes[3]] * 27
    assert sizes[3][0] <= 50 * 6


def test_one_who_is_forgotten_lets_no_list_of_the_waiting_grow_behind_him() -> None:
    sessions = processor()
    feed(sessions, *of("forgotten", queued(0)))
    for i in range(3_000):
        feed(sessions, *of(f"c{i}", queued(10 + i)))
        sessions.take(making.LATER_MS)
        feed(sessions, *of(f"c{i}", ended(11 + i, "customer")))
        (row,) = take(sessions).totals
        assert row.oldest_requested_at == ms(0)
    (cell,) = sessions.cells.values()
    assert len(cell.waiting) <= 1_001


def test_nor_does_the_state_topic() -> None:
    log = Log()
    worker = Worker(log, topics.EVENTS, making.DEFINITIONS)
    sizes = []
    for day in range(12):
        at = day * 24 * HOUR
        for told in (
            *of(f"c{day}", queued(at), agent(at + 20), ended(at + 300, "customer")),
            progress(at + 1_000),
        ):
            log.append(told)
        worker.read(9, making.LATER_MS)
        worker.checkpoint(making.LATER_MS)
        numbers = sum(key.startswith(b"sm") for key in log.rows[topics.STATE])
        sizes.append(len(log.rows[topics.STATE]) - numbers)
    assert max(sizes[4:]) <= sizes[3]
    assert numbers <= 12  # of each conversation, what the next session is called


def test_totals_of_a_month_stay_whole_when_its_sessions_are_gone() -> None:
    sessions = processor()
    month(sessions)
    feed(sessions, progress(40 * 24 * HOUR))
    assert kept(sessions) == set()
    assert panes(sessions) == 0
    (cell,) = sessions.cells.values()
    counts = columns(sessions.layout.counts(cell.total))
    assert counts["answered"] == counts["met_good"] == counts["measured"] == 30 * 24 * 6
