"""The parts of the definitions: what holds for a channel, a tenant, a queue, a source, a country."""

from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from attesa.core.definitions.model import Model, TimeZone, refused
from attesa.core.events.fields import LONGEST_SECONDS, Country, Name, Tenant
from attesa.core.events.flags import LANGUAGES, Language
from attesa.core.topics import TOPICS

MOST_BOTS = 100  # of one source
MOST_TOPICS = 20  # of one source

Clock = Literal["calendar", "business"]
Touch = Literal["last", "first"]
# The name of the environment's variable that holds a secret; the secret itself is in no file of ours.
SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,127}$")]
SecretNames = Annotated[tuple[SecretName, ...], Field(max_length=5)]
TopicName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,248}$")]


class Expectation(Model):
    """The pair that a channel's customers expect, the clock it is measured in, and what its clocks leave out.

    `good_seconds` and `bad_seconds` are the two thresholds on the wait; a customer who leaves within
    `short_abandon_seconds` is a short abandon; `idle_cap_seconds` bounds the gaps in effective time;
    a session without events for `session_timeout_seconds` is over.
    """

    good_seconds: int = Field(ge=1, le=LONGEST_SECONDS)
    bad_seconds: int = Field(ge=1, le=LONGEST_SECONDS)
    short_abandon_seconds: int = Field(default=10, ge=0, le=86_400)
    idle_cap_seconds: int = Field(default=120, ge=1, le=86_400)
    measured_in: Clock = "calendar"
    session_timeout_seconds: int = Field(default=0, ge=1, le=LONGEST_SECONDS)

    @cached_property
    def good_ms(self) -> int:
        return self.good_seconds * 1000

    @cached_property
    def bad_ms(self) -> int:
        return self.bad_seconds * 1000

    @field_validator("bad_seconds")
    @classmethod
    def _above_good(cls, bad_seconds: int, info: ValidationInfo) -> int:
        if bad_seconds <= info.data.get("good_seconds", 0):
            raise refused((), "bad_seconds must be above good_seconds", bad_seconds)
        return bad_seconds

    @field_validator("session_timeout_seconds")
    @classmethod
    def _not_below_bad(cls, timeout_seconds: int, info: ValidationInfo) -> int:
        if timeout_seconds < info.data.get("bad_seconds", 0):
            raise refused((), "session_timeout_seconds must not be below bad_seconds", timeout_seconds)
        return timeout_seconds

    @model_validator(mode="after")
    def _times_out(self) -> Self:
        if not self.session_timeout_seconds:
            object.__setattr__(self, "session_timeout_seconds", max(14_400, self.bad_seconds))
        return self

    def timed_as(self, channel: Self) -> Self:
        """With the channel's time-out, or `bad_seconds` where that is longer, unless one was given."""
        if "session_timeout_seconds" in self.model_fields_set:
            return self
        seconds = max(channel.session_timeout_seconds, self.bad_seconds)
        return self.model_copy(update={"session_timeout_seconds": seconds})


class TenantPolicy(Model):
    """A tenant's clock (`data` for replays of history), the time zone of its reports, and what they may show.

    `agents`: rows of single agents are kept. Off by default: in some countries they need an agreement.
    `pseudonym_key`: names the secret that customers' and agents' pseudonyms are made with. For good: with
    another one everybody is a stranger.
    """

    clock: Literal["wall", "data"] = "wall"
    time_zone: TimeZone = "UTC"
    agents: bool = False
    pseudonym_key: SecretName | None = None


class QueuePolicy(Model):
    """The name of a queue's schedule, and the country of its customers where no event tells it."""

    hours: str | None = None
    country: Country | None = None


