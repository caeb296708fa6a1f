"""What may be kept of a message's text: length, questions, flags. The text itself goes no further."""

import re
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any

from attesa.core.events.flags import FLAGS
from attesa.gateway.texts.words import LANGUAGES, fold, phrases, tokens

MOST_LENGTH = 10_000_000
MOST_QUESTIONS = 1_000
LOOKED_AT = 4_000  # characters in which flags are looked for
OPENING = 6  # words and signs among which a greeting begins
LONGEST_HOLDING = 160  # characters; a longer message has said something besides "one moment"

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
_WORD = re.compile(r"\w[\w'\u2019-]*")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)
LONGEST_COURTESY = 40  # words and signs
ANYWHERE = ("thanks", "closing_summary", "abbreviation", "more_help", "asks_rating")


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


def look(text: str, author: str, customer_name: str = "", languages: tuple[str, ...] = LANGUAGES) -> Look:
    """Look at a text: flags of agents and customers; of other authors length and questions only.

    `customer_name` counts where it is written with a capital; names that platforms make up (with digits in
    them) do not.
    """
    shown = _ADDRESS.sub(" ", text[:LOOKED_AT])
    found = tokens(fold(shown))
    questions = sum(one == "?" != before for before, one in pairwise(["", *found]))
    flags: tuple[str, ...] = ()
    if author == "agent":
        flags = tuple(_manners(found, len(text), languages))
        if _names(shown, customer_name):
            flags = (*flags, "name")
    elif author == "customer" and not questions and _is_courtesy(found, languages):
        flags = ("courtesy",)
    return Look(min(len(text), MOST_LENGTH), min(questions, MOST_QUESTIONS), flags)


def plain(html: str) -> str:
    """The text of a message that a platform delivers as HTML."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html))).strip()


def _manners(found: list[str], length: int, languages: tuple[str, ...]) -> list[str]:
    seen = set()
    for flag, start, end in phrases(languages).find(found):
        if (
            flag in ANYWHERE
            or (flag == "greeting" and start < OPENING)
            or (flag == "mirror_question" and found[end : end + 1] == ["?"])
            or (flag == "holding" and length <= LONGEST_HOLDING)
        ):
            seen.add(flag)
    return [flag for flag in FLAGS if flag in seen]


def _is_courtesy(found: list[str], languages: tuple[str, ...]) -> bool:
    """Whether thanks, farewells, and what stands around them are all that is said."""
    if len(found) > LONGEST_COURTESY:
        return False
    said, covered = 0, 0
    for flag, start, end in phrases(languages).find(found):
        if flag.startswith("courtesy"):
            said += flag == "courtesy"
            covered |= (1 << end) - (1 << start)
    rest = (place for place, token in enumerate(found) if not covered >> place & 1)
    return said > 0 and not any(found[place][0].isalnum() for place in rest)


def _names(text: str, customer_name: str) -> bool:
    """Whether one of the customer's names stands in the text, with a capital letter."""
    if not customer_name:
        return False
    names = {fold(name) for name in customer_name.split() if len(name) > 1 and not re.search(r"\d", name)}
    return any(word[0].isupper() and fold(word) in names for word in _WORD.findall(text))
