"""Time of one tenant in one partition: who moves it, who does not, and what it decides."""

from random import Random
from typing import Any

import pytest
from tests.core import making
from tests.core.holding import fields
from tests.core.making import behind, caught_up, feed, in_seconds, of, processor, progress, take
from tests.core.playing import SHAPES
from tests.oracle import stories
from tests.oracle.stories import HISTORY, LIVE, agent, customer, ended, event_at, ms, queued, started
from tests.oracle.worlds import HOUR_MS, world

from attesa.core import topics
from attesa.core.partition.clocks import Progress
from attesa.core.rows import SessionRow, session_decoder
from attesa.core.sessions import Sessions


def live(*told: making.Event) -> list[making.Event]:
    return of("c", *told, tenant=LIVE)


def verdict(row: SessionRow) -> tuple[str | None, float | None]:
    found = in_seconds(row)
    return found["verdict_good"], found["verdict_good_at"]


def test_a_quiet_night_is_judged_on_time() -> None:
    sessions = processor()
    feed(sessions, *live(queued(0)), now_ms=ms(0))
    caught_up(sessions, ms(32))  # the clock stays 2 s behind the wall
    assert verdict(take(sessions).facts["c"]) == (None, None)
    caught_up(sessions, ms(32.001))
    taken = take(sessions)
    assert verdict(taken.facts["c"]) == ("missed", 30)
    assert taken.clocks[LIVE].clock == ms(30.001)
    assert not taken.clocks[LIVE].held


# events  asks 0                          reply 20        (not read yet: another hour of events)
# wall    ──────────────────────────────────────────────────────────────▶ 3,600
# clock   ─────────────────────────────────▶ 25, the newest event that was read
def test_behind_the_end_of_the_log_our_lag_is_nobodys_slowness() -> None:
    sessions = processor()
    feed(sessions, *live(queued(0)), now_ms=ms(3_600))
    feed(sessions, *of("d", queued(25), tenant=LIVE), now_ms=ms(3_600))
    behind(sessions, ms(3_600))
    taken = take(sessions)
    assert verdict(taken.facts["c"]) == (None, None)
    assert taken.clocks[LIVE].clock == ms(25)
    assert taken.clocks[LIVE].held
    feed(sessions, *live(agent(20)), now_ms=ms(3_600))
    caught_up(sessions, ms(3_600))
    assert verdict(take(sessions).facts["c"]) == ("met", 20)


def test_what_was_held_is_judged_at_its_deadline_once_caught_up() -> None:
    sessions = processor()
    feed(sessions, *live(queued(0)), now_ms=ms(3_600))
    behind(sessions, ms(3_600))
    assert verdict(take(sessions).facts["c"]) == (None, None)
    caught_up(sessions, ms(3_600))
    assert verdict(take(sessions).facts["c"]) == ("missed", 30)


def test_behind_with_newer_events_time_goes_on() -> None:
    sessions = processor()
    feed(sessions, *live(queued(0)), *of("d", queued(31), tenant=LIVE), now_ms=ms(3_600))
    behind(sessions, ms(3_600))
    assert verdict(take(sessions).facts["c"]) == ("missed", 30)


def test_behind_and_nothing_read_time_has_not_begun() -> None:
    sessions = processor()
    feed(sessions, *live(queued(3_000)), now_ms=ms(0))  # dated in the future
    behind(sessions, ms(0))
    assert take(sessions).clocks[LIVE].clock is None


def test_an_event_dated_in_the_future_moves_no_clock() -> None:
    sessions = processor()
    ahead = event_at("session.queued", ms(1_800))
    feed(sessions, *live(queued(0), ahead), now_ms=ms(10))
    behind(sessions, ms(100))
    taken = take(sessions)
    assert taken.clocks[LIVE].clock == taken.clocks[LIVE].newest_event_at == ms(0)
    caught_up(sessions, ms(100))
    assert take(sessions).clocks[LIVE].clock == ms(98)


def test_a_clock_never_goes_back() -> None:
    sessions = processor()
    feed(sessions, *live(queued(0)), progress(500), now_ms=ms(600))
    caught_up(sessions, ms(600))
    before = {tenant: row.clock for tenant, row in take(sessions).clocks.items()}
    feed(sessions, progress(100), now_ms=ms(600))
    caught_up(sessions, ms(300))
    behind(sessions, ms(300))
    after = {tenant: row.clock for tenant, row in take(sessions).clocks.items()}
    assert before[LIVE] == ms(598)
    assert before[HISTORY] == ms(500)
    assert after == before


