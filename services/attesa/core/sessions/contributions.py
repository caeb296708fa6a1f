"""What one session adds to the counts, each amount dated at the instant of its decision (docs/rules.md)."""

from bisect import bisect_left
from collections.abc import Iterator

from attesa.core.partition.amounts import Amounts, Group, amounts, one
from attesa.core.partition.cells import Cell
from attesa.core.rows.counts import COLUMN
from attesa.core.sessions.endings import end_amounts
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.legs import Leg
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.verdicts import Judgement, Verdict, open_turn_verdict, turn_verdict

QUEUED_MS = 1000  # shorter waits are left out of answered_queued
MINUTE_MS = 60_000
NEVER_ASKED = frozenset({"open", "outbound"})  # nobody asked for a person, and no bot ended it


_RECORDS = one("records")
_OUTSIDE_HOURS = one("outside_hours")
_INVALID = one("invalid")
_ENDED = one("ended")
_LEG = one("legs")
_LEG_ABANDONED = one("legs_abandoned")
_REQUEST = one("offered", "legs")  # the first leg begins with the request, in the same cell
_REQUEST_FOR_SALES = one("offered", "legs", "sales_offered")
_OCCUPIED, _OCCUPIED_MOMENT = COLUMN["occupied"], COLUMN["occupied_moment_ms"]
_ACCEPTED, _PICKUP = COLUMN["accepted"], COLUMN["pickup_ms"]
_ONE_ANSWERED, _ONE_QUEUED = one("answered", "answered_queued")
_TOLERABLE = one("tolerable")
_SALES_ANSWERED = one("sales_answered")
_WAIT, _TO_PERSON = COLUMN["wait_ms"], COLUMN["to_person_ms"]
(_ONE_USEFUL,), _USEFUL_MS = one("useful"), COLUMN["useful_ms"]
(_ONE_LEG_ANSWERED,), _LEG_WAIT = one("legs_answered"), COLUMN["leg_wait_ms"]
_NEXT, _NEXT_MS = COLUMN["next_replies"], COLUMN["next_reply_ms"]
_SYNCHRONOUS = COLUMN["synchronous_replies"]
_VERDICTS = {
    prefix + size: {word: one(f"{prefix}{word}_{size}") for word in ("met", "missed")}
    for prefix in ("", "next_", "synchronous_")
    for size in ("good", "bad")
}


def groups(fold: Fold, judgement: Judgement, terms: Terms, clock: int | None) -> tuple[Group, ...]:
    """Everything that a session contributes, in the order in which it is usually decided.

    More events mostly add at the end, which makes the difference to what it contributed before short.
    """
    cell = terms.cell
    found: list[Group] = [(cell, fold.started_at, _RECORDS)]
    if judgement.outcome == "invalid":
        assert fold.ended_at is not None
        found.append((cell, fold.ended_at, _INVALID))
        return tuple(found)
    if judgement.outcome in NEVER_ASKED:
        return (*found, *[(cell, at, _ENDED) for at in (fold.ended_at,) if at is not None])
    requested_at = fold.requested_at
    if requested_at is not None:
        _request(found, fold, requested_at, judgement, terms)
        _later_legs(found, fold, terms)
        rhythm = fold.rhythm
        if rhythm.turns_closed or (rhythm.turn_at is not None and rhythm.turn_is_next):
            _next_turns(found, fold, terms, clock)
    if fold.answers is not None:
        found += _surveys(fold, cell)
    if fold.ended_at is not None:
        found.append((cell, fold.ended_at, end_amounts(fold, fold.ended_at, judgement, terms)))
    return tuple(found)


def _request(found: list[Group], fold: Fold, requested_at: int, judgement: Judgement, terms: Terms) -> None:
    """The request, its first leg, the pick-up, the first reply, and the verdicts on the wait."""
    cell = terms.cell
    if judgement.outcome == "outside_hours":
        found.append((cell, requested_at, (*_OUTSIDE_HOURS, *_LEG)))
    else:
        found.append((cell, requested_at, _REQUEST_FOR_SALES if fold.purpose == "sales" else _REQUEST))
        if fold.promised_ms is not None:
            found.append((cell, requested_at, amounts(promised=1, promised_ms=fold.promised_ms)))
    accepted_at = fold.accepted_at
    if accepted_at is not None and accepted_at >= requested_at and judgement.outcome != "outside_hours":
        found.append((cell, accepted_at, ((_ACCEPTED, 1), (_PICKUP, accepted_at - requested_at))))
    _work(found, fold.legs[0], cell, fold)
    if fold.first_reply_at is not None:
        columns = _answered(fold, requested_at, fold.first_reply_at, judgement, terms)
        found.append((cell, fold.first_reply_at, columns))
    if judgement.good is not None:
        _verdict(found, cell, "good", judgement.good)
    if judgement.bad is not None:
        _verdict(found, cell, "bad", judgement.bad)
    if fold.useful_at is not None:
        found.append((cell, fold.useful_at, (_ONE_USEFUL, (_USEFUL_MS, fold.useful_at - requested_at))))


