"""The last row of each key, and what is made of them."""

import pytest
from tests.exporter.made import CELL, NOW, cell, clock_row, pane_row, total_row

from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.rows import cell_key, encode
from attesa.core.rows.counts import Counts
from attesa.core.topics import PANES, TOTALS
from attesa.exporter.reader import take
from attesa.exporter.state import Staffing, State
from attesa.exporter.windows import WINDOWS


@pytest.fixture
def state() -> State:
    return State(Definitions())


def test_a_total_replaces_the_earlier_one_of_its_partition_and_adds_to_the_others(state: State) -> None:
    state.put_totals(total_row(Counts(offered=3)))
    state.put_totals(total_row(Counts(offered=4)))
    state.put_totals(total_row(Counts(offered=10), partition=1))
    assert state.cells()[cell()].total["offered"] == 14


@pytest.mark.parametrize(
    ("epoch", "total", "published"),
    [
        (1, 90, 100),  # the same epoch: the true total may fall, the published one not
        (2, 90, 90),  # the topics were made anew
        (0, 100, 100),  # a row of an earlier life of the topics
    ],
)
def test_a_published_total_falls_only_with_a_higher_epoch(
    state: State, epoch: int, total: int, published: int
) -> None:
    state.put_totals(total_row(Counts(offered=100)))
    state.put_totals(total_row(Counts(offered=90), epoch=epoch))
    sums = state.cells()[cell()]
    assert (sums.total["offered"], sums.published["offered"]) == (total, published)


def test_a_clock_of_a_lower_epoch_changes_nothing(state: State) -> None:
    state.put_totals(clock_row(epoch=2))
    state.put_totals(clock_row(NOW + 9_000, epoch=1))
    assert [row.written_at for row in state.clocks_of("default")] == [NOW]


def test_a_deleted_key_is_forgotten(state: State) -> None:
    for key, row in ((b"a", total_row(Counts(offered=3))), (b"b", clock_row())):
        take(state, TOTALS, key, encode(row), NOW)
    take(state, TOTALS, b"c", encode(total_row(Counts(offered=4), partition=1)), NOW)
    assert state.cells()[cell()].total["offered"] == 7
    take(state, TOTALS, b"a", None, NOW)
    assert state.cells()[cell()].total["offered"] == 4
    for key in (b"b", b"c", b"never heard of"):
        take(state, TOTALS, key, None, NOW)
    assert (state.cells(), state.clocks) == ({}, {})


def test_the_two_processors_rows_of_a_cell_are_apart_and_add_up(state: State) -> None:
    state.put_totals(total_row(Counts(answered=9)))
    for converted in (1, 2):
        state.put_totals(total_row(Counts(converted=converted), processor="customers"))
    total = state.cells()[cell()].total
    assert (total["answered"], total["converted"]) == (9, 2)
    for processor in ("sessions", "customers"):
        state.put_totals(clock_row(processor=processor))
    assert len(state.clocks_of("default")) == 2


def test_staffing_is_levels_by_queue_over_channels_and_partitions(state: State) -> None:
    agents = {"channel": "any", "country": "unknown"}
    state.put_totals(total_row(Counts(staffed=2, capacity=6, capacity_moment_ms=999), **agents))
    state.put_totals(total_row(Counts(staffed=1, capacity=2), partition=1, **agents))
    state.put_totals(total_row(Counts(staffed=1, capacity=-2), queue="returns", **agents))
    for channel, occupied in (("live_chat", 3), ("chat", 1)):
        state.put_totals(total_row(Counts(occupied=occupied, occupied_moment_ms=5), channel=channel))
    staffing = state.staffing()
    assert staffing["default", "sales"] == Staffing(staffed=3, capacity=8, occupied=4)
    assert staffing["default", "sales"].occupancy == 0.5
    assert staffing["default", "returns"].occupancy is None


