"""A judged session as the row that the world sees."""

from typing import Any, cast

import msgspec

from attesa.core.conversation import Conversation
from attesa.core.definitions import DEFINITION_VERSION, UNKNOWN, Definitions
from attesa.core.endings import (
    effective_ms,
    is_abandoned_in_transfer,
    is_hung_up,
    is_left_unanswered,
)
from attesa.core.flags import MANNERS
from attesa.core.fold import Fold
from attesa.core.legs import without_note
from attesa.core.session import Session
from attesa.core.session_row import SessionRow
from attesa.core.surveys import Answers, influence
from attesa.core.turns import Rhythm
from attesa.core.verdicts import LIVE, Judgement, open_turn_verdict, service_class, turn_verdict


def session_row(
    conversation: Conversation, session: Session, definitions: Definitions, partition: int, epoch: int
) -> SessionRow:
    """The facts of one session of a conversation."""
    fold, judgement = session.fold, session.judgement
    assert session.cell is not None
    assert judgement is not None
    tenant, channel, queue, country = session.cell.key
    found: dict[str, Any] = {}
    if fold.requested_at is not None:
        _request(found, fold, judgement, channel, definitions)
        _verdicts(found, judgement)
        _legs(found, fold, queue)
        if fold.rhythm.turns_closed or fold.rhythm.turn_at is not None:
            _replies(found, fold.rhythm)
            if judgement.outcome != "invalid":
                _reply_verdicts(found, fold, channel, conversation.clock.clock, definitions)
    if fold.ended_at is not None:
        _end(found, fold, judgement)
    if fold.rhythm.turns:
        _rhythm(found, fold.rhythm)
    if fold.answers is not None:
        _surveys(found, fold.answers)
    if fold.first_reply_at is not None:
        policy = definitions.tenants.get(tenant)
        found["team"] = fold.team
        found["agent"] = fold.agent if policy is not None and policy.agents else None
    pair = definitions.channels[channel]
    return SessionRow(
        tenant=tenant,
        session=f"{conversation.name}/{session.number}",
        conversation=conversation.name,
        partition=partition,
        epoch=epoch,
        definition_version=DEFINITION_VERSION,
        source=conversation.source,
        channel=channel,
        queue=queue,
        country=country,
        country_source=session.country_source,
        language=fold.language,
        direction="outbound" if fold.outbound else "inbound",
        customer=fold.customer,
        purpose=cast("None", fold.purpose),
        visibility=cast("None", fold.visibility),
        entry_point=fold.entry_point,
        form_fields=fold.form_fields,
        promised_wait_ms=fold.promised_ms,
        started_at=fold.started_at,
        accepted_at=fold.accepted_at,
        last_event_at=fold.last_at,
        outcome=judgement.outcome,
        measured_in=pair.measured_in,
        good_ms=pair.good_ms,
        bad_ms=pair.bad_ms,
        transfers=fold.transfers,
        transfers_without_context=fold.transfers_without_context,
        bot_messages=fold.bot_messages,
        video=fold.video,
        video_stage=cast("None", fold.video_stage),
        events=fold.events,
        **found,
    )


def deleted_row(row: SessionRow) -> SessionRow:
    """The row of a session that a late event took away."""
    return msgspec.structs.replace(row, deleted=True)


def business_wait_ms(fold: Fold, definitions: Definitions) -> int | None:
    """Open time between request and first reply; None without a reply, or where the queue has no hours."""
    if fold.requested_at is None or fold.first_reply_at is None:
        return None
    hours = definitions.hours_of(fold.queue or UNKNOWN)
    return None if hours is None else hours.business_ms(fold.requested_at, fold.first_reply_at)


def _request(
    found: dict[str, Any], fold: Fold, judgement: Judgement, channel: str, definitions: Definitions
) -> None:
    requested_at = found["requested_at"] = fold.requested_at
    accepted_at = fold.accepted_at
    if accepted_at is not None and judgement.outcome != "invalid" and accepted_at >= (requested_at or 0):
        found["pickup_ms"] = _between(requested_at, accepted_at)
    if fold.bot_at_request:
        found["bot_ms"] = _between(fold.started_at, requested_at)
    if judgement.left_at is not None:
        to_abandon_ms = found["time_to_abandon_ms"] = _between(requested_at, judgement.left_at)
        found["left_at"] = judgement.left_at
        short_ms = definitions.channels[channel].short_abandon_seconds * 1000
        found["short_abandon"] = to_abandon_ms is not None and to_abandon_ms <= short_ms
    if fold.first_reply_at is None:
        return
    found["first_reply_at"], found["first_useful_reply_at"] = fold.first_reply_at, fold.useful_at
    wait_ms = _between(requested_at, fold.first_reply_at)
    if judgement.outcome != "answered" or wait_ms is None:
        return
    found["wait_ms"] = wait_ms
    found["business_wait_ms"] = business_wait_ms(fold, definitions)
    found["time_to_person_ms"] = fold.first_reply_at - fold.started_at
    if fold.promised_ms is not None:
        found["promise_kept"] = wait_ms <= fold.promised_ms
    coverage = definitions.coverage.get(channel)
    if coverage is not None:
        found["expectation_coverage"] = coverage.share_of(wait_ms)