class SourcePolicy(Model):
    """The country of a source's customers, how late it notices that one has left, and who may deliver.

    `presence_timeout_seconds`: a browser that went away is noticed only by time-out, 20 to 120 s later.
    `tenant`, `secrets`, `tokens`, `languages` and `bots` are read where its name is a chat platform's, or
    begins with one and a slash. `secrets` name what its deliveries are signed with, `tokens` what stands in
    the address where they are not; several of each are active. `languages`: in which texts are looked at.
    `bots`: names or ids of accounts that are machines, of platforms on which they look like agents.
    `topics`: of a source of any name, the Kafka topics on which a team writes its events with ids in clear.
    """

    country: Country | None = None
    presence_timeout_seconds: int = Field(default=0, ge=0, le=3_600)
    tenant: Tenant = "default"
    secrets: SecretNames = ()
    tokens: SecretNames = ()
    languages: tuple[Language, ...] = LANGUAGES
    bots: Annotated[tuple[Name, ...], Field(max_length=MOST_BOTS)] = ()
    topics: Annotated[tuple[TopicName, ...], Field(max_length=MOST_TOPICS)] = ()

    @field_validator("topics")
    @classmethod
    def _of_a_team(cls, topics: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if topics and (info.data.get("secrets") or info.data.get("tokens")):
            raise refused((), "what comes by HTTP, with secrets or tokens, is a source of its own", topics)
        for place, name in enumerate(topics):
            if any(name == ours.name for ours in TOPICS):
                raise refused((place,), "is a topic of attesa's: name one of the team's", name)
            if name in topics[:place]:
                raise refused((place,), "stands here twice", name)
        return topics


class CountryReference(Model):
    """What is usual in a country, to stand beside its numbers."""

    average_wait_seconds: float = Field(ge=0, le=LONGEST_SECONDS)
    lost_ratio: float = Field(ge=0, le=1)
    conversion_rate: float = Field(ge=0, le=1)


class CoverageStep(Model):
    """A reply within `within_seconds` surely meets the expectation of this share of customers."""

    within_seconds: int = Field(ge=1, le=LONGEST_SECONDS)
    share: float = Field(ge=0, le=1)


class Coverage(Model):
    """Expectation coverage: steps in the order of time, and `rest_share` for any later reply."""

    steps: tuple[CoverageStep, ...] = Field(min_length=1, max_length=100)
    rest_share: float = Field(ge=0, le=1)

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[CoverageStep, ...]) -> tuple[CoverageStep, ...]:
        for place, (before, after) in enumerate(pairwise(steps), 1):
            if after.within_seconds <= before.within_seconds:
                message = "steps must be in the order of time"
                raise refused((place, "within_seconds"), message, after.within_seconds)
            if after.share > before.share:
                raise refused((place, "share"), "a later reply covers no more customers", after.share)
        return steps

    @field_validator("rest_share")
    @classmethod
    def _rest_is_least(cls, rest_share: float, info: ValidationInfo) -> float:
        steps = info.data.get("steps")
        if steps and rest_share > steps[-1].share:
            raise refused((), "a later reply covers no more customers", rest_share)
        return rest_share

    def share_of(self, wait_ms: int) -> float:
        """The share of customers whose expectation a reply after `wait_ms` surely met."""
        for step in self.steps:
            if wait_ms <= step.within_seconds * 1000:
                return step.share
        return self.rest_share


# METRICS.md, "Expectation pairs".
DEFAULT_CHANNELS = {
    "live_chat": Expectation(good_seconds=30, bad_seconds=180, session_timeout_seconds=14_400),
    "chat": Expectation(good_seconds=3_600, bad_seconds=36_000, session_timeout_seconds=86_400),
    "social": Expectation(good_seconds=10_800, bad_seconds=43_200, session_timeout_seconds=259_200),
    "email": Expectation(good_seconds=86_400, bad_seconds=172_800, session_timeout_seconds=604_800),
}

# METRICS.md, "expectation coverage": within 30 min all, within 60 min 68 %, later 58 %.
DEFAULT_COVERAGE = {
    "social": Coverage(
        steps=(CoverageStep(within_seconds=1_800, share=1.0), CoverageStep(within_seconds=3_600, share=0.68)),
        rest_share=0.58,
    ),
}

# METRICS.md, "by country".
DEFAULT_COUNTRIES = {
    "IT": CountryReference(average_wait_seconds=45, lost_ratio=0.08, conversion_rate=0.18),
    "DE": CountryReference(average_wait_seconds=12, lost_ratio=0.18, conversion_rate=0.12),
}
