"""The wallboard's snapshot: plain values for one tenant and one channel. Unknown is None, never 0. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from attesa.core.partition.clocks import GRACE_MS
from attesa.core.rows import ClockRow
from attesa.exporter.kpi import Json, added, brief, countries, full
from attesa.exporter.state import DATA, Reading, Staffing, State
from attesa.exporter.sums import Cell, CellSums, Values
from attesa.exporter.windows import WINDOWS

STALE_MS = 5_000  # a partition is written at least once a second
DEFAULT_TENANT = "default"


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
    """Why a live tenant's numbers may not be true now, the worst first.

    `silent`: partitions that nobody writes, since their last row. `source`: held, because a source that
    promised a heartbeat is silent. `behind`: partitions with events still to be read. The time of both, and
    so that of verdicts, has come as far as `since`. All only after STALE_MS.
    """
    clocks = state.clocks_of(tenant)
    silent = [(row, row.written_at) for row in clocks if now_ms - row.written_at > STALE_MS]
    written = [row for row in clocks if now_ms - row.written_at <= STALE_MS]
    held = [(row, row.clock or row.written_at) for row in written if row.held]
    late = [(row, since) for row, since in held if now_ms - since > STALE_MS + GRACE_MS]
    found = {
        "silent": silent,
        "source": [(row, since) for row, since in held if row.held_by],
        "behind": [(row, since) for row, since in late if not row.held_by],
    }
    of = len({row.partition for row in clocks})
    return [_problem(kind, rows, of) for kind, rows in found.items() if rows]


def _problem(kind: str, rows: list[tuple[ClockRow, int]], of: int) -> Json:
    return {
        "kind": kind,
        "partitions": sorted({row.partition for row, _ in rows}),
        "of": of,
        "since": min(since for _, since in rows),
        "sources": sorted({row.held_by for row, _ in rows if kind == "source" and row.held_by}),
    }


def _newest_tenant(state: State) -> str:
    tenants = state.tenants()
    seen = [
        (tenants[row.tenant] != DATA, row.newest_event_at or 0, row.tenant)
        for row in state.clocks.values()
        if row.newest_event_at is not None
    ]
    return max(seen)[2] if seen else DEFAULT_TENANT


def _live(state: State, chosen: Chosen, now_ms: int) -> Json:
    cells = {cell: sums for cell, sums in state.cells().items() if cell[:2] == chosen}
    decided = {
        window.name: [
            (cell, one) for cell, one in state.panes.decided(window, now_ms).items() if cell[:2] == chosen
        ]
        for window in WINDOWS
    }
    by_queue = {name: _grouped(found, "queue") for name, found in decided.items()}
    references, sells = state.definitions.countries, chosen.tenant in state.selling()
    return {
        **_waiting(cells.values()),
        "windows": {
            name: {
                **full(added(values for _, values in found), sells=sells),
                "countries": countries(_grouped(found, "country"), references, sells=sells),
            }
            for name, found in decided.items()
        },
        "minutes": [
            {"start": start, **minute._asdict()}
            for start, minute in state.panes.minutes(chosen.tenant, chosen.channel, now_ms)
        ],
        "queues": [
            {
                "queue": queue,
                **_waiting(sums for cell, sums in cells.items() if cell.queue == queue),
                "windows": {name: brief(groups.get(queue, {})) for name, groups in by_queue.items()},
            }
            for queue in sorted({cell.queue for cell in cells})
        ],
        "staffing": _staffing(state, chosen.tenant),
    }


def _grouped(found: Iterable[tuple[Cell, Values]], label: str) -> dict[str, Values]:
    groups: dict[str, list[Values]] = {}
    for cell, values in found:
        groups.setdefault(getattr(cell, label), []).append(values)
    return {name: added(values) for name, values in groups.items()}


def _waiting(cells: Iterable[CellSums]) -> Json:
    found = list(cells)
    since = [sums.oldest_requested_at for sums in found if sums.oldest_requested_at is not None]
    return {"waiting": sum(sums.waiting for sums in found), "oldest_since": min(since, default=None)}


def _staffing(state: State, tenant: str) -> Json | None:
    """Over all channels, an agent in each of his queues; None where nobody's presence is known."""
    queues = [one for (name, _), one in state.staffing().items() if name == tenant]
    total = Staffing(*map(sum, zip(*queues, strict=True))) if queues else Staffing()
    if not total.capacity and not total.staffed:
        return None
    return {**total._asdict(), "occupancy": total.occupancy}


def _history(state: State, chosen: Chosen) -> Json:
    """Cohort numbers over everything replayed: lost / offered, service level by the formula `due`."""
    found = [(cell, sums.total.values) for cell, sums in state.cells().items() if cell[:2] == chosen]
    rows = [row for row in state.clocks_of(chosen.tenant) if row.processor == "sessions"]
    total = added(values for _, values in found)
    references, sells = state.definitions.countries, chosen.tenant in state.selling()
    return {
        "records": total.get("records", 0),
        **full(total, sells=sells, cohort=True),
        "countries": countries(_grouped(found, "country"), references, sells=sells, cohort=True),
        "clock": min((row.clock for row in rows if row.clock is not None), default=None),
        "queues": [
            {"queue": queue, **brief(values, cohort=True)}
            for queue, values in sorted(_grouped(found, "queue").items())
        ],
    }
