"""Turns what changed in a partition into rows per topic: what one transaction writes."""

from typing import TYPE_CHECKING, NamedTuple

from attesa.core import topics
from attesa.core.cells import Cell, PaneKey
from attesa.core.clocks import TenantClock
from attesa.core.definitions import DEFINITION_VERSION
from attesa.core.rows import ClockRow, PaneRow, TotalRow, cell_key, encode, session_key
from attesa.core.session import Session
from attesa.core.state import (
    HEADER_KEY,
    CellState,
    ClockState,
    Header,
    cell_state_key,
    pack,
    pane_state_key,
    session_state_key,
)

if TYPE_CHECKING:
    from attesa.core.sessions import Sessions

# Key and value; no value deletes.
Row = tuple[bytes, bytes | None]


class Checkpoint(NamedTuple):
    """The rows by topic, and the input offset that they stand for."""

    next_offset: int
    rows: dict[str, list[Row]]


def write(sessions: "Sessions", kept: list[tuple[Session, bytes]], now_ms: int) -> Checkpoint:
    """The rows of everything that changed; `kept` holds the sessions with new events, packed."""
    state: list[Row] = [(key, None) for key in sessions.gone]
    state += [(session_state_key(session.key), packed) for session, packed in kept]
    panes: list[Row] = []
    totals: list[Row] = []
    for cell in sessions.changed_cells:
        cell.publish()
        state.append((cell_state_key(cell.key), pack(CellState(cell.total, cell.published))))
        totals.append(_total(sessions, cell))
        for pane in cell.changed_panes:
            state.append((pane_state_key(cell.key, pane), pack(cell.panes[pane])))
            panes.append(_pane(sessions, cell, pane, cell.panes[pane]))
        panes += [_pane(sessions, cell, pane, values) for pane, values in cell.dropped_panes.items()]
        cell.changed_panes.clear()
        cell.dropped_panes.clear()
    totals += [_clock(sessions, clock, now_ms) for clock in sessions.clocks.values()]
    state.append((HEADER_KEY, pack(_header(sessions))))
    return Checkpoint(
        sessions.next_offset,
        {
            topics.STATE: state,
            topics.SESSIONS: _facts(sessions),
            topics.PANES: panes,
            topics.TOTALS: totals,
            topics.DEAD_LETTERS: [
                (cell_key(letter.topic, letter.partition, letter.offset), encode(letter))
                for letter in sessions.dead
            ],
        },
    )


def _facts(sessions: "Sessions") -> list[Row]:
    rows: list[Row] = []
    for session in sessions.to_tell:
        row = session.row(sessions.pair(session.fold), sessions.partition, sessions.epoch)
        rows.append((session_key(row.tenant, row.session), encode(row)))
    return rows


def _pane(sessions: "Sessions", cell: Cell, pane: PaneKey, values: list[int]) -> Row:
    width_ms, start = pane
    tenant, channel, queue, country = cell.key
    row = PaneRow(
        tenant=tenant,
        channel=channel,
        queue=queue,
        country=country,
        partition=sessions.partition,
        epoch=sessions.epoch,
        definition_version=DEFINITION_VERSION,
        width_seconds=width_ms // 1000,
        start=start,
        borders_seconds=sessions.definitions.borders_seconds,
        counts=sessions.layout.counts(values),
    )
    return cell_key(*cell.key, row.width_seconds, start, sessions.partition), encode(row)


def _total(sessions: "Sessions", cell: Cell) -> Row:
    tenant, channel, queue, country = cell.key
    row = TotalRow(
        tenant=tenant,
        channel=channel,
        queue=queue,
        country=country,
        partition=sessions.partition,
        epoch=sessions.epoch,
        borders_seconds=sessions.definitions.borders_seconds,
        total=sessions.layout.counts(cell.total),
        published=sessions.layout.counts(cell.published),
        oldest_requested_at=cell.oldest_waiting(sessions.still_waits),
    )
    return cell_key("cell", *cell.key, sessions.partition), encode(row)


def _clock(sessions: "Sessions", clock: TenantClock, now_ms: int) -> Row:
    row = ClockRow(
        tenant=clock.tenant,
        partition=sessions.partition,
        epoch=sessions.epoch,
        mode=clock.mode,
        clock=clock.clock,
        newest_event_at=clock.newest_event_at,
        position=sessions.progress.position,
        end_offset=sessions.progress.end_offset,
        held=clock.mode == "wall" and not sessions.progress.caught_up,
        written_at=now_ms,
        reasons=dict(clock.reasons),
    )
    return cell_key("clock", clock.tenant, sessions.partition), encode(row)


def _header(sessions: "Sessions") -> Header:
    return Header(
        sessions.next_offset,
        sessions.epoch,
        sessions.definitions.model_dump_json(),
        [
            ClockState(clock.tenant, clock.mode, clock.clock, clock.newest_event_at, dict(clock.reasons))
            for clock in sessions.clocks.values()
        ],
    )
