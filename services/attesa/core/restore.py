"""Brings a partition's processor back from its rows in `attesa.state`."""

from collections import Counter
from collections.abc import Mapping
from typing import cast

from attesa.core.clocks import HOUR_MS, Mode, TenantClock
from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError, StateLost
from attesa.core.sessions import Sessions
from attesa.core.state import (
    CELL,
    HEADER_KEY,
    PANE,
    SESSION,
    Header,
    read_cell_key,
    read_pane_key,
    unpack_cell,
    unpack_header,
    unpack_pane,
)


def restore(sessions: Sessions, rows: Mapping[bytes, bytes], committed_offset: int) -> None:
    """Fill a new processor with the newest row of each key.

    In a higher epoch than theirs it starts with nothing. Raises StateLost when the input was read before
    (`committed_offset` > 0) and its state is not there or stands for another offset; ConfigurationError
    when the bucket borders have changed or the epoch has fallen.
    """
    raw = rows.get(HEADER_KEY)
    if raw is None:
        if committed_offset > 0:
            raise StateLost(
                f"attesa.events/{sessions.partition} was read up to {committed_offset}, but attesa.state "
                "knows nothing of it: bring that topic back, or raise ATTESA_EPOCH and name a new group"
            )
        return
    header = unpack_header(raw)
    if header.epoch < sessions.epoch:
        _leave_behind(sessions, rows, committed_offset)
        return
    if header.epoch > sessions.epoch:
        raise ConfigurationError(
            f"the state of attesa.events/{sessions.partition} was written with ATTESA_EPOCH={header.epoch}: "
            f"with {sessions.epoch} readers would keep the older rows; set it to {header.epoch} or higher"
        )
    if header.next_offset != committed_offset:
        raise StateLost(
            f"attesa.events/{sessions.partition}: the state stands for offset {header.next_offset}, but the "
            f"group committed {committed_offset}: reset the group's offset to {header.next_offset}"
        )
    wanted = sessions.definitions
    then = Definitions.model_validate_json(header.definitions)
    if then.borders_seconds != wanted.borders_seconds:
        raise ConfigurationError(
            f"the bucket borders changed from {then.borders_seconds} to {wanted.borders_seconds}: "
            "raise ATTESA_EPOCH, name a new ATTESA_GROUP and make the topics anew"
        )
    sessions.definitions = then
    _load(sessions, rows, header)
    sessions.next_offset = committed_offset
    if then != wanted:
        _judge_anew(sessions, wanted)


def _leave_behind(sessions: Sessions, rows: Mapping[bytes, bytes], committed_offset: int) -> None:
    """A new epoch begins with nothing: what an earlier one kept is deleted in the first checkpoint."""
    if committed_offset > 0:
        raise StateLost(
            f"attesa.events/{sessions.partition} was read up to {committed_offset} by this group, but epoch "
            f"{sessions.epoch} has no state: name a new ATTESA_GROUP, which reads from the start"
        )
    sessions.gone = [key for key in rows if key != HEADER_KEY]


def _load(sessions: Sessions, rows: Mapping[bytes, bytes], header: Header) -> None:
    for kept in header.clocks:
        clock = TenantClock(kept.tenant, cast("Mode", kept.mode), kept.clock, kept.newest_event_at)
        clock.reasons = Counter(kept.reasons)
        sessions.clocks[kept.tenant] = clock
    for key, value in rows.items():
        kind = key[:1]
        if kind == CELL:
            cell = sessions.cell(read_cell_key(key))
            cell.total, cell.published = unpack_cell(value)
        elif kind == PANE:
            cell_key, pane_key = read_pane_key(key)
            sessions.cell(cell_key).panes[pane_key] = unpack_pane(value)
        elif kind == SESSION:
            _load_session(sessions, key[1:], value)


def _load_session(sessions: Sessions, key: bytes, packed: bytes) -> None:
    session = sessions.adopt(key, packed)
    session.clock.count_first(session.first_at, 1)
    session.clock.keep(session.last_at // HOUR_MS, key)
    sessions.sessions[key] = packed if session.is_over else session
    if session.judgement and session.judgement.outcome == "waiting":
        sessions.expect(session)


def _judge_anew(sessions: Sessions, wanted: Definitions) -> None:
    """What is kept is judged by the definitions that hold now; what was let go keeps its counts."""
    kept = [sessions.find(key) for key in sessions.sessions]
    sessions.definitions = wanted
    for session in kept:
        assert session is not None
        session.refold(wanted)
        session.expected_at = None
        sessions.sessions[session.key] = session
        sessions.stale[session] = None
