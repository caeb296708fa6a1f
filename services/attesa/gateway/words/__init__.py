"""Word lists per language, as patterns. Data: nothing here decides what a flag is for."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from attesa.core.flags import LANGUAGES

__all__ = ["LANGUAGES", "fold", "pattern", "words"]

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\u00b4`", "'"))
_PAUSE = r"(?:^|[^\w ']) *"


def fold(text: str) -> str:
    """Small letters without accents and umlauts, one kind of apostrophe, single blanks."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@cache
def words(language: str) -> dict[str, list[str]]:
    """The phrases of a language by list. Raises FileNotFoundError for an unknown language."""
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def pattern(name: str, languages: tuple[str, ...], tail: str = "") -> re.Pattern[str]:
    """Any phrase of a list in these languages, between borders of words, with `tail` behind it."""
    phrases = {phrase for language in languages for phrase in words(language)[name]}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))  # the longest that fits
    return re.compile(f"(?:{'|'.join(map(_written, ordered)) or '(?!)'}){tail}")


def _written(phrase: str) -> str:
    paused = phrase.startswith(", ")
    escaped = re.escape(phrase.removeprefix(", ")).replace(r"\*", r"\w*").replace(r"\ ", " ")
    return (_PAUSE if paused else r"(?<!\w)") + escaped + r"(?!\w)"
