"""What the processor takes, refuses and counts, message by message."""

import json
from hashlib import sha256

import pytest
from tests.core import making
from tests.core.making import DEFINITIONS, Message, Taken, feed, message, of, processor, progress, take
from tests.oracle import stories
from tests.oracle.stories import HISTORY, LIVE, agent, customer, ended, event_at, ms, queued

from attesa.core import topics
from attesa.core.rows import DeadLetter, dead_letter_decoder
from attesa.core.sessions import Sessions


def dead(taken: Taken) -> list[DeadLetter]:
    return [dead_letter_decoder.decode(value or b"") for value in taken.rows[topics.DEAD_LETTERS].values()]


def test_what_cannot_be_read_is_a_dead_letter_and_the_rest_goes_on() -> None:
    sessions = processor()
    feed(sessions, customer(0), b"{", agent(5))
    taken = take(sessions)
    (letter,) = dead(taken)
    assert (letter.reason, letter.tenant, letter.partition, letter.offset) == ("undecodable", None, 3, 1)
    assert (letter.size_bytes, letter.sha256) == (1, sha256(b"{").hexdigest())
    assert letter.at == making.LATER_MS
    assert taken.facts["c"].outcome == "answered"
    assert taken.clocks[""].reasons == {"undecodable": 1}


def test_a_message_without_a_value_is_a_dead_letter() -> None:
    sessions = processor()
    sessions.apply([Message(b"history:c", None, 0)], making.LATER_MS)
    assert [letter.reason for letter in dead(take(sessions))] == ["undecodable"]


def test_a_dead_letter_names_the_field_and_the_tenant_which_it_makes_not_known() -> None:
    sessions = processor()
    broken = message(ended(0, "nobody"), 0)
    sessions.apply([broken], making.LATER_MS)
    (letter,) = dead(take(sessions))
    assert (letter.reason, letter.path, letter.tenant) == ("invalid", "data.by", HISTORY)
    assert take(sessions).clocks[""].reasons == {"invalid": 1}
    feed(sessions, customer(0))
    sessions.apply([broken._replace(offset=2), broken._replace(offset=3, key=b"\xff")], making.LATER_MS)
    taken = take(sessions)
    assert [letter.tenant for letter in dead(taken)] == [HISTORY, HISTORY]
    assert taken.clocks[HISTORY].reasons == {"invalid": 2}


def test_of_what_is_no_event_the_key_tells_the_tenant_if_it_is_known() -> None:
    sessions = processor()
    rubbish = making.Message(b"history:c", b"{", 0)
    sessions.apply([rubbish], making.LATER_MS)
    feed(sessions, customer(0))
    more = [rubbish._replace(offset=2), rubbish._replace(offset=3, key=b"\xff")]
    sessions.apply(more, making.LATER_MS)
    assert [letter.tenant for letter in dead(take(sessions))] == [None, HISTORY, None]


def test_bytes_are_kept_only_sealed_and_only_up_to_64_kib() -> None:
    sessions = Sessions(3, DEFINITIONS, 1, lambda _: True, seal=lambda raw: f"sealed {len(raw)}")
    feed(sessions, b"{", b"[" * 65_536, b"[" * 65_537)
    assert [letter.sealed for letter in dead(take(sessions))] == ["sealed 1", "sealed 65536", None]
    unsealed = processor()
    feed(unsealed, b"{")
    assert [letter.sealed for letter in dead(take(unsealed))] == [None]


@pytest.mark.parametrize("key", [None, b"", b"c", b"history:d", b"live:c"])
def test_a_key_that_disagrees_with_the_body_is_a_dead_letter(key: bytes | None) -> None:
    sessions = processor()
    sessions.apply([message(customer(0), 0)._replace(key=key)], making.LATER_MS)
    taken = take(sessions)
    assert [(letter.reason, letter.tenant) for letter in dead(taken)] == [("key_mismatch", HISTORY)]
    assert taken.facts == {}


def test_so_is_a_partition_key_that_disagrees() -> None:
    sessions = processor()
    feed(sessions, customer(0) | {"partitionkey": "history:d"}, customer(1) | {"partitionkey": "history:c"})
    taken = take(sessions)
    assert [letter.reason for letter in dead(taken)] == ["key_mismatch"]
    assert taken.facts["c"].events == 1


def test_an_event_in_the_wrong_partition_says_so() -> None:
    sessions = Sessions(3, DEFINITIONS, 1, lambda key: key == b"history:c")
    feed(sessions, *of("c", customer(0)), *of("d", customer(0)))
    taken = take(sessions)
    assert [(letter.reason, letter.offset) for letter in dead(taken)] == [("wrong_partition", 1)]
    assert set(taken.facts) == {"c"}


def test_unknown_types_are_counted_and_leave_no_dead_letter() -> None:
    sessions = processor()
    feed(sessions, customer(0) | {"type": "com.example.click"})
    taken = take(sessions)
    assert dead(taken) == []
    assert taken.clocks[""].reasons == {"unknown_type": 1}
    assert taken.facts == {}


def test_unknown_fields_are_counted() -> None:
    sessions = processor()
    feed(sessions, customer(0, mood="bad", age=9))
    assert take(sessions).clocks[HISTORY].reasons == {"unknown_field": 2}


