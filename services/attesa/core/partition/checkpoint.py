"""Turns what changed in a partition into rows per topic: what one transaction writes."""

from typing import TYPE_CHECKING, NamedTuple

from attesa.core import topics
from attesa.core.definitions import DEFINITION_VERSION
from attesa.core.partition.cells import Cell, PaneKey
from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.state import (
    DEFINITIONS,
    FORMAT,
    HEADER,
    UNIT,
    CellState,
    ClockState,
    Header,
    cell_state_key,
    pack,
    pane_state_key,
)
from attesa.core.partition.unit import Unit
from attesa.core.rows import ClockRow, NumbersSeen, PaneRow, TotalRow, cell_key, encode
from attesa.core.rows.counts import Values

if TYPE_CHECKING:
    from attesa.core.partition.processor import Processor

# Key and value; no value deletes.
Row = tuple[bytes, bytes | None]


class Checkpoint(NamedTuple):
    """The rows by topic, and the input offset that they stand for.

    Rows go to the partition of the processor, those of `attesa.customers` to that of their key.
    """

    next_offset: int
    rows: dict[str, list[Row]]


def common_rows(processor: "Processor", kept: list[tuple[Unit, bytes]], now_ms: int) -> dict[str, list[Row]]:
    """State, panes, totals, clocks and dead letters; `kept` holds the units with new events, packed."""
    prefix = processor.prefix
    state: list[Row] = [(key, None) for key in processor.gone]
    state += [(prefix + UNIT + unit.key, packed) for unit, packed in kept]
    panes: list[Row] = []
    totals: list[Row] = []
    for cell in processor.changed_cells:
        cell.publish()
        state.append((prefix + cell_state_key(cell.key), pack(CellState(cell.total, cell.published))))
        totals.append(_total(processor, cell))
        for pane, values, packed in cell.pack_changed():
            state.append((prefix + pane_state_key(cell.key, pane), packed))
            panes.append(_pane(processor, cell, pane, values))
        panes += [_pane(processor, cell, pane, values) for pane, values in cell.dropped_panes.items()]
        cell.dropped_panes.clear()
    totals += [_clock(processor, clock, now_ms) for clock in processor.clocks.values()]
    if not processor.definitions_told:
        state.append((prefix + DEFINITIONS, processor.definitions.model_dump_json().encode()))
        processor.definitions_told = True
    state.append((prefix + HEADER, pack(_header(processor))))
    return {
        topics.STATE: state,
        topics.PANES: panes,
        topics.TOTALS: totals,
        topics.DEAD_LETTERS: [
            (cell_key(letter.topic, letter.partition, letter.offset), encode(letter))
            for letter in processor.dead
        ],
    }


def _pane(processor: "Processor", cell: Cell, pane: PaneKey, values: Values) -> Row:
    width_ms, start = pane
    tenant, channel, queue, country = cell.key
    row = PaneRow(
        tenant=tenant,
        channel=channel,
        queue=queue,
        country=country,
        processor=processor.name,
        partition=processor.partition,
        epoch=processor.epoch,
        definition_version=DEFINITION_VERSION,
        width_seconds=width_ms // 1000,
        start=start,
        borders_seconds=processor.definitions.borders_seconds,
        counts=processor.layout.counts(values),
    )
    key = cell_key(*cell.key, row.width_seconds, start, processor.name, processor.partition)
    return key, encode(row)


def _total(processor: "Processor", cell: Cell) -> Row:
    tenant, channel, queue, country = cell.key
    row = TotalRow(
        tenant=tenant,
        channel=channel,
        queue=queue,
        country=country,
        processor=processor.name,
        partition=processor.partition,
        epoch=processor.epoch,
        borders_seconds=processor.definitions.borders_seconds,
        total=processor.layout.counts(cell.total),
        published=processor.layout.counts(cell.published),
        oldest_requested_at=processor.oldest_waiting(cell),
    )
    return cell_key("cell", *cell.key, processor.name, processor.partition), encode(row)


def _clock(processor: "Processor", clock: TenantClock, now_ms: int) -> Row:
    row = ClockRow(
        tenant=clock.tenant,
        processor=processor.name,
        partition=processor.partition,
        epoch=processor.epoch,
        mode=clock.mode,
        clock=clock.clock,
        newest_event_at=clock.newest_event_at,
        position=processor.progress.position,
        end_offset=processor.progress.end_offset,
        held=clock.mode == "wall" and (not processor.progress.caught_up or clock.held_by is not None),
        held_by=clock.held_by,
        written_at=now_ms,
        reasons=dict(clock.reasons),
        sources=clock.sources,
        numbers={source: NumbersSeen(*numbers) for source, numbers in clock.numbers.items()},
    )
    return cell_key("clock", clock.tenant, processor.name, processor.partition), encode(row)


def _header(processor: "Processor") -> Header:
    return Header(
        processor.next_offset,
        processor.epoch,
        FORMAT,
        [
            ClockState(
                clock.tenant,
                clock.mode,
                clock.clock,
                clock.newest_event_at,
                dict(clock.reasons),
                clock.sources,
                clock.promises,
                clock.waits_for,
                clock.numbers,
            )
            for clock in processor.clocks.values()
        ],
    )
