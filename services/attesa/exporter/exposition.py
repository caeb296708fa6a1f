"""Families of samples, and how they are written for Prometheus: as text 0.0.4 or OpenMetrics 1.0.

prometheus-client's own writer takes some 10 us a sample: most of a second for a few hundred cells.
Here the labels of a cell are written once and shared by all of its samples.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]
MOST_LABELLED = 50_000  # sets of labels whose text is kept


@dataclass(slots=True)
class Family:
    """One metric family. `name` is without `_total`; a sample's line is added when it is made."""

    name: str
    kind: Kind
    text: str
    lines: list[str] = field(default_factory=list)

    def add(self, labels: str, value: float) -> None:
        """A sample with labels as `labelled` writes them."""
        suffix = "_total" if self.kind == "counter" else ""
        self.lines.append(f"{self.name}{suffix}{labels} {value}\n")

    def add_part(self, suffix: str, labels: str, value: float) -> None:
        """A histogram's `_bucket`, `_sum` or `_count`."""
        self.lines.append(f"{self.name}{suffix}{labels} {value}\n")


def gauge(name: str, text: str) -> Family:
    return Family(name, "gauge", text)


def counter(name: str, text: str) -> Family:
    return Family(name, "counter", text)


@lru_cache(MOST_LABELLED)
def labelled(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    """The labels of a sample, with their braces."""
    pairs = ",".join(f'{name}="{escaped(value)}"' for name, value in zip(names, values, strict=True))
    return f"{{{pairs}}}" if pairs else ""


def labels_of(labels: Mapping[str, str]) -> str:
    return labelled(tuple(labels), tuple(labels.values()))


def more(labels: str, name: str, value: str) -> str:
    """`labels` with one more; its value needs no escape."""
    return f'{labels[:-1]},{name}="{value}"}}'


def escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def written(families: Iterable[Family], *, openmetrics: bool) -> bytes:
    """The whole answer to a scrape."""
    parts: list[str] = []
    for one in families:
        name = f"{one.name}_total" if one.kind == "counter" and not openmetrics else one.name
        parts.append(f"# HELP {name} {_help(one.text)}\n# TYPE {name} {one.kind}\n")
        parts += one.lines
    if openmetrics:
        parts.append("# EOF\n")
    return "".join(parts).encode()


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")
