"""What became of a session, its durations and verdicts: rules.md, "Outcome" and "Verdicts"."""

from typing import Any, NamedTuple

from tests.oracle import hours, rhythm
from tests.oracle.clocks import bot_came_before
from tests.oracle.cutting import Piece
from tests.oracle.legs import Leg
from tests.oracle.telling import Told, first_told
from tests.oracle.verdicts import UNDECIDED, Wait, service_class

from attesa.core.definitions import Definitions
from attesa.core.definitions.hours import OpeningHours
from attesa.core.definitions.policies import Coverage

Facts = dict[str, Any]
OFFERED = ("waiting", "answered", "abandoned", "rejected", "unanswered")
REASONS_OF_REJECTION = ("full", "nobody_on_duty")
INVALID = ("spam", "test", "broken")


class Asked(NamedTuple):
    """A session with the definitions that judge it, its request and its first reply."""

    piece: Piece
    definitions: Definitions
    clock: int | None
    tenant: str
    conversation: str
    source: str
    request: Told | None
    reply: Told | None
    legs: list[Leg]

    @property
    def channel(self) -> str:
        return self.piece.channel_up_to(self.piece.inside, self.definitions)

    @property
    def queue(self) -> str:
        return self.piece.queue or "unknown"

    @property
    def schedule(self) -> OpeningHours | None:
        return self.definitions.hours_of(self.queue)


def outcome(asked: Asked, facts: Facts) -> Facts:
    """What became of it, and when a customer who gave up had really left."""
    word = outcome_word(asked, facts)
    source = asked.definitions.sources.get(asked.source)
    left_at = None
    if word == "abandoned":
        noticed_late = facts["ended_reason"] == "lost_presence" and source is not None
        late_seconds = source.presence_timeout_seconds if noticed_late else 0
        left_at = max(facts["ended_at"] - late_seconds * 1000, facts["requested_at"])
    lost_reason = None
    if word == "rejected":
        lost_reason = facts["ended_reason"] if facts["ended_reason"] in REASONS_OF_REJECTION else "other"
    elif word == "unanswered":
        lost_reason = facts["ended_by"]
    in_transfer = facts["ended_by"] == "customer" and len(asked.legs) > 1 and asked.legs[-1].taken_at is None
    return {
        "outcome": word,
        "lost_reason": lost_reason,
        "left_at": left_at,
        "abandoned_in_transfer": in_transfer and word != "invalid",
    }


def outcome_word(asked: Asked, facts: Facts) -> str:
    if facts["ended_reason"] in INVALID:
        return "invalid"
    if asked.request is None:
        if asked.piece.is_outbound:
            return "outbound"
        return "open" if asked.piece.is_open else "left_before_queue"
    if asked.reply is not None:
        return "answered"
    if facts["channel"] == "live_chat" and not hours.is_open(asked.schedule, asked.request.at):
        return "outside_hours"
    if asked.piece.is_open:
        return "waiting"
    return {"customer": "abandoned", "system": "rejected"}.get(facts["ended_by"], "unanswered")


def durations(asked: Asked, facts: Facts) -> Facts:
    """In ms; of an invalid session only how long it was in the bot."""
    answered, request, reply = facts["outcome"] == "answered", asked.request, asked.reply
    over = answered and asked.piece.end is not None
    picked_up = facts["outcome"] != "invalid" and request is not None and facts["accepted_at"] is not None
    picked_up = picked_up and facts["accepted_at"] >= request.at
    wait = reply.at - request.at if answered else None
    to_abandon = facts["left_at"] - request.at if facts["outcome"] == "abandoned" else None
    expectation = asked.definitions.channels[asked.channel]
    short = to_abandon is not None and to_abandon <= expectation.short_abandon_seconds * 1000
    in_business = answered and asked.schedule is not None
    promised = first_told(
        asked.piece.inside,
        dict.fromkeys(("session.started", "session.queued"), "promised_wait_seconds"),
    )
    promised_ms = None if promised is None else round(promised * 1000)
    coverage = asked.definitions.coverage.get(asked.channel)
    from_bot = request is not None and bot_came_before(asked.piece, request)
    return {
        "wait_ms": wait,
        "business_wait_ms": hours.open_ms(asked.schedule, request.at, reply.at) if in_business else None,
        "pickup_ms": facts["accepted_at"] - request.at if picked_up else None,
        "time_to_abandon_ms": to_abandon,
        "short_abandon": short,
        "total_ms": facts["ended_at"] - request.at if over else None,
        "effective_ms": rhythm.effective_ms(asked.piece, reply.at, asked.definitions) if over else None,
        "time_to_person_ms": reply.at - facts["started_at"] if answered else None,
        "bot_ms": request.at - facts["started_at"] if from_bot else None,
        "promised_wait_ms": promised_ms,
        "promise_kept": wait <= promised_ms if answered and promised_ms is not None else None,
        "expectation_coverage": share_covered(coverage, wait) if answered and coverage else None,
    }


def share_covered(coverage: Coverage, wait_ms: int) -> float:
    steps = [step for step in coverage.steps if wait_ms <= step.within_seconds * 1000]
    return steps[0].share if steps else coverage.rest_share


def verdicts(asked: Asked, facts: Facts) -> Facts:
    """On the first reply, in the channel's measure."""
    expectation = asked.definitions.channels[asked.channel]
    in_business = expectation.measured_in == "business" and asked.schedule is not None
    good_ms, bad_ms = expectation.good_seconds * 1000, expectation.bad_seconds * 1000
    good = bad = UNDECIDED
    if facts["outcome"] in OFFERED:
        wait = Wait(facts["requested_at"], facts["first_reply_at"], facts["ended_at"], facts["left_at"])
        schedule = asked.schedule if in_business else None
        good = wait.verdict(good_ms, schedule, asked.clock)
        bad = wait.verdict(bad_ms, schedule, asked.clock)
    return {
        "measured_in": expectation.measured_in,
        "good_ms": good_ms,
        "bad_ms": bad_ms,
        "verdict_good": good.word,
        "verdict_good_at": good.at,
        "verdict_bad": bad.word,
        "verdict_bad_at": bad.at,
        "service_class": service_class(good.word, bad.word),
    }
