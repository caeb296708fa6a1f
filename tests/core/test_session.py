"""A session is a set of events: the way it came together changes nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core import making, strategies

from attesa.core.clocks import TenantClock
from attesa.core.fold import Fold, fold
from attesa.core.session import Session
from attesa.core.state import unpack_session
from attesa.core.wire import Decoded, Event, decode

core = settings.get_profile("core")
pytestmark = pytest.mark.timeout(3_000)  # with --long


def compact(told: making.Event) -> Event:
    found = decode(json.dumps(told).encode())
    assert isinstance(found, Decoded)
    assert found.event is not None
    return found.event


def session_of(events: list[Event]) -> Session:
    session = Session(b"history:c", TenantClock("history", "data"), "desk", making.DEFINITIONS)
    for event in events:
        session.add(event, "desk", making.DEFINITIONS)
    return session


def told_by(found: Fold) -> dict[str, object]:
    return {name: getattr(found, name) for name in Fold.__slots__}


@core
@given(strategies.conversations())
def test_in_order_the_incremental_path_equals_the_full_fold(told: list[making.Event]) -> None:
    events = sorted(map(compact, told))
    for i in range(1, len(events) + 1):
        session = session_of(events[:i])
        assert told_by(session.fold) == told_by(fold(reversed(events[:i]), making.DEFINITIONS))


@core
@given(st.data())
def test_any_order_and_any_repetition_give_one_session(data: st.DataObject) -> None:
    told = data.draw(strategies.conversations())
    twisted = [data.draw(strategies.contradictions(event)) for event in told[:2]]
    events = [compact(event) for event in (*told, *twisted)]
    one = session_of(data.draw(st.permutations(events)))
    other = session_of(data.draw(st.permutations(events + events[:2])))
    assert one.events == other.events
    assert one.last == other.last
    assert told_by(one.fold) == told_by(other.fold)


@core
@given(strategies.conversations())
def test_a_packed_session_comes_back_whole(told: list[making.Event]) -> None:
    session = session_of(list(map(compact, told)))
    again = session_of([])
    again.load(unpack_session(session.packed()), making.DEFINITIONS)
    assert (again.events, again.last, again.source) == (session.events, session.last, "desk")
    assert told_by(again.fold) == told_by(session.fold)
    assert again.packed() == session.packed()
