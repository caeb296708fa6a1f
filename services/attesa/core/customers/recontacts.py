"""Which session of a customer followed which: recontact and spill-over (METRICS.md, "The other KPIs")."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from attesa.core.customers.visits import Visit
from attesa.core.partition.clocks import HOUR_MS

RECONTACT_MS = 24 * HOUR_MS
DROPPED_MS = 5 * 60_000
SPILL_OVER_MS = 7 * 24 * HOUR_MS
SOCIAL = "social"


class Follow(NamedTuple):
    """The sessions that came after one: the next within 24 h, and the first social one within 7 days."""

    recontact: Visit | None
    spill_over: Visit | None


NOTHING_FOLLOWS = Follow(None, None)


def in_order(visits: Sequence[Visit]) -> list[Visit]:
    """The sessions that are there, by start and name."""
    return sorted((visit for visit in visits if not visit.deleted), key=lambda visit: visit.position)


def follows_of(ordered: Sequence[Visit]) -> dict[str, Follow]:
    """What followed each of a customer's sessions."""
    if len(ordered) == 1:
        return {ordered[0].session: NOTHING_FOLLOWS}
    returns = [visit for visit in ordered if comes_back(visit)]
    social = [visit for visit in ordered if visit.channel == SOCIAL and visit.is_valid]
    return {visit.session: follow_of(visit, returns, social) for visit in ordered}


def follow_of(visit: Visit, returns: Sequence[Visit], social: Sequence[Visit]) -> Follow:
    """What followed the end of a session, of those with which its customer came back and the social ones."""
    if visit.ended_at is None or not visit.is_valid:
        return NOTHING_FOLLOWS
    recontact = _first_after(visit, visit.ended_at, RECONTACT_MS, returns)
    if visit.channel == SOCIAL or not social:
        return NOTHING_FOLLOWS if recontact is None else Follow(recontact, None)
    return Follow(recontact, _first_after(visit, visit.ended_at, SPILL_OVER_MS, social))


def comes_back(later: Visit) -> bool:
    """Whether the customer came back with it: the business did not begin, and it is no spam or test."""
    return later.outcome not in ("outbound", "invalid")


def _first_after(visit: Visit, ended_at: int, within_ms: int, others: Sequence[Visit]) -> Visit | None:
    """The first that starts within so long after the end; one that starts before is none."""
    for i in range(bisect_left(others, ended_at, key=_start), len(others)):
        later = others[i]
        if later.started_at > ended_at + within_ms:
            return None
        if later.position > visit.position:
            return later
    return None


def _start(visit: Visit) -> int:
    return visit.started_at


def is_dropped(visit: Visit, later: Visit) -> bool:
    """Whether the customer came back within 5 min after an end that he did not choose."""
    assert visit.ended_at is not None
    return visit.ended_by != "customer" and later.started_at - visit.ended_at <= DROPPED_MS


def other_team(visit: Visit, later: Visit) -> bool | None:
    """Whether another team helped; None: one of them is not known."""
    if visit.team is None or later.team is None:
        return None
    return visit.team != later.team


def served_itself(visit: Visit) -> bool:
    """Whether the session ended in the bot, without a person: self-service, if the customer stays away."""
    return visit.outcome == "left_before_queue" and visit.in_bot


def preceded_by(follows: dict[str, Follow], visits: dict[str, Visit]) -> dict[str, str]:
    """By session the one that it is a recontact of; of several the one that ended last."""
    found: dict[str, tuple[int, str]] = {}
    for session, follow in follows.items():
        if follow.recontact is not None:
            ended_at = visits[session].ended_at
            assert ended_at is not None
            later = follow.recontact.session
            found[later] = max(found.get(later, (ended_at, session)), (ended_at, session))
    return {later: session for later, (_, session) in found.items()}
