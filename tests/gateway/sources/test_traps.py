"""Each of the twenty traps is a test for each source that it concerns; `traps.py` names both."""

from tests.gateway.sources.traps import TRAPS, marked

from attesa.gateway.sources import REGISTRY


def test_the_traps_are_twenty_and_each_concerns_a_source_that_there_is():
    assert list(TRAPS) == list(range(1, 21))
    for trap in TRAPS.values():
        assert trap.sources
        assert trap.sources <= set(REGISTRY)


def test_each_trap_has_a_test_for_each_source_that_it_concerns():
    concerned = {(number, source) for number, trap in TRAPS.items() for source in trap.sources}
    assert concerned - set(marked()) == set()


def test_what_a_test_is_marked_with_is_a_trap_and_a_source():
    for number, source in marked():
        assert number in TRAPS
        assert source in REGISTRY
