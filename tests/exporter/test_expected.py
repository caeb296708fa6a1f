"""What a customer who asks now may expect to wait."""

import pytest
from tests.exporter.made import NOW, buckets, clock_row, pane_row, total_row

from attesa.core.rows.counts import Counts
from attesa.exporter.expected import Asked, expected_wait
from attesa.exporter.state import State

ANYWHERE = Asked("default", "live_chat")
SALES = Asked("default", "live_chat", "sales")


def put(state: State, minutes_ago: int = 0, queue: str = "sales", **waits: int) -> None:
    counts = Counts(answered=sum(waits.values()), answered_buckets=buckets(**waits))
    for width in (10, 60):
        start = (NOW - minutes_ago * 60_000) // (width * 1000) * width * 1000
        state.put_pane(pane_row(start, width, counts, queue=queue), NOW)


#   the waits, as upper borders in ascending order     rank 0.5 n   rank 0.9 n
RANKS = {
    "one": ({"le20": 1}, (10, 20), (10, 20)),
    "ten: the sixth and the tenth": ({"le5": 5, "le30": 4, "le60": 1}, (20, 30), (45, 60)),
    "ten: the first six are short": ({"le5": 6, "le30": 3, "le60": 1}, (None, 5), (45, 60)),
    "above the last border": ({"le5": 1, "above": 9}, (172_800, None), (172_800, None)),
}


@pytest.mark.parametrize(("waits", "median", "p90"), RANKS.values(), ids=RANKS)
def test_a_quantile_lies_between_two_borders(
    clocked: State, waits: dict[str, int], median: tuple[int | None, ...], p90: tuple[int | None, ...]
) -> None:
    put(clocked, **waits)
    for window in expected_wait(clocked, SALES, NOW)["windows"].values():
        assert window["count"] == sum(waits.values())
        assert tuple(window["median"].values()) == median
        assert tuple(window["p90"].values()) == p90


def test_each_window_has_its_own_waits_and_each_queue_too(clocked: State) -> None:
    put(clocked, minutes_ago=30, le60=3)
    put(clocked, le5=2)
    put(clocked, queue="returns", le30=8)
    counted = {
        name: [window["count"] for window in expected_wait(clocked, asked, NOW)["windows"].values()]
        for name, asked in (("sales", SALES), ("anywhere", ANYWHERE))
    }
    assert counted == {"sales": [2, 5], "anywhere": [10, 13]}


def test_without_data_there_is_null_and_no_zero(clocked: State) -> None:
    answer = expected_wait(clocked, SALES, NOW)
    assert answer["windows"]["15m"] == {"count": 0, "median": None, "p90": None}
    assert answer["waiting"] == 0
    assert expected_wait(clocked, Asked("nobody", "live_chat"), NOW)["waiting"] is None


def test_the_answer_says_who_waits_already_and_whether_it_may_be_believed(clocked: State) -> None:
    clocked.put_totals(total_row(Counts(offered=3, answered=1)))
    clocked.put_totals(clock_row(NOW + 60_000, partition=0))
    answer = expected_wait(clocked, SALES, NOW + 60_000)
    assert answer["waiting"] == 2
    assert [problem["kind"] for problem in answer["problems"]] == ["silent"]
