"""Events that contradict their session, and are used all the same (docs/rules.md, "Contradictions")."""

from typing import Any

from attesa.core.events import ranks
from attesa.core.sessions.fold import NOT_A_REPLY, Fold


def contradiction(fold: Fold, rank: int, body: tuple[Any, ...]) -> str | None:
    """By which word an event is counted that the fold takes next; None where nothing is wrong with it.

    `early_reply`: a person replied whom nobody had asked. `same_queue`: a transfer to where it came from.
    """
    if rank == ranks.TRANSFERRED:
        return "same_queue" if _is_to_itself(fold, body) else None
    if fold.requested_at is not None or fold.outbound:
        return None
    if rank == ranks.AGENT_MESSAGE:
        return "early_reply" if body[0] and body[1] not in NOT_A_REPLY else None
    return "early_reply" if rank == ranks.ACCEPTED and body[1] else None


def _is_to_itself(fold: Fold, body: tuple[Any, ...]) -> bool:
    kind, from_queue, to_queue, _ = body
    if kind == "bot_to_person" or to_queue is None:
        return False
    left = from_queue or (fold.legs[-1].queue if fold.legs else None) or fold.queue
    return bool(left == to_queue)
