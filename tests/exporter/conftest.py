import pytest
from tests.exporter.made import clock_row

from attesa.core.definitions import Definitions
from attesa.exporter.state import State


@pytest.fixture
def clocked() -> State:
    state = State(Definitions())
    for partition in range(2):
        state.put_totals(clock_row(partition=partition))
    return state
