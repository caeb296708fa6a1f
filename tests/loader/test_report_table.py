from rich.console import Console

from attesa.loader.report_table import FurtherTable, ReportTable


def a_line(**changes):
    counts = {"answered_within": 17_987, "abandoned_within": 1_360, "waiting_beyond": 0}
    levels = {
        "answered": 0.6647,
        "offered": 0.5964,
        "removed": 0.6415,
        "offered_less_short": 0.6068,
        "due": 0.6245,
    }
    line = {
        "offered": 30_161, "answered": 27_060, "lost": 3_101, "abandoned": 3_101,
        "lost_ratio": 3_101 / 30_161,
        "unanswered": 0, "rejected": 0, "average_wait_seconds": 35.03, "wait_p95_seconds": 157.0,
        "effective_over_total": 0.83, "service_level": {"30": levels}, "service_level_counts": {"30": counts},
    }  # fmt: skip
    return line | changes


def shown(rows, by=None, width=100):
    console = Console(width=width, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(ReportTable(rows, by))
    return capture.get()


def test_counts_waits_and_five_formulas_fit_into_100_columns():
    text = shown([a_line(queue="PS"), a_line(queue="a queue with a long name")], "queue")
    for cell in (
        "30,161",
        "27,060",
        "3,101",
        "10.28",
        "35.03",
        "157",
        "66.47",
        "59.64",
        "64.15",
        "60.68",
        "62.45",
    ):
        assert cell in text
    assert "…" not in text
    assert "9.9-10.6" in text, "the interval of the share lost"
    assert max(map(len, text.splitlines())) <= 100


def test_in_a_narrow_terminal_every_number_and_group_is_whole_in_two_tables():
    rows = [a_line(queue="PS", lost_ratio=1.0), a_line(queue="a queue with a long name")]
    text = shown(rows, "queue", width=80)
    for cell in ("30,161", "27,060", "100.00", "9.9-10.6", "66.47", "59.64", "64.15", "60.68", "62.45"):
        assert cell in text
    assert text.count(" PS ") == 2, "each half names the group"
    assert text.count("Wilson") == 1
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_nothing_to_divide_shows_as_a_dash():
    empty = dict.fromkeys(("offered", "answered", "lost", "abandoned"), 0)
    none = dict.fromkeys(("lost_ratio", "average_wait_seconds", "wait_p95_seconds", "effective_over_total"))
    levels = {"45": dict.fromkeys(("answered", "offered", "removed", "offered_less_short", "due"))}
    counts = {"45": {"answered_within": 0, "abandoned_within": 0, "waiting_beyond": 0}}
    text = shown([a_line(**empty, **none, service_level=levels, service_level_counts=counts)])
    assert "at 45 s" in text
    assert "None" not in text


def further(**changes):
    """What the second table shows of a report."""
    line = {
        "patience_seconds": 157.75,
        "expectation": {"expectation_score": 0.4167},
        "rhythm": {"hung_up_ratio": 1 / 7, "hung_up_ratio_low": 0.03, "hung_up_ratio_high": 0.51},
        "conversion": {"conversion_ratio": 0.5, "incremental_conversion_ratio": None},
        "survey": {
            "nps_score": 1 / 3, "nps_score_low": -0.7334, "nps_score_high": 1.4,
            "csat_top_two_ratio": 0.5, "survey_response_ratio": 0.75,
        },
        "recontact": {
            "recontacted_ratio": 0.0, "first_contact_resolution_ratio": None, "dropped_ratio": 0.0,
        },
    }  # fmt: skip
    return line | changes


def test_the_other_numbers_stand_in_a_second_table_of_100_columns():
    console = Console(width=100, record=True)
    with console.capture() as capture:
        console.print(FurtherTable([further(queue="a queue with a long name")], "queue"))
    text = capture.get()
    for cell in ("41.67", "157.75", "14.29", "3.0..51.0", "50.00", "33.33", "-73.3..140.0", "75.00", "0.00"):
        assert cell in text
    assert "None" not in text
    assert max(map(len, text.splitlines())) <= 100
