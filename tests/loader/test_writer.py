import math

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, DataError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from attesa.loader.writer import halve, refuses


class Table:
    """Takes rows all or none, as an insert does, and refuses those in `bad`."""

    def __init__(self, bad):
        self.bad = bad
        self.rows = []
        self.sends = 0

    def send(self, rows):
        self.sends += 1
        if self.bad.intersection(row[0] for row in rows):
            raise DataError("does not fit")
        self.rows.extend(rows)


@given(st.integers(0, 300), st.data())
def test_halving_writes_every_good_row_once_and_names_every_bad_one(size, data):
    bad = data.draw(st.sets(st.integers(0, max(0, size - 1)), max_size=5)) if size else set()
    table = Table(bad)
    refused = halve([(number,) for number in range(size)], table.send)
    assert [index for index, _ in refused] == sorted(bad)
    assert [row[0] for row in table.rows] == [number for number in range(size) if number not in bad]
    assert table.sends <= 1 + 2 * len(bad) * (math.ceil(math.log2(size or 1)) + 1)


def test_an_error_of_the_server_itself_is_not_halved():
    def send(_rows):
        raise OperationalError("connection refused")

    with pytest.raises(OperationalError):
        halve([(1,), (2,)], send)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DataError("value"), True),
        (DatabaseError("constraint", code=469), True),
        (DatabaseError("null", code=349), True),
        (OverflowError("int too big"), True),
        (DatabaseError("too many parts", code=252), False),
        (DatabaseError("unknown table", code=60), False),
        (DatabaseError("something new", code=9_999), False),
        (OperationalError("timeout"), False),
        (ConnectionResetError(), False),
    ],
    ids=repr,
)
def test_only_errors_of_the_values_count_as_a_refusal(error, expected):
    assert refuses(error) is expected
