import msgspec
import pytest
from tests.loader.examples import NINE, a_dead_letter, a_link, a_pane, a_session, an_order, an_outcome

from attesa.core import topics
from attesa.core.rows import encode
from attesa.loader.tables import BY_NAME, LOADED_TOPICS, read

FIRST_EPOCH = 1 << 48


def as_dict(topic, row, offset=5, epoch=1):
    taken = read(topic, encode(row), offset, epoch)
    return taken, dict(zip(BY_NAME[taken.table].columns, taken.values, strict=True))


def test_a_session_becomes_its_facts_with_a_version_of_epoch_and_offset():
    row = a_session(epoch=1)
    taken, values = as_dict(topics.SESSIONS, row)
    facts = msgspec.structs.asdict(row)
    assert taken.key == ("acme", "c1/1")
    assert values.pop("version") == taken.version == FIRST_EPOCH + 5
    assert facts.pop("conversation") == "c1"  # ClickHouse derives it from the session
    assert values == facts


def test_a_session_taken_away_keeps_its_key_and_says_deleted():
    taken, values = as_dict(topics.SESSIONS, a_session(deleted=True))
    assert taken.key == ("acme", "c1/1")
    assert values["deleted"] is True


def test_a_minute_becomes_one_row_with_its_counts_and_seconds():
    taken, values = as_dict(topics.PANES, a_pane())
    assert taken.key == ("acme", "live_chat", "sales", "IT", NINE // 1000, "sessions", 2)
    assert values["start"] == NINE // 1000
    assert (values["offered"], values["answered"], values["wait_ms"]) == (2, 1, 12_000)
    assert values["borders_seconds"] == (5, 10, 20)
    assert values["answered_buckets"] == [0, 0, 1, 0]
    assert values["version"] == FIRST_EPOCH + 5


def test_what_became_of_sessions_orders_and_customers_goes_into_a_table_each():
    rows = (an_outcome(), an_order(), a_link("k1", "k2"))
    taken = [as_dict(topics.OUTCOMES, row) for row in rows]
    assert [(row.table, row.key) for row, _ in taken] == [
        ("outcomes", ("acme", "c1/1", "k1")),
        ("orders", ("acme", "o1", "k1")),
        ("customer_links", ("acme", "k1", "k2")),
    ]
    for row, (told, values) in zip(rows, taken, strict=True):
        assert values.pop("version") == told.version == FIRST_EPOCH + 5
        assert values == msgspec.structs.asdict(row)


def test_the_two_processors_minutes_are_rows_of_their_own():
    ours, _ = as_dict(topics.PANES, a_pane())
    theirs, _ = as_dict(topics.PANES, a_pane(processor="customers"))
    assert ours.key != theirs.key


def test_narrow_panes_are_not_held():
    assert read(topics.PANES, encode(a_pane(width_seconds=10)), 5, 1) is None


def test_a_dead_letter_without_a_tenant_has_an_empty_one():
    taken, values = as_dict(topics.DEAD_LETTERS, a_dead_letter(), epoch=3)
    assert taken.key == ("", "attesa.events", 2, 17, "", 3)
    assert (values["tenant"], values["epoch"], values["detail"]) == ("", 3, "not JSON")


def test_a_broken_row_of_a_file_is_the_same_in_every_epoch():
    row = a_dead_letter(
        tenant="acme", reason="broken_row", topic="", partition=0, offset=0, origin="calls.tsv:7"
    )
    first, _ = as_dict(topics.DEAD_LETTERS, row, epoch=1)
    second, _ = as_dict(topics.DEAD_LETTERS, row, epoch=2)
    assert first.key == second.key
    assert second.version > first.version


def test_a_higher_epoch_beats_every_offset():
    old, _ = as_dict(topics.SESSIONS, a_session(epoch=1), offset=10**9)
    new, _ = as_dict(topics.SESSIONS, a_session(epoch=2), offset=0)
    assert new.version > old.version


@pytest.mark.parametrize("topic", LOADED_TOPICS)
@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'{"tenant":1}', b"\xff\xfe"])
def test_what_cannot_be_decoded_raises_one_family_of_errors(topic, value):
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        read(topic, value, 0, 1)