def _answered(fold: Fold, requested_at: int, replied_at: int, judgement: Judgement, terms: Terms) -> Amounts:
    wait_ms = replied_at - requested_at
    columns: Amounts = (
        _ONE_ANSWERED,
        (terms.layout.answered_buckets + bisect_left(terms.layout.borders_ms, wait_ms), 1),
        (_TO_PERSON, replied_at - fold.started_at),
    )
    if wait_ms >= QUEUED_MS:
        columns += ((_WAIT, wait_ms), _ONE_QUEUED)
    elif wait_ms:
        columns += ((_WAIT, wait_ms),)
    if judgement.is_tolerable:
        columns += _TOLERABLE
    if fold.purpose == "sales":
        columns += _SALES_ANSWERED
    if terms.hours is not None:
        columns += amounts(business_answered=1, business_wait_ms=terms.business_wait_ms(fold))
    if terms.coverage is not None:
        share = terms.coverage.share_of(wait_ms)
        columns += amounts(covered=1, coverage_permille=round(share * 1000))
    if fold.promised_ms is not None:
        columns += amounts(promises_kept=wait_ms <= fold.promised_ms, promised_wait_ms=wait_ms)
    return columns


def _verdict(found: list[Group], cell: Cell, which: str, verdict: Verdict) -> None:
    if verdict.word != "none":
        found.append((cell, verdict.at, _VERDICTS[which][verdict.word]))


def _later_legs(found: list[Group], fold: Fold, terms: Terms) -> None:
    """The legs that transfers began, in the cells of their queues."""
    for leg in fold.legs[1:]:
        cell = terms.cell if leg.queue is None else terms.cell_of(leg.queue)
        found.append((cell, leg.started_at, _LEG))
        _work(found, leg, cell, fold)


def _work(found: list[Group], leg: Leg, cell: Cell, fold: Fold) -> None:
    """What a leg's queue did: its reply, its slot while somebody had taken it, or that the customer left."""
    if leg.replied_at is not None:
        waited_ms = leg.replied_at - leg.started_at
        found.append((cell, leg.replied_at, (_ONE_LEG_ANSWERED, (_LEG_WAIT, waited_ms))))
    elif leg.ended_at is None and fold.ended_at is not None and fold.ended_by == "customer":
        found.append((cell, fold.ended_at, _LEG_ABANDONED))
    taken_at = leg.picked_up_at
    if taken_at is None:
        return
    found.append((cell, taken_at, occupied(1, taken_at)))
    left_at = leg.ended_at if leg.ended_at is not None else fold.ended_at
    if left_at is not None:
        found.append((cell, left_at, occupied(-1, left_at)))


def occupied(change: int, at: int) -> Amounts:
    return ((_OCCUPIED, change), (_OCCUPIED_MOMENT, change * (at % MINUTE_MS)))


def _next_turns(found: list[Group], fold: Fold, terms: Terms, clock: int | None) -> None:
    cell, rhythm = terms.cell, fold.rhythm
    pairs = _pairs(terms)
    for turn in rhythm.turns_closed:
        start, replied_at, synchronous = turn
        bucket = terms.layout.next_buckets + bisect_left(terms.layout.borders_ms, replied_at - start)
        columns = ((_NEXT, 1), (_NEXT_MS, replied_at - start), (bucket, 1), (_SYNCHRONOUS, int(synchronous)))
        found.append((cell, replied_at, columns))
        for which, threshold_ms in pairs[: 4 if synchronous else 2]:
            _verdict(found, cell, which, turn_verdict(turn, threshold_ms))
    if rhythm.turn_at is not None and rhythm.turn_is_next:
        for which, threshold_ms in pairs[: 4 if rhythm.turn_synchronous else 2]:
            verdict = open_turn_verdict(fold, threshold_ms, clock)
            if verdict is not None:
                _verdict(found, cell, which, verdict)


def _pairs(terms: Terms) -> tuple[tuple[str, int], ...]:
    pair, live = terms.pair, terms.live
    return (
        ("next_good", pair.good_ms),
        ("next_bad", pair.bad_ms),
        ("synchronous_good", live.good_ms),
        ("synchronous_bad", live.bad_ms),
    )


def _surveys(fold: Fold, cell: Cell) -> Iterator[Group]:
    found = fold.answers
    assert found is not None
    if found.asked_at is not None:
        yield cell, found.asked_at, amounts(survey_asked=1, survey_too_early=found.too_early)
    if found.answers:
        yield cell, min(at for at, _, _ in found.answers.values()), one("survey_answered")
    for question, (at, value, scale) in found.answers.items():
        yield cell, at, answer_amounts(question, value, scale)


def answer_amounts(question: str, value: float, scale: str) -> Amounts:
    """What one answer adds."""
    if question == "nps":
        return amounts(nps_answers=1, nps_promoters=value >= 9, nps_detractors=value <= 6)
    if question == "csat":
        low, high = (int(end) for end in scale.split("-"))
        share = round((value - low) / (high - low) * 1000)
        return amounts(csat_answers=1, csat_permille=share, csat_top_two=value >= high - 1)
    if question == "influence":
        return one(f"influence_{int(value)}")
    return one("would_have_bought" if value else "would_not_have_bought")
