"""Was the customer asked, too early perhaps, and what did he answer: rules.md, "Surveys"."""

from typing import NamedTuple

from tests.oracle.clocks import since
from tests.oracle.cutting import Piece
from tests.oracle.telling import Told, has_flag, is_agents_message

WROTE_AGAIN_MS = 600_000
# The scale of a question that names none.
SCALES = {"nps": "0-10", "csat": "1-5", "influence": "1-5", "would_have_bought": "0-1"}


class Answer(NamedTuple):
    at: int
    value: float | None
    scale: str

    @property
    def low(self) -> int:
        return int(self.scale.split("-")[0])

    @property
    def high(self) -> int:
        return int(self.scale.split("-")[1])


def asked_at(piece: Piece, request: Told | None) -> int | None:
    """By a survey, or in an agent's own words."""
    surveys = [e.at for e in [*piece.inside, *piece.after] if e.what == "survey.requested"]
    words = [
        e.at for e in since(piece.inside, request) if is_agents_message(e) and has_flag(e, "asks_rating")
    ]
    return min([*surveys, *words], default=None)


def is_too_early(piece: Piece, request: Told | None, asked: int | None) -> bool:
    """A turn was open then, or the customer had more to say."""
    if asked is None:
        return False
    return turn_was_open(piece, request, asked) or wrote_again(piece, asked)


def turn_was_open(piece: Piece, request: Told | None, asked: int) -> bool:
    is_open = False
    for event in since(piece.inside, request):
        if event.at <= asked and (event.what == "customer" or is_agents_message(event)):
            is_open = event.what == "customer"
    return is_open


def wrote_again(piece: Piece, asked: int) -> bool:
    """Within 10 min, in this session or by opening the next one; mere thanks are no writing."""
    opening = piece.following.inside[:1] if piece.following is not None else []
    return any(
        event.what == "customer"
        and asked < event.at <= asked + WROTE_AGAIN_MS
        and not has_flag(event, "courtesy")
        for event in [*piece.inside, *opening]
    )


def answers_of(piece: Piece) -> dict[str, Answer]:
    """Per question the first answer on its scale."""
    found: dict[str, Answer] = {}
    for event in sorted([*piece.inside, *piece.after], key=lambda event: event[:3]):
        if event.what != "survey.answered" or event.data["question"] in found:
            continue
        question = event.data["question"]
        answer = Answer(event.at, event.tells("value"), event.data.get("scale", SCALES[question]))
        if is_on_scale(question, answer):
            found[question] = answer
    return found


def is_on_scale(question: str, answer: Answer) -> bool:
    if answer.value is None or not answer.low < answer.high or not answer.low <= answer.value <= answer.high:
        return False
    if question == "nps":
        return (answer.low, answer.high) == (0, 10)
    if question == "influence":
        return (answer.low, answer.high) == (1, 5) and answer.value == int(answer.value)
    return question == "csat" or answer.value in (0, 1)
