"""The wallboard's HTML in the viewer's language. Files of the `wallboard` folder only; no numbers."""

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "wallboard"
STATIC = FOLDER / "static"
DEFAULT_LANGUAGE = "en"

Texts = dict[str, dict[str, str]]


@cache
def texts() -> Texts:
    """Every text of the page, by language and name."""
    found: Texts = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))
    return found


def language(asked: str | None, accept_language: str) -> str:
    """The asked language if there is one, else the browser's first that there is, else English."""
    for tag in (asked or "", *_preferred(accept_language)):
        short = tag.split("-")[0].strip().lower()
        if short in texts():
            return short
    return DEFAULT_LANGUAGE


def _preferred(accept_language: str) -> list[str]:
    """Language tags by falling weight (RFC 9110, 12.5.4)."""
    weighted = []
    for part in accept_language.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            weighted.append((float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda one: -one[0]) if weight > 0]


@cache
def page(lang: str) -> str:
    """The whole page in one language."""
    words = texts()[lang]
    # "<" in a text must not end the script element that holds the texts.
    embedded = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    names = {name: escape(text) for name, text in words.items()}
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    return template.substitute(names, lang=lang, texts=embedded)
