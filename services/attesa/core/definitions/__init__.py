"""What the numbers mean, as one value, and bucket borders. METRICS.md gives the defaults.

Durations are seconds as people write them; the folds use the `_ms` properties.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from attesa.core.definitions.hours import OpeningHours
from attesa.core.definitions.model import Model, refused
from attesa.core.definitions.policies import (
    DEFAULT_CHANNELS,
    DEFAULT_COUNTRIES,
    DEFAULT_COVERAGE,
    CountryReference,
    Coverage,
    Expectation,
    QueuePolicy,
    SourcePolicy,
    TenantPolicy,
    Touch,
)
from attesa.core.events.fields import Country, Name

__all__ = ["DEFAULT_CHANNELS", "Definitions", "Expectation", "TenantPolicy"]

DEFINITION_VERSION = 1

# One list everywhere (METRICS.md, DESIGN.md "Prometheus"); each configured threshold joins it.
STANDARD_BORDERS_SECONDS = (
    5, 10, 20, 30, 45, 60, 180, 600, 1800, 3600, 10800, 36000, 43200, 86400, 172800,
)  # fmt: skip

LONG_MESSAGE = 300  # characters; an agent's message above is a long one (METRICS.md, "rhythm")

_NO_POLICY = SourcePolicy()

UNKNOWN = "unknown"  # a queue or a country that no event told
OTHER = "other"  # the exporter's label for queues outside the configuration


class Definitions(Model):
    """Everything that decides a number, as one value.

    `queues` are the queues that get a label of their own on /metrics (empty: all that are seen), each with
    its policy; `default_hours` is the schedule of every queue that names none, also of those not listed.
    `attribution_hours` is how long after the first human reply a purchase is credited, by `touch`.
    """

    channels: dict[str, Expectation] = Field(default={}, validate_default=True)
    tenants: dict[str, TenantPolicy] = Field(default_factory=lambda: {"default": TenantPolicy()})
    hours: dict[Name, OpeningHours] = Field(default={}, max_length=1_000)
    default_hours: str | None = None
    queues: dict[Name, QueuePolicy] = Field(default={}, max_length=10_000)
    sources: dict[Name, SourcePolicy] = Field(default={}, max_length=10_000)
    countries: dict[Country, CountryReference] = DEFAULT_COUNTRIES
    coverage: dict[str, Coverage] = DEFAULT_COVERAGE
    default_channel: str = "live_chat"
    attribution_hours: int = Field(default=24, ge=1, le=744)
    touch: Touch = "last"

    @field_validator("channels")
    @classmethod
    def _every_channel(cls, given: dict[str, Expectation]) -> dict[str, Expectation]:
        _only_channels(given)
        completed = {name: pair.timed_as(DEFAULT_CHANNELS[name]) for name, pair in given.items()}
        return completed | {name: pair for name, pair in DEFAULT_CHANNELS.items() if name not in given}

    @field_validator("coverage")
    @classmethod
    def _known_channels(cls, given: dict[str, Coverage]) -> dict[str, Coverage]:
        _only_channels(given)
        return given

    @field_validator("default_channel")
    @classmethod
    def _known_channel(cls, name: str) -> str:
        if name not in DEFAULT_CHANNELS:
            raise refused((), _unknown_channel(name), name)
        return name

    @field_validator("queues", mode="before")
    @classmethod
    def _names_are_queues(cls, value: Any) -> Any:
        """A list of names stands for queues without a policy, and so does a name with nothing behind it."""
        if isinstance(value, dict):
            return {name: {} if policy is None else policy for name, policy in value.items()}
        if isinstance(value, list | tuple):
            for step, name in enumerate(value):
                if not isinstance(name, str):
                    raise refused((step,), "a queue's name is text", name)
            return {name: {} for name in value}
        return value

    @field_validator("default_hours")
    @classmethod
    def _known_schedule(cls, name: str | None, info: ValidationInfo) -> str | None:
        return _known_hours(name, info, ())

    @field_validator("queues")
    @classmethod
    def _known_schedules(cls, queues: dict[str, QueuePolicy], info: ValidationInfo) -> dict[str, QueuePolicy]:
        for name, policy in queues.items():
            _known_hours(policy.hours, info, (name, "hours"))
        return queues

    @field_validator("sources")
    @classmethod
    def _one_reader(cls, sources: dict[str, SourcePolicy]) -> dict[str, SourcePolicy]:
        """A topic that two sources read would be told twice, by two names."""
        readers: dict[str, str] = {}
        for name, policy in sources.items():
            for place, topic in enumerate(policy.topics):
                if readers.setdefault(topic, name) != name:
                    raise refused((name, "topics", place), f"source {readers[topic]} reads it already", topic)
        return sources

    @property
    def queue_names(self) -> tuple[str, ...]:
        return tuple(self.queues)

    def hours_of(self, queue: str) -> OpeningHours | None:
        """The queue's schedule; None: always open."""
        policy = self.queues.get(queue)
        name = (policy.hours if policy else None) or self.default_hours
        return self.hours[name] if name else None

    def source(self, name: str) -> SourcePolicy:
        """The policy of a source: of its own name, else of its platform (what stands before the slash)."""
        return self.sources.get(name) or self.sources.get(name.partition("/")[0]) or _NO_POLICY

    @cached_property
    def borders_seconds(self) -> tuple[int, ...]:
        """The upper borders of the wait buckets, ascending; one more bucket lies above the last."""
        thresholds = {t for pair in self.channels.values() for t in (pair.good_seconds, pair.bad_seconds)}
        return tuple(sorted(thresholds.union(STANDARD_BORDERS_SECONDS)))

    def settled_ms(self, channels: Iterable[str]) -> int:
        """How long after the last event of all every verdict and every end on these channels is certain."""
        timeouts = (self.channels[name].session_timeout_seconds for name in {self.default_channel, *channels})
        return max(self.largest_threshold_ms, max(timeouts) * 1000)

    @property
    def largest_threshold_ms(self) -> int:
        return max(pair.bad_seconds for pair in self.channels.values()) * 1000


def _only_channels(names: Iterable[str]) -> None:
    for name in names:
        if name not in DEFAULT_CHANNELS:
            raise refused((name,), _unknown_channel(name), name)


def _unknown_channel(name: str) -> str:
    return f"unknown channel {name!r}: one of {', '.join(DEFAULT_CHANNELS)}"


def _known_hours(name: str | None, info: ValidationInfo, steps: tuple[str, ...]) -> str | None:
    """Whether a schedule of that name is there; nothing to say where the schedules themselves are wrong."""
    known = info.data.get("hours")
    if name is not None and known is not None and name not in known:
        written = f"one of {', '.join(known)}" if known else "there are none under hours:"
        raise refused(steps, f"no schedule {name!r}: {written}", name)
    return name
