"""The laws of the customers processor over generated worlds."""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.customer_making import DAY, HOUR, Told, bought, refunded, stub, times
from tests.core.customer_running import Log, assert_alike, played
from tests.core.customer_worlds import World, sessions, worlds
from tests.core.making import DEFINITIONS, read_ms

from attesa.core import topics
from attesa.core.rows import OrderOutcome, SessionOutcome, pane_decoder
from attesa.core.sessions.stubs import StubMessage

core = settings.get_profile("core")


@core
@given(worlds())
def test_order_repetition_slicing_and_crashes_change_nothing(world: World) -> None:
    assert_alike(played(world.arriving, world.steps), played(world.produced))


@core
@given(worlds())
def test_panes_sum_up_to_the_totals_and_sessions_to_their_counts(world: World) -> None:
    log = played(world.arriving, world.steps)
    total: Counter[str] = sum((Counter(counts) for counts in log.totals().values()), Counter())
    for width in (10, 60):
        found: Counter[str] = Counter()
        for key, counts in log.panes().items():
            if pane_decoder.decode(log.topics[topics.PANES][key]).width_seconds == width:
                found.update(counts)
        assert found == total
    assert_rows_tell(log.outcomes().values(), total)


def assert_rows_tell(rows: Any, total: Counter[str]) -> None:
    rows = list(rows)
    # A row's own word is taken back by refunds, what was counted at the sale is not.
    first_touched = {row.first_touch for row in rows if isinstance(row, OrderOutcome)} - {None}
    rows = [row for row in rows if isinstance(row, SessionOutcome)]
    wanted = {
        "recontacted": sum(row.recontacted_at is not None for row in rows),
        "recontacted_other_team": sum(row.recontacted_other_team is True for row in rows),
        "resolved_recontacted": sum(row.first_contact_resolution is False for row in rows),
        "dropped": sum(row.dropped for row in rows),
        "spill_over_public": sum(row.spill_over == "public" for row in rows),
        "spill_over_private": sum(row.spill_over == "private" for row in rows),
        "self_service_failed": sum(row.self_service == "failed" for row in rows),
        "converted": sum(row.converted_at is not None for row in rows),
        "converted_first_touch": len(first_touched),
        "incremental": sum(row.incremental is True for row in rows),
        "incremental_answers": sum(row.incremental is not None for row in rows),
    }
    assert {name: total[name] for name in wanted} == wanted
    assert total["refunded_minor:EUR"] <= total["revenue_minor:EUR"]


@core
@given(worlds())
def test_what_is_judged_by_other_definitions_is_as_if_they_had_always_held(world: World) -> None:
    wanted = DEFINITIONS.model_copy(update={"attribution_hours": 3, "touch": "first"})
    changed = played(world.produced)
    changed.definitions = wanted
    changed.worker = changed.brought_back()
    always = Log(world.produced, wanted)
    assert_alike(changed.finish(), always.finish())


# What a customer does over two months, told within the day, while time goes on and lets go of the past.
FAR = st.integers(0, 60 * 24).map(lambda hours: hours * HOUR)


@st.composite
def long_lives(draw: st.DrawFn) -> list[Told]:
    names = [f"{name}/1" for name in "abcdefgh"]
    told: list[Told] = []
    for name in names[: draw(st.integers(1, len(names)))]:
        told += [each for each in draw(sessions(name, FAR)) if isinstance(each, StubMessage)]
        told.append(stub(name, *ends(told[-1]), reply=draw(st.none() | st.just(ends(told[-1])[0] + HOUR))))
    for number in range(draw(st.integers(0, 5))):
        at = draw(FAR)
        told.append(bought(at, f"o{number}", "10.00"))
        after = draw(st.lists(st.integers(0, 31 * 24), max_size=3))
        told += [refunded(at + hours * HOUR, f"o{number}", "4.00") for hours in after]
    return told


def ends(told: Told) -> tuple[float, float]:
    """Start and end of a session: after some days everything is over."""
    assert isinstance(told, StubMessage)
    start = (told.stub.started_at - read_ms(bought(0))) / 1000
    return start, start + 3 * DAY


def told_at(told: Told) -> float:
    if isinstance(told, StubMessage):
        stub_ = told.stub
        return max(stub_.started_at, stub_.first_reply_at or 0, stub_.ended_at or 0)
    assert isinstance(told, dict)
    return read_ms(told)


@core
@given(long_lives(), st.lists(st.sampled_from(["checkpoint", "crash", "read"]), max_size=40))
def test_letting_go_of_the_past_changes_nothing_for_what_comes_in_time(
    life: list[Told], actions: list[str]
) -> None:
    versions: Counter[str] = Counter()
    ordered: list[Told] = []
    for told in sorted(life, key=told_at):
        if isinstance(told, StubMessage):  # numbered anew, in the order in which they come
            versions[told.stub.session] += 1
            numbered = msgspec.structs.replace(told.stub, version=versions[told.stub.session])
            ordered.append(StubMessage(numbered))
        else:
            ordered.append(told)
    passing: list[Told] = []
    for told in ordered:
        passing += [told, *times((told_at(told) - read_ms(bought(0))) / 1000)]
    passing += times(200 * DAY)
    let_go = played(passing, [(action, 3) for action in actions])
    assert let_go.worker.units == {}
    assert_alike(let_go, played(ordered))
