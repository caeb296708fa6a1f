"""What the processor makes of the example events."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from tests.schemas.published import VALID

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.definitions import Definitions
from attesa.core.partition.clocks import Progress
from attesa.core.sessions import Sessions

PARTITION = 3
NOW_MS = 1_769_976_000_000  # 2026-02-01T20:00:00Z
AFTERWARDS_MS = NOW_MS + 4 * 86_400_000


class Record(NamedTuple):
    key: bytes
    value: bytes
    offset: int


def rows_made_of(paths: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    """By topic, the last row of each key after the events of these files, in this order."""
    sessions = Sessions(PARTITION, Definitions(), 1, lambda _key: True)
    records = [Record(_key(path), path.read_bytes(), offset) for offset, path in enumerate(paths)]
    sessions.apply(records, NOW_MS)
    sessions.tick(NOW_MS, Progress(len(records), len(records), caught_up=True))
    written = sessions.take(NOW_MS).rows
    return {
        topic: [msgspec.json.decode(value) for value in dict(rows).values() if value is not None]
        for topic, rows in written.items()
        if topic != topics.STATE
    }


def rows_made_afterwards(paths: Iterable[Path], customer_paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Rows of attesa.outcomes: the sessions' stubs first, then what the customers did."""
    sessions = Sessions(PARTITION, Definitions(), 1, lambda _key: True)
    sessions.apply([Record(_key(path), path.read_bytes(), n) for n, path in enumerate(paths)], NOW_MS)
    sessions.tick(NOW_MS, Progress(0, 0, caught_up=True))
    stubs = sessions.take(NOW_MS).rows[topics.CUSTOMERS]
    told = [(key, value) for key, value in stubs if value is not None]
    told += [(_key(path), path.read_bytes()) for path in customer_paths]
    customers = Customers(PARTITION, Definitions(), 1, lambda _key: True, None, 1)
    customers.apply([Record(key, value, offset) for offset, (key, value) in enumerate(told)], AFTERWARDS_MS)
    customers.tick(AFTERWARDS_MS, Progress(len(told), len(told), caught_up=True))
    written = dict(customers.take(AFTERWARDS_MS).rows[topics.OUTCOMES])
    return [msgspec.json.decode(value) for value in written.values() if value is not None]


def story(name: str) -> list[Path]:
    """The valid examples that begin so, in the order of their names."""
    return [path for path in VALID if path.name.startswith(name)]


def _key(path: Path) -> bytes:
    event = json.loads(path.read_bytes())
    return f"{event['tenant']}:{event['subject']}".encode()
