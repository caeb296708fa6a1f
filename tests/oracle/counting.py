"""What one session adds to its cells, and when each of it was decided: rules.md, "Counts"."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.oracle.facts import Facts, Session
from tests.oracle.outcome import OFFERED
from tests.oracle.rhythm import MANNERS

# tenant, channel, queue, country
Cell = tuple[str, str, str, str]
# a name of Counts; or of its arrays with the place; or of its money with the currency
Column = str | tuple[str, int] | tuple[str, str]

SUMMED_AT_THE_END = (
    "transfers", "transfers_without_context", "transfers_without_note",
    "turns", "single_message_turns", "agent_bursts", "nudges", "customer_messages", "agent_messages",
    "question_clusters", "long_messages", "voice_messages", *MANNERS, "video", "left_unanswered", "hung_up",
)  # fmt: skip


class Added(NamedTuple):
    cell: Cell
    at: int
    column: Column
    amount: int


def bucket(name: str, duration_ms: int, borders: Sequence[int]) -> Column:
    """The first bucket whose upper border is not below the duration."""
    return name, sum(border * 1000 < duration_ms for border in borders)


def cell_of(facts: Facts) -> Cell:
    return facts["tenant"], facts["channel"], facts["queue"], facts["country"]


def contribution(session: Session, borders: Sequence[int]) -> list[Added]:
    """Everything that a session adds."""
    facts = session.facts
    cell = cell_of(facts)
    found = [Added(cell, facts["started_at"], "records", 1)]
    ended_at, outcome = facts["ended_at"], facts["outcome"]
    if outcome == "invalid":
        return [*found, Added(cell, ended_at, "invalid", 1)]
    if outcome in ("open", "outbound"):
        return [*found, Added(cell, ended_at, "ended", 1)] if ended_at is not None else found

    def add(at: int | None, **columns: int) -> None:
        found.extend(Added(cell, at, column, amount) for column, amount in columns.items())

    if facts["requested_at"] is not None:
        at_the_request(facts, add)
    if outcome == "answered":
        at_the_reply(facts, add)
        found.append(
            Added(cell, facts["first_reply_at"], bucket("answered_buckets", facts["wait_ms"], borders), 1)
        )
    if outcome == "abandoned":
        found.append(
            Added(cell, ended_at, bucket("abandoned_buckets", facts["time_to_abandon_ms"], borders), 1)
        )
    if ended_at is not None:
        at_the_end(session, add)
    of_verdicts(session, add)
    of_next_replies(session, add)
    found += [
        Added(cell, turn.closed_at, bucket("next_buckets", turn.closed_at - turn.opened_at, borders), 1)
        for turn in session.turns
        if turn.is_next and turn.closed_at is not None
    ]
    of_surveys(session, add)
    return found + of_legs(session)


def at_the_request(facts: Facts, add) -> None:
    asked = facts["requested_at"]
    is_sales = facts["purpose"] == "sales"
    if facts["outcome"] in OFFERED:
        add(asked, offered=1, sales_offered=int(is_sales))
    else:
        add(asked, outside_hours=1)
        return
    if facts["promised_wait_ms"] is not None:
        add(asked, promised=1, promised_ms=facts["promised_wait_ms"])
    if facts["pickup_ms"] is not None:
        add(facts["accepted_at"], accepted=1, pickup_ms=facts["pickup_ms"])


def at_the_reply(facts: Facts, add) -> None:
    replied, wait = facts["first_reply_at"], facts["wait_ms"]
    add(replied, answered=1, wait_ms=wait, answered_queued=int(wait >= 1000))
    add(replied, to_person_ms=facts["time_to_person_ms"], sales_answered=int(facts["purpose"] == "sales"))
    add(replied, tolerable=int(facts["service_class"] == "tolerable"))
    if facts["business_wait_ms"] is not None:
        add(replied, business_answered=1, business_wait_ms=facts["business_wait_ms"])
    if facts["expectation_coverage"] is not None:
        add(replied, covered=1, coverage_permille=round(facts["expectation_coverage"] * 1000))
    if facts["promise_kept"] is not None:
        add(replied, promises_kept=int(facts["promise_kept"]), promised_wait_ms=wait)
    useful = facts["first_useful_reply_at"]
    if useful is not None:
        add(useful, useful=1, useful_ms=useful - facts["requested_at"])


def at_the_end(session: Session, add) -> None:
    facts = session.facts
    ended_at, outcome = facts["ended_at"], facts["outcome"]
    add(ended_at, ended=1, resolved=int(facts["ended_reason"] == "resolved"))
    add(ended_at, **{name: int(facts[name]) for name in SUMMED_AT_THE_END})
    if outcome in ("abandoned", "rejected", "unanswered", "left_before_queue"):
        add(ended_at, **{outcome: 1})
    if outcome == "abandoned":
        add(ended_at, abandon_ms=facts["time_to_abandon_ms"], short_abandoned=int(facts["short_abandon"]))
    if f"{outcome}_{facts['lost_reason']}" in (
        "rejected_full", "rejected_nobody_on_duty", "unanswered_agent", "unanswered_timeout",
    ):  # fmt: skip
        add(ended_at, **{f"{outcome}_{facts['lost_reason']}": 1})
    add(ended_at, abandoned_in_transfer=int(facts["abandoned_in_transfer"]))
    add(ended_at, self_service=int(outcome == "left_before_queue" and session.in_bot))
    if facts["effective_ms"] is not None:
        add(ended_at, measured=1, total_ms=facts["total_ms"], effective_ms=facts["effective_ms"])
    if facts["longest_silence_ms"] is not None:
        add(ended_at, silences=1, longest_silence_ms=facts["longest_silence_ms"])
    if facts["bot_ms"] is not None:
        add(ended_at, from_bot=1, bot_ms=facts["bot_ms"])
    add(ended_at, form_fields=facts["form_fields"] or 0)


def of_verdicts(session: Session, add) -> None:
    facts = session.facts
    for threshold in ("good", "bad"):
        word = facts[f"verdict_{threshold}"]
        if word in ("met", "missed"):
            add(facts[f"verdict_{threshold}_at"], **{f"{word}_{threshold}": 1})
    for one in session.turn_verdicts:
        if one.verdict.word in ("met", "missed"):
            add(one.verdict.at, **{f"{one.of}_{one.verdict.word}_{one.threshold}": 1})


def of_next_replies(session: Session, add) -> None:
    for turn in session.turns:
        if turn.is_next and turn.closed_at is not None:
            add(turn.closed_at, next_replies=1, next_reply_ms=turn.closed_at - turn.opened_at)
            add(turn.closed_at, synchronous_replies=int(turn.is_synchronous))


def of_surveys(session: Session, add) -> None:
    facts, answers = session.facts, session.answers
    if facts["survey_asked_at"] is not None:
        add(facts["survey_asked_at"], survey_asked=1, survey_too_early=int(facts["survey_too_early"]))
    if answers:
        add(min(answer.at for answer in answers.values()), survey_answered=1)
    if "nps" in answers:
        at, value = answers["nps"].at, answers["nps"].value
        add(at, nps_answers=1, nps_promoters=int(value >= 9), nps_detractors=int(value <= 6))
    if "csat" in answers:
        answer = answers["csat"]
        share = (answer.value - answer.low) / (answer.high - answer.low)
        add(answer.at, csat_answers=1, csat_permille=round(share * 1000))
        add(answer.at, csat_top_two=int(answer.value >= answer.high - 1))
    if "influence" in answers:
        add(answers["influence"].at, **{f"influence_{int(answers['influence'].value)}": 1})
    if "would_have_bought" in answers:
        answer = answers["would_have_bought"]
        add(answer.at, **{"would_have_bought" if answer.value == 1 else "would_not_have_bought": 1})


def of_legs(session: Session) -> list[Added]:
    """In the cell of each leg's queue."""
    facts = session.facts
    found: list[Added] = []
    for leg in session.legs:
        cell = (facts["tenant"], facts["channel"], leg.queue, facts["country"])
        found.append(Added(cell, leg.started_at, "legs", 1))
        if leg.reply is not None:
            found.append(Added(cell, leg.reply.at, "legs_answered", 1))
            found.append(Added(cell, leg.reply.at, "leg_wait_ms", leg.wait_ms))
        elif leg is session.legs[-1] and facts["ended_by"] == "customer":
            found.append(Added(cell, facts["ended_at"], "legs_abandoned", 1))
        if leg.taken_at is not None:
            found += occupied(cell, leg.taken_at, 1)
            found += occupied(cell, leg.ended_at, -1) if leg.ended_at is not None else []
    return found


def occupied(cell: Cell, at: int, sign: int) -> list[Added]:
    """One slot of somebody's in a queue, from the leg's pick-up to its end."""
    return [Added(cell, at, "occupied", sign), Added(cell, at, "occupied_moment_ms", sign * (at % 60_000))]
