"""What `attesa doctor` says of sources and of partitions that wait."""

import pytest

from attesa.core.explained.heard import (
    TOLD,
    Counted,
    Source,
    attributed,
    holds,
    sentence,
    sources_of,
    with_told,
)
from attesa.core.rows import ClockRow

NOW = 1_767_225_600_000
EVERYTHING = {name: 1 for name, *_ in TOLD}


def clock(**changes: object) -> ClockRow:
    """A partition that is well."""
    told = {
        "tenant": "default", "processor": "sessions", "partition": 3, "epoch": 1, "mode": "wall",
        "clock": NOW - 2_000, "newest_event_at": NOW - 12_000, "position": 10, "end_offset": 10,
        "held": False, "written_at": NOW - 500, "reasons": {}, "sources": {"desk": NOW - 12_000},
    }  # fmt: skip
    return ClockRow(**told | changes)


def test_a_source_is_as_new_as_its_newest_event_in_any_partition() -> None:
    rows = clock(), clock(partition=1, sources={"desk": NOW - 3_000, "shop": NOW - 9_000})

    assert [(source.name, source.last_at) for source in sources_of(rows)] == [
        ("desk", NOW - 3_000), ("shop", NOW - 9_000),
    ]  # fmt: skip


def test_what_is_never_told_is_said_with_what_is_null_for_it() -> None:
    source = Source("default", "desk", NOW - 12_000, is_history=False)
    counts = EVERYTHING | {"surveys": 0, "purchases": 0}
    (found,) = with_told([source], {("default", "desk"): Counted(1_234, NOW, counts)})

    assert sentence(found, NOW) == (
        "live, last event 12 s ago; 1,234 sessions in 7 days; "
        "surveys never seen, so NPS, CSAT and incremental conversion are null; "
        "purchases never seen, so conversion is null"
    )


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (Source("t", "s", NOW - 3_600_000, is_history=False), "silent, last event 1 h ago"),
        (Source("t", "s", NOW - 3_600_000, is_history=True), "history"),
        (Source("t", "s", None, is_history=False), "not heard of by the workers that run"),
    ],
)
def test_a_source_lives_or_is_silent_or_is_history(source: Source, says: str) -> None:
    assert sentence(source, NOW) == f"{says}; what it tells is known only with ClickHouse"


def test_a_source_of_purchases_alone_has_no_sessions() -> None:
    (found,) = with_told([Source("t", "orders", NOW, is_history=False)], {})

    told = "live, last event 0 s ago; no session of 7 days bears its name, as is right for a shop"
    assert sentence(found, NOW) == told


def test_a_source_that_only_clickhouse_knows_is_listed() -> None:
    (found,) = with_told([], {("t", "old"): Counted(5, NOW, EVERYTHING)})

    assert sentence(found, NOW) == "not heard of by the workers that run; 5 sessions in 7 days"


def test_a_partition_that_is_well_holds_nothing() -> None:
    assert holds([clock()], NOW, 30_000) == []


def test_a_partition_that_is_behind_for_an_instant_holds_nothing() -> None:
    assert holds([clock(held=True, end_offset=11)], NOW, 30_000) == []


def test_a_partition_that_stays_behind_says_by_how_much_and_what_to_do() -> None:
    (found,) = holds([clock(held=True, end_offset=5_010, clock=NOW - 60_000)], NOW, 30_000)

    assert found.place == "sessions/3"
    assert found.text == "verdicts of default wait for 1 min: 5,000 records behind"
    assert "start more workers" in found.advice


def test_a_source_that_broke_its_promise_is_named() -> None:
    (found,) = holds([clock(held=True, held_by="desk", clock=NOW - 60_000)], NOW, 30_000)

    assert found.text == "verdicts of default wait for 1 min: desk promised heartbeats and is silent"
    assert "every_seconds 0" in found.advice


def test_a_partition_that_nobody_writes_is_nobody_s() -> None:
    rows = clock(written_at=NOW - 90_000), clock(tenant="other", written_at=NOW - 90_000)
    (found,) = holds(rows, NOW, 30_000)

    assert found.text == "nothing was written for 1 min 30 s"
    assert "start `attesa stream`" in found.advice


def test_rows_of_no_tenant_and_of_another_epoch_say_nothing() -> None:
    assert attributed([clock(tenant=""), clock(epoch=2)], 1) == []


def test_presence_and_heartbeats_do_not_hide_that_no_conversation_comes() -> None:
    told = {("default", "desk"): Counted(5, NOW - 7_200_000, EVERYTHING)}
    (beating,) = with_told([Source("default", "desk", NOW - 9_000, is_history=False)], told)
    (gone,) = with_told([Source("default", "desk", NOW - 7_200_000, is_history=False)], told)

    assert sentence(beating, NOW).startswith("live, last event 9 s ago, of a conversation 2 h ago;")
    assert sentence(gone, NOW).startswith("silent, last event 2 h ago;")
