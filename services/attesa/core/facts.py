"""A judged session as the row that the world sees."""

from typing import Any, cast

import msgspec

from attesa.core.contributions import (
    effective_ms,
    is_abandoned_in_transfer,
    is_hung_up,
    is_left_unanswered,
)
from attesa.core.conversation import Conversation
from attesa.core.definitions import DEFINITION_VERSION, UNKNOWN, Definitions
from attesa.core.flags import MANNERS
from attesa.core.fold import Fold
from attesa.core.legs import without_note
from attesa.core.session import Session
from attesa.core.session_row import SessionRow
from attesa.core.surveys import influence
from attesa.core.turns import Rhythm
from attesa.core.verdicts import Judgement, open_turn_verdict, service_class, turn_verdict

_NO_MANNERS = (0,) * len(MANNERS)


def session_row(
    conversation: Conversation, session: Session, definitions: Definitions, partition: int, epoch: int
) -> SessionRow:
    """The facts of one session of a conversation."""
    fold, judgement = session.fold, session.judgement
    assert session.cell is not None
    assert judgement is not None
    tenant, channel, queue, country = session.cell.key
    policy = definitions.tenants.get(tenant)
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
        team=fold.team,
        agent=fold.agent if policy is not None and policy.agents else None,
        started_at=fold.started_at,
        requested_at=fold.requested_at,
        accepted_at=fold.accepted_at,
        first_reply_at=fold.first_reply_at,
        first_useful_reply_at=fold.useful_at,
        left_at=judgement.left_at,
        ended_at=fold.ended_at,
        ended_by=fold.ended_by,
        ended_reason=fold.ended_reason,
        last_event_at=fold.last_at,
        outcome=judgement.outcome,
        lost_reason=judgement.lost_reason,
        abandoned_in_transfer=judgement.outcome != "invalid" and is_abandoned_in_transfer(fold),
        left_unanswered=is_left_unanswered(fold),
        hung_up=is_hung_up(fold),
        transfers=fold.transfers,
        transfers_without_context=fold.transfers_without_context,
        transfers_without_note=without_note(fold.legs),
        bot_messages=fold.bot_messages,
        form_fields=fold.form_fields,
        promised_wait_ms=fold.promised_ms,
        video=fold.video,
        video_stage=cast("None", fold.video_stage),
        events=fold.events,
        **_durations(fold, judgement, channel, definitions),
        **_verdicts(judgement, channel, definitions),
        **_replies(session, channel, conversation.clock.clock, definitions),
        **_legs(fold, queue),
        **_rhythm(fold.rhythm),
        **_surveys(fold),
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


def _durations(fold: Fold, judgement: Judgement, channel: str, definitions: Definitions) -> dict[str, Any]:
    requested_at = fold.requested_at
    answered = judgement.outcome == "answered"
    wait_ms = _between(requested_at, fold.first_reply_at) if answered else None
    to_abandon_ms = _between(requested_at, judgement.left_at)
    short_ms = definitions.channels[channel].short_abandon_seconds * 1000
    picked_up = requested_at is not None and (fold.accepted_at or 0) >= requested_at
    coverage = definitions.coverage.get(channel)
    kept = None if wait_ms is None or fold.promised_ms is None else wait_ms <= fold.promised_ms
    return {
        "wait_ms": wait_ms,
        "business_wait_ms": business_wait_ms(fold, definitions) if answered else None,
        "pickup_ms": _between(requested_at, fold.accepted_at) if picked_up else None,
        "time_to_abandon_ms": to_abandon_ms,
        "short_abandon": to_abandon_ms is not None and to_abandon_ms <= short_ms,
        "total_ms": _between(requested_at, fold.ended_at) if answered else None,
        "effective_ms": effective_ms(fold) if answered and fold.ended_at is not None else None,
        "time_to_person_ms": _between(fold.started_at, fold.first_reply_at) if answered else None,
        "bot_ms": _between(fold.started_at, requested_at) if fold.bot_at_request else None,
        "promise_kept": kept,
        "expectation_coverage": None if coverage is None or wait_ms is None else coverage.share_of(wait_ms),
    }


