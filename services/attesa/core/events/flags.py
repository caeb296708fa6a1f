"""What an adapter may say of a message's text before it drops the text: words, and their bits in state.

A flag that is not in this list is counted as an unknown field and changes nothing.
"""

from collections.abc import Iterable
from typing import Literal, get_args

FLAGS = (
    "greeting",
    "thanks",
    "name",  # the customer's name
    "mirror_question",  # "Ok?", "Giusto?"
    "closing_summary",
    "abbreviation",
    "more_help",  # an offer of more help
    "holding",  # "one moment": a first reply, and not yet a useful one
    "asks_rating",
    "courtesy",  # of a customer: mere thanks
)
# In which there are word lists.
Language = Literal["it", "en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Counted as manners of agents (METRICS.md, "manners"): the first so many of FLAGS.
MANNERS = FLAGS[:7]

_BITS = {flag: 1 << i for i, flag in enumerate(FLAGS)}
HOLDING = _BITS["holding"]
ASKS_RATING = _BITS["asks_rating"]
COURTESY = _BITS["courtesy"]


def bits(flags: Iterable[str]) -> int:
    """Known flags as a bit field."""
    found = 0
    for flag in flags:
        found |= _BITS.get(flag, 0)
    return found


def unknown(flags: Iterable[str]) -> int:
    """How many flags are not known."""
    return sum(flag not in _BITS for flag in flags)
