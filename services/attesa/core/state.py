"""The rows of `attesa.state`: what a worker restores. Internal, packed as MessagePack.

Keys: h (header), s + session key, p + pane, c + cell. Values are arrays, so that a row stays small.
"""

from typing import Any, NamedTuple

import msgspec

from attesa.core.cells import CellKey, PaneKey
from attesa.core.wire import Event

HEADER_KEY = b"h"
SESSION = b"s"
PANE = b"p"
CELL = b"c"

pack = msgspec.msgpack.Encoder().encode


class ClockState(NamedTuple):
    tenant: str
    mode: str
    clock: int | None
    newest_event_at: int | None
    reasons: dict[str, int]


class Header(NamedTuple):
    """One per partition: tells an empty state from a lost one.

    `next_offset` is the input offset that the state stands for; `definitions` is the JSON of those by
    which the accumulators were made.
    """

    next_offset: int
    epoch: int
    definitions: str
    clocks: list[ClockState]


class SessionState(NamedTuple):
    source: str
    events: list[Event]


class CellState(NamedTuple):
    total: list[int]
    published: list[int]


_pane_key = msgspec.msgpack.Decoder(tuple[str, str, str, str, int, int])
_cell_key = msgspec.msgpack.Decoder(tuple[str, str, str, str])
unpack_header = msgspec.msgpack.Decoder(Header).decode
unpack_session = msgspec.msgpack.Decoder(SessionState).decode
unpack_cell = msgspec.msgpack.Decoder(CellState).decode
unpack_pane = msgspec.msgpack.Decoder(list[int]).decode


def session_state_key(session_key: bytes) -> bytes:
    return SESSION + session_key


def cell_state_key(cell: CellKey) -> bytes:
    return CELL + pack(cell)


def pane_state_key(cell: CellKey, pane: PaneKey) -> bytes:
    return PANE + pack((*cell, *pane))


def read_cell_key(key: bytes) -> CellKey:
    return _cell_key.decode(key[1:])


def read_pane_key(key: bytes) -> tuple[CellKey, PaneKey]:
    found: tuple[Any, ...] = _pane_key.decode(key[1:])
    return found[:4], found[4:]
