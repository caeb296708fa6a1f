"""The rows of `attesa.state`: what a worker restores. Internal, packed as MessagePack.

Keys: the processor's mark, then h (header), d (definitions), u + unit key, m + unit key (its memory),
p + pane, c + cell. Values are arrays and sparse maps, so that a row stays small.
"""

from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from attesa.core.events.ranks import NAMES
from attesa.core.partition.numbering import Numbers
from attesa.core.rows.counts import COUNT_NAMES, Values

HEADER = b"h"
DEFINITIONS = b"d"  # JSON of those by which the accumulators were made; written when they change
UNIT = b"u"
MEMORY = b"m"
PANE = b"p"
CELL = b"c"

_encode_into = msgspec.msgpack.Encoder().encode_into
_buffer = bytearray()


def pack(value: object) -> bytes:
    """MessagePack in as many bytes as it needs: what is kept in memory by the hundred thousand."""
    _encode_into(value, _buffer)
    return bytes(_buffer)


def _digest(*words: str) -> str:
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


# What the numbers of columns and ranks in the rows stand for.
FORMAT = _digest(*COUNT_NAMES, *NAMES)


class ClockState(NamedTuple):
    tenant: str
    mode: str
    clock: int | None
    newest_event_at: int | None
    reasons: dict[str, int]
    sources: dict[str, int]
    promises: dict[str, tuple[int, int]]
    waits_for: dict[int, int]
    numbers: dict[str, Numbers] | None = None


class Header(NamedTuple):
    """One per processor and partition: tells an empty state from a lost one.

    `next_offset` is the input offset that the state stands for.
    """

    next_offset: int
    epoch: int
    format: str
    clocks: list[ClockState]


class CellState(NamedTuple):
    total: Values
    published: Values


_pane_key = msgspec.msgpack.Decoder(tuple[str, str, str, str, int, int])
_cell_key = msgspec.msgpack.Decoder(tuple[str, str, str, str])
unpack_header = msgspec.msgpack.Decoder(Header).decode
unpack_cell = msgspec.msgpack.Decoder(CellState).decode
unpack_values = msgspec.msgpack.Decoder(Values).decode


def cell_state_key(cell: tuple[str, str, str, str]) -> bytes:
    return CELL + pack(cell)


def pane_state_key(cell: tuple[str, str, str, str], pane: tuple[int, int]) -> bytes:
    return PANE + pack((*cell, *pane))


def read_cell_key(key: bytes) -> tuple[str, str, str, str]:
    return _cell_key.decode(key[1:])


def read_pane_key(key: bytes) -> tuple[tuple[str, str, str, str], tuple[int, int]]:
    found: tuple[Any, ...] = _pane_key.decode(key[1:])
    return found[:4], found[4:]
