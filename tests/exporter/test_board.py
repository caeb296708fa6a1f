"""The wallboard's snapshot: one tenant, one channel, unknown is null."""

import pytest
from tests.exporter.made import NOW, clock_row, pane_row, total_row

from attesa.core.definitions import Definitions
from attesa.core.rows.counts import Counts
from attesa.exporter.board import Chosen, choose, snapshot
from attesa.exporter.state import Reading, State

READY = Reading(ready=True, partitions=2)
CHOSEN = Chosen("default", "live_chat")


@pytest.fixture
def state() -> State:
    state = State(Definitions())
    for partition in range(2):
        state.put_totals(clock_row(partition=partition))
    return state


def test_a_queue_is_summed_over_countries_and_partitions(state: State) -> None:
    state.put_totals(total_row(Counts(offered=5, answered=3), country="IT", oldest=NOW - 9_000))
    state.put_totals(total_row(Counts(offered=2), country="DE", partition=1, oldest=NOW - 30_000))
    state.put_totals(total_row(Counts(offered=1), queue="returns", oldest=NOW - 1_000))
    for country in ("IT", "DE"):
        counts = Counts(offered=2, answered=2, wait_ms=30_000, met_good=1, missed_good=1)
        state.put_pane(pane_row(NOW - 5_000, 10, counts, country=country), NOW)
    live = snapshot(state, READY, CHOSEN, NOW)["live"]
    assert (live["waiting"], live["oldest_since"]) == (5, NOW - 30_000)
    assert [(q["queue"], q["waiting"], q["oldest_since"]) for q in live["queues"]] == [
        ("returns", 1, NOW - 1_000), ("sales", 4, NOW - 30_000),
    ]  # fmt: skip
    sales = live["queues"][1]["windows"]["5m"]
    assert sales["average_wait_seconds"] == 15
    assert (sales["service_level"]["hits"], sales["service_level"]["count"]) == (2, 4)
    assert sales["service_level"]["low"] < 0.5 < sales["service_level"]["high"]


def test_other_channels_and_tenants_stay_out(state: State) -> None:
    state.put_totals(total_row(Counts(offered=5), channel="email"))
    state.put_totals(total_row(Counts(offered=5), tenant="other"))
    board = snapshot(state, READY, CHOSEN, NOW)
    assert board["live"]["waiting"] == 0
    assert board["channels"] == ["email"]


def test_an_idle_window_is_null_and_not_zero(state: State) -> None:
    window = snapshot(state, READY, CHOSEN, NOW)["live"]["windows"]["5m"]
    assert window["service_level"] == {"ratio": None, "hits": 0, "count": 0, "low": None, "high": None}
    assert window["average_wait_seconds"] is None


@pytest.mark.parametrize("reading", [Reading(), Reading(problem="Kafka at nowhere cannot be read")])
def test_nothing_is_known_before_the_end_of_reading(state: State, reading: Reading) -> None:
    board = snapshot(state, reading, CHOSEN, NOW)
    assert (board["ready"], board["live"], board["history"]) == (False, None, None)


def test_the_second_view_tells_why_chats_were_lost_and_what_came_of_the_others(state: State) -> None:
    counts = Counts(
        offered=20, answered=12, abandoned=3, rejected=4, rejected_full=2, rejected_nobody_on_duty=1,
        unanswered=1, unanswered_agent=1, wait_ms=240_000, abandon_ms=60_000, next_replies=4,
        next_reply_ms=100_000, next_met_good=3, next_missed_good=1, nps_answers=5, nps_promoters=3,
        nps_detractors=1, survey_asked=10, survey_answered=6,
    )  # fmt: skip
    state.put_pane(pane_row(NOW - 5_000, 10, counts), NOW)
    state.put_pane(pane_row(NOW - 5_000, 10, Counts(converted=3), processor="customers"), NOW)
    state.put_totals(total_row(Counts(orders=3), processor="customers"))
    window = snapshot(state, READY, CHOSEN, NOW)["live"]["windows"]["15m"]
    assert window["lost"]["hits"] == 8
    assert window["lost_reasons"] == {
        "abandoned": 3, "rejected_full": 2, "rejected_nobody_on_duty": 1, "rejected_other": 1,
        "unanswered_agent": 1, "unanswered_timeout": 0,
    }  # fmt: skip
    assert window["next_replies"]["average_seconds"] == 25
    assert (window["next_replies"]["count"], window["next_replies"]["service_level"]["ratio"]) == (4, 0.75)
    assert (window["conversion"]["ratio"], window["conversion"]["count"]) == (0.25, 12)
    assert (window["nps"]["score"], window["nps"]["passives"], window["nps"]["count"]) == (0.4, 1, 5)
    assert window["survey"]["ratio"] == 0.6
    assert window["patience"] == {"seconds": 100, "count": 3}


def test_a_country_stands_beside_what_is_usual_there(state: State) -> None:
    state.put_totals(total_row(Counts(orders=2), processor="customers"))
    counts = Counts(offered=10, answered=8, abandoned=2, wait_ms=400_000, converted=2)
    state.put_pane(pane_row(NOW - 5_000, 10, counts, country="IT"), NOW)
    state.put_pane(pane_row(NOW - 5_000, 10, Counts(offered=30), country="FR"), NOW)
    first, second = snapshot(state, READY, CHOSEN, NOW)["live"]["windows"]["5m"]["countries"]
    assert (first["country"], first["reference"], first["distance"]) == ("FR", None, None)
    assert second["reference"] == {"average_wait_seconds": 45, "lost": 0.08, "conversion": 0.18}
    assert second["distance"] == pytest.approx({"average_wait_seconds": 5, "lost": 0.12, "conversion": 0.07})


