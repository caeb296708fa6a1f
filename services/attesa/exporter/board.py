"""The wallboard's snapshot: plain values for one tenant and one channel. Unknown is None, never 0. Pure."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from attesa.core.clocks import GRACE_MS
from attesa.core.metrics import SLO_GOOD
from attesa.exporter.state import DATA, Reading, State
from attesa.exporter.sums import Cell, CellSums
from attesa.exporter.windows import HOUR, NOTHING, WINDOWS, Decided, wilson

STALE_MS = 5_000  # a partition is written at least once a second
DEFAULT_TENANT = "default"

Json = dict[str, Any]


class Chosen(NamedTuple):
    """What a board shows."""

    tenant: str
    channel: str


def choose(state: State, tenant: str | None, channel: str | None) -> Chosen:
    """The asked tenant, else the live one with the newest event, else one of history, else `default`.

    The asked channel, else the default one if the tenant has it, else its first.
    """
    name = tenant or _newest_tenant(state)
    channels = state.channels(name)
    default = state.definitions.default_channel
    return Chosen(name, channel or (default if default in channels or not channels else channels[0]))


def snapshot(state: State, reading: Reading, chosen: Chosen, now_ms: int) -> Json:
    """Everything that the page shows, at `now_ms` (wall clock); see docs/wallboard.md."""
    tenants = state.tenants()
    mode = tenants.get(chosen.tenant, "wall")
    pair = state.definitions.channels.get(chosen.channel)
    result: Json = {
        "at": now_ms,
        "ready": reading.ready,
        "problem": reading.problem,
        "tenant": chosen.tenant,
        "tenants": [{"name": name, "mode": tenants[name]} for name in tenants],
        "channel": chosen.channel,
        "channels": state.channels(chosen.tenant) if reading.ready else [],
        "mode": mode,
        "good_seconds": pair.good_seconds if pair else None,
        "bad_seconds": pair.bad_seconds if pair else None,
        "problems": [],
        "live": None,
        "history": None,
    }
    clocks = state.clocks_of(chosen.tenant)
    if not reading.ready or not clocks:
        return result
    if mode == DATA:
        result["history"] = _history(state, chosen)
    else:
        result["problems"] = problems(state, chosen.tenant, now_ms)
        result["live"] = _live(state, chosen, now_ms)
    return result


def problems(state: State, tenant: str, now_ms: int) -> list[Json]:
    """Why a live tenant's numbers may not be true now.

    `silent`: partitions that nobody writes, since their last row. `behind`: partitions with events still
    to be read, whose time has come as far as `since`. Both only after STALE_MS.
    """
    clocks = state.clocks_of(tenant)
    silent = {p: row.written_at for p, row in clocks.items() if now_ms - row.written_at > STALE_MS}
    held = {p: row.clock or row.written_at for p, row in clocks.items() if row.held and p not in silent}
    behind = {p: since for p, since in held.items() if now_ms - since > STALE_MS + GRACE_MS}
    return [
        {"kind": kind, "partitions": sorted(since), "of": len(clocks), "since": min(since.values())}
        for kind, since in (("silent", silent), ("behind", behind))
        if since
    ]


def _newest_tenant(state: State) -> str:
    tenants = state.tenants()
    seen = [
        (tenants[row.tenant] != DATA, row.newest_event_at or 0, row.tenant)
        for row in state.clocks.values()
        if row.newest_event_at is not None
    ]
    return max(seen)[2] if seen else DEFAULT_TENANT


def _live(state: State, chosen: Chosen, now_ms: int) -> Json:
    cells = {cell: sums for cell, sums in state.cells().items() if _shown(cell, chosen)}
    decided = {
        window.name: {
            cell: one for cell, one in state.panes.decided(window, now_ms).items() if _shown(cell, chosen)
        }
        for window in WINDOWS
    }
    queues = sorted({cell.queue for cell in cells})
    return {
        **_waiting(cells.values()),
        "windows": {name: _decided(one.values()) for name, one in decided.items()},
        "minutes": _minutes(state, chosen, now_ms),
        "queues": [
            {
                "queue": queue,
                **_waiting(sums for cell, sums in cells.items() if cell.queue == queue),
                "windows": {
                    name: _decided(value for cell, value in one.items() if cell.queue == queue)
                    for name, one in decided.items()
                },
            }
            for queue in queues
        ],
    }


def _shown(cell: Cell, chosen: Chosen) -> bool:
    return (cell.tenant, cell.channel) == chosen


def _waiting(cells: Iterable[CellSums]) -> Json:
    found = list(cells)
    since = [sums.oldest_requested_at for sums in found if sums.oldest_requested_at is not None]
    return {"waiting": sum(sums.waiting for sums in found), "oldest_since": min(since, default=None)}


def _minutes(state: State, chosen: Chosen, now_ms: int) -> list[Json]:
    minutes = []
    for start, cells in state.panes.series(HOUR, now_ms):
        one = _sum(value for cell, value in cells.items() if _shown(cell, chosen))
        minutes.append({"start": start, "met": one.met_good, "missed": one.missed_good, "lost": one.lost})
    return minutes


def _sum(values: Iterable[Decided]) -> Decided:
    total = NOTHING
    for value in values:
        total = total.plus(value)
    return total


def _decided(values: Iterable[Decided]) -> Json:
    one = _sum(values)
    return {
        "offered": one.offered,
        "answered": one.answered,
        "service_level": ratio(one.met(SLO_GOOD), one.verdicts(SLO_GOOD)),
        "lost": ratio(one.lost, one.answered + one.lost),
        "average_wait_seconds": one.average_wait_seconds,
    }


def ratio(hits: int, count: int) -> Json:
    """A ratio with its counts and 95 % interval; null where there is no count."""
    interval = wilson(hits, count)
    return {
        "ratio": hits / count if count else None,
        "hits": hits,
        "count": count,
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
    }


def _history(state: State, chosen: Chosen) -> Json:
    """Cohort numbers over everything replayed: lost / offered, service level by the formula `due`."""
    cells = {cell: sums for cell, sums in state.cells().items() if _shown(cell, chosen)}
    clocks = [row.clock for row in state.clocks_of(chosen.tenant).values() if row.clock is not None]
    return {
        **_cohort(cells.values()),
        "clock": min(clocks, default=None),
        "queues": [
            {"queue": queue, **_cohort(sums for cell, sums in cells.items() if cell.queue == queue)}
            for queue in sorted({cell.queue for cell in cells})
        ],
    }


def _cohort(cells: Iterable[CellSums]) -> Json:
    found = list(cells)
    column = {
        name: sum(sums.total[name] for sums in found)
        for name in ("records", "offered", "answered", "wait_ms", "met_good", "missed_good")
    }
    lost = sum(sums.lost for sums in found)
    answered, met = column["answered"], column["met_good"]
    return {
        "records": column["records"],
        "offered": column["offered"],
        "answered": answered,
        "service_level": ratio(met, met + column["missed_good"]),
        "lost": ratio(lost, column["offered"]),
        "average_wait_seconds": column["wait_ms"] / 1000 / answered if answered else None,
    }
