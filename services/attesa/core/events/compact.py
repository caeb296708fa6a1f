"""What a fold needs of each type of event, as a tuple: small in memory and in state.

The bodies, by rank; None is what the event did not tell, durations are in ms:

    STARTED           channel, outbound, bot_first, queue, country, phone_country, language, customer,
                      purpose, visibility, form_fields, promised_ms, entry_point
    QUEUED            queue, promised_ms
    ASSIGNED          queue, team, agent
    DECLINED          (nothing)
    ACCEPTED          queue, is_reply, team, agent
    CUSTOMER_MESSAGE  kind, flags, stage
    BOT_MESSAGE, SYSTEM_MESSAGE  (nothing)
    AGENT_MESSAGE     visible, kind, flags, questions, is_long, team, agent, stage
    TRANSFERRED       kind, from_queue, to_queue, with_context
    ENDED             by, reason, effective_ms
    SURVEY_REQUESTED  question
    SURVEY_ANSWERED   question, value, scale
    PRESENCE          status, capacity, team, queues
"""

from collections.abc import Callable
from sys import intern
from typing import Any

from msgspec import UNSET, UnsetType

from attesa.core.definitions import LONG_MESSAGE
from attesa.core.events import flags, ranks, structs

Body = tuple[Any, ...]
Compact = tuple[int, Body]

_NOTHING: Body = ()
_POOL_LIMIT = 10_000
_pool: dict[Body, Body] = {}  # the bodies of messages repeat: each stands in memory once


def _shared(body: Body) -> Body:
    if len(_pool) >= _POOL_LIMIT:
        _pool.clear()
    return _pool.setdefault(body, body)


def _known(name: str | UnsetType) -> str | None:
    return None if name is UNSET else intern(name)


def _ms(seconds: float | UnsetType) -> int | None:
    return None if seconds is UNSET else round(seconds * 1000)


def _started(data: structs.Started) -> Compact:
    body = (
        _known(data.channel),
        data.direction == "outbound" or data.by != "customer",
        data.bot_first,
        _known(data.queue),
        _known(data.country),
        _known(data.phone_country),
        _known(data.language),
        None if data.customer is UNSET else data.customer,
        _known(data.purpose),
        _known(data.visibility),
        None if data.form_fields is UNSET else data.form_fields,
        _ms(data.promised_wait_seconds),
        _known(data.entry_point),
    )
    return ranks.STARTED, _shared(body) if data.customer is UNSET else body


def _queued(data: structs.Queued) -> Compact:
    return ranks.QUEUED, _shared((_known(data.queue), _ms(data.promised_wait_seconds)))


def _assigned(data: structs.Offered) -> Compact:
    return ranks.ASSIGNED, _shared((_known(data.queue), _known(data.team), _known(data.agent)))


def _declined(_data: structs.Offered) -> Compact:
    return ranks.DECLINED, _NOTHING


def _accepted(data: structs.Offered) -> Compact:
    body = (_known(data.queue), data.is_reply, _known(data.team), _known(data.agent))
    return ranks.ACCEPTED, _shared(body)


def _sent(data: structs.Sent) -> Compact:
    author = data.author
    flag_bits = flags.bits(data.flags) if data.flags else 0
    stage = None if data.stage is UNSET else data.stage
    if author == "customer":
        return ranks.CUSTOMER_MESSAGE, _shared((data.kind, flag_bits, stage))
    if author == "agent":
        return ranks.AGENT_MESSAGE, _shared(
            (
                data.visible,
                data.kind,
                flag_bits,
                data.questions,
                data.length is not UNSET and data.length > LONG_MESSAGE,
                None if data.team is UNSET else data.team,
                None if data.agent is UNSET else data.agent,
                stage,
            )
        )
    # A bot whom agents alone can read is not the one that the customer talks to.
    return (ranks.BOT_MESSAGE if author == "bot" and data.visible else ranks.SYSTEM_MESSAGE), _NOTHING


def _transferred(data: structs.Transferred) -> Compact:
    return ranks.TRANSFERRED, _shared(
        (
            _known(data.kind),
            _known(data.from_queue),
            _known(data.to_queue),
            None if data.with_context is UNSET else data.with_context,
        )
    )


def _ended(data: structs.Ended) -> Compact:
    body = (intern(data.by), _known(data.reason), _ms(data.effective_seconds))
    return ranks.ENDED, _shared(body) if body[2] is None else body


def _survey_requested(data: structs.Survey) -> Compact:
    return ranks.SURVEY_REQUESTED, _shared((intern(data.question),))


def _survey_answered(data: structs.Survey) -> Compact:
    value = None if data.value is UNSET else data.value
    return ranks.SURVEY_ANSWERED, (intern(data.question), value, _known(data.scale))


def _presence(data: structs.Presence) -> Compact:
    queues = tuple(sorted({intern(queue) for queue in data.queues}))
    return ranks.PRESENCE, (intern(data.status), data.capacity, _known(data.team), queues)


COMPACT: dict[type[structs.Envelope], Callable[[Any], Compact]] = {
    structs.SessionStarted: _started,
    structs.SessionQueued: _queued,
    structs.AgentAssigned: _assigned,
    structs.AgentAccepted: _accepted,
    structs.AgentDeclined: _declined,
    structs.MessageSent: _sent,
    structs.SessionTransferred: _transferred,
    structs.SessionEnded: _ended,
    structs.SurveyRequested: _survey_requested,
    structs.SurveyAnswered: _survey_answered,
    structs.AgentPresence: _presence,
}


def unknown_flags(data: structs.Sent) -> int:
    """How many flags of a message are not known."""
    return flags.unknown(data.flags)
