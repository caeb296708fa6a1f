"""When a customer was asked for a rating, and what he answered (docs/rules.md, "Surveys")."""

TOO_EARLY_MS = 600_000

DEFAULT_SCALES = {"nps": "0-10", "csat": "1-5", "influence": "1-5", "would_have_bought": "0-1"}
ONLY_SCALES = frozenset({"nps", "influence", "would_have_bought"})  # another scale is another question
WHOLE = frozenset({"influence", "would_have_bought"})
PROMOTERS = 9
DETRACTORS = 6

# when, value, scale
Answer = tuple[int, float, str]


class Answers:
    """One session's surveys: asked when, too early or not, and the first answer to each question."""

    __slots__ = ("answers", "asked_at", "turn_was_open", "wrote_more")

    def __init__(self) -> None:
        self.asked_at: int | None = None
        self.turn_was_open = False
        self.wrote_more = False
        self.answers: dict[str, Answer] = {}

    def ask(self, at: int, turn_is_open: bool) -> None:
        if self.asked_at is None:
            self.asked_at = at
            self.turn_was_open = turn_is_open

    @property
    def too_early(self) -> bool:
        return self.turn_was_open or self.wrote_more

    def wrote_again(self, at: int) -> None:
        """The customer wrote more than thanks."""
        if self.asked_at is not None and at <= self.asked_at + TOO_EARLY_MS:
            self.wrote_more = True

    def answer(self, at: int, question: str, value: float | None, scale: str | None) -> None:
        if question not in self.answers and value is not None and is_on_scale(question, value, scale):
            self.answers[question] = (at, value, scale or DEFAULT_SCALES[question])

    def value(self, question: str) -> float | None:
        found = self.answers.get(question)
        return None if found is None else found[1]


def limits(scale: str) -> tuple[int, int]:
    """The lowest and the highest value of a scale such as 1-5."""
    low, _, high = scale.partition("-")
    return int(low), int(high)


def is_on_scale(question: str, value: float | None, scale: str | None) -> bool:
    """Whether an answer can be read."""
    if value is None or (question in ONLY_SCALES and scale not in (None, DEFAULT_SCALES[question])):
        return False
    low, high = limits(scale or DEFAULT_SCALES[question])
    if question in WHOLE and value != int(value):
        return False
    return low < high and low <= value <= high


def influence(value: float | None) -> int | None:
    return None if value is None else int(value)
