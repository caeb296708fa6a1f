import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.replay.care_figures import care_figures
from tests.replay.figures import figures

from attesa.replay.histories import read_technion, read_twitter

JERUSALEM = ZoneInfo("Asia/Jerusalem")
EXAMPLE = Path(__file__).parents[2] / "examples" / "technion-1999-01-13.tsv"

# Of 1,211 posts in 525 threads; who is not answered within three days has been left alone.
CARE = {
    "threads": 525,
    "records": 528,
    "answered": 476,
    "unanswered": 52,
    "replies_after_the_time_out": 54,
    "average_wait_minutes": 414.98,
    "median_wait_minutes": 61.68,
    "within_30_minutes": 193,
    "within_60_minutes": 238,
    "met_good": 294,
    "missed_good": 234,
    "met_bad": 382,
    "missed_bad": 146,
    "next_replies": 59,
    "next_met_good": 55,
    "next_missed_good": 4,
    "nudges": 3,
    "left_unanswered": 52,
    "question_clusters": 31,
    "long_messages": 181,
}


def test_january_1999_gives_the_reference_figures_of_the_definitions(shared: Path) -> None:
    history = read_technion([shared / "data" / "technion-january-1999.tsv.gz"], "bank")

    assert not history.broken_rows
    assert figures(history) == {
        "records": 31_599,
        "offered": 30_161,
        "answered": 27_060,
        "abandoned": 3_101,
        "left_before_queue": 1_198,
        "invalid": 240,
        "short_abandoned": 519,
        "average_wait_seconds": 35.03,
        "median_wait_seconds": 3,
        "wait_p95_seconds": 157,
        "average_time_to_abandon_seconds": 60.72,
        "service_level": {
            20: (60.61, 54.38, 57.72, 55.33, 56.26),
            30: (66.47, 59.64, 64.15, 60.68, 62.45),
            45: (73.98, 66.37, 72.02, 67.54, 70.35),
        },
    }


def test_the_day_that_comes_along_gives_its_figures() -> None:
    history = read_technion([EXAMPLE], "bank")

    assert not history.broken_rows
    assert figures(history) == {
        "records": 1_757,
        "offered": 1_623,
        "answered": 1_339,
        "abandoned": 284,
        "left_before_queue": 108,
        "invalid": 26,
        "short_abandoned": 29,
        "average_wait_seconds": 63.95,
        "median_wait_seconds": 35,
        "wait_p95_seconds": 228,
        "average_time_to_abandon_seconds": 92.41,
        "service_level": {
            20: (40.85, 33.7, 37.89, 34.32, 35.18),
            30: (47.5, 39.19, 44.92, 39.9, 41.57),
            45: (55.86, 46.09, 54.41, 46.93, 50.27),
        },
    }


def test_the_care_threads_give_their_figures(shared: Path) -> None:
    path = shared / "data" / "twitter-care-dev.jsonl.gz"

    assert read_twitter([path], "care").total == 1_211 + 525
    assert care_figures(path) == CARE


def test_24_calls_of_january_cross_midnight(shared: Path) -> None:
    history = read_technion([shared / "data" / "technion-january-1999.tsv.gz"], "bank")
    # Every other call lies wholly within the day of its conversation's name.
    ends = {}
    for one in history:
        event = json.loads(one.value)
        ends[event["subject"]] = (
            datetime.fromisoformat(event["time"]).astimezone(JERUSALEM).date().isoformat()
        )

    assert sum(not subject.startswith(day) for subject, day in ends.items()) == 24
