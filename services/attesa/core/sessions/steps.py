"""Folds the events of one session, ordered by (time, rank, id hash), into what they tell (docs/rules.md)."""

from collections.abc import Callable
from typing import Any

from attesa.core.events import flags, ranks
from attesa.core.events.fields import Stage
from attesa.core.events.wire import Event
from attesa.core.sessions.fold import NOT_A_REPLY, Fold
from attesa.core.sessions.legs import Leg
from attesa.core.sessions.turns import CUSTOMER, PERSON

VIDEO = "video"
AFTER_THE_END = frozenset({ranks.SURVEY_REQUESTED, ranks.SURVEY_ANSWERED})


def step(fold: Fold, event: Event) -> None:
    """Take the next event of a session."""
    at, rank, _, body = event
    fold.events += 1
    fold.last_at = at
    if fold.ended_at is None or rank in AFTER_THE_END:
        _STEPS[rank](fold, at, body)
    else:
        fold.ignored += 1


def _started(fold: Fold, _at: int, body: tuple[Any, ...]) -> None:
    channel, _, bot_first, queue, country, phone, language, customer, *more = body
    purpose, visibility, form_fields, promised_ms, entry_point = more
    known = fold.told & 1
    fold.learn(
        channel=channel, queue=queue, country=country, phone_country=phone, language=language,
        customer=customer, visibility=visibility,
    )  # fmt: skip
    if channel is not None and not known:
        pair = fold.definitions.channels[channel]
        fold.timeout_ms = pair.session_timeout_seconds * 1000
        fold.rhythm.pair = pair
    fold.bot_came = fold.bot_came or bot_first
    fold.purpose = fold.purpose or purpose
    fold.entry_point = fold.entry_point or entry_point
    if fold.form_fields is None:
        fold.form_fields = form_fields
    if fold.promised_ms is None:
        fold.promised_ms = promised_ms


def _queued(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    queue, promised_ms = body
    fold.learn_queue(queue)
    if fold.promised_ms is None:
        fold.promised_ms = promised_ms
    fold.ask(at, explicit=True)


def _assigned(fold: Fold, _at: int, body: tuple[Any, ...]) -> None:
    fold.learn_queue(body[0])


def _nothing(_fold: Fold, _at: int, _body: tuple[Any, ...]) -> None:
    pass


def _accepted(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    queue, is_reply, team, agent = body
    fold.learn_queue(queue)
    if fold.accepted_at is None:
        fold.accepted_at = at
    if fold.legs and fold.legs[-1].accepted_at is None:
        fold.legs[-1].accepted_at = at
    if is_reply:
        if fold.requested_at is not None and fold.first_reply_at is None:
            fold.useful_at = at
        fold.reply(at, team, agent)
    fold.accepted_team, fold.accepted_agent = team, agent


def _customer_message(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    kind, flag_bits, stage = body
    if fold.requested_at is None and not fold.bot_came and not fold.outbound:
        fold.ask(at, explicit=False)
    if kind == VIDEO:
        _video(fold, stage)
    fold.rhythm.message(CUSTOMER, at)
    if fold.requested_at is not None:
        fold.rhythm.customer_turn(at, replied=fold.first_reply_at is not None)
    if fold.answers is not None and not flag_bits & flags.COURTESY:
        fold.answers.wrote_again(at)


def _bot_message(fold: Fold, _at: int, _body: tuple[Any, ...]) -> None:
    fold.bot_messages += 1
    fold.bot_came = True


def _agent_message(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    visible, kind, flag_bits, questions, is_long, team, agent, stage = body
    if not visible:
        if fold.legs:
            fold.legs[-1].note()
        return
    if kind in NOT_A_REPLY:
        return
    if kind == VIDEO:
        _video(fold, stage)
    rhythm = fold.rhythm
    rhythm.message(PERSON, at)
    rhythm.agent_message(kind, flag_bits, questions, is_long=is_long)
    asked = fold.requested_at is not None
    fold.reply(at, team, agent)
    if not asked:
        return
    rhythm.answer(at)
    if fold.useful_at is None and not flag_bits & flags.HOLDING:
        fold.useful_at = at
    if flag_bits & flags.ASKS_RATING:
        fold.survey().ask(at, rhythm.turn_at is not None)


def _video(fold: Fold, stage: Stage | None) -> None:
    fold.video = True
    fold.video_stage = fold.video_stage or stage


def _transferred(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    kind, _, to_queue, with_context = body
    fold.learn_queue(to_queue)
    if kind == "bot_to_person":
        fold.ask(at, explicit=True)
        return
    fold.transfers += 1
    if with_context is False:
        fold.transfers_without_context += 1
    if fold.legs:
        fold.legs[-1].ended_at = at
        fold.legs.append(Leg(to_queue or fold.legs[-1].queue, at))


def _ended(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    by, reason, measured_ms = body
    fold.end(at, by, reason, measured_ms)


def _survey_requested(fold: Fold, at: int, _body: tuple[Any, ...]) -> None:
    fold.survey().ask(at, fold.rhythm.turn_at is not None)


def _survey_answered(fold: Fold, at: int, body: tuple[Any, ...]) -> None:
    fold.survey().answer(at, *body)


_Step = Callable[[Fold, int, tuple[Any, ...]], None]
_BY_RANK: dict[int, _Step] = {
    ranks.STARTED: _started,
    ranks.QUEUED: _queued,
    ranks.CUSTOMER_MESSAGE: _customer_message,
    ranks.BOT_MESSAGE: _bot_message,
    ranks.SYSTEM_MESSAGE: _nothing,
    ranks.TRANSFERRED: _transferred,
    ranks.ASSIGNED: _assigned,
    ranks.DECLINED: _nothing,
    ranks.ACCEPTED: _accepted,
    ranks.AGENT_MESSAGE: _agent_message,
    ranks.SURVEY_REQUESTED: _survey_requested,
    ranks.ENDED: _ended,
    ranks.SURVEY_ANSWERED: _survey_answered,
}
_STEPS: tuple[_Step, ...] = tuple(step for _, step in sorted(_BY_RANK.items()))
