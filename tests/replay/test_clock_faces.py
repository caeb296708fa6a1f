from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attesa.replay.clock_faces import DAY_SECONDS, HALF_DAY_SECONDS, following, read_date, read_time


@pytest.mark.parametrize(
    ("written", "seconds"), [("0:00:00", 0), ("6:55:26", 24_926), ("06:05:06", 21_906), ("24:00:01", 86_401)]
)
def test_a_time_of_day_is_read_in_seconds(written: str, seconds: int) -> None:
    assert read_time(written) == seconds


@pytest.mark.parametrize(
    ("written", "day"),
    [("991231", date(1999, 12, 31)), ("000101", date(2000, 1, 1)), ("20000229", date(2000, 2, 29))],
)
def test_a_two_digit_year_is_of_the_nearer_century(written: str, day: date) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize("written", ["", "9901", "990132", "1999/01/13", "99O113"])
def test_what_is_not_a_date_says_so(written: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|no such day"):
        read_date(written)


@given(st.integers(0, DAY_SECONDS - 1), st.integers(0, 2 * DAY_SECONDS))
def test_a_following_time_is_the_same_face_within_half_a_day(seconds: int, earlier: int) -> None:
    found = following(seconds, earlier)

    assert found % DAY_SECONDS == seconds
    assert abs(found - earlier) <= HALF_DAY_SECONDS
