"""What the numbers mean: thresholds per channel, tenants, bucket borders. METRICS.md gives the defaults.

Durations are seconds as people write them; the folds use the `_ms` properties.
"""

from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DEFINITION_VERSION = 1

# One list everywhere (METRICS.md, DESIGN.md "Prometheus"); each configured threshold joins it.
STANDARD_BORDERS_SECONDS = (
    5, 10, 20, 30, 45, 60, 180, 600, 1800, 3600, 10800, 36000, 43200, 86400, 172800,
)  # fmt: skip

LONG_MESSAGE = 300  # characters; an agent's message above is a long one (METRICS.md, "rhythm")

UNKNOWN = "unknown"  # a queue or a country that no event told
OTHER = "other"  # the exporter's label for queues outside the configuration


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectation(Model):
    """The pair that a channel's customers expect, and what its clocks leave out.

    `good_seconds` and `bad_seconds` are the two thresholds on the wait; a customer who leaves within
    `short_abandon_seconds` is a short abandon; `idle_cap_seconds` bounds the gaps in effective time.
    """

    good_seconds: int = Field(ge=1, le=31_622_400)
    bad_seconds: int = Field(ge=1, le=31_622_400)
    short_abandon_seconds: int = Field(default=10, ge=0, le=86_400)
    idle_cap_seconds: int = Field(default=120, ge=1, le=86_400)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.bad_seconds <= self.good_seconds:
            raise ValueError("bad_seconds must be above good_seconds")
        return self


# METRICS.md, "Expectation pairs".
DEFAULT_CHANNELS = {
    "live_chat": Expectation(good_seconds=30, bad_seconds=180),
    "chat": Expectation(good_seconds=3_600, bad_seconds=36_000),
    "social": Expectation(good_seconds=10_800, bad_seconds=43_200),
    "email": Expectation(good_seconds=86_400, bad_seconds=172_800),
}


class TenantPolicy(Model):
    """A tenant's clock (`data` for replays of history) and the time zone of its reports."""

    clock: Literal["wall", "data"] = "wall"
    time_zone: str = "UTC"


class Definitions(Model):
    """Everything that decides a number, as one value.

    `queues` names the queues that get a label of their own on /metrics; empty means all that are seen.
    """

    channels: dict[str, Expectation] = Field(default_factory=lambda: dict(DEFAULT_CHANNELS))
    tenants: dict[str, TenantPolicy] = Field(default_factory=lambda: {"default": TenantPolicy()})
    queues: tuple[str, ...] = ()
    default_channel: str = "live_chat"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        unknown = sorted(set(self.channels) - set(DEFAULT_CHANNELS))
        if unknown:
            raise ValueError(f"unknown channel {unknown[0]!r}: one of {', '.join(DEFAULT_CHANNELS)}")
        missing = {name: pair for name, pair in DEFAULT_CHANNELS.items() if name not in self.channels}
        object.__setattr__(self, "channels", {**self.channels, **missing})
        return self

    @cached_property
    def borders_seconds(self) -> tuple[int, ...]:
        """The upper borders of the wait buckets, ascending; one more bucket lies above the last."""
        thresholds = {t for pair in self.channels.values() for t in (pair.good_seconds, pair.bad_seconds)}
        return tuple(sorted(thresholds.union(STANDARD_BORDERS_SECONDS)))

    @property
    def largest_threshold_ms(self) -> int:
        return max(pair.bad_seconds for pair in self.channels.values()) * 1000
