"""What the end of a session decides: losses, durations, rhythm and manners, as amounts by column."""

from bisect import bisect_left
from operator import attrgetter

from attesa.core.events.flags import MANNERS
from attesa.core.partition.amounts import Amounts, amounts, one
from attesa.core.rows.counts import COLUMN, Column
from attesa.core.rows.session import LOST
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.legs import without_note
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.turns import Rhythm
from attesa.core.sessions.verdicts import Judgement

_ENDED = COLUMN["ended"]
_MEASURED, _TOTAL, _EFFECTIVE = COLUMN["measured"], COLUMN["total_ms"], COLUMN["effective_ms"]
_RESOLVED = one("resolved")
_MANNERS = tuple(COLUMN[flag] for flag in MANNERS)
# What a rhythm counts: its attributes bear the names of the columns.
_RHYTHM = (
    "turns", "single_message_turns", "agent_bursts", "nudges", "customer_messages", "agent_messages",
    "question_clusters", "long_messages", "voice_messages",
)  # fmt: skip
_RHYTHM_COLUMNS = tuple(COLUMN[name] for name in _RHYTHM)
_rhythm_counts = attrgetter(*_RHYTHM)


def end_amounts(fold: Fold, ended_at: int, judgement: Judgement, terms: Terms) -> Amounts:
    """Everything that the end decides, in one group; what is 0 is left out."""
    requested_at, outcome = fold.requested_at, judgement.outcome
    found: list[tuple[Column, int]] = [(_ENDED, 1)]
    if outcome == "answered" and requested_at is not None and not fold.timed_out:
        measured_ms = effective_ms(fold)
        if measured_ms is not None:
            found += ((_MEASURED, 1), (_TOTAL, ended_at - requested_at), (_EFFECTIVE, measured_ms))
    elif outcome in LOST:
        found += _loss(fold, judgement, terms)
    if fold.rhythm.turns:
        found += _rhythm(fold.rhythm)
    if fold.ended_reason == "resolved":
        found += _RESOLVED
    if fold.transfers:
        found += _transfers(fold)
    if fold.bot_came or fold.video or fold.form_fields or fold.rhythm.turn_at is not None:
        found += _further(fold, requested_at, judgement)
    elif outcome == "left_before_queue":
        found += amounts(left_before_queue=1)
    return tuple(found)


def _further(fold: Fold, requested_at: int | None, judgement: Judgement) -> Amounts:
    """What few sessions have."""
    left = judgement.outcome == "left_before_queue"
    from_bot = fold.bot_at_request and requested_at is not None
    return amounts(
        left_before_queue=left,
        self_service=left and fold.bot_came,
        left_unanswered=fold.rhythm.turn_at is not None,
        hung_up=is_hung_up(fold),
        from_bot=from_bot,
        bot_ms=(requested_at or 0) - fold.started_at if from_bot else 0,
        video=fold.video,
        form_fields=fold.form_fields,
    )


def _transfers(fold: Fold) -> Amounts:
    return amounts(
        transfers=fold.transfers,
        transfers_without_context=fold.transfers_without_context,
        transfers_without_note=without_note(fold.legs),
        abandoned_in_transfer=is_abandoned_in_transfer(fold),
    )


def _loss(fold: Fold, judgement: Judgement, terms: Terms) -> Amounts:
    outcome, reason = judgement.outcome, judgement.lost_reason
    if outcome == "rejected":
        full, nobody = reason == "full", reason == "nobody_on_duty"
        return amounts(rejected=1, rejected_full=full, rejected_nobody_on_duty=nobody)
    if outcome == "unanswered":
        agent, timeout = reason == "agent", reason == "timeout"
        return amounts(unanswered=1, unanswered_agent=agent, unanswered_timeout=timeout)
    assert judgement.left_at is not None
    assert fold.requested_at is not None
    waited_ms = judgement.left_at - fold.requested_at
    bucket = terms.layout.abandoned_buckets + bisect_left(terms.layout.borders_ms, waited_ms)
    short = waited_ms <= terms.pair.short_abandon_seconds * 1000
    return (*amounts(abandoned=1, abandon_ms=waited_ms, short_abandoned=short), (bucket, 1))


def _rhythm(rhythm: Rhythm) -> list[tuple[Column, int]]:
    counts = _rhythm_counts(rhythm)
    found: list[tuple[Column, int]] = [
        (column, n) for column, n in zip(_RHYTHM_COLUMNS, counts, strict=True) if n
    ]
    if rhythm.longest_ms is not None:
        found += amounts(silences=1, longest_silence_ms=rhythm.longest_ms)
    if rhythm.manners is not None:
        found += [(column, n) for column, n in zip(_MANNERS, rhythm.manners, strict=True) if n]
    return found


def effective_ms(fold: Fold) -> int | None:
    """Effective time: as measured by the source, else summed from messages, else not to be told."""
    if fold.measured_ms is not None:
        return fold.measured_ms
    return fold.rhythm.effective_ms if fold.rhythm.is_measured else None


def is_left_unanswered(fold: Fold) -> bool:
    return fold.ended_at is not None and fold.rhythm.turn_at is not None


def is_hung_up(fold: Fold) -> bool:
    return is_left_unanswered(fold) and fold.ended_by != "customer"


def is_abandoned_in_transfer(fold: Fold) -> bool:
    """The customer left in a leg that a transfer had begun, before anybody joined or replied in it."""
    return fold.ended_by == "customer" and len(fold.legs) > 1 and fold.legs[-1].picked_up_at is None