def test_where_agents_are_counted_is_no_channel(state: State) -> None:
    state.put_totals(total_row(Counts(staffed=2), channel="any", country="unknown"))
    assert (state.cells(), state.channels("default")) == ({}, [])


def test_an_order_without_a_session_is_counted_and_opens_no_channel(state: State) -> None:
    state.put_totals(total_row(Counts(orders=1), channel="none", queue="unknown", processor="customers"))
    assert state.cells()[cell(channel="none", queue="unknown")].total["orders"] == 1
    assert (state.channels("default"), state.selling()) == ([], {"default"})


@pytest.mark.parametrize(
    "key",
    [
        cell_key(*CELL.values(), 10, NOW - 5_000, "sessions", 0),
        cell_key(*CELL.values(), 10, NOW - 5_000, 0),  # of before there were two processors
    ],
)
def test_a_pane_comes_in_by_its_key_and_row(state: State, key: bytes) -> None:
    row = pane_row(NOW - 5_000, 10, Counts(answered=1))
    take(state, PANES, key, encode(row), NOW)
    assert state.panes.decided(WINDOWS[0], NOW)[cell()] == {"answered": 1}


def test_a_pane_of_replayed_history_is_dropped_without_reading_it(state: State) -> None:
    take(state, PANES, cell_key(*CELL.values(), 10, 917_827_200_000, 0), b"never decoded", NOW)
    assert len(state.panes) == 0


def test_a_tenants_mode_is_what_its_rows_say_and_else_the_configurations() -> None:
    configured = {"live": TenantPolicy(), "old": TenantPolicy(clock="data"), "moved": TenantPolicy()}
    state = State(Definitions(tenants=configured))
    state.put_totals(clock_row(tenant="moved", mode="data"))
    state.put_totals(total_row(Counts(), tenant="unheard-of"))
    assert state.tenants() == {"live": "wall", "moved": "data", "old": "data", "unheard-of": "wall"}
    assert state.wall_tenants() == {"live", "unheard-of"}


def test_configured_queues_keep_their_name_and_the_others_become_other() -> None:
    state = State(Definitions(queues=("sales",)))
    for queue in ("sales", "unknown", "odd", "odder"):
        state.put_totals(total_row(Counts(offered=1), queue=queue))
        state.put_pane(pane_row(NOW - 5_000, 10, Counts(answered=1), queue=queue), NOW)
    cells = state.cells()
    assert {one.queue: sums.total["offered"] for one, sums in cells.items()} == {
        "sales": 1, "unknown": 1, "other": 2,
    }  # fmt: skip
    assert state.panes.decided(WINDOWS[0], NOW)[cell(queue="other")] == {"answered": 2}
    assert state.labels.folded() == {"default": 2}


def test_without_configured_queues_the_first_hundred_of_a_tenant_keep_their_name(state: State) -> None:
    for number in range(103):
        state.put_totals(total_row(Counts(offered=1), queue=f"queue-{number}"))
    cells = state.cells()
    assert len(cells) == 101
    assert cells[cell(queue="other")].total["offered"] == 3
    assert state.labels.folded() == {"default": 3}


def test_every_configured_tenant_channel_and_queue_is_there_before_its_first_event() -> None:
    state = State(Definitions(tenants={"one": TenantPolicy(), "two": TenantPolicy()}, queues=("a", "b")))
    state.put_totals(total_row(Counts(offered=7), tenant="one", queue="a", country="unknown"))
    cells = state.cells_with_zeros()
    assert len(cells) == 2 * 4 * 2
    assert cells[cell(tenant="one", queue="a", country="unknown")].total["offered"] == 7
    assert cells[cell(tenant="two", queue="b", country="unknown")].total["offered"] == 0


def test_a_change_of_a_number_is_noticed_and_a_clock_is_none(state: State) -> None:
    state.put_totals(clock_row())
    assert state.changes == 0
    state.put_totals(total_row(Counts(offered=1)))
    state.put_pane(pane_row(NOW - 5_000, 10, Counts(answered=1)), NOW)
    assert state.changes == 2
