"""A judged session as the row that the world sees."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from attesa.core.definitions import DEFINITION_VERSION
from attesa.core.events.flags import MANNERS
from attesa.core.rows.session import SessionRow
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.endings import (
    effective_ms,
    is_abandoned_in_transfer,
    is_hung_up,
    is_left_unanswered,
)
from attesa.core.sessions.fold import Fold
from attesa.core.sessions.legs import Leg, without_note
from attesa.core.sessions.session import Session
from attesa.core.sessions.surveys import Answers, influence
from attesa.core.sessions.terms import Terms
from attesa.core.sessions.turns import Rhythm
from attesa.core.sessions.verdicts import Judgement, open_turn_verdict, service_class, turn_verdict


class Place(NamedTuple):
    """Whose rows these are."""

    partition: int
    epoch: int


def session_row(
    conversation: Conversation, session: Session, place: Place, *, shows_agents: bool
) -> SessionRow:
    """The facts of one judged session of a conversation."""
    fold, judgement, terms = session.fold, session.judgement, session.terms
    assert terms is not None
    assert judgement is not None
    row = _opening(conversation, session, terms, judgement, place)
    if fold.requested_at is not None:
        _request(row, fold, fold.requested_at, judgement, terms)
        _verdicts(row, judgement)
        _legs(row, fold.legs)
        if fold.rhythm.turns_closed or fold.rhythm.turn_at is not None:
            _replies(row, fold.rhythm)
            if judgement.outcome != "invalid":
                _reply_verdicts(row, fold, terms, conversation.clock.clock)
    if fold.ended_at is not None:
        _end(row, fold, fold.ended_at, judgement)
    if fold.rhythm.turns:
        _rhythm(row, fold.rhythm)
    if fold.answers is not None:
        _surveys(row, fold.answers)
    if fold.first_reply_at is not None:
        row.team = fold.team
        row.agent = fold.agent if shows_agents else None
    return row


def _opening(
    conversation: Conversation, session: Session, terms: Terms, judgement: Judgement, place: Place
) -> SessionRow:
    """The row with what every session has; attributes are set quicker than keywords are matched."""
    fold, name = session.fold, conversation.name
    tenant, channel, queue, country = terms.cell.key
    row = SessionRow(
        tenant=tenant,
        session=f"{name}/{session.number}",
        conversation=name,
        partition=place.partition,
        epoch=place.epoch,
        definition_version=DEFINITION_VERSION,
        source=conversation.source,
        channel=channel,
        queue=queue,
        country=country,
        started_at=fold.started_at,
        last_event_at=fold.last_at,
        outcome=judgement.outcome,
        good_ms=terms.pair.good_ms,
        bad_ms=terms.pair.bad_ms,
        events=fold.events,
    )
    row.country_source = terms.country_source
    row.language, row.customer, row.entry_point = fold.language, fold.customer, fold.entry_point
    row.purpose, row.visibility = fold.purpose, fold.visibility
    row.form_fields, row.promised_wait_ms = fold.form_fields, fold.promised_ms
    row.accepted_at = fold.accepted_at
    row.measured_in = terms.pair.measured_in
    row.transfers, row.transfers_without_context = fold.transfers, fold.transfers_without_context
    row.bot_messages = fold.bot_messages
    row.video, row.video_stage = fold.video, fold.video_stage
    if fold.outbound:
        row.direction = "outbound"
    return row


def deleted_row(row: SessionRow) -> SessionRow:
    """The row of a session that a late event took away."""
    return msgspec.structs.replace(row, deleted=True)


def _request(row: SessionRow, fold: Fold, requested_at: int, judgement: Judgement, terms: Terms) -> None:
    row.requested_at = requested_at
    accepted_at, replied_at = fold.accepted_at, fold.first_reply_at
    if accepted_at is not None and judgement.outcome != "invalid" and accepted_at >= requested_at:
        row.pickup_ms = accepted_at - requested_at
    if fold.bot_at_request:
        row.bot_ms = requested_at - fold.started_at
    if judgement.left_at is not None:
        row.left_at = judgement.left_at
        row.time_to_abandon_ms = judgement.left_at - requested_at
        row.short_abandon = row.time_to_abandon_ms <= terms.pair.short_abandon_seconds * 1000
    if replied_at is None:
        return
    row.first_reply_at, row.first_useful_reply_at = replied_at, fold.useful_at
    if judgement.outcome != "answered":
        return
    wait_ms = row.wait_ms = replied_at - requested_at
    row.business_wait_ms = terms.business_wait_ms(fold)
    row.time_to_person_ms = replied_at - fold.started_at
    if fold.promised_ms is not None:
        row.promise_kept = wait_ms <= fold.promised_ms
    if terms.coverage is not None:
        row.expectation_coverage = terms.coverage.share_of(wait_ms)


def _end(row: SessionRow, fold: Fold, ended_at: int, judgement: Judgement) -> None:
    row.ended_at, row.ended_by, row.ended_reason = ended_at, fold.ended_by, fold.ended_reason
    if judgement.outcome == "answered" and fold.requested_at is not None and not fold.timed_out:
        row.total_ms = ended_at - fold.requested_at
        row.effective_ms = effective_ms(fold)
    row.lost_reason = judgement.lost_reason
    row.abandoned_in_transfer = judgement.outcome != "invalid" and is_abandoned_in_transfer(fold)
    row.left_unanswered, row.hung_up = is_left_unanswered(fold), is_hung_up(fold)


def _verdicts(row: SessionRow, judgement: Judgement) -> None:
    good, bad = judgement.good, judgement.bad
    if good is not None:
        row.verdict_good, row.verdict_good_at = good.word, good.at
    if bad is not None:
        row.verdict_bad, row.verdict_bad_at = bad.word, bad.at
    row.service_class = service_class(judgement)


def _replies(row: SessionRow, rhythm: Rhythm) -> None:
    """Replies to the turns after the first."""
    row.next_replies = len(rhythm.turns_closed)
    row.next_reply_ms = sum(replied_at - start for start, replied_at, _ in rhythm.turns_closed)
    row.synchronous_replies = sum(synchronous for *_, synchronous in rhythm.turns_closed)


def _reply_verdicts(row: SessionRow, fold: Fold, terms: Terms, clock: int | None) -> None:
    """The verdicts on those replies, by the names of their counts."""
    rhythm = fold.rhythm
    still_open = rhythm.turn_at is not None and rhythm.turn_is_next
    for prefix, pair in (("next", terms.pair), ("synchronous", terms.live)):
        every = prefix == "next"
        turns = [turn for turn in rhythm.turns_closed if every or turn[2]]
        for which, threshold_ms in (("good", pair.good_ms), ("bad", pair.bad_ms)):
            words = [turn_verdict(turn, threshold_ms).word for turn in turns]
            if still_open and (every or rhythm.turn_synchronous):
                verdict = open_turn_verdict(fold, threshold_ms, clock)
                words += [verdict.word] if verdict is not None else []
            setattr(row, f"{prefix}_met_{which}", words.count("met"))
            setattr(row, f"{prefix}_missed_{which}", words.count("missed"))


def _legs(row: SessionRow, legs: Sequence[Leg]) -> None:
    if len(legs) == 1:
        row.leg_queues, row.leg_started_at = (row.queue,), (legs[0].started_at,)
        row.leg_wait_ms = (legs[0].wait_ms,)
        return
    row.leg_queues = tuple([leg.queue or row.queue for leg in legs])
    row.leg_started_at = tuple([leg.started_at for leg in legs])
    row.leg_wait_ms = tuple([leg.wait_ms for leg in legs])
    row.transfers_without_note = without_note(legs)


def _rhythm(row: SessionRow, rhythm: Rhythm) -> None:
    row.customer_messages, row.agent_messages = rhythm.customer_messages, rhythm.agent_messages
    row.turns, row.single_message_turns = rhythm.turns, rhythm.single_message_turns
    row.agent_bursts = rhythm.agent_bursts
    row.longest_silence_ms = rhythm.longest_ms
    row.nudges = rhythm.nudges
    row.question_clusters = rhythm.question_clusters
    row.long_messages, row.voice_messages = rhythm.long_messages, rhythm.voice_messages
    if rhythm.manners is not None:
        for flag, n in zip(MANNERS, rhythm.manners, strict=True):
            if n:
                setattr(row, flag, n)


def _surveys(row: SessionRow, answers: Answers) -> None:
    csat, would = answers.answers.get("csat"), answers.value("would_have_bought")
    row.survey_asked_at, row.survey_too_early = answers.asked_at, answers.too_early
    row.nps = answers.value("nps")
    if csat is not None:
        row.csat, row.csat_scale = csat[1], csat[2]
    row.influence = influence(answers.value("influence"))
    row.would_have_bought = None if would is None else bool(would)
