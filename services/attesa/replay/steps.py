"""Puts a tenant's data time between its events: what is written to every partition, and when. Pure."""

from collections.abc import Iterator

import msgspec

from attesa.core.rows import encode
from attesa.replay.deliveries import Delivery, History, event

EVERY_MS = 600_000
MOST_IN_A_GAP = 1_000  # a week; a longer silence is crossed in one step
SOURCE = "attesa/replay"


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Data time is now `clock_ms`, in every partition; written when deliveries have come to `position_ms`."""

    clock_ms: int
    position_ms: int


def steps(history: History, settled_ms: int) -> Iterator[Delivery | Mark]:
    """The deliveries with the marks of time between them.

    The first mark lies ten minutes before the first event, the last one a second and `settled_ms` after the
    newest, when every verdict and every end is certain. Between them there is one every ten minutes of data
    time, as far back as deliveries can come late: no event is older than the mark before it.
    """
    yield Mark(history.first_ms - EVERY_MS, history.first_ms)
    due_ms = (history.first_ms // EVERY_MS + 1) * EVERY_MS
    position_ms = history.first_ms
    for one in history:
        position_ms = one.position_ms
        if position_ms >= due_ms:
            due_ms = max(due_ms, (position_ms // EVERY_MS - MOST_IN_A_GAP) * EVERY_MS)
            while due_ms <= position_ms:
                yield Mark(due_ms - history.behind_ms, due_ms)
                due_ms += EVERY_MS
        yield one
    yield Mark(history.newest_ms + settled_ms + 1_000, position_ms)


def progress(mark: Mark, tenant: str, partition: int) -> bytes:
    """The `attesa.progress` event of one partition."""
    body = event(
        "progress",
        mark.clock_ms,
        identity=f"progress:{partition}:{mark.clock_ms}",
        source=SOURCE,
        tenant=tenant,
        subject="progress",
        data={},
    )
    return encode(body)
