# noqa: INP001  a script's neighbour, no package
"""PromQL of the board's panels: the chosen cells, of which the highest of the exporters' copies counts."""

from attesa.core import metrics as m

CELL = '{tenant=~"$tenant",channel=~"$channel",queue=~"$queue",country=~"$country"}'
SERVED = '{tenant=~"$tenant",channel=~"$channel"}'
QUEUE = '{tenant=~"$tenant",queue=~"$queue"}'
COPIES = ", ".join(m.CELL_LABELS)


def cells(metric: str, function: str = "", window: str = "") -> str:
    """Of a series with cells: the highest of the exporters' copies, added by queue."""
    inner = f"{function}({metric}{CELL}[{window}])" if function else f"{metric}{CELL}"
    return f"sum by (queue) (max by ({COPIES}) ({inner}))"


def increase(metric: str, window: str, by: str = "", *, more: str = "") -> str:
    """How much a counter rose in the window, over all chosen cells, or by a label; `more` matchers."""
    chosen = f"{metric}_total{CELL[:-1]}{more and ','}{more}}}"
    copies = COPIES if by in ("", *m.CELL_LABELS) else f"{COPIES}, {by}"
    added = f"sum by ({by})" if by else "sum"
    return f"{added} (max by ({copies}) (increase({chosen}[{window}])))"


def parts(metric: str, window: str, label: str) -> str:
    """How much a counter with parts rose in all of them: the copies are those of each part."""
    return f"sum ({increase(metric, window, label)})"


def share(part: str, whole: str) -> str:
    """A ratio; a gap where the whole is 0."""
    return f"{part} / ({whole} > 0)"