def _end(found: dict[str, Any], fold: Fold, judgement: Judgement) -> None:
    found["ended_at"], found["ended_by"], found["ended_reason"] = (
        fold.ended_at,
        fold.ended_by,
        fold.ended_reason,
    )
    if judgement.outcome == "answered":
        found["total_ms"] = _between(fold.requested_at, fold.ended_at)
        found["effective_ms"] = effective_ms(fold)
    found["lost_reason"] = judgement.lost_reason
    found["abandoned_in_transfer"] = judgement.outcome != "invalid" and is_abandoned_in_transfer(fold)
    found["left_unanswered"] = is_left_unanswered(fold)
    found["hung_up"] = is_hung_up(fold)


def _verdicts(found: dict[str, Any], judgement: Judgement) -> None:
    good, bad = judgement.good, judgement.bad
    if good is not None:
        found["verdict_good"], found["verdict_good_at"] = good.word, good.at
    if bad is not None:
        found["verdict_bad"], found["verdict_bad_at"] = bad.word, bad.at
    found["service_class"] = service_class(judgement)


def _replies(found: dict[str, Any], rhythm: Rhythm) -> None:
    """Replies to the turns after the first."""
    found["next_replies"] = len(rhythm.turns_closed)
    found["next_reply_ms"] = sum(replied_at - start for start, replied_at, _ in rhythm.turns_closed)
    found["synchronous_replies"] = sum(synchronous for *_, synchronous in rhythm.turns_closed)


def _reply_verdicts(
    found: dict[str, Any], fold: Fold, channel: str, clock: int | None, definitions: Definitions
) -> None:
    """The verdicts on those replies, by the names of their counts."""
    rhythm = fold.rhythm
    still_open = rhythm.turn_at is not None and rhythm.turn_is_next
    for prefix, pair in (
        ("next", definitions.channels[channel]),
        ("synchronous", definitions.channels[LIVE]),
    ):
        every = prefix == "next"
        turns = [turn for turn in rhythm.turns_closed if every or turn[2]]
        for which, threshold_ms in (("good", pair.good_ms), ("bad", pair.bad_ms)):
            verdicts = [turn_verdict(turn, threshold_ms) for turn in turns]
            if still_open and (every or rhythm.turn_synchronous):
                verdict = open_turn_verdict(fold, threshold_ms, clock)
                verdicts += [verdict] if verdict is not None else []
            found[f"{prefix}_met_{which}"] = sum(verdict.word == "met" for verdict in verdicts)
            found[f"{prefix}_missed_{which}"] = sum(verdict.word == "missed" for verdict in verdicts)


def _legs(found: dict[str, Any], fold: Fold, queue: str) -> None:
    legs = fold.legs
    found["leg_queues"] = tuple([leg.queue or queue for leg in legs])
    found["leg_started_at"] = tuple([leg.started_at for leg in legs])
    found["leg_wait_ms"] = tuple([leg.wait_ms for leg in legs])
    if len(legs) > 1:
        found["transfers_without_note"] = without_note(legs)


def _rhythm(found: dict[str, Any], rhythm: Rhythm) -> None:
    found["customer_messages"] = rhythm.customer_messages
    found["agent_messages"] = rhythm.agent_messages
    found["turns"] = rhythm.turns
    found["single_message_turns"] = rhythm.single_message_turns
    found["agent_bursts"] = rhythm.agent_bursts
    found["longest_silence_ms"] = rhythm.longest_ms
    found["nudges"] = rhythm.nudges
    found["question_clusters"] = rhythm.question_clusters
    found["long_messages"] = rhythm.long_messages
    found["voice_messages"] = rhythm.voice_messages
    if rhythm.manners is not None:
        found.update(zip(MANNERS, rhythm.manners, strict=True))


def _surveys(found: dict[str, Any], answers: Answers) -> None:
    csat, would = answers.answers.get("csat"), answers.value("would_have_bought")
    found["survey_asked_at"] = answers.asked_at
    found["survey_too_early"] = answers.too_early
    found["nps"] = answers.value("nps")
    found["csat"], found["csat_scale"] = (csat[1], csat[2]) if csat else (None, None)
    found["influence"] = influence(answers.value("influence"))
    found["would_have_bought"] = None if would is None else bool(would)


def _between(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start