def test_where_no_purchase_was_ever_told_conversion_is_null_and_not_zero(state: State) -> None:
    state.put_pane(pane_row(NOW - 5_000, 10, Counts(offered=8, answered=8)), NOW)
    window = snapshot(state, READY, CHOSEN, NOW)["live"]["windows"]["5m"]
    assert (window["conversion"]["ratio"], window["countries"][0]["conversion"]["ratio"]) == (None, None)


def test_staffing_is_over_all_channels_and_null_where_nobody_tells_it(state: State) -> None:
    assert snapshot(state, READY, CHOSEN, NOW)["live"]["staffing"] is None
    state.put_totals(total_row(Counts(staffed=2, capacity=6), channel="any", country="unknown"))
    state.put_totals(total_row(Counts(occupied=3), channel="chat"))
    assert snapshot(state, READY, CHOSEN, NOW)["live"]["staffing"] == {
        "staffed": 2, "capacity": 6, "occupied": 3, "occupancy": 0.5,
    }  # fmt: skip


def test_nothing_is_known_of_a_tenant_without_a_clock(state: State) -> None:
    assert snapshot(state, READY, Chosen("nobody", "live_chat"), NOW)["live"] is None


def test_all_is_well_while_every_partition_is_written_every_second(state: State) -> None:
    assert snapshot(state, READY, CHOSEN, NOW + 4_000)["problems"] == []


def test_a_partition_that_nobody_writes_is_a_problem_since_its_last_row(state: State) -> None:
    state.put_totals(clock_row(NOW + 9_000, partition=0))
    assert snapshot(state, READY, CHOSEN, NOW + 10_000)["problems"] == [
        {"kind": "silent", "partitions": [1], "of": 2, "since": NOW, "sources": []}
    ]


def test_a_partition_far_behind_is_a_problem_since_its_clock(state: State) -> None:
    state.put_totals(clock_row(NOW, partition=1, held=True, clock=NOW - 60_000))
    assert snapshot(state, READY, CHOSEN, NOW)["problems"] == [
        {"kind": "behind", "partitions": [1], "of": 2, "since": NOW - 60_000, "sources": []}
    ]


def test_a_silent_source_holds_verdicts_since_its_last_heartbeat_however_old_its_last_event(
    state: State,
) -> None:
    last = {"web": NOW - 1_200_000, "mail": NOW}
    held = {"held": True, "held_by": "web", "clock": NOW - 30_000, "sources": last}
    for partition in range(2):
        state.put_totals(clock_row(NOW, partition=partition, **held))
    assert snapshot(state, READY, CHOSEN, NOW)["problems"] == [
        {"kind": "source", "partitions": [0, 1], "of": 2, "since": NOW - 30_000, "sources": ["web"]}
    ]


def test_a_partition_counts_once_whichever_processor_is_missing(state: State) -> None:
    state.put_totals(clock_row(NOW - 9_000, partition=1, processor="customers"))
    assert snapshot(state, READY, CHOSEN, NOW)["problems"] == [
        {"kind": "silent", "partitions": [1], "of": 2, "since": NOW - 9_000, "sources": []}
    ]


def test_a_partition_that_is_a_moment_behind_is_none(state: State) -> None:
    state.put_totals(clock_row(NOW, partition=1, held=True, clock=NOW - 3_000))
    assert snapshot(state, READY, CHOSEN, NOW)["problems"] == []


def test_history_is_the_true_totals_and_has_no_live_part(state: State) -> None:
    for partition in range(2):
        state.put_totals(clock_row(tenant="past", mode="data", partition=partition, clock=917_827_200_000))
    total = Counts(records=12, offered=10, answered=8, abandoned=2, wait_ms=80_000, met_good=6, missed_good=3)
    published = Counts(offered=11, answered=9, met_good=9)
    state.put_totals(total_row(total, published, tenant="past"))
    board = snapshot(state, READY, Chosen("past", "live_chat"), NOW)
    past = board["history"]
    assert (board["mode"], board["live"], board["problems"]) == ("data", None, [])
    assert (past["offered"], past["answered"], past["average_wait_seconds"]) == (10, 8, 10.0)
    assert past["service_level"]["ratio"] == pytest.approx(6 / 9)
    assert past["lost"]["ratio"] == 0.2
    assert [row["country"] for row in past["countries"]] == ["IT"]
    assert past["clock"] == 917_827_200_000


#                     asked   tenants with their newest event               shown
CHOICES = {
    "the asked one": ("gone", {"a": ("wall", 5)}, "gone"),
    "the live one with the newest event": (None, {"a": ("wall", 5), "b": ("wall", 9)}, "b"),
    "a live one rather than history": (None, {"a": ("wall", 5), "old": ("data", 9)}, "a"),
    "history where nothing else is": (None, {"old": ("data", 9)}, "old"),
    "the default one where nothing is": (None, {}, "default"),
}


@pytest.mark.parametrize(("asked", "seen", "shown"), CHOICES.values(), ids=CHOICES)
def test_the_tenant_shown_is(asked: str | None, seen: dict[str, tuple[str, int]], shown: str) -> None:
    state = State(Definitions())
    for tenant, (mode, newest) in seen.items():
        state.put_totals(clock_row(tenant=tenant, mode=mode, newest_event_at=newest))
    assert choose(state, asked, None).tenant == shown


def test_the_channel_shown_is_the_default_one_unless_the_tenant_has_only_others(state: State) -> None:
    state.put_totals(total_row(Counts(), channel="email"))
    state.put_totals(total_row(Counts(), channel="chat"))
    assert choose(state, None, None).channel == "chat"
    assert choose(state, None, "email").channel == "email"
    state.put_totals(total_row(Counts(), channel="live_chat"))
    assert choose(state, None, None).channel == "live_chat"
