"""Where simulated chats come from, which queue takes them, and what is usual there."""

from random import Random
from typing import NamedTuple


class Place(NamedTuple):
    """A country's customers of one queue; `share` weighs the place against the others.

    `quick`: the share of waits that are quick, around a median of so many seconds; `bad` of the others last
    longer than the bad threshold. `patience_seconds` is the exponential mean of what customers bear.
    `buys` is the share of answered sales chats that lead to an order.
    """

    queue: str
    country: str
    language: str
    share: float
    quick: float = 0.88
    quick_median_seconds: float = 9.0
    bad: float = 0.2
    patience_seconds: float = 240.0
    buys: float = 0.15

    @property
    def team(self) -> str:
        return f"{self.queue}-{self.country.lower()}"


# After METRICS.md, "by country": in Italy people wait long and patiently, in Germany neither.
ITALY = {"quick": 0.83, "bad": 0.3, "patience_seconds": 560.0, "buys": 0.22}
GERMANY = {"quick": 0.95, "quick_median_seconds": 7.0, "bad": 0.1, "patience_seconds": 67.0, "buys": 0.14}

PLACES = (
    Place("sales", "IT", "it", 0.35, **ITALY),
    Place("support", "IT", "it", 0.30, **ITALY),
    Place("sales", "DE", "de", 0.15, **GERMANY),
    Place("support", "DE", "de", 0.15, **GERMANY),
    Place("returns", "FR", "fr", 0.05),
)
CURRENCY = "EUR"


def some_place(random: Random) -> Place:
    """A place, by its share."""
    return random.choices(PLACES, weights=[place.share for place in PLACES])[0]


def place_of(queue: str, country: str) -> Place:
    """The place of a queue in a country, or else the queue's first."""
    found = [place for place in PLACES if place.queue == queue]
    return next((place for place in found if place.country == country), found[0])
