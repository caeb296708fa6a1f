"""What a source can tell, and which of the six KPIs follow from it. Pure data."""

from dataclasses import dataclass, fields
from enum import IntEnum


class Certainty(IntEnum):
    """How well a source tells something; the worst of what a KPI needs is the KPI's."""

    NO = 0
    INFERRED = 1
    EXACT = 2

    @property
    def word(self) -> str:
        return ("no", "inferred", "exact")[self]


NO, INFERRED, EXACT = Certainty


@dataclass(frozen=True, kw_only=True)
class Tells:
    """What events of a source say; by default nothing.

    `requested`: that the customer wants a person, and when; `queued`: in which queue; `accepted`: that an
    agent took it (being assigned is less); `author`: customer, agent and bot told apart; `end`: when, and
    who ended it; `survey`: asked and answered.
    """

    requested: Certainty = NO
    queued: Certainty = NO
    accepted: Certainty = NO
    author: Certainty = NO
    transfer: Certainty = NO
    end: Certainty = NO
    survey: Certainty = NO
    purchase: Certainty = NO
    presence: Certainty = NO


# What each KPI needs of a source (METRICS.md): all of them, the weakest decides.
KPI_NEEDS = {
    "received": ("requested",),
    "lost": ("requested", "author", "end"),
    "wait": ("requested", "author"),
    "effective over total": ("author", "end"),
    "conversion": ("purchase",),
    "survey": ("survey",),
}


# Who is lost may follow from the time-out of the session, where nobody tells its end.
TIMED_OUT = ("lost", "end")


def kpis(tells: Tells) -> dict[str, Certainty]:
    """How well each of the six KPIs is to be had from such a source alone."""
    return {kpi: min(_certainty(tells, kpi, need) for need in needs) for kpi, needs in KPI_NEEDS.items()}


def _certainty(tells: Tells, kpi: str, need: str) -> Certainty:
    told: Certainty = getattr(tells, need)
    return max(told, INFERRED) if (kpi, need) == TIMED_OUT else told


TOLD = tuple(field.name for field in fields(Tells))