def test_each_tenant_has_a_clock_of_its_own() -> None:
    sessions = processor()
    feed(sessions, *of("c", queued(0), tenant=LIVE), *of("d", queued(0), tenant=HISTORY), now_ms=ms(900))
    caught_up(sessions, ms(900))
    taken = take(sessions)
    assert taken.clocks[HISTORY].clock is None
    assert verdict(taken.facts["c"]) == ("missed", 30)
    assert verdict(taken.facts["d"]) == (None, None)


def test_no_wall_clock_ends_the_calls_of_a_replay() -> None:
    sessions = processor()
    feed(sessions, queued(0))
    caught_up(sessions, making.LATER_MS)
    assert verdict(take(sessions).facts["c"]) == (None, None)
    feed(sessions, progress(31))
    assert verdict(take(sessions).facts["c"]) == ("missed", 30)


def test_a_replay_counts_as_held_by_nothing() -> None:
    sessions = processor()
    feed(sessions, queued(0), progress(10))
    behind(sessions, making.LATER_MS)
    assert not take(sessions).clocks[HISTORY].held


def test_a_deadline_of_a_request_that_moved_is_the_new_one() -> None:
    sessions = processor()
    feed(sessions, customer(0), progress(20), queued(15), progress(40))
    assert verdict(take(sessions).facts["c"]) == (None, None)
    feed(sessions, progress(46))
    assert verdict(take(sessions).facts["c"]) == ("missed", 45)


def test_a_channel_told_late_brings_its_own_deadlines() -> None:
    sessions = processor()
    feed(sessions, customer(0), progress(40))
    assert verdict(take(sessions).facts["c"]) == ("missed", 30)
    feed(sessions, started(-1, channel="chat"))
    assert verdict(take(sessions).facts["c"]) == (None, None)
    feed(sessions, progress(3_601))
    assert verdict(take(sessions).facts["c"]) == ("missed", 3_600)


def test_an_event_of_a_session_whose_deadline_is_past_is_judged_at_once() -> None:
    sessions = processor()
    feed(sessions, progress(1_000), customer(0))
    assert verdict(take(sessions).facts["c"]) == ("missed", 30)


def test_at_the_very_deadline_a_reply_would_still_be_in_time() -> None:
    sessions = processor()
    feed(sessions, progress(30), customer(0))
    assert verdict(take(sessions).facts["c"]) == (None, None)
    feed(sessions, agent(30))
    assert verdict(take(sessions).facts["c"]) == ("met", 30)


def test_an_end_before_the_deadline_leaves_nothing_to_judge() -> None:
    sessions = processor()
    feed(sessions, queued(0), ended(5, "customer"), progress(1_000))
    assert verdict(take(sessions).facts["c"]) == ("none", 5)


def test_the_clock_row_tells_position_and_end() -> None:
    sessions = processor()
    sessions.tick(ms(0), Progress(7, 12, caught_up=False))
    row = take(sessions, ms(5)).clocks[""]
    assert (row.position, row.end_offset, row.held, row.written_at) == (7, 12, True, ms(5))


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_wall_time_and_data_time_give_the_same_facts(first: int) -> None:
    for seed in range(first, first + 25):
        found = world(Random(seed), SHAPES[LIVE])
        end = ms(10 * HOUR_MS / 1000)
        events = [event for event in found.events() if event["type"] != "attesa.source.heartbeat"]
        wall, data = processor(found.definitions), processor(found.definitions)
        feed(wall, *events, now_ms=end + HOUR_MS)
        caught_up(wall, end + 2_000)
        feed(data, *(event | {"tenant": HISTORY} for event in events))
        feed(data, stories.event_at("progress", end))
        assert rows_of(wall) == rows_of(data), f"world of seed {seed}"


def rows_of(sessions: Sessions) -> dict[str, dict[str, Any]]:
    """By session its facts, but for the tenant and what only one of them shows."""
    rows = [session_decoder.decode(value or b"") for value in take(sessions).rows[topics.SESSIONS].values()]
    return {row.session: fields(row, ("tenant", "agent")) for row in rows}