def _verdicts(judgement: Judgement, channel: str, definitions: Definitions) -> dict[str, Any]:
    pair, good, bad = definitions.channels[channel], judgement.good, judgement.bad
    return {
        "measured_in": pair.measured_in,
        "good_ms": pair.good_seconds * 1000,
        "bad_ms": pair.bad_seconds * 1000,
        "verdict_good": good.word if good else None,
        "verdict_good_at": good.at if good else None,
        "verdict_bad": bad.word if bad else None,
        "verdict_bad_at": bad.at if bad else None,
        "service_class": service_class(judgement),
    }


def _replies(session: Session, channel: str, clock: int | None, definitions: Definitions) -> dict[str, Any]:
    """Replies to the turns after the first, and the verdicts on them, by the names of their counts."""
    fold, rhythm = session.fold, session.fold.rhythm
    found: dict[str, Any] = {
        "next_replies": len(rhythm.turns_closed),
        "next_reply_ms": sum(replied_at - start for start, replied_at, _ in rhythm.turns_closed),
        "synchronous_replies": sum(synchronous for *_, synchronous in rhythm.turns_closed),
    }
    is_open = rhythm.turn_at is not None and rhythm.turn_is_next
    for prefix, pair in (
        ("next", definitions.channels[channel]),
        ("synchronous", definitions.channels["live_chat"]),
    ):
        every = prefix == "next"
        for which, seconds in (("good", pair.good_seconds), ("bad", pair.bad_seconds)):
            verdicts = [
                turn_verdict(turn, seconds * 1000) for turn in rhythm.turns_closed if every or turn[2]
            ]
            if is_open and (every or rhythm.turn_synchronous):
                still = open_turn_verdict(fold, seconds * 1000, clock)
                verdicts += [still] if still is not None else []
            found[f"{prefix}_met_{which}"] = sum(verdict.word == "met" for verdict in verdicts)
            found[f"{prefix}_missed_{which}"] = sum(verdict.word == "missed" for verdict in verdicts)
    return found


def _legs(fold: Fold, queue: str) -> dict[str, Any]:
    return {
        "leg_queues": tuple(leg.queue or queue for leg in fold.legs),
        "leg_started_at": tuple(leg.started_at for leg in fold.legs),
        "leg_wait_ms": tuple(leg.wait_ms for leg in fold.legs),
    }


def _rhythm(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "customer_messages": rhythm.customer_messages,
        "agent_messages": rhythm.agent_messages,
        "turns": rhythm.turns,
        "single_message_turns": rhythm.single_turns,
        "agent_bursts": rhythm.agent_bursts,
        "longest_silence_ms": rhythm.longest_ms,
        "nudges": rhythm.nudges,
        "question_clusters": rhythm.question_clusters,
        "long_messages": rhythm.long_messages,
        "voice_messages": rhythm.voice_messages,
        **dict(zip(MANNERS, rhythm.manners or _NO_MANNERS, strict=True)),
    }


def _surveys(fold: Fold) -> dict[str, Any]:
    found = fold.answers
    if found is None:
        return _NO_SURVEYS
    csat, would = found.answers.get("csat"), found.value("would_have_bought")
    return {
        "survey_asked_at": found.asked_at,
        "survey_too_early": found.too_early,
        "nps": found.value("nps"),
        "csat": csat[1] if csat else None,
        "csat_scale": csat[2] if csat else None,
        "influence": influence(found.value("influence")),
        "would_have_bought": None if would is None else bool(would),
    }


_NO_SURVEYS = {
    "survey_asked_at": None, "survey_too_early": False, "nps": None, "csat": None, "csat_scale": None,
    "influence": None, "would_have_bought": None,
}  # fmt: skip


def _between(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start
