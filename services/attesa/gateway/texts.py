"""What may be kept of a message's text: length, questions, flags. The text itself goes no further."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from attesa.gateway.words import LANGUAGES, fold, pattern

MOST_LENGTH = 10_000_000
MOST_QUESTIONS = 1_000
LOOKED_AT = 4_000  # characters in which flags are looked for
OPENING = 40  # characters in which a greeting stands
LONGEST_HOLDING = 160  # characters; a longer message has said something besides "one moment"

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
_QUESTION = re.compile(r"\?+")
_WORD = re.compile(r"\w[\w'\u2019-]*")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)
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
    folded = fold(shown)
    questions = len(_QUESTION.findall(folded))
    flags: tuple[str, ...] = ()
    if author == "agent":
        flags = tuple(_manners(folded, languages))
        if _names(shown, customer_name):
            flags = (*flags, "name")
    elif author == "customer" and not questions and _is_courtesy(folded, languages):
        flags = ("courtesy",)
    return Look(min(len(text), MOST_LENGTH), min(questions, MOST_QUESTIONS), flags)


def plain(html: str) -> str:
    """The text of a message that a platform delivers as HTML."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html))).strip()


def _manners(folded: str, languages: tuple[str, ...]) -> Iterator[str]:
    if pattern("greeting", languages).search(folded[:OPENING]):
        yield "greeting"
    for flag in ANYWHERE:
        if pattern(flag, languages).search(folded):
            yield flag
    if pattern("mirror_question", languages, r" ?\?").search(folded):
        yield "mirror_question"
    if len(folded) <= LONGEST_HOLDING and pattern("holding", languages).search(folded):
        yield "holding"


def _is_courtesy(folded: str, languages: tuple[str, ...]) -> bool:
    """Whether nothing is left when thanks, farewells, and what stands around them are taken away."""
    rest, thanked = pattern("courtesy", languages).subn(" ", folded)
    return thanked > 0 and not re.search(r"\w", pattern("courtesy_around", languages).sub(" ", rest))


def _names(text: str, customer_name: str) -> bool:
    """Whether one of the customer's names stands in the text, with a capital letter."""
    names = {fold(name) for name in customer_name.split() if len(name) > 1 and not re.search(r"\d", name)}
    return any(word[0].isupper() and fold(word) in names for word in _WORD.findall(text))