def test_an_event_more_than_an_hour_ahead_is_refused() -> None:
    sessions = processor()
    now_ms = ms(0)
    ahead = event_at("session.queued", now_ms + making.HOUR_MS)
    too_far = event_at("session.queued", now_ms + making.HOUR_MS + 1)
    feed(sessions, *of("c", ahead, tenant=LIVE), *of("d", too_far, tenant=LIVE), now_ms=now_ms)
    taken = take(sessions)
    assert [(letter.reason, letter.path) for letter in dead(taken)] == [("future", "time")]
    assert set(taken.facts) == {"c"}


def test_a_repeated_event_is_counted_and_changes_nothing() -> None:
    sessions = processor()
    feed(sessions, queued(0), agent(5))
    before = take(sessions)
    feed(sessions, queued(0), agent(5), agent(5))
    after = take(sessions)
    assert after.clocks[HISTORY].reasons == {"duplicate": 3}
    assert after.facts == {}
    assert after.panes == []
    assert before.facts["c"].events == 2


@pytest.mark.parametrize("turned", [False, True])
def test_of_one_id_with_different_contents_the_same_wins_in_any_order(turned: bool) -> None:
    versions = [queued(7, queue=queue) | {"id": "one"} for queue in ("support", "sales")]
    sessions = processor()
    feed(sessions, *(reversed(versions) if turned else versions))
    taken = take(sessions)
    assert taken.facts["c"].queue == "sales"  # the smaller bytes
    assert taken.clocks[HISTORY].reasons == {"conflicting": 1}


def test_the_source_is_the_smallest_that_told_of_the_session_even_by_a_repeat() -> None:
    sessions = processor()
    feed(sessions, queued(0), ended(9, "customer"))
    assert take(sessions).facts["c"].source == "desk"
    feed(sessions, queued(0) | {"source": "attic"})
    assert take(sessions).facts["c"].source == "attic"
    feed(sessions, agent(12) | {"source": "yard"})
    assert take(sessions).facts["c"].source == "attic"


def test_a_session_that_changed_ten_times_is_written_once() -> None:
    sessions = processor()
    feed(sessions, *(customer(seconds) for seconds in range(10)))
    rows = sessions.take(making.LATER_MS).rows
    assert len(rows[topics.SESSIONS]) == 1
    assert len([key for key, _ in rows[topics.STATE] if key.startswith(b"su")]) == 1


def test_nothing_happened_writes_clocks_and_header_only() -> None:
    sessions = processor()
    feed(sessions, customer(0))
    take(sessions)
    rows = sessions.take(making.LATER_MS).rows
    assert [key for key, _ in rows[topics.STATE]] == [b"sh"]
    assert rows[topics.SESSIONS] == rows[topics.PANES] == rows[topics.DEAD_LETTERS] == []
    assert len(rows[topics.TOTALS]) == len(sessions.clocks)


def test_the_next_offset_is_behind_the_last_message_gaps_included() -> None:
    sessions = processor()
    sessions.apply([message(customer(0), 4), message(agent(1), 9)], making.LATER_MS)
    assert sessions.take(making.LATER_MS).next_offset == 10


def test_progress_for_a_tenant_in_wall_time_is_refused() -> None:
    sessions = processor()
    feed(sessions, progress(500, tenant=LIVE))
    taken = take(sessions)
    assert [(letter.reason, letter.tenant) for letter in dead(taken)] == [("progress_refused", LIVE)]
    assert taken.clocks[LIVE].clock is None


def test_a_tenant_that_nobody_configured_lives_in_the_time_of_its_first_message() -> None:
    sessions = processor()
    feed(sessions, progress(500, tenant="old"), *of("c", customer(0), tenant="new"))
    clocks = take(sessions).clocks
    assert (clocks["old"].mode, clocks["new"].mode) == ("data", "wall")


def test_a_correction_is_counted_and_moves_the_count() -> None:
    sessions = processor()
    feed(sessions, customer(0), progress(40))
    (row,) = take(sessions).totals
    assert (row.total.missed_good, row.published.missed_good) == (1, 1)
    feed(sessions, agent(20))
    taken = take(sessions)
    (row,) = taken.totals
    assert (row.total.missed_good, row.total.met_good) == (0, 1)
    assert row.published.missed_good == 1
    assert taken.clocks[HISTORY].reasons == {"corrected": 1}


def test_sessions_move_to_the_cell_that_a_late_event_tells() -> None:
    sessions = processor()
    feed(sessions, customer(5))
    take(sessions)
    feed(sessions, stories.started(1, queue="sales", country="IT", channel="chat"))
    totals = {(row.channel, row.queue, row.country): row.total.offered for row in take(sessions).totals}
    assert totals == {("live_chat", "unknown", "unknown"): 0, ("chat", "sales", "IT"): 1}


def test_rows_carry_partition_epoch_and_definitions() -> None:
    sessions = processor(epoch=7)
    feed(sessions, customer(0))
    taken = take(sessions)
    rows = [*taken.facts.values(), *taken.panes, *taken.totals, *taken.clocks.values()]
    assert {(row.partition, row.epoch) for row in rows} == {(3, 7)}
    keys = [json.loads(key) for key in taken.rows[topics.PANES]]
    assert ["history", "live_chat", "unknown", "unknown", 10, stories.START_MS, "sessions", 3] in keys
    assert list(taken.rows[topics.SESSIONS]) == [b"history:c/1"]
