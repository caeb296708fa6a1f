"""The care threads through the processor: its numbers are those counted from the file by plain loops."""

import json
from pathlib import Path

import pytest
from tests.core.numbers import Numbers, numbers
from tests.oracle.stories import HISTORY
from tests.replay.test_reference_figures import CARE

from attesa.replay.histories import read_twitter

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def care(shared: Path) -> Numbers:
    history = read_twitter([shared / "data" / "twitter-care-dev.jsonl.gz"], HISTORY)
    return numbers(*(json.loads(one.value) for one in history))


def test_sessions_waits_and_verdicts_are_those_of_the_file(care: Numbers) -> None:
    waits = sorted(row.wait_ms for row in care.sessions if row.wait_ms is not None)
    found = {
        "threads": len({row.conversation for row in care.sessions}),
        "average_wait_minutes": round(care.totals["wait_ms"] / care.totals["answered"] / MINUTE_MS, 2),
        "median_wait_minutes": round(waits[len(waits) // 2] / MINUTE_MS, 2),
        "within_30_minutes": sum(row.expectation_coverage == 1 for row in care.sessions),
        "replies_after_the_time_out": care.reasons["after_end"],
    }
    counted = set(CARE) - set(found) - {"within_60_minutes"}

    assert found | {name: care.totals[name] for name in counted} == {
        name: value for name, value in CARE.items() if name != "within_60_minutes"
    }


def test_every_session_is_a_public_social_one_and_ends_by_time_out(care: Numbers) -> None:
    assert {(row.channel, row.visibility, row.ended_by) for row in care.sessions} == {
        ("social", "public", "timeout")
    }
    assert care.totals["offered"] == CARE["records"] == len(care.sessions)


def test_expectation_coverage_has_its_steps_at_30_and_60_minutes(care: Numbers) -> None:
    first, second = CARE["within_30_minutes"], CARE["within_60_minutes"] - CARE["within_30_minutes"]
    later = CARE["answered"] - first - second

    assert care.totals["covered"] == CARE["answered"]
    assert care.totals["coverage_permille"] == 1_000 * first + 680 * second + 580 * later


def test_customers_of_care_come_back_within_a_day(care: Numbers) -> None:
    again = [row for row in care.outcomes.values() if row.recontact_of is not None]

    assert len(again) == care.totals["recontacted"] > 0
    assert all(row.spill_over in ("public", None) for row in care.outcomes.values())
