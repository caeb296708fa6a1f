"""The laws of the processor over generated worlds.

Whatever the slicing, order, repetition and crashes, readers of the topics see what the oracle makes
of the set of events.
"""

import pytest
from hypothesis import given, settings
from tests.core import making
from tests.core.running import Log, Worker, assert_as_the_oracle
from tests.core.strategies import World, worlds

from attesa.core.clocks import Progress

core = settings.get_profile("core")
pytestmark = pytest.mark.timeout(3_000)  # with --long

WALL_MS = 3_000_000  # conversations in wall time are shorter than an hour: nothing lies in the future
MOVE_ON_MS = 60 * 3_600_000  # past every threshold, and past what is kept


def run(world: World, tenant: str) -> Log:
    """Play a world to its end, comparing with the oracle at each checkpoint."""
    log = Log()
    for delivery in world.deliveries:
        log.append(delivery)
    worker, now_ms = Worker(log), making.START_MS
    for what, amount in world.steps:
        if what == "read":
            worker.read(amount, now_ms if tenant == making.LIVE else making.LATER_MS)
        elif what.startswith("tick"):
            now_ms += amount
            at = worker.sessions.next_offset
            worker.sessions.tick(now_ms, Progress(at, len(log.messages), caught_up=what == "tick"))
        elif what == "checkpoint":
            worker.checkpoint(now_ms)
            assert_as_the_oracle(log, world.deliveries[: log.committed])
        else:
            worker = Worker(log)
    worker.read(len(log.messages), making.LATER_MS)
    worker.checkpoint(now_ms)
    assert_as_the_oracle(log, world.deliveries)
    move_on(log, worker, tenant)
    assert_as_the_oracle(log, world.deliveries)
    return log


def move_on(log: Log, worker: Worker, tenant: str) -> None:
    now_ms = making.START_MS + MOVE_ON_MS
    if tenant == making.HISTORY:
        log.append(making.progress(MOVE_ON_MS / 1000))
        worker.read(1, now_ms)
    end = len(log.messages)
    worker.sessions.tick(now_ms, Progress(end, end, caught_up=True))
    worker.checkpoint(now_ms)


@core
@given(worlds())
def test_a_tenant_in_data_time_has_the_oracles_numbers_at_every_checkpoint(world: World) -> None:
    run(world, making.HISTORY)


@core
@given(worlds(making.LIVE, WALL_MS))
def test_a_tenant_in_wall_time_has_the_oracles_numbers_at_every_checkpoint(world: World) -> None:
    run(world, making.LIVE)
