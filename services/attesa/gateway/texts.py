"""What may be kept of a message's text: length, questions, flags. The text goes no further."""

from dataclasses import dataclass
from typing import Any

MOST_LENGTH = 10_000_000
MOST_QUESTIONS = 1_000


@dataclass(frozen=True)
class Look:
    """What was seen in a text."""

    length: int
    questions: int = 0
    flags: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """As fields of `attesa.message.sent`."""
        seen: dict[str, Any] = {"length": self.length}
        if self.questions:
            seen["questions"] = self.questions
        if self.flags:
            seen["flags"] = list(self.flags)
        return seen


def look(text: str, author: str, customer_name: str = "", languages: tuple[str, ...] = ()) -> Look:  # noqa: ARG001
    """Look at a text of a customer or an agent; of other authors only the length is kept."""
    return Look(min(len(text), MOST_LENGTH), min(text.count("?"), MOST_QUESTIONS))
