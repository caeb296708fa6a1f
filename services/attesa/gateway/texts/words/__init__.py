"""Word lists per language, and where their phrases stand in a text. What a list is for is not said here."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from attesa.core.events.flags import LANGUAGES

__all__ = ["LANGUAGES", "Found", "Phrases", "fold", "phrases", "tokens", "words"]

STEM = 3  # letters by which phrases are found that begin with a stem
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\u00b4`", "'"))
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")


class Phrase(NamedTuple):
    """Words in a row, one with `*` being a stem; `paused`: only after a pause or at the start."""

    list: str
    words: tuple[str, ...]
    paused: bool
    stemmed: bool


class Found(NamedTuple):
    """A phrase of `list` from token `start` up to before token `end`."""

    list: str
    start: int
    end: int


class Phrases:
    """All lists of some languages, by first word and by first letters: a text is gone through once."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._by_word: dict[str, list[Phrase]] = {}
        self._by_stem: dict[str, list[Phrase]] = {}
        for phrase in sorted({phrase for language in languages for phrase in _phrases(language)}):
            first = phrase.words[0]
            stem = first.endswith("*")
            index = self._by_stem if stem else self._by_word
            index.setdefault(first[:STEM] if stem else first, []).append(phrase)

    def find(self, found: Sequence[str]) -> Iterator[Found]:
        """Every phrase in the tokens of a text, those within others too, in the order of their starts."""
        for start, token in enumerate(found):
            begun: Sequence[Phrase] = self._by_word.get(token, ())
            if token[:STEM] in self._by_stem:
                begun = (*begun, *self._by_stem[token[:STEM]])
            for phrase in begun:
                end = start + len(phrase.words)
                here = tuple(found[start:end])
                fits = here == phrase.words or (phrase.stemmed and _fit(phrase.words, here))
                if fits and (not phrase.paused or start == 0 or _is_pause(found[start - 1])):
                    yield Found(phrase.list, start, end)


def fold(text: str) -> str:
    """Small letters without accents and umlauts, one kind of apostrophe."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def tokens(folded: str) -> list[str]:
    """Words, with the apostrophes within them, and every other sign by itself."""
    return _TOKEN.findall(folded)


@cache
def words(language: str) -> dict[str, list[str]]:
    """The phrases of a language by list. Raises FileNotFoundError for an unknown language."""
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def phrases(languages: tuple[str, ...]) -> Phrases:
    return Phrases(languages)


def _phrases(language: str) -> Iterator[Phrase]:
    for name, written in words(language).items():
        for one in written:
            found = tuple(_words(one.removeprefix(", ")))
            yield Phrase(name, found, one.startswith(", "), any(word.endswith("*") for word in found))


def _words(phrase: str) -> Iterator[str]:
    for word in phrase.split():
        yield from [word] if word.endswith("*") else tokens(word)


def _fit(words: tuple[str, ...], here: tuple[str, ...]) -> bool:
    """Whether these tokens are the words, or begin as those of them do that are stems."""
    return len(words) == len(here) and all(
        token == word or (word.endswith("*") and token.startswith(word[:-1]))
        for word, token in zip(words, here, strict=True)
    )


def _is_pause(sign: str) -> bool:
    return sign != "'" and not sign[0].isalnum()
