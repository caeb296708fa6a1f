"""Customers' turns: opened by their messages, closed by a person's: rules.md, "Each reply"."""

from typing import NamedTuple

from tests.oracle.clocks import since
from tests.oracle.cutting import Piece
from tests.oracle.telling import Told, is_agents_message
from tests.oracle.verdicts import Verdict, Wait

from attesa.core.definitions import Definitions

SYNCHRONOUS_MS = 90_000
PAIR = ("good", "bad")


class Turn(NamedTuple):
    """`is_next`: opened after the first reply. `closed_at`: None while it is open, or was left open."""

    opened_at: int
    closed_at: int | None
    is_next: bool
    is_synchronous: bool


def turns_of(piece: Piece, request: Told | None, reply: Told | None) -> list[Turn]:
    """All turns from the request on, in order."""
    found: list[Turn] = []
    opened: Turn | None = None
    replied = False
    last_message_at: int | None = None
    for event in since(piece.inside, request):
        replied = replied or event is reply
        if is_agents_message(event):
            last_message_at = event.at
            if opened is not None:
                found.append(opened._replace(closed_at=event.at))
                opened = None
        elif event.what == "customer" and opened is None:
            soon = last_message_at is not None and event.at - last_message_at <= SYNCHRONOUS_MS
            opened = Turn(event.at, None, replied, replied and soon)
    return found if opened is None else [*found, opened]


def is_left_open(turns: list[Turn]) -> bool:
    return any(turn.closed_at is None for turn in turns)


def longest_silence(turns: list[Turn], ended_at: int | None) -> int | None:
    """The longest next turn; one that was open at the end lasted up to it."""
    ends = [(turn, turn.closed_at or ended_at) for turn in turns if turn.is_next]
    return max((end - turn.opened_at for turn, end in ends if end is not None), default=None)


class TurnVerdict(NamedTuple):
    """`of`: next or synchronous; `threshold`: good or bad."""

    of: str
    threshold: str
    verdict: Verdict


def verdicts_on(turn: Turn, piece: Piece, definitions: Definitions, clock: int | None) -> list[TurnVerdict]:
    """What is judged of a next turn, on the channel's pair, and on live chat's where it is synchronous."""
    left_at = piece.ended_at if piece.end and piece.end.data["by"] == "customer" else None
    wait = Wait(turn.opened_at, turn.closed_at, piece.ended_at, left_at)
    pairs = {"next": piece.expectation_up_to(piece.inside, definitions)}
    if turn.is_synchronous:
        pairs["synchronous"] = definitions.channels["live_chat"]
    return [
        TurnVerdict(of, threshold, wait.verdict(getattr(pair, f"{threshold}_seconds") * 1000, None, clock))
        for of, pair in pairs.items()
        for threshold in PAIR
    ]


def nudges(piece: Piece, request: Told | None, reply: Told | None, definitions: Definitions) -> int:
    """Customer messages of somebody who has already waited for longer than is good."""
    if request is None:
        return 0
    found = 0
    turn_at: int | None = None  # the open turn's beginning
    waits = True  # for the first reply
    for event in since(piece.inside, request):
        waits = waits and event is not reply
        if is_agents_message(event):
            turn_at = None
        elif event.what == "customer":
            known = piece.inside[: piece.inside.index(event) + 1]
            good = piece.expectation_up_to(known, definitions).good_seconds
            begun = [start for start in (turn_at, request.at if waits else None) if start is not None]
            found += any(event.at - start > good * 1000 for start in begun)
            turn_at = event.at if turn_at is None else turn_at
    return found
