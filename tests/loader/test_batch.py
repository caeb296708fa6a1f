import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.loader.examples import Record, a_dead_letter, a_pane, a_session, on_topic

from attesa.core import topics
from attesa.loader.batch import REFUSED, UNDECODABLE, Batch

NOW_MS = 1_000


def filled(*records):
    batch = Batch(1)
    batch.add(records, 0.0, NOW_MS)
    return batch


def test_only_the_newest_row_of_a_session_is_written():
    batch = filled(*on_topic(topics.SESSIONS, a_session(events=1), a_session(events=2), a_session("c2/1")))
    assert len(batch) == 2
    row, record = batch.rows["sessions"]["acme", "c1/1"]
    assert record.offset == 1
    assert row.version == (1 << 48) + 1


@given(st.permutations(range(6)))
def test_the_newest_row_does_not_depend_on_the_order_of_arrival(order):
    records = on_topic(topics.SESSIONS, *(a_session(events=number) for number in range(6)))
    batch = filled(*(records[index] for index in order))
    (only,) = batch.rows["sessions"].values()
    assert only[1].offset == 5


def test_offsets_are_the_next_to_read_and_count_records_that_make_no_row():
    batch = filled(*on_topic(topics.PANES, a_pane(width_seconds=10), first=7))
    assert len(batch) == 0
    assert batch.offsets == {(topics.PANES, 2): 8}
    assert batch.due(1.0, 1.0, 10), "offsets alone must be committed too"


def test_a_position_beyond_a_marker_is_to_be_committed_without_a_record():
    batch = filled()
    batch.reach(topics.PANES, 2, 9, 5.0)
    assert batch.offsets == {(topics.PANES, 2): 9}
    assert (batch.due(5.9, 1.0, 10), batch.due(6.0, 1.0, 10)) == (False, True)


def test_a_batch_is_due_by_age_or_by_size():
    batch = Batch(1)
    assert not batch.due(100.0, 1.0, 1)
    batch.add(on_topic(topics.SESSIONS, a_session()), 5.0, NOW_MS)
    assert not batch.due(5.9, 1.0, 2)
    assert batch.due(6.0, 1.0, 2)
    assert batch.due(5.0, 1.0, 1)


@pytest.mark.parametrize(
    ("value", "path"),
    [(b"\xff", ""), (b"[]", ""), (None, ""), (b'{"tenant":"acme","session":5}', "session")],
)
def test_a_record_that_cannot_be_used_is_a_dead_letter_and_the_rest_goes_on(value, path):
    (good,) = on_topic(topics.SESSIONS, a_session(), first=4)
    batch = filled(Record(topics.SESSIONS, 2, 3, value), good)
    (letter,) = batch.dead
    assert (letter.reason, letter.topic, letter.partition, letter.offset) == (
        UNDECODABLE,
        topics.SESSIONS,
        2,
        3,
    )
    assert letter.path == path
    assert letter.sha256 == hashlib.sha256(value or b"").hexdigest()
    assert len(batch.rows["sessions"]) == 1


def test_a_dead_letter_that_cannot_be_read_makes_no_further_one():
    batch = filled(Record(topics.DEAD_LETTERS, 0, 0, b"?"))
    assert (batch.dead, batch.lost) == ([], 1)
    assert batch.offsets == {(topics.DEAD_LETTERS, 0): 1}


def test_a_refused_row_leaves_the_batch_as_a_dead_letter_of_its_tenant():
    batch = filled(*on_topic(topics.SESSIONS, a_session(), a_session("c2/1")))
    row, _ = batch.rows["sessions"]["acme", "c1/1"]
    batch.refuse("sessions", row, "too long", NOW_MS)
    assert list(batch.rows["sessions"]) == [("acme", "c2/1")]
    (letter,) = batch.dead
    assert (letter.reason, letter.tenant, letter.detail, letter.offset) == (REFUSED, "acme", "too long", 0)


def test_a_refused_dead_letter_is_only_counted():
    batch = filled(*on_topic(topics.DEAD_LETTERS, a_dead_letter()))
    (row, _), *_ = batch.rows["dead_letters"].values()
    batch.refuse("dead_letters", row, "no", NOW_MS)
    assert (len(batch), batch.lost) == (0, 1)


def test_partitions_that_others_have_now_are_not_committed():
    batch = filled(*on_topic(topics.SESSIONS, a_session()), *on_topic(topics.PANES, a_pane()))
    batch.forget([(topics.SESSIONS, 2)])
    assert list(batch.offsets) == [(topics.PANES, 2)]
    assert len(batch) == 2
