"""Brings a partition's processor back from its rows in `attesa.state`."""

from collections import Counter
from collections.abc import Mapping
from typing import cast

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError, StateLost
from attesa.core.partition.clocks import HOUR_MS, Mode
from attesa.core.partition.processor import Processor
from attesa.core.partition.state import (
    CELL,
    DEFINITIONS,
    FORMAT,
    HEADER,
    MEMORY,
    PANE,
    UNIT,
    Header,
    pack,
    read_cell_key,
    read_pane_key,
    unpack_cell,
    unpack_header,
    unpack_values,
)

_ANEW = "raise ATTESA_EPOCH, name a new ATTESA_GROUP and make the topics anew"


def restore(processor: Processor, rows: Mapping[bytes, bytes], committed_offset: int) -> None:
    """Fill a new processor with the newest row of each key; rows of the other processor are passed over.

    In a higher epoch than theirs it starts with nothing. Raises StateLost when the input was read before
    (`committed_offset` > 0) and its state is not there or stands for another offset; ConfigurationError
    when the form of the state has changed, or the epoch has fallen.
    """
    found = _own(rows, processor.prefix)
    raw = found.get(HEADER)
    name = f"{processor.topic}/{processor.partition}"
    if raw is None:
        if committed_offset > 0:
            raise StateLost(
                f"{name} was read up to {committed_offset}, but attesa.state "
                "knows nothing of it: bring that topic back, or raise ATTESA_EPOCH and name a new group"
            )
        return
    header = unpack_header(raw)
    if header.epoch < processor.epoch:
        _leave_behind(processor, found, committed_offset)
        return
    wanted, then = processor.definitions, Definitions.model_validate_json(found.get(DEFINITIONS, b"{}"))
    _check(header, processor, committed_offset, name)
    processor.judge_by(then)
    _load(processor, found, header)
    processor.next_offset = committed_offset
    processor.definitions_told = then == wanted
    if then != wanted:
        _judge_anew(processor, wanted)


def _own(rows: Mapping[bytes, bytes], prefix: bytes) -> dict[bytes, bytes]:
    """The rows of one processor, without its mark."""
    size = len(prefix)
    return {key[size:]: value for key, value in rows.items() if key.startswith(prefix)}


def _check(header: Header, processor: Processor, committed_offset: int, name: str) -> None:
    if header.epoch > processor.epoch:
        raise ConfigurationError(
            f"the state of {name} was written with ATTESA_EPOCH={header.epoch}: with {processor.epoch} "
            f"readers would keep the older rows; set it to {header.epoch} or higher"
        )
    if header.next_offset != committed_offset:
        raise StateLost(
            f"{name}: the state stands for offset {header.next_offset}, but the "
            f"group committed {committed_offset}: reset the group's offset to {header.next_offset}"
        )
    if header.format != FORMAT:
        raise ConfigurationError(f"the state of {name} was written by another version of attesa: {_ANEW}")


def _leave_behind(processor: Processor, rows: Mapping[bytes, bytes], committed_offset: int) -> None:
    """A new epoch begins with nothing: what an earlier one kept is deleted in the first checkpoint."""
    if committed_offset > 0:
        raise StateLost(
            f"{processor.topic}/{processor.partition} was read up to {committed_offset} by this group, but "
            f"epoch {processor.epoch} has no state: name a new ATTESA_GROUP, which reads from the start"
        )
    processor.gone = [processor.prefix + key for key in rows if key != HEADER]


def _load(processor: Processor, rows: Mapping[bytes, bytes], header: Header) -> None:
    for kept in header.clocks:
        clock = processor.clock(kept.tenant)
        clock.mode = cast("Mode", kept.mode)
        clock.clock, clock.newest_event_at = kept.clock, kept.newest_event_at
        clock.reasons = Counter(kept.reasons)
        clock.sources, clock.promises, clock.waits_for = kept.sources, kept.promises, kept.waits_for
        clock.numbers = kept.numbers or {}
    for key, value in rows.items():
        kind = key[:1]
        if kind == CELL:
            cell = processor.cell(read_cell_key(key))
            cell.total, cell.published = unpack_cell(value)
        elif kind == PANE:
            cell_key, pane_key = read_pane_key(key)
            processor.cell(cell_key).panes[pane_key] = pack(unpack_values(value))
        elif kind == MEMORY:
            processor.remember(key[1:], value)
    for key, value in rows.items():
        if key[:1] == UNIT:
            _load_unit(processor, key[1:], value)


def _load_unit(processor: Processor, key: bytes, packed: bytes) -> None:
    unit = processor.adopt(key, packed)
    unit.clock.count_first(unit.first_at, 1)
    unit.listed_hour = unit.last_at // HOUR_MS
    unit.clock.keep(unit.listed_hour, key)
    if unit.is_over:
        processor.units[key] = packed
    else:
        processor.units[key] = unit
        processor.await_deadline(unit)


def _judge_anew(processor: Processor, wanted: Definitions) -> None:
    """What is kept is judged by the definitions that hold now; what was let go keeps its counts."""
    kept = [unit for key in processor.units if (unit := processor.find(key)) is not None]
    if wanted.borders_seconds != processor.definitions.borders_seconds:
        for unit in kept:
            processor.withdraw(unit)
    processor.judge_by(wanted)
    for unit in kept:
        unit.refold(wanted)
        unit.expected_at = None
        processor.units[unit.key] = unit
        processor.stale[unit] = None
