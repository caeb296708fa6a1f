"""What one session adds to the counts, each amount dated at the instant of its decision (docs/rules.md)."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from attesa.core.cells import Cell
from attesa.core.counts import COLUMN, Column, Layout
from attesa.core.fold import Fold
from attesa.core.legs import without_note
from attesa.core.policies import Coverage, Expectation
from attesa.core.turns import Rhythm
from attesa.core.verdicts import Judgement, Verdict, open_turn_verdict, turn_verdict

# Cell, instant (ms), amounts by column.
Group = tuple[Cell, int, tuple[tuple[Column, int], ...]]
Amounts = tuple[tuple[Column, int], ...]

QUEUED_MS = 1000  # shorter waits are left out of answered_queued
MINUTE_MS = 60_000


def one(*names: str) -> Amounts:
    """One of each."""
    return tuple((COLUMN[name], 1) for name in names)


def amounts(**by_name: int | bool | None) -> Amounts:
    """Named amounts; what is 0 or unknown is left out."""
    return tuple((COLUMN[name], int(amount)) for name, amount in by_name.items() if amount)


_RECORDS = one("records")
_OFFERED = one("offered")
_OFFERED_SALES = one("offered", "sales_offered")
_OUTSIDE_HOURS = one("outside_hours")
_INVALID = one("invalid")
_LEG = one("legs")
_LEG_ABANDONED = one("legs_abandoned")
_WAIT = COLUMN["wait_ms"]
_ANSWERED, _QUEUED = COLUMN["answered"], COLUMN["answered_queued"]
_TO_PERSON = COLUMN["to_person_ms"]
_VERDICTS = {
    prefix + size: {word: one(f"{prefix}{word}_{size}") for word in ("met", "missed")}
    for prefix in ("", "next_", "synchronous_")
    for size in ("good", "bad")
}


class Terms(NamedTuple):
    """What of the definitions holds for one session."""

    layout: Layout
    pair: Expectation
    live: Expectation  # of synchronous stretches
    coverage: Coverage | None
    business_wait_ms: int | None  # of an answered session in a queue with opening hours
    clock: int | None
    cell: Cell
    cell_of: Callable[[str], Cell]  # the same cell in another queue


def groups(fold: Fold, judgement: Judgement, terms: Terms) -> tuple[Group, ...]:
    """Everything that a session contributes, in the order in which it is usually decided.

    More events mostly add at the end, which makes the difference to what it contributed before short.
    """
    cell = terms.cell
    found: list[Group] = [(cell, fold.started_at, _RECORDS)]
    if judgement.outcome == "invalid":
        assert fold.ended_at is not None
        found.append((cell, fold.ended_at, _INVALID))
        return tuple(found)
    if fold.requested_at is not None:
        found += _request(fold, fold.requested_at, judgement, terms)
    found += _verdict(cell, "good", judgement.good)
    found += _verdict(cell, "bad", judgement.bad)
    if fold.requested_at is not None:
        found += _legs(fold, terms)
        found += _next_turns(fold, terms)
    if fold.answers is not None:
        found += _surveys(fold, cell)
    if fold.ended_at is not None:
        found += _end(fold, fold.ended_at, judgement, terms)
    return tuple(found)


def _request(fold: Fold, requested_at: int, judgement: Judgement, terms: Terms) -> Iterator[Group]:
    cell = terms.cell
    if judgement.outcome == "outside_hours":
        yield cell, requested_at, _OUTSIDE_HOURS
        return
    yield cell, requested_at, _OFFERED_SALES if fold.purpose == "sales" else _OFFERED
    if fold.promised_ms is not None:
        yield cell, requested_at, amounts(promised=1, promised_ms=fold.promised_ms)
    if fold.accepted_at is not None and fold.accepted_at >= requested_at:
        yield cell, fold.accepted_at, amounts(accepted=1, pickup_ms=fold.accepted_at - requested_at)
    if fold.first_reply_at is not None:
        yield from _answered(fold, requested_at, fold.first_reply_at, judgement, terms)


def _answered(
    fold: Fold, requested_at: int, replied_at: int, judgement: Judgement, terms: Terms
) -> Iterator[Group]:
    cell, wait_ms = terms.cell, replied_at - requested_at
    columns: Amounts = (
        (_ANSWERED, 1),
        (terms.layout.answered_buckets + bisect_left(terms.layout.borders_ms, wait_ms), 1),
        (_TO_PERSON, replied_at - fold.started_at),
    )
    if wait_ms:
        columns += ((_WAIT, wait_ms), (_QUEUED, int(wait_ms >= QUEUED_MS)))
    if judgement.is_tolerable or fold.purpose == "sales":
        columns += amounts(tolerable=judgement.is_tolerable, sales_answered=fold.purpose == "sales")
    if terms.business_wait_ms is not None:
        columns += amounts(business_answered=1, business_wait_ms=terms.business_wait_ms)
    if terms.coverage is not None:
        share = terms.coverage.share_of(wait_ms)
        columns += amounts(covered=1, coverage_permille=round(share * 1000))
    if fold.promised_ms is not None:
        columns += amounts(promises_kept=wait_ms <= fold.promised_ms, promised_wait_ms=wait_ms)
    yield cell, replied_at, columns
    if fold.useful_at is not None:
        yield cell, fold.useful_at, amounts(useful=1, useful_ms=fold.useful_at - requested_at)


def _verdict(cell: Cell, which: str, verdict: Verdict | None) -> Iterator[Group]:
    if verdict is not None and verdict.word != "none":
        yield cell, verdict.at, _VERDICTS[which][verdict.word]


def _legs(fold: Fold, terms: Terms) -> Iterator[Group]:
    for leg in fold.legs:
        cell = terms.cell if leg.queue is None else terms.cell_of(leg.queue)
        left_at = leg.ended_at if leg.ended_at is not None else fold.ended_at
        yield cell, leg.started_at, _LEG
        if leg.replied_at is not None:
            yield cell, leg.replied_at, amounts(legs_answered=1, leg_wait_ms=leg.wait_ms)
        elif leg.ended_at is None and fold.ended_at is not None and fold.ended_by == "customer":
            yield cell, fold.ended_at, _LEG_ABANDONED
        taken_at = leg.picked_up_at
        if taken_at is not None:
            yield cell, taken_at, occupied(1, taken_at)
            if left_at is not None:
                yield cell, left_at, occupied(-1, left_at)


def occupied(change: int, at: int) -> Amounts:
    return ((COLUMN["occupied"], change), (COLUMN["occupied_moment_ms"], change * (at % MINUTE_MS)))


def _next_turns(fold: Fold, terms: Terms) -> Iterator[Group]:
    cell, rhythm = terms.cell, fold.rhythm
    pairs = _pairs(terms)
    for turn in rhythm.turns_closed:
        start, replied_at, synchronous = turn
        bucket = terms.layout.next_buckets + bisect_left(terms.layout.borders_ms, replied_at - start)
        columns = amounts(
            next_replies=1, next_reply_ms=replied_at - start, synchronous_replies=int(synchronous)
        )
        yield cell, replied_at, (*columns, (bucket, 1))
        for which, threshold_ms in pairs[: 4 if synchronous else 2]:
            yield from _verdict(cell, which, turn_verdict(turn, threshold_ms))
    if rhythm.turn_at is not None and rhythm.turn_is_next:
        for which, threshold_ms in pairs[: 4 if rhythm.turn_synchronous else 2]:
            yield from _verdict(cell, which, open_turn_verdict(fold, threshold_ms, terms.clock))


def _pairs(terms: Terms) -> tuple[tuple[str, int], ...]:
    pair, live = terms.pair, terms.live
    return (
        ("next_good", pair.good_seconds * 1000),
        ("next_bad", pair.bad_seconds * 1000),
        ("synchronous_good", live.good_seconds * 1000),
        ("synchronous_bad", live.bad_seconds * 1000),
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


def _end(fold: Fold, ended_at: int, judgement: Judgement, terms: Terms) -> Iterator[Group]:
    cell, requested_at = terms.cell, fold.requested_at
    if requested_at is not None:
        yield from _loss(fold, ended_at, judgement, terms)
    if judgement.outcome == "answered" and requested_at is not None:
        measured_ms = effective_ms(fold)
        if measured_ms is not None:
            total_ms = ended_at - requested_at
            yield cell, ended_at, amounts(measured=1, total_ms=total_ms, effective_ms=measured_ms)
    bot_ms = requested_at - fold.started_at if requested_at is not None and fold.bot_at_request else None
    yield (
        cell,
        ended_at,
        amounts(
            ended=1,
            resolved=fold.ended_reason == "resolved",
            left_before_queue=judgement.outcome == "left_before_queue",
            self_service=is_self_service(fold, judgement),
            left_unanswered=is_left_unanswered(fold),
            hung_up=is_hung_up(fold),
            transfers=fold.transfers,
            transfers_without_context=fold.transfers_without_context,
            transfers_without_note=without_note(fold.legs),
            video=fold.video,
            from_bot=bot_ms is not None,
            bot_ms=bot_ms,
            form_fields=fold.form_fields,
            abandoned_in_transfer=is_abandoned_in_transfer(fold),
        ),
    )
    if fold.rhythm.turns:
        yield cell, ended_at, _rhythm(fold.rhythm)


def _loss(fold: Fold, ended_at: int, judgement: Judgement, terms: Terms) -> Iterator[Group]:
    cell, outcome, reason = terms.cell, judgement.outcome, judgement.lost_reason
    if outcome == "abandoned":
        assert judgement.left_at is not None
        assert fold.requested_at is not None
        waited_ms = judgement.left_at - fold.requested_at
        bucket = terms.layout.abandoned_buckets + bisect_left(terms.layout.borders_ms, waited_ms)
        short = waited_ms <= terms.pair.short_abandon_seconds * 1000
        columns = amounts(abandoned=1, abandon_ms=waited_ms, short_abandoned=short)
        yield cell, ended_at, (*columns, (bucket, 1))
    elif outcome == "rejected":
        yield (
            cell,
            ended_at,
            amounts(
                rejected=1,
                rejected_full=reason == "full",
                rejected_nobody_on_duty=reason == "nobody_on_duty",
            ),
        )
    elif outcome == "unanswered":
        yield (
            cell,
            ended_at,
            amounts(unanswered=1, unanswered_agent=reason == "agent", unanswered_timeout=reason == "timeout"),
        )


def _rhythm(rhythm: Rhythm) -> Amounts:
    manners = rhythm.manners or (0,) * 7
    greeting, thanks, name, mirror_question, closing_summary, abbreviation, more_help = manners
    return amounts(
        turns=rhythm.turns,
        single_message_turns=rhythm.single_turns,
        agent_bursts=rhythm.agent_bursts,
        silences=rhythm.longest_ms is not None,
        longest_silence_ms=rhythm.longest_ms,
        nudges=rhythm.nudges,
        customer_messages=rhythm.customer_messages,
        agent_messages=rhythm.agent_messages,
        question_clusters=rhythm.question_clusters,
        long_messages=rhythm.long_messages,
        voice_messages=rhythm.voice_messages,
        greeting=greeting,
        thanks=thanks,
        name=name,
        mirror_question=mirror_question,
        closing_summary=closing_summary,
        abbreviation=abbreviation,
        more_help=more_help,
    )


def effective_ms(fold: Fold) -> int | None:
    """Effective time: as measured by the source, else summed from messages, else not to be told."""
    if fold.measured_ms is not None:
        return fold.measured_ms
    return fold.rhythm.effective_ms if fold.rhythm.agent_messages else None


def is_self_service(fold: Fold, judgement: Judgement) -> bool:
    return judgement.outcome == "left_before_queue" and fold.bot_came


def is_left_unanswered(fold: Fold) -> bool:
    return fold.ended_at is not None and fold.rhythm.turn_at is not None


def is_hung_up(fold: Fold) -> bool:
    return is_left_unanswered(fold) and fold.ended_by != "customer"


def is_abandoned_in_transfer(fold: Fold) -> bool:
    """The customer left in a leg that a transfer had begun, before anybody joined or replied in it."""
    return fold.ended_by == "customer" and len(fold.legs) > 1 and fold.legs[-1].picked_up_at is None
