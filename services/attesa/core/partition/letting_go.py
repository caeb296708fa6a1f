"""Forgets, hour by hour, what no deadline and no late event can change any more."""

from typing import TYPE_CHECKING

from attesa.core.partition.clocks import HOUR_MS, TenantClock
from attesa.core.partition.state import UNIT, pane_state_key
from attesa.core.partition.unit import Unit

if TYPE_CHECKING:
    from attesa.core.partition.processor import Processor


def let_go_of_the_old(processor: "Processor", clock: TenantClock) -> None:
    """Let go of a tenant's units and panes that are older than what is kept; the totals keep their counts."""
    limit = clock.kept_hour()
    for key in list(clock.expired()):
        unit = processor.find(key)
        if unit is None:
            continue
        first_at = unit.first_at
        if processor.let_go(unit, limit * HOUR_MS):
            del processor.units[key]
            processor.to_keep.pop(unit, None)
            clock.count_first(first_at, -1)
            processor.gone.append(processor.prefix + UNIT + key)
        else:
            _keep_on(processor, unit, first_at, limit)
    horizon = clock.horizon_ms()
    for cell in processor.cells.values():
        if cell.key[0] == clock.tenant and horizon is not None:
            dropped = cell.drop_panes_before(horizon)
            processor.gone += [processor.prefix + pane_state_key(cell.key, pane) for pane in dropped]
            if cell.dropped_panes:
                processor.changed_cells[cell] = None


def _keep_on(processor: "Processor", unit: Unit, first_before: int, limit: int) -> None:
    """The unit stays, perhaps with less: listed under the hour of what is left."""
    if unit.first_at != first_before:
        unit.clock.count_first(first_before, -1)
        unit.clock.count_first(unit.first_at, 1)
        processor.units[unit.key] = unit
        processor.to_keep[unit] = None
    hour = unit.last_at // HOUR_MS
    if hour < limit:  # else it is listed under that hour too
        unit.listed_hour = limit
        unit.clock.keep(limit, unit.key)
