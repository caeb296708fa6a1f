"""The facts of one session, question by question: a dict with the fields of SessionRow.

What a row says of the pipeline (partition, epoch, version) is not among them.
"""

from typing import NamedTuple

from tests.oracle import legs, outcome, rhythm, surveys, turns
from tests.oracle.clocks import first_reply, first_useful_reply, replied_by, request_of, since
from tests.oracle.cutting import Piece
from tests.oracle.legs import Leg
from tests.oracle.outcome import Asked, Facts
from tests.oracle.surveys import Answer
from tests.oracle.telling import Told, is_of_a_bot, is_transfer
from tests.oracle.turns import Turn, TurnVerdict

from attesa.core.definitions import Definitions


class Session(NamedTuple):
    """The facts of a session, and what they were made of: what counts and explanations are dated by."""

    facts: Facts
    turns: list[Turn]
    turn_verdicts: list[TurnVerdict]
    legs: list[Leg]
    answers: dict[str, Answer]
    in_bot: bool


def session_of(
    piece: Piece, definitions: Definitions, clock: int | None, tenant: str, conversation: str, source: str
) -> Session:
    """Everything that is known of one session at `clock`."""
    request = request_of(piece)
    reply = first_reply(since(piece.inside, request))
    its_legs = legs.legs_of(piece, request, piece.queue or "unknown")
    asked = Asked(piece, definitions, clock, tenant, conversation, source, request, reply, its_legs)
    facts = what_it_is(asked) | clocks(asked)
    facts |= outcome.outcome(asked, facts)
    facts |= outcome.durations(asked, facts) | outcome.verdicts(asked, facts)
    its_turns = turns.turns_of(piece, request, reply)
    is_judged = facts["outcome"] != "invalid"
    turn_verdicts = [
        verdict
        for turn in its_turns
        if turn.is_next and is_judged
        for verdict in turns.verdicts_on(turn, piece, definitions, clock)
    ]
    facts |= each_reply(asked, its_turns, turn_verdicts) | transfers(asked) | rhythm.rhythm(piece)
    answers = surveys.answers_of(piece)
    facts |= survey(asked, answers)
    facts["events"] = len(piece.inside) + len(piece.after)
    in_bot = any(map(is_of_a_bot, piece.inside))
    return Session(facts, its_turns, turn_verdicts, its_legs, answers, in_bot)


def at(event: Told | None) -> int | None:
    return None if event is None else event.at


def what_it_is(asked: Asked) -> Facts:
    piece = asked.piece
    country, country_source = country_of(asked)
    shows_agents = (
        asked.tenant in asked.definitions.tenants and asked.definitions.tenants[asked.tenant].agents
    )
    return {
        "tenant": asked.tenant,
        "session": f"{asked.conversation}/{piece.number}",
        "conversation": asked.conversation,
        "source": asked.source,
        "channel": asked.channel,
        "queue": asked.queue,
        "country": country,
        "country_source": country_source,
        "language": piece.known("language"),
        "direction": "outbound" if piece.is_outbound else "inbound",
        "customer": piece.known("customer"),
        "purpose": piece.own("purpose"),
        "visibility": piece.known("visibility"),
        "entry_point": piece.own("entry_point"),
        "team": replied_by(piece.inside, asked.reply, "team"),
        "agent": replied_by(piece.inside, asked.reply, "agent") if shows_agents else None,
        "form_fields": piece.own("form_fields"),
    }


def country_of(asked: Asked) -> tuple[str, str]:
    """The country and who told it."""
    source = asked.definitions.sources.get(asked.source)
    queue = asked.definitions.queues.get(asked.queue)
    told = {
        "event": asked.piece.known("country"),
        "source": source.country if source else None,
        "queue": queue.country if queue else None,
        "phone": asked.piece.known("phone_country"),
    }
    return next(((country, by) for by, country in told.items() if country), ("unknown", "unknown"))


def clocks(asked: Asked) -> Facts:
    piece = asked.piece
    useful = first_useful_reply(since(piece.inside, asked.request))
    by = piece.end.data["by"] if piece.end else "timeout"
    return {
        "started_at": piece.inside[0].at,
        "requested_at": at(asked.request),
        "accepted_at": at(next((e for e in piece.inside if e.what == "agent.accepted"), None)),
        "first_reply_at": at(asked.reply),
        "first_useful_reply_at": at(useful),
        "ended_at": piece.ended_at,
        "ended_by": None if piece.is_open else by,
        "ended_reason": piece.end.tells("reason") if piece.end else None,
        "last_event_at": max(event.at for event in [*piece.inside, *piece.after]),
    }


def each_reply(asked: Asked, its_turns: list[Turn], judged: list[TurnVerdict]) -> Facts:
    closed = [turn for turn in its_turns if turn.is_next and turn.closed_at is not None]
    counted = {
        f"{of}_{word}_{threshold}": sum(
            one.of == of and one.threshold == threshold and one.verdict.word == word for one in judged
        )
        for of in ("next", "synchronous")
        for word in ("met", "missed")
        for threshold in ("good", "bad")
    }
    left_open = not asked.piece.is_open and turns.is_left_open(its_turns)
    by = asked.piece.end.data["by"] if asked.piece.end else "timeout"
    return counted | {
        "next_replies": len(closed),
        "next_reply_ms": sum(turn.closed_at - turn.opened_at for turn in closed),
        "synchronous_replies": sum(turn.is_synchronous for turn in closed),
        "left_unanswered": left_open,
        "hung_up": left_open and by != "customer",
        "longest_silence_ms": turns.longest_silence(its_turns, asked.piece.ended_at),
        "nudges": turns.nudges(asked.piece, asked.request, asked.reply, asked.definitions),
    }


def transfers(asked: Asked) -> Facts:
    found = [event for event in asked.piece.inside if is_transfer(event)]
    return {
        "leg_queues": [leg.queue for leg in asked.legs],
        "leg_started_at": [leg.started_at for leg in asked.legs],
        "leg_wait_ms": [leg.wait_ms for leg in asked.legs],
        "transfers": len(found),
        "transfers_without_context": sum(event.tells("with_context") is False for event in found),
        "transfers_without_note": legs.transfers_without_note(asked.legs),
    }


def survey(asked: Asked, answers: dict[str, Answer]) -> Facts:
    asked_at = surveys.asked_at(asked.piece, asked.request)

    def value(question: str) -> float | None:
        return answers[question].value if question in answers else None

    bought = value("would_have_bought")
    return {
        "survey_asked_at": asked_at,
        "survey_too_early": surveys.is_too_early(asked.piece, asked.request, asked_at),
        "nps": value("nps"),
        "csat": value("csat"),
        "csat_scale": answers["csat"].scale if "csat" in answers else None,
        "influence": value("influence"),
        "would_have_bought": None if bought is None else bought == 1,
    }
